package nn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// judging are the metrics that look at a side.
var judging = []CompileOption{Accuracy, BinaryAccuracy, Precision, Recall, F1, AUC}

// judge is what a model without weights, whose only layer is f, is said to be worth.
func judge(t *testing.T, d *toy, f ActivationFunction, l Loss) (Logs, *ConfusionMatrix, []Answer) {
	t.Helper()
	m := Sequential(Input(d.shape...), Activation(f)).Compile(l, SGD(0.1), judging...)
	logs, err := m.Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := m.Classify(d)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Confusion(m, d)
	if err != nil {
		t.Fatal(err)
	}
	return logs[1:], c, answers
}

func labelled(classes int, labels []int, x ...[]float32) *toy {
	d := &toy{shape: tensor.Shape{len(x[0])}, classes: classes, x: x}
	for _, c := range labels {
		d.y = append(d.y, []float32{float32(c)})
	}
	return d
}

// A model whose loss takes logits is worth what the same model is with its sigmoid
// or softmax.
func TestLogitsAreJudgedAsProbabilities(t *testing.T) {
	two := labelled(2, []int{1, 1, 1, 0, 0, 1, 0, 1}, []float32{.2}, []float32{.3}, []float32{.4}, []float32{-.2}, []float32{-.3}, []float32{2}, []float32{-2}, []float32{-.1})
	three := labelled(3, []int{0, 1, 2, 2}, []float32{0.3, 0, -1}, []float32{0.1, 0.4, 0.3}, []float32{3, 0, 1}, []float32{-3, -2, 4})
	for _, c := range []struct {
		d             *toy
		f             ActivationFunction
		joined, alone Loss
	}{
		{two, Sigmoid, BinaryCrossentropy, BinaryCrossentropyFromLogits},
		{three, Softmax, CategoricalCrossentropy, CategoricalCrossentropyFromLogits},
	} {
		want, wantCounts, wantAnswers := judge(t, c.d, c.f, c.joined)
		got, counts, answers := judge(t, c.d, Linear, c.alone)
		if !slices.Equal(got, want) || fmt.Sprint(counts) != fmt.Sprint(wantCounts) || !slices.Equal(answers, wantAnswers) {
			t.Errorf("%v: %v\n%v%v\nwant %v\n%v%v", c.alone, got, counts, answers, want, wantCounts, wantAnswers)
		}
	}
	logs, _, answers := judge(t, two, Linear, BinaryCrossentropyFromLogits)
	if a, _ := logs.Get("accuracy"); a != 0.875 {
		t.Errorf("the accuracy is %v", a)
	}
	if a := answers[6]; a.Class != 0 || math.Abs(a.Probability-1/(1+math.Exp(-2))) > 1e-6 {
		t.Errorf("%+v", a)
	}
}

// Behind a hinge the border is 0, for targets 0 and 1 as for −1 and 1; behind a
// sigmoid it is 0.5 with any loss.
func TestHingeJudgesByZero(t *testing.T) {
	d := labelled(2, []int{1, 1, 0, 0, 1, 0}, []float32{.2}, []float32{2}, []float32{-.3}, []float32{-2}, []float32{-.1}, []float32{.1})
	logs, counts, answers := judge(t, d, Linear, Hinge)
	want := Logs{{"accuracy", 4. / 6}, {"binary_accuracy", 4. / 6}, {"precision", 2. / 3}, {"recall", 2. / 3}, {"f1_score", 2. / 3}, {"auc", 8. / 9}}
	for i, w := range want {
		if logs[i].Name != w.Name || math.Abs(logs[i].Value-w.Value) > 1e-6 {
			t.Errorf("%v, want %v", logs[i], w)
		}
	}
	if !slices.EqualFunc(counts.Counts, [][]int{{2, 1}, {1, 2}}, slices.Equal) {
		t.Errorf("counts %v", counts.Counts)
	}
	if a := answers[0]; a.Class != 1 || !math.IsNaN(a.Probability) || a.Output != float64(float32(.2)) || a.Certainty != a.Output {
		t.Errorf("%+v", a)
	}
	signed := &toy{shape: d.shape, x: d.x}
	for _, y := range d.y {
		signed.y = append(signed.y, []float32{2*y[0] - 1})
	}
	m := Sequential(Input(1), Activation(Linear)).Compile(Hinge, SGD(0.1), judging...)
	again, err := m.Evaluate(signed)
	if err != nil || !slices.Equal(again[1:], logs) {
		t.Errorf("targets −1 and 1: %v, %v; want %v", again, err, logs)
	}
	halves, _, _ := judge(t, d, Sigmoid, Hinge)
	if a, _ := halves.Get("accuracy"); math.Abs(a-4./6) > 1e-12 {
		t.Errorf("a sigmoid under a hinge: %v", halves)
	}
}

// A perceptron says yes where its net input is 0 or more, whether the loss has taken over
// its step or there is none.
func TestPerceptronJudgesByStep(t *testing.T) {
	d := labelled(2, []int{1, 1, 0, 0, 1, 0}, []float32{.2}, []float32{0}, []float32{-.3}, []float32{-2}, []float32{-.1}, []float32{.1})
	for _, f := range []ActivationFunction{Linear, Step} {
		logs, counts, answers := judge(t, d, f, PerceptronLoss)
		for i, w := range (Logs{{"accuracy", 4. / 6}, {"binary_accuracy", 4. / 6}, {"precision", 2. / 3}, {"recall", 2. / 3}, {"f1_score", 2. / 3}}) {
			if logs[i].Name != w.Name || math.Abs(logs[i].Value-w.Value) > 1e-6 {
				t.Errorf("%v, want %v", logs[i], w)
			}
		}
		if !slices.EqualFunc(counts.Counts, [][]int{{2, 1}, {1, 2}}, slices.Equal) {
			t.Errorf("counts %v", counts.Counts)
		}
		if a := answers[1]; a.Class != 1 || a.Output != 1 || a.Certainty != 1 {
			t.Errorf("%v: %+v", f, a)
		}
	}
}

// Every label of an example counts: of label 0 two are found and one is missed, of
// label 1 one is found beside a false one; worked out by hand, as F1Score(threshold=0.5).
func TestF1OfSeveralLabels(t *testing.T) {
	p := &toy{shape: tensor.Shape{2},
		x: [][]float32{{.9, .8}, {.6, .7}, {.4, .2}}, y: [][]float32{{1, 1}, {1, 0}, {1, 0}}}
	logits := &toy{shape: p.shape, y: p.y}
	for _, row := range p.x {
		var z []float32
		for _, v := range row {
			z = append(z, float32(math.Log(float64(v)/(1-float64(v)))))
		}
		logits.x = append(logits.x, z)
	}
	want := (0.8 + 2./3) / 2 // 2·2/(2·2+1) and 2·1/(2·1+1)
	for _, c := range []struct {
		d *toy
		f ActivationFunction
		l Loss
	}{{p, Linear, BinaryCrossentropy}, {logits, Sigmoid, BinaryCrossentropy}, {logits, Linear, BinaryCrossentropyFromLogits}, {logits, Sigmoid, MSE}, {logits, Linear, Hinge}} {
		m := Sequential(Input(2), Activation(c.f)).Compile(c.l, SGD(0.1), F1)
		logs, err := m.Evaluate(c.d)
		if got, _ := logs.Get("f1_score"); err != nil || math.Abs(got-want) > 1e-12 {
			t.Errorf("%v behind %v: %v, %v; want %v", c.l, c.f, got, err, want)
		}
	}
}

// A test set in which only the first of two classes occurs has the labels that it says.
func TestLabelsOfTheFirstClassAlone(t *testing.T) {
	d := &toy{shape: []int{1}, classes: 1, x: [][]float32{{1}, {2}}, y: [][]float32{{0}, {0}}}
	no := Sequential(Input(1), Dense(1, Sigmoid, KernelInitializer(Zeros), BiasInitializer(Constant(-3)))).Compile(BinaryCrossentropy, SGD(0.1), Accuracy)
	logs, err := no.Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Log{{"loss", math.Log1p(math.Exp(-3))}, {"accuracy", 1}} {
		if got, _ := logs.Get(want.Name); math.Abs(got-want.Value) > 1e-6 {
			t.Errorf("%s is %v, want %v", want.Name, got, want.Value)
		}
	}
}
