package nn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// Where several cells are the largest, the first one alone has the gradient: in a pool, in
// a global one and among the pieces of a maxout.
func TestTiesOfMaxima(t *testing.T) {
	even := &toy{shape: []int{2, 2, 1}, x: [][]float32{{3, 3, 3, 3}, {1, 3, 2, 3}}, y: [][]float32{{1}, {2}}}
	for _, b := range []backend.Backend{cpu.New(), ref.New()} {
		for _, pool := range []Layer{MaxPool2D(2), GlobalMaxPool()} {
			m := Sequential(Input(2, 2, 1), pool, Flatten()).Compile(MSE, SGD(0.1), On(b))
			dx, err := m.InputGradient(even, 0, 1)
			if err != nil {
				t.Fatal(err)
			}
			// 2·(3 − 1)/2 and 2·(3 − 2)/2, of a mean of two examples
			if got := dx[0].Values(); !slices.Equal(got, []float32{2, 0, 0, 0, 0, 1, 0, 0}) {
				t.Errorf("%v on %s: %v", pool, b.Name(), got)
			}
		}
		pieces := Sequential(Input(1), Maxout(1, 3)).Compile(MSE, SGD(1), On(b))
		pieces.Params()[0].Value.Set([]float32{1, 2, 2})
		if _, err := pieces.Step(&toy{shape: []int{1}, x: [][]float32{{1}}, y: [][]float32{{1}}}, []int{0}); err != nil {
			t.Fatal(err)
		}
		if got := pieces.Params()[0].Value.Values(); !slices.Equal(got, []float32{1, 0, 2}) { // 2 − ∂E/∂w = 2·(2 − 1)·1
			t.Errorf("maxout on %s: %v", b.Name(), got)
		}
	}
}

// A shared BatchNorm adds to its running means in the order of the outputs.
func TestSharedBatchNormFollowsTheOutputs(t *testing.T) {
	const momentum = 0.75
	data := func(x ...float32) *toy {
		d := &toy{shape: []int{1}}
		for _, v := range x {
			d.x, d.y = append(d.x, []float32{v}), append(d.y, []float32{0})
		}
		return d
	}
	left, right := data(1, 3), data(10, 30) // means 2 and 20
	for swapped, want := range map[bool]float64{
		false: momentum*(1-momentum)*2 + (1-momentum)*20,
		true:  momentum*(1-momentum)*20 + (1-momentum)*2,
	} {
		t.Run(fmt.Sprint(swapped), func(t *testing.T) {
			a, b, norm := Input(1), Input(1), Shared(BatchNorm(BNMomentum(momentum)))
			outputs := []Source{a.Then(norm), b.Then(norm)}
			if swapped {
				slices.Reverse(outputs)
			}
			m := Graph(Inputs(a, b), Outputs(outputs...)).Compile(MSE, SGD(0.1))
			if _, err := m.Step(Multi{X: []Data{left, right}, Y: []Data{left, left}}, []int{0, 1}); err != nil {
				t.Fatal(err)
			}
			for _, p := range m.Params() {
				if p.Name == "batchnorm/moving_mean" {
					if got := float64(p.Value.Values()[0]); math.Abs(got-want) > 1e-5 {
						t.Errorf("the running mean is %v, want %v", got, want)
					}
					return
				}
			}
			t.Error("there is no running mean")
		})
	}
}
