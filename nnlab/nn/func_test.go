package nn

import (
	"math"
	"strings"
	"testing"
)

// pairs is a layer of its own that multiplies neighbours and halves their number:
// y[i] = x[i]·x[i+1], of another shape than its input.
func pairs() Layer {
	return Func(func(x, y []float64) {
		for i := range y {
			y[i] = x[i] * x[i+1]
		}
	}, func(x, y, dy, dx []float64) {
		for i := range dy {
			dx[i] += dy[i] * x[i+1]
			dx[i+1] += dy[i] * x[i]
		}
	}, OutputShape(4))
}

func square(x, y []float64) {
	for i := range x {
		y[i] = x[i] * x[i]
	}
}

// A function of one's own trains like a built-in one, on either backend.
func TestFuncIsLikeTheBuiltIn(t *testing.T) {
	own := Func(func(x, y []float64) {
		for i := range x {
			y[i] = math.Tanh(x[i])
		}
	}, func(x, y, dy, dx []float64) {
		for i := range x {
			dx[i] = dy[i] * (1 - y[i]*y[i])
		}
	})
	loss := func(l Layer) float64 {
		m := Sequential(Input(2, 3), Flatten(), Dense(5), l, Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
		h, err := m.Fit(clouds(50, 2, 3), Epochs(3), BatchSize(16), Verbose(false))
		if err != nil {
			t.Fatal(err)
		}
		e, _ := h.Last("loss")
		return e
	}
	if a, b := loss(own), loss(Activation(Tanh)); math.Abs(a/b-1) > 1e-5 {
		t.Errorf("the loss is %v, with the built-in layer %v", a, b)
	}
}

// Compile refuses a layer whose backward is not the derivative of its forward,
// or that does not fit its place, and names it.
func TestFuncRefusals(t *testing.T) {
	double := func(factor float64) func(x, y, dy, dx []float64) {
		return func(x, y, dy, dx []float64) {
			for i := range x {
				dx[i] = factor * x[i] * dy[i]
			}
		}
	}
	for want, l := range map[string]Layer{
		"expects ∂E/∂x[0] = ":                                          Func(square, double(-2)),
		"as differences of its function give, got 0 from backward":     Func(square, double(0)),
		"expects a forward from x of 6 numbers to y of 2, and":         Func(square, double(2), OutputShape(2)),
		"expects a forward that gives numbers for random inputs, got ": Func(func(x, y []float64) { y[0] = math.NaN() }, double(2)),
		"expects a forward and a backward, got nil":                    Func(square, nil),
		"expects lengths of at least 1 in OutputShape, got [0]":        Func(square, double(2), OutputShape(0)),
	} {
		err := Sequential(Input(6), l, Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1)).Err()
		if err == nil || !strings.Contains(err.Error(), "layer 2 (Func") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if err := Sequential(Input(6), Func(square, double(2)), Dense(3)).Compile(MSE, SGD(0.1)).Err(); err != nil {
		t.Error(err)
	}
	// A function that is there for positive numbers only is checked on such.
	root := Func(func(x, y []float64) { y[0] = math.Sqrt(x[0]) }, func(x, y, dy, dx []float64) { dx[0] = dy[0] / (2 * y[0]) })
	if err := Sequential(Input(1), Activation(Sigmoid), root).Compile(MSE, SGD(0.1)).Err(); err != nil {
		t.Error(err)
	}
}
