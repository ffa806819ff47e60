package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// TestGoldenMetrics holds every metric against real Keras: outputs are the
// inputs of a network that does nothing, taken in two batches.
func TestGoldenMetrics(t *testing.T) {
	var file struct {
		Cases []struct {
			Kind       string
			Rows, Cols int
			T          []float32
			Metrics    map[string]float64
		}
	}
	readGoldenFile(t, "keras_metrics.json", &file)
	all := []CompileOption{Accuracy, TopK(2), BinaryAccuracy, Precision, Recall, F1, AUC, MeanAbsoluteError, R2}
	for _, c := range file.Cases {
		t.Run(fmt.Sprint(c.Kind, c.Rows, c.Cols), func(t *testing.T) {
			d := &toy{shape: tensor.Shape{c.Cols}}
			x := formula(100, c.Rows*c.Cols, 0.5)
			for i := range x {
				x[i] += 0.5
			}
			d.x = slices.Collect(slices.Chunk(x, c.Cols))
			d.y = slices.Collect(slices.Chunk(c.T, c.Cols))
			if c.Kind == "classes" {
				d.classes = c.Cols
				for i, row := range d.y {
					d.y[i] = []float32{float32(slices.Index(row, 1))}
				}
			}
			m := Sequential(Input(c.Cols)).Compile(MSE, SGD(0.1), all...)
			logs, err := m.evaluate("Evaluate", d, c.Rows/2+1, nil)
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range c.Metrics {
				if got, ok := logs.Get(name); !ok || math.Abs(got-want) > 2e-6 {
					t.Errorf("%s is %v, want %v", name, got, want)
				}
			}
		})
	}
}

// An example of the weight 2 counts as if it were there twice, one of the weight
// 0 as if it were not there.
func TestWeights(t *testing.T) {
	d := clouds(6, 6) // classes 0 1 2 0 1 2
	hash := func(d Data, o ...FitOption) string {
		m := Sequential(Input(6), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
		if _, err := m.Fit(d, append(o, Shuffle(false), Verbose(false), BatchSize(6))...); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%.4v", m.Params()[0].Value.Values())
	}
	pick := func(index ...int) *toy {
		p := &toy{shape: d.shape, classes: 3}
		for _, i := range index {
			p.x, p.y = append(p.x, d.x[i]), append(p.y, d.y[i])
		}
		return p
	}
	twice := hash(pick(0, 0, 2, 3, 3, 5))
	if got := hash(d, ClassWeights(map[int]float64{0: 2, 1: 0})); got != twice {
		t.Errorf("class weights give\n%v, want\n%v", got, twice)
	}
	if got := hash(d, SampleWeights([]float64{2, 0, 1, 2, 0, 1})); got != twice {
		t.Errorf("sample weights give\n%v, want\n%v", got, twice)
	}
	if got := hash(d, SampleWeights([]float64{1, 0, 1, 1, 0, 1}), ClassWeights(map[int]float64{0: 2})); got != twice {
		t.Errorf("both give\n%v, want\n%v", got, twice)
	}
	if got := hash(d); got == twice {
		t.Error("weights change nothing")
	}
}

// The last examples are for validation; training does not see them.
func TestValidationSplit(t *testing.T) {
	d := clouds(50, 6)
	first, last := *d, *d
	first.x, first.y = d.x[:40], d.y[:40]
	last.x, last.y = d.x[40:], d.y[40:]
	a, b := small(), small()
	one, err := a.Fit(d, ValidationSplit(0.2), Epochs(3), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	two, err := b.Fit(&first, Validation(&last), Epochs(3), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	if a.WeightHash() != b.WeightHash() || !slices.Equal(one.Get("val_loss"), two.Get("val_loss")) {
		t.Error("the split is not the last fifth")
	}
}

// One sigmoid says how likely the second of two classes is.
func TestOneOutputForTwoClasses(t *testing.T) {
	d := clouds(60, 6)
	d.classes = 2
	for i := range d.y {
		d.y[i] = []float32{min(d.y[i][0], 1)} // two of the three clouds together
	}
	m := Sequential(Input(6), Dense(8, Tanh), Dense(1, Sigmoid)).Compile(MSE, Adam(0.03), Accuracy)
	h, err := m.Fit(d, Epochs(30), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := h.Last("accuracy"); got < 0.9 {
		t.Errorf("the accuracy is %v", got)
	}
}

// Examples that change at random are the same for the same seed, and are left
// alone outside training.
type jittered struct{ *toy }

func (j jittered) Draw(key uint64, index []int, x, y []float32) {
	j.Batch(index, x, y)
	for i := range x {
		x[i] += float32(key%17) / 17
	}
}

func TestRandomData(t *testing.T) {
	d := clouds(40, 6)
	hash := func(d Data, seed uint64) (string, float64) {
		m := small(Seed(seed))
		if _, err := m.Fit(d, Epochs(2), Verbose(false)); err != nil {
			t.Fatal(err)
		}
		logs, err := m.Evaluate(d)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := m.Evaluate(clouds(40, 6))
		if err != nil || plain[0] != logs[0] {
			t.Errorf("Evaluate saw changed examples: %v, %v", logs, plain)
		}
		return m.WeightHash(), logs[0].Value
	}
	a, _ := hash(jittered{d}, 1)
	if b, _ := hash(jittered{d}, 1); a != b {
		t.Error("the same seed drew other changes")
	}
	if b, _ := hash(d, 1); a == b {
		t.Error("training did not see the changes")
	}
}

func TestDataMistakes(t *testing.T) {
	bad := clouds(4, 6)
	bad.y[2][0] = 3
	nan := clouds(4, 6)
	nan.x[1][3] = float32(math.NaN())
	fit := func(d Data, o ...FitOption) error {
		_, err := small().Fit(d, append(o, Verbose(false))...)
		return err
	}
	deep := clouds(300, 6)
	deep.x[271][3] = float32(math.Inf(-1))
	_, evaluated := small().Evaluate(deep)
	_, predicted := small().Predict(deep)
	_, checked := GradCheck(small(), nan)
	for want, err := range map[string]error{
		"Evaluate: expects examples of finite numbers, got -Inf in example 271; clean the data":                           evaluated,
		"Predict: expects examples of finite numbers, got -Inf in example 271; clean the data":                            predicted,
		"GradCheck: expects examples of finite numbers, got NaN in example 1; clean the data":                             checked,
		"Fit: validation data: expects examples of finite numbers, got -Inf in example 271; clean the data":               fit(clouds(4, 6), Validation(deep)),
		"Fit: validation data: expects labels that are whole numbers from 0 to 2, got 3 in example 2; number the classes": fit(clouds(4, 6), Validation(bad)),
		"Fit: validation data: expects at least one example, got empty data; look at how the data were":                   fit(clouds(4, 6), Validation(clouds(0, 6))),
		"Fit: expects labels that are whole numbers from 0 to 2, got 3 in example 2; number the classes from 0":           fit(bad),
		"the examples themselves hold a NaN or an infinity; clean the data":                                               fit(nan),
		"Fit: expects a batch of at most the 4 training examples, got 5; write nn.BatchSize(4)":                           fit(clouds(4, 6), BatchSize(5)),
		"Fit: ValidationSplit: expects a fraction above 0 and below 1 that leaves examples":                               fit(clouds(4, 6), ValidationSplit(0.1)),
		"Fit: SampleWeights: expects a weight for each of the 4 training examples, got 1":                                 fit(clouds(4, 6), SampleWeights([]float64{1})),
		"Fit: ClassWeights: expects classes from 0 to 2, got 3":                                                           fit(clouds(4, 6), ClassWeights(map[int]float64{3: 1})),
		"Fit: expects weights of 0 or more, got -1":                                                                       fit(clouds(4, 6), ClassWeights(map[int]float64{0: -1})),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
