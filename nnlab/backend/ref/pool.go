package ref

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// windows calls f for every output of a pool with its place and the places that
// its window covers, padding left out.
func windows(w *backend.Window, n int, f func(out int, covered []int)) {
	var window []cell
	var covered []int
	for out := range n * w.Outputs() {
		image := out / w.Outputs()
		window = cells(w, out%w.Outputs(), window)
		for c := range w.Channels {
			covered = covered[:0]
			for _, cell := range window {
				if cell.inside {
					covered = append(covered, (image*w.Inputs()+cell.at)*w.Channels+c)
				}
			}
			f(out*w.Channels+c, covered)
		}
	}
}

// largest returns the first of the places with the largest number; NaN counts
// as larger than any. It is −1 where there is no place.
func largest(x []float64, places []int) int {
	best := -1
	for _, i := range places {
		if best < 0 || x[i] > x[best] || math.IsNaN(x[i]) && !math.IsNaN(x[best]) {
			best = i
		}
	}
	return best
}

func pools(kernel string, w *backend.Window, n int, in, out backend.Buffer) (x, y []float64) {
	backend.Check(kernel, n)
	w.Check(kernel)
	return numbers(kernel, in, n*w.Inputs()*w.Channels), numbers(kernel, out, n*w.Outputs()*w.Channels)
}

func (ref) MaxPool(w backend.Window, n int, x, y backend.Buffer) {
	X, Y := pools("MaxPool", &w, n, x, y)
	windows(&w, n, func(out int, covered []int) {
		Y[out] = math.Inf(-1)
		if i := largest(X, covered); i >= 0 {
			Y[out] = X[i]
		}
	})
}

func (ref) MaxPoolGrad(w backend.Window, n int, x, dy, dx backend.Buffer, d backend.Derivative) {
	X, DY := pools("MaxPoolGrad", &w, n, x, dy)
	DX := numbers("MaxPoolGrad", dx, len(X))
	times := derivativeOf("MaxPoolGrad", d, len(DX))
	clear(DX)
	windows(&w, n, func(out int, covered []int) {
		if i := largest(X, covered); i >= 0 {
			DX[i] += DY[out]
		}
	})
	for i, v := range DX {
		DX[i] = times(i, v)
	}
}

func (ref) AveragePool(w backend.Window, n int, x, y backend.Buffer) {
	X, Y := pools("AveragePool", &w, n, x, y)
	windows(&w, n, func(out int, covered []int) {
		sum := 0.0
		for _, i := range covered {
			sum += X[i]
		}
		Y[out] = sum / float64(max(1, len(covered)))
	})
}

func (ref) AveragePoolGrad(w backend.Window, n int, dy, dx backend.Buffer) {
	DX, DY := pools("AveragePoolGrad", &w, n, dx, dy)
	clear(DX)
	windows(&w, n, func(out int, covered []int) {
		for _, i := range covered {
			DX[i] += DY[out] / float64(len(covered))
		}
	})
}
