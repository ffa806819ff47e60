package tensor

import (
	"errors"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// What is fused is what the operations make one after the other, also in a part of rows that
// are wider.
func TestFused(t *testing.T) {
	b := ref.New()
	a, w := Of(b, []float32{1, 2, 3, 4}, 2, 2), Of(b, []float32{1, -1, 0, 1, 2, 1}, 2, 3)
	scale, shift := Of(b, []float32{2, 1, -1}, 3), Of(b, []float32{1, -5, 0}, 3)
	plus := Of(b, []float32{0, 1, 2, 3, 4, 5}, 2, 3)
	y := New(b, 2, 5)
	Fill(7, y)
	// a·w = [3 3 2; 7 5 4], then 2·3 + 1 + 0, 3 − 5 + 1, −2 + 2; 2·7 + 1 + 3, 5 − 5 + 4, −4 + 5
	MatMulFused(y, a, w, Fused{Scale: scale, Shift: shift, Plus: plus, Activation: backend.Activation{Kind: backend.ReLU}, First: 1})
	if want := []float32{7, 7, 0, 0, 7, 7, 18, 4, 1, 7}; !slices.Equal(y.Values(), want) {
		t.Errorf("got %v, want %v", y.Values(), want)
	}
	g := backend.Convolution{Window: backend.Window{In: [3]int{1, 1, 2}, Out: [3]int{1, 1, 2}, Size: [3]int{1, 1, 1}, Stride: [3]int{1, 1, 1},
		Dilation: [3]int{1, 1, 1}, Channels: 2}, Filters: 3, Groups: 1}
	x, maps := Of(b, []float32{1, 2, 3, 4}, 1, 2, 2), New(b, 1, 2, 3)
	ConvFused(g, x, w, maps, Fused{Shift: shift})
	if want := []float32{4, -2, 2, 8, 0, 4}; !slices.Equal(maps.Values(), want) {
		t.Errorf("got %v, want %v", maps.Values(), want)
	}
	for what, call := range map[string]func(){
		"rows that are too narrow":  func() { MatMulFused(New(b, 2, 2), a, w, Fused{}) },
		"a part that sticks out":    func() { MatMulFused(y, a, w, Fused{First: 3}) },
		"fewer rows":                func() { MatMulFused(New(b, 1, 5), a, w, Fused{}) },
		"factors that do not meet":  func() { MatMulFused(y, a, New(b, 3, 2), Fused{}) },
		"a scale of other columns":  func() { MatMulFused(y, a, w, Fused{Scale: New(b, 2)}) },
		"summands of another shape": func() { ConvFused(g, x, w, maps, Fused{Plus: New(b, 2, 2, 3)}) },
		"fewer positions":           func() { ConvFused(g, x, w, New(b, 1, 1, 3), Fused{}) },
	} {
		func() {
			defer func() {
				if err, _ := recover().(error); !errors.As(err, new(backend.Error)) {
					t.Errorf("%s: got %v", what, err)
				}
			}()
			call()
		}()
	}
}
