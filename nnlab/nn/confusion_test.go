package nn

import (
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// answering is a model that answers with its input.
func answering(outputs int) *Model {
	return Sequential(Input(outputs), Activation(Linear)).Compile(MSE, SGD(0.1), Accuracy, F1)
}

// Three classes: of 4 zeros 3 are found, of 3 ones 2, of the single two none. The
// scores are worked out by hand, macro and weighted as scikit-learn has them.
func TestConfusion(t *testing.T) {
	d := &toy{shape: tensor.Shape{3}, classes: 3}
	for label, answers := range [][]int{{0, 0, 0, 1}, {1, 1, 0}, {0}} {
		for _, a := range answers {
			x := make([]float32, 3)
			x[a] = 1
			d.x, d.y = append(d.x, x), append(d.y, []float32{float32(label)})
		}
	}
	m := answering(3)
	c, err := Confusion(m, d)
	if err != nil {
		t.Fatal(err)
	}
	if want := [][]int{{3, 1, 0}, {1, 2, 0}, {1, 0, 0}}; !slices.EqualFunc(c.Counts, want, slices.Equal) {
		t.Errorf("counts %v, want %v", c.Counts, want)
	}
	for what, x := range map[string][2]ClassScore{
		"class 0":  {c.Score(0), {3. / 5, 3. / 4, 2. / 3, 4}},
		"class 1":  {c.Score(1), {2. / 3, 2. / 3, 2. / 3, 3}},
		"class 2":  {c.Score(2), {0, 0, 0, 1}},
		"macro":    {c.Macro(), {(3./5 + 2./3) / 3, (3./4 + 2./3) / 3, 4. / 9, 8}},
		"weighted": {c.Weighted(), {(4*3./5 + 3*2./3) / 8, (4*3./4 + 3*2./3) / 8, (4*2./3 + 3*2./3) / 8, 8}},
	} {
		got, want := x[0], x[1]
		if math.Abs(got.Precision-want.Precision) > 1e-12 || math.Abs(got.Recall-want.Recall) > 1e-12 || math.Abs(got.F1-want.F1) > 1e-12 || got.Support != want.Support {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	// The metrics of the same names say the same.
	logs, err := m.Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	accuracy, _ := logs.Get("accuracy")
	f1, _ := logs.Get("f1_score")
	if accuracy != c.Accuracy() || math.Abs(f1-c.Macro().F1) > 1e-12 {
		t.Errorf("%v; the matrix has %v and %v", logs, c.Accuracy(), c.Macro().F1)
	}
	if want := "     0  1  2\n  0  3  1  0\n  1  1  2  0\n  2  1  0  0\n"; c.String() != want {
		t.Errorf("%q, want %q", c, want)
	}
}

// One output says yes or no.
func TestConfusionOfOneOutput(t *testing.T) {
	d := &toy{shape: tensor.Shape{1}, classes: 2, x: [][]float32{{0.9}, {0.2}, {0.7}, {0.4}}, y: [][]float32{{1}, {0}, {0}, {1}}}
	c, err := Confusion(answering(1), d)
	if err != nil {
		t.Fatal(err)
	}
	if want := [][]int{{1, 1}, {1, 1}}; !slices.EqualFunc(c.Counts, want, slices.Equal) {
		t.Errorf("counts %v, want %v", c.Counts, want)
	}
	d.classes = 0
	if _, err := Confusion(answering(1), d); err == nil {
		t.Error("targets that are numbers have no classes")
	}
}
