package nn

import "github.com/nnlab-go/lab/nnlab/backend"

// Differences returns, for each of [Model.Params], what back-propagation computes as ∂E/∂w
// found without it: the central differences (E(w+h) − E(w−h))/2h with h = 10⁻⁵ of the mean
// loss of the examples of d with the given indices, regularizers included, in float64. That
// takes two forward passes a weight. It is nil for a parameter that does not learn. The
// model itself does not change. Beside a gradient that somebody computes by hand they tell
// whether it is right; [GradCheck] compares those of this package.
func Differences(m *Model, d Data, examples ...int) (all [][]float64, err error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	defer func() { err = show(err) }()
	defer catch("Differences", &err)
	if m.lossless() {
		return nil, needsLoss("Differences")
	}
	if err := checkExamples("Differences", d, examples); err != nil {
		return nil, err
	}
	batch, c, err := m.inFloat64("Differences", d, len(examples), func() []int { return examples })
	if err != nil {
		return nil, err
	}
	const h = 1e-5
	for _, p := range batch.model.graph.params {
		if !p.trainable() {
			all = append(all, nil)
			continue
		}
		values, slopes := make([]float64, p.Value.Size()), make([]float64, p.Value.Size())
		batch.model.backend.(backend.Float64).Download64(values, p.Value.Buffer)
		for i, w := range values {
			slopes[i] = (batch.lossAt(c, p, i, w+h) - batch.lossAt(c, p, i, w-h)) / (2 * h)
		}
		all = append(all, slopes)
	}
	return all, nil
}
