package nn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// goldenRandom is what testdata/keras_random.py saw of a layer that is random
// while training.
type goldenRandom struct {
	Name              string
	Shape             tensor.Shape
	Inference, Passes bool      // outside training y is x; ∂E/∂x is ∂E/∂y
	Y, DX             []float64 // of layers that drop units
	Mean, StdDev      float64   // of the noise
}

// TestGoldenRandom holds the layers that are random while training against real
// Keras. No two libraries draw the same numbers, but where both drop a unit, or
// both keep it, y and ∂E/∂x must agree; over many steps that is every unit. Of
// noise the mean and the deviation can be compared, and its gradient.
func TestGoldenRandom(t *testing.T) {
	layers := map[string]Layer{}
	for _, l := range []Layer{Dropout(0.4), Dropout(0.25), Dropout(0.5), SpatialDropout(0.4), SpatialDropout(0.25), SpatialDropout(0.5),
		GaussianNoise(0.3), GaussianNoise(0.1), GaussianNoise(0.9)} {
		layers[fmt.Sprint(l)] = l
	}
	var file struct{ Cases []goldenRandom }
	readGoldenFile(t, "keras_random.json", &file)
	if len(file.Cases) != len(layers) {
		t.Errorf("%d cases for %d layers", len(file.Cases), len(layers))
	}
	for _, c := range file.Cases {
		for _, b := range []backend.Backend{ref.New(), cpu.New()} {
			t.Run(c.Name+"/"+b.Name(), func(t *testing.T) {
				const batch = 2
				l, _, _ := built(t, b, layers[c.Name], c.Shape, batch)
				shape, n := append([]int{batch}, c.Shape...), batch*c.Shape.Size()
				x, dy := tensor.Of(b, formula(100, n, 1), shape...), tensor.Of(b, formula(101, n, 1), shape...)
				y, dx := tensor.New(b, shape...), tensor.New(b, shape...)
				l.Forward(&Context{}, x, y)
				if slices.Equal(y.Values(), x.Values()) != c.Inference {
					t.Error("outside training y is not x")
				}
				step := func(i uint64) (yv, dxv []float32) {
					context := &Context{Training: true, seed: 1, step: i}
					l.Forward(context, x, y)
					l.Backward(context, x, y, dy, dx)
					return y.Values(), dx.Values()
				}
				if c.Y != nil {
					c.checkDropped(t, step)
					return
				}
				yv, dxv := step(0)
				if slices.Equal(dxv, dy.Values()) != c.Passes {
					t.Error("the gradient is not passed on as it is")
				}
				c.checkNoise(t, x.Values(), yv)
			})
		}
	}
}

// checkDropped compares the units on which the draws agree, step after step.
func (c goldenRandom) checkDropped(t *testing.T, step func(uint64) (y, dx []float32)) {
	agreed := make([]bool, len(c.Y))
	for i := range uint64(64) { // each unit agrees with a probability of ¼ or more
		y, dx := step(i)
		for u := range y {
			if (y[u] == 0) != (c.Y[u] == 0) {
				continue
			}
			agreed[u] = true
			if math.Abs(float64(y[u])-c.Y[u]) > 1e-6 || math.Abs(float64(dx[u])-c.DX[u]) > 1e-6 {
				t.Fatalf("step %d, unit %d: y %v, want %v; ∂E/∂x %v, want %v", i, u, y[u], c.Y[u], dx[u], c.DX[u])
			}
		}
	}
	if u := slices.Index(agreed, false); u >= 0 {
		t.Errorf("unit %d was never what it is in Keras, %v", u, c.Y[u])
	}
}

// checkNoise compares mean and deviation, which differ from draw to draw by about
// σ/√n and σ/√(2n): 6 times that, of both draws together, is no chance.
func (c goldenRandom) checkNoise(t *testing.T, x, y []float32) {
	mean, square, n := 0.0, 0.0, float64(len(x))
	for i := range x {
		e := float64(y[i]) - float64(x[i])
		mean += e / n
		square += e * e / n
	}
	deviation := math.Sqrt(square - mean*mean)
	if chance := 6 * c.StdDev / math.Sqrt(n); math.Abs(mean-c.Mean) > chance*math.Sqrt2 || math.Abs(deviation-c.StdDev) > chance {
		t.Errorf("the noise has mean %v and deviation %v, Keras's %v and %v", mean, deviation, c.Mean, c.StdDev)
	}
}
