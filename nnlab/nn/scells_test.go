package nn

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// S-cells whose weights are not 0 stand against finite differences, C-cells behind them.
func TestGradSCells(t *testing.T) {
	m := Sequential(Input(6), Dense(60, Sigmoid), Reshape(5, 4, 3), SCells(3, 3, 1.5, Same), CCells(2, 0.5), Flatten(), Dense(3, Softmax)).
		Compile(CategoricalCrossentropy, SGD(0.1), On(ref.New()))
	for i, p := range m.Params()[2:4] {
		values := formula(uint32(i), p.Value.Size(), 0.5)
		for j := range values {
			values[j] += 0.5
		}
		p.Value.Set(values)
	}
	if _, err := GradCheck(m, clouds(8, 6)); err != nil {
		t.Error(err)
	}
}

// A cell whose weights are those of a pattern, times much, answers 1 to it, whatever its
// strength, and the less the more another differs: nothing below a cosine of r/(1 + r).
func TestSCellsSelect(t *testing.T) {
	const r, q = 4, 1e6
	b := cpu.New()
	l, builder, _ := built(t, b, SCells(1, 3, r), tensor.Shape{3, 3, 1}, 4)
	bar := []float32{0, 1, 0, 0, 1, 0, 0, 1, 0}
	double := []float32{0, 2, 0, 0, 2, 0, 0, 2, 0}
	thick := []float32{0, 1, 0, 0, 1, 1, 0, 1, 0}
	other := []float32{0, 0, 0, 1, 1, 1, 0, 0, 0}
	c, v2, dot, thick2 := Falling(3, 3), 0.0, 0.0, 0.0
	floats.Scale(1/floats.Sum(c), c)
	excitatory := make([]float32, 9)
	for i, u := range bar {
		excitatory[i] = q * float32(c[i]) * u
		v2 += c[i] * float64(u*u)
		dot += c[i] * float64(u*thick[i])
		thick2 += c[i] * float64(thick[i]*thick[i])
	}
	builder.params[0].Value.Set(excitatory)
	builder.params[1].Value.Set([]float32{float32(q / 2 * math.Sqrt(v2))})
	var x []float32
	for _, u := range [][]float32{bar, double, thick, other} {
		x = append(x, u...)
	}
	out := tensor.New(b, 4, 1, 1, 1)
	l.Forward(&Context{}, tensor.Of(b, x, 4, 3, 3, 1), out)
	s := dot / math.Sqrt(v2*thick2)
	if want := []float64{1, 1, (1+r)*s - r, 0}; !near(out.Values(), want, 1e-4) {
		t.Errorf("got %v, want %v", out.Values(), want)
	}
}
