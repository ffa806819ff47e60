package ref

import (
	"fmt"
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (ref) Softmax(rows, cols int, x, y backend.Buffer) {
	backend.Check("Softmax", rows, cols)
	X, Y := numbers("Softmax", x, rows*cols), numbers("Softmax", y, rows*cols)
	for r := range rows {
		softmax(X[r*cols:][:cols], Y[r*cols:][:cols])
	}
}

// softmax writes the softmax of net to p and returns log Σ exp(net).
func softmax(net, p []float64) float64 {
	largest, sum := slices.Max(net), 0.0 // the maximum of a row with a NaN is NaN
	for i, v := range net {
		p[i] = math.Exp(v - largest)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return largest + math.Log(sum)
}

func (ref) SoftmaxGrad(rows, cols int, y, dy, dx backend.Buffer) {
	backend.Check("SoftmaxGrad", rows, cols)
	n := rows * cols
	Y, DY, DX := numbers("SoftmaxGrad", y, n), numbers("SoftmaxGrad", dy, n), numbers("SoftmaxGrad", dx, n)
	for lo := 0; lo < n; lo += cols {
		sum := 0.0
		for i := lo; i < lo+cols; i++ {
			sum += DY[i] * Y[i]
		}
		for i := lo; i < lo+cols; i++ {
			DX[i] = Y[i] * (DY[i] - sum)
		}
	}
}

func (ref) ScaleRows(rows, cols int, s, x backend.Buffer) {
	backend.Check("ScaleRows", rows, cols)
	S, X := numbers("ScaleRows", s, rows), numbers("ScaleRows", x, rows*cols)
	for i := range X {
		X[i] *= S[i/cols]
	}
}

func (ref) SumRows(rows, cols int, x backend.Buffer, beta float64, y backend.Buffer) {
	backend.Check("SumRows", rows, cols)
	X, Y := numbers("SumRows", x, rows*cols), numbers("SumRows", y, cols)
	for c := range cols {
		sum := 0.0
		for r := range rows {
			sum += X[r*cols+c]
		}
		if beta != 0 {
			sum += beta * Y[c]
		}
		Y[c] = sum
	}
}

func (ref) ArgMax(rows, cols int, x, y backend.Buffer) {
	backend.Check("ArgMax", rows, cols)
	X, Y := numbers("ArgMax", x, rows*cols), numbers("ArgMax", y, rows)
	for r := range rows {
		Y[r] = float64(argMax(X[r*cols:][:cols]))
	}
}

// argMax is the first column of the largest number of a row.
func argMax(row []float64) (best int) {
	for c, v := range row {
		if v > row[best] || math.IsNaN(v) && !math.IsNaN(row[best]) {
			best = c
		}
	}
	return best
}

func (ref) OneHot(rows, cols int, labels, y backend.Buffer) {
	backend.Check("OneHot", rows, cols)
	L, Y := numbers("OneHot", labels, rows), numbers("OneHot", y, rows*cols)
	for r, label := range L {
		if c := int(label); float64(c) != label || c < 0 || c >= cols {
			panic(backend.Error{Kernel: "OneHot", Detail: fmt.Sprintf("expected labels from 0 to %d, got %v in row %d", cols-1, label, r)})
		}
		clear(Y[r*cols:][:cols])
		Y[r*cols+int(label)] = 1
	}
}
