package ref_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// golden is testdata/keras_kernels.json; the script that made it stands beside.
type golden struct {
	Updates []struct {
		Kernel    string
		Options   json.RawMessage
		W         []float64
		Gradients [][]float64
		After     [][]float64
	}
	Losses []struct {
		Kernel         string
		Rows, Cols     int
		X, Target      []float64
		Loss, Gradient []float64
	}
	Functions []struct {
		Function     string
		X, Y, Dy, Dx []float64
	}
	Regularizers []struct {
		L1, L2, Penalty float64
		W, Gradient     []float64
	}
}

func readGolden(t *testing.T) (g golden) {
	t.Helper()
	text, err := os.ReadFile("testdata/keras_kernels.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func upload(b backend.Backend, x []float64) backend.Buffer {
	y := b.Alloc(len(x))
	b.(backend.Float64).Upload64(y, x)
	return y
}

// near tests that two float64 computations of the same formula agree.
func near(t *testing.T, what string, b backend.Backend, got backend.Buffer, want []float64) {
	t.Helper()
	x := make([]float64, len(want))
	b.(backend.Float64).Download64(x, got)
	for i, w := range want {
		if !(math.Abs(x[i]-w) <= 1e-12*max(1, math.Abs(w))) {
			t.Errorf("%s: number %d is %v, Keras has %v", what, i, x[i], w)
		}
	}
}

func TestUpdatesAgainstKeras(t *testing.T) {
	b := ref.New()
	for _, c := range readGolden(t).Updates {
		n := len(c.W)
		w, s1, s2 := upload(b, c.W), b.Alloc(n), b.Alloc(n)
		for step, gradient := range c.Gradients {
			g := upload(b, gradient)
			var err error
			switch c.Kernel {
			case "SGD":
				var p backend.SGD
				err = json.Unmarshal(c.Options, &p)
				b.SGD(p, n, w, g, s1)
			case "RMSprop":
				var p backend.RMSprop
				err = json.Unmarshal(c.Options, &p)
				b.RMSprop(p, n, w, g, s1, s2)
			case "Adam":
				var p backend.Adam
				err = json.Unmarshal(c.Options, &p)
				p.Step = step + 1
				b.Adam(p, n, w, g, s1, s2)
			}
			if err != nil {
				t.Fatal(err)
			}
			near(t, c.Kernel+string(c.Options), b, w, c.After[step])
		}
	}
}

func TestLossesAgainstKeras(t *testing.T) {
	b := ref.New()
	for _, c := range readGolden(t).Losses {
		x, target, loss, dx := upload(b, c.X), upload(b, c.Target), b.Alloc(c.Rows), b.Alloc(len(c.X))
		switch c.Kernel {
		case "MSE":
			b.Loss(backend.Loss{Kind: backend.MSE}, c.Rows, c.Cols, x, target, loss, dx)
		case "CategoricalCrossentropy":
			b.Loss(backend.Loss{Kind: backend.CategoricalCrossentropy}, c.Rows, c.Cols, x, target, loss, dx)
		case "SoftmaxCrossEntropy":
			b.SoftmaxCrossEntropy(c.Rows, c.Cols, x, target, loss, dx)
		}
		near(t, c.Kernel, b, loss, c.Loss)
		near(t, c.Kernel+"'s gradient", b, dx, c.Gradient)
	}
}

func TestFunctionsAgainstKeras(t *testing.T) {
	b := ref.New()
	kinds := map[string]backend.ActivationKind{}
	for k := backend.Linear; k <= backend.ReLU; k++ {
		kinds[k.String()] = k
	}
	for _, c := range readGolden(t).Functions {
		n := len(c.X)
		x, y, dy, dx := upload(b, c.X), b.Alloc(n), upload(b, c.Dy), b.Alloc(n)
		if c.Function == "softmax" {
			b.Softmax(3, 4, x, y)
			b.SoftmaxGrad(3, 4, y, dy, dx)
		} else {
			f := backend.Activation{Kind: kinds[c.Function]}
			b.Activate(f, n, x, y)
			b.ActivateGrad(f, n, y, dy, dx)
		}
		near(t, c.Function, b, y, c.Y)
		near(t, c.Function+"'s gradient", b, dx, c.Dx)
	}
}

func TestRegularizeAgainstKeras(t *testing.T) {
	b := ref.New()
	for _, c := range readGolden(t).Regularizers {
		n := len(c.W)
		w, g := upload(b, c.W), b.Alloc(n)
		b.Regularize(n, c.L1, c.L2, w, g)
		near(t, "gradient", b, g, c.Gradient)
		near(t, "penalty", b, upload(b, []float64{c.L1*b.SumAbs(n, w) + c.L2*b.SumSquares(n, w)}), []float64{c.Penalty})
	}
}
