package nn

import (
	"slices"
	"strings"
	"testing"
)

// The training examples are evaluated as Evaluate does with the epoch's last weights: none
// is changed, weighted or dropped; those that are held out do not count.
func TestEvaluateTraining(t *testing.T) {
	d := clouds(50, 6)
	first := *d
	first.x, first.y = d.x[:40], d.y[:40]
	net := func() *Model {
		return Sequential(Input(6), Dense(16, ReLU), Dropout(0.5), Dense(3, Softmax)).Compile(CategoricalCrossentropy, Adam(0.01), Accuracy)
	}
	m, same := net(), net()
	h, err := m.Fit(jittered{d}, EvaluateTraining(), ValidationSplit(0.2), ClassWeights(map[int]float64{0: 3}), Epochs(3), BatchSize(40), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	if names := h.names(); names != "loss accuracy train_loss train_accuracy val_loss val_accuracy" {
		t.Errorf("the history has %s", names)
	}
	want, err := m.Evaluate(&first)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range want {
		if got, _ := h.Last("train_" + l.Name); got != l.Value {
			t.Errorf("train_%s is %v, Evaluate says %v", l.Name, got, l.Value)
		}
	}
	again, _ := h.Last("train_loss")
	if during, _ := h.Last("loss"); during == again {
		t.Error("the loss with dropout is that without")
	}
	without, err := same.Fit(jittered{d}, ValidationSplit(0.2), ClassWeights(map[int]float64{0: 3}), Epochs(3), BatchSize(40), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	if same.WeightHash() != m.WeightHash() || !slices.Equal(without.Get("loss"), h.Get("loss")) {
		t.Error("to measure again changes the training")
	}
}

// It can be stopped while it evaluates, as in the validation, and be watched.
func TestEvaluateTrainingStops(t *testing.T) {
	d := clouds(40, 6)
	stop := recorder(func(e *Event) {
		if e.Phase == ValidationBatchEnd && e.Epoch == 2 {
			e.Stop("enough")
		}
	})
	h, err := small().Fit(d, EvaluateTraining(), Epochs(4), BatchSize(10), Callbacks(stop), Verbose(false))
	if err != nil || h.Epochs() != 1 || h.Stopped != "enough" || len(h.Get("train_loss")) != 1 {
		t.Errorf("%d epochs, %q, %v, %v", h.Epochs(), h.Stopped, h.Get("train_loss"), err)
	}
	m := small()
	if h, err = m.Fit(d, EvaluateTraining(), Epochs(40), EarlyStopping(1, Monitor("train_accuracy")), Verbose(false)); err != nil || h.Epochs() == 40 {
		t.Errorf("%d epochs, %v", h.Epochs(), err)
	}
	if accuracy := h.Get("train_accuracy"); len(accuracy) > 1 && accuracy[0] > accuracy[len(accuracy)-1] && h.Epochs() == 2 {
		t.Errorf("an accuracy is taken for a loss: %v", accuracy)
	}
	lossless := Sequential(Input(6), Dense(3)).Compile(NoLoss, SGD(0.1))
	if _, err := lossless.Fit(d, EvaluateTraining(), Verbose(false)); err == nil || !strings.Contains(err.Error(), "loss") {
		t.Errorf("a network without a loss: %v", err)
	}
}

// names are those of the series, in their order.
func (h *History) names() string {
	var names []string
	for _, s := range h.Series {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

// A hash is of the layers and of the bits, and of nothing else.
func TestHash(t *testing.T) {
	a, b := small(), small()
	if a.Hash() != b.Hash() || len(a.Hash()) != 8 {
		t.Errorf("the same network has %q and %q", a.Hash(), b.Hash())
	}
	if c := small(Seed(2)); c.Hash() == a.Hash() {
		t.Error("another seed has the same hash")
	}
	one, other := Sequential(Input(4), Dense(2, ReLU)), Sequential(Input(4), Dense(2, Tanh))
	one.Compile(MSE, SGD(0.1))
	other.Compile(MSE, SGD(0.1))
	if one.WeightHash() != other.WeightHash() || one.Hash() == other.Hash() {
		t.Error("another activation function with the same weights has the same hash")
	}
	w := a.Params()[0].Value.Values()
	before := a.Hash()
	w[0] += w[0] * 1e-6
	a.Params()[0].Value.Set(w)
	if a.Hash() == before {
		t.Error("another weight has the same hash")
	}
	if bad := Sequential(Input(4), Dense(0)).Compile(MSE, SGD(0.1)); bad.Hash() != "" {
		t.Errorf("a network that cannot be has the hash %q", bad.Hash())
	}
}
