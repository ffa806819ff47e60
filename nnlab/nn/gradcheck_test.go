package nn

import (
	"errors"
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// TestGrad holds every layer, activation, loss and regularizer against finite
// differences in float64.
func TestGrad(t *testing.T) {
	functions := []ActivationFunction{Linear, Sigmoid, Tanh, ReLU, Softmax}
	for _, f := range functions {
		t.Run(fmt.Sprintf("Dense %v in the middle", f), func(t *testing.T) {
			checkGrad(t, clouds(8, 5), CategoricalCrossentropy, Input(5), Dense(7, f), Dense(3, Softmax))
		})
		t.Run(fmt.Sprintf("Activation %v in the middle", f), func(t *testing.T) {
			checkGrad(t, clouds(8, 5), CategoricalCrossentropy, Input(5), Dense(7), Activation(f), Dense(3, Softmax))
		})
		t.Run(fmt.Sprintf("Dense %v at the end, MSE", f), func(t *testing.T) {
			checkGrad(t, vectors(8, 5), MSE, Input(5), Dense(4, Tanh), Dense(2, f))
		})
		t.Run(fmt.Sprintf("Activation %v at the end, MSE, classes", f), func(t *testing.T) {
			checkGrad(t, clouds(8, 5), MSE, Input(5), Dense(3), Activation(f))
		})
	}
	t.Run("softmax layer joined with the cross-entropy", func(t *testing.T) {
		checkGrad(t, clouds(7, 4), SparseCategoricalCrossentropy, Input(4), Dense(3), Activation(Softmax))
	})
	t.Run("cross-entropy of sigmoids", func(t *testing.T) {
		checkGrad(t, shares(8, 5), CategoricalCrossentropy, Input(5), Dense(2, Sigmoid))
	})
	t.Run("Flatten between and Dropout", func(t *testing.T) {
		checkGrad(t, clouds(8, 2, 3, 1), CategoricalCrossentropy,
			Input(2, 3, 1), Flatten(), Dense(9, ReLU), Dropout(0.4), Dense(5, Tanh), Flatten(), Dense(3, Softmax))
	})
	t.Run("without bias, with L1 and L2", func(t *testing.T) {
		checkGrad(t, clouds(8, 5), CategoricalCrossentropy, Input(5),
			Dense(6, Tanh, NoBias(), KernelRegularizer(L1L2(0.03, 0.02))),
			Dense(3, Softmax, KernelRegularizer(L2(0.1)), BiasRegularizer(L1(0.1)), BiasInitializer(Ones)))
	})
}

func checkGrad(t *testing.T, d Data, loss Loss, layers ...Layer) {
	t.Helper()
	m := Sequential(layers...).Compile(loss, SGD(0.1), Seed(3))
	report, err := GradCheck(m, d)
	if err != nil {
		t.Fatalf("%v\n%v", err, report)
	}
	learning := 0
	for _, p := range m.Params() {
		if p.trainable() {
			learning++
		}
	}
	if len(report) != learning {
		t.Fatalf("%d parameters checked of %d", len(report), learning)
	}
	for _, r := range report {
		if r.Checked == 0 || r.Kinks > r.Checked {
			t.Errorf("%s: only %d elements could be checked, %d kinks", r.Name, r.Checked, r.Kinks)
		}
	}
}

// flipped is a layer whose Backward has the wrong sign.
type flipped struct{ Layer }

func (l *flipped) Backward(c *Context, x, y, dy, dx *tensor.Tensor) {
	l.Layer.Backward(c, x, y, dy, dx)
	if dx != nil {
		dx.Backend.Scale(dx.Size(), -1, dx.Buffer)
	}
}

func TestGradCheckFindsAWrongSign(t *testing.T) {
	wrong := &flipped{Layer: Activation(Tanh)}
	m := Sequential(Input(5), Dense(7), wrong, Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	report, err := GradCheck(m, clouds(8, 5))
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("a wrong sign passed:\n%v", report)
	}
	// Only what lies before the wrong layer is wrong.
	for _, r := range report {
		if bad, before := r.Error > gradTolerance, r.Name == "dense/kernel" || r.Name == "dense/bias"; bad != before {
			t.Errorf("%s: relative error %v", r.Name, r.Error)
		}
	}
}

func TestGradCheckLeavesTheModelAlone(t *testing.T) {
	m, d := small(), clouds(30, 6)
	before := m.WeightHash()
	if _, err := GradCheck(m, d); err != nil {
		t.Fatal(err)
	}
	if m.WeightHash() != before || m.step != 0 {
		t.Error("GradCheck changed the model")
	}
}

// A ReLU whose net input is exactly 0 has no derivative there.
func TestGradCheckCountsKinks(t *testing.T) {
	d := vectors(4, 3)
	for _, x := range d.x {
		clear(x)
	}
	m := Sequential(Input(3), Dense(4, ReLU), Dense(2)).Compile(MSE, SGD(0.1))
	report, err := GradCheck(m, d)
	if err != nil {
		t.Fatal(err)
	}
	if r := report[1]; r.Name != "dense/bias" || r.Kinks != 4 {
		t.Errorf("got %+v, want 4 kinks in dense/bias", r)
	}
}
