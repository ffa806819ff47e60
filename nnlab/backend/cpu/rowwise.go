package cpu

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (c *cpu) Softmax(rows, cols int, x, y backend.Buffer) {
	backend.Check("Softmax", rows, cols)
	c.run(job{part: softmaxRows, n: rows, grain: rowGrain(heavyGrain, cols), cols: cols,
		a: numbers("Softmax", x, rows*cols), b: numbers("Softmax", y, rows*cols)})
}

func softmaxRows(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		x, y := j.row(r, j.a), j.row(r, j.b)
		sum := j.kernels.expSum(x, y, j.kernels.largest(x))
		j.kernels.scale(y, float32(1/sum))
	}
}

// expSum computes y = e^(x − largest) and returns Σ y.
func expSum(x, y []float32, largest float32) float64 {
	y = y[:len(x)]
	sum := 0.0
	for i, v := range x {
		e := exp(float64(v) - float64(largest))
		y[i] = float32(e)
		sum += e
	}
	return sum
}

func (c *cpu) SoftmaxGrad(rows, cols int, y, dy, dx backend.Buffer) {
	backend.Check("SoftmaxGrad", rows, cols)
	n := rows * cols
	c.run(job{part: softmaxGradPart, n: rows, grain: rowGrain(lightGrain, cols), cols: cols,
		a: numbers("SoftmaxGrad", y, n), b: numbers("SoftmaxGrad", dy, n), c: numbers("SoftmaxGrad", dx, n)})
}

func softmaxGradPart(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		y, dy := j.row(r, j.a), j.row(r, j.b)
		j.kernels.softmaxGrad(y, dy, j.row(r, j.c), j.kernels.dot(y, dy))
	}
}

// softmaxGrad computes dx = y·(dy − sum).
func softmaxGrad(y, dy, dx []float32, sum float64) {
	dy, dx = dy[:len(y)], dx[:len(y)]
	for i, v := range y {
		dx[i] = v * float32(float64(dy[i])-sum)
	}
}

func (c *cpu) ScaleRows(rows, cols int, s, x backend.Buffer) {
	backend.Check("ScaleRows", rows, cols)
	c.run(job{part: scaleRows, n: rows, grain: rowGrain(lightGrain, cols), cols: cols,
		a: numbers("ScaleRows", s, rows), b: numbers("ScaleRows", x, rows*cols)})
}

func scaleRows(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		j.kernels.scale(j.row(r, j.b), j.a[r])
	}
}

func (c *cpu) SumRows(rows, cols int, x backend.Buffer, beta float64, y backend.Buffer) {
	backend.Check("SumRows", rows, cols)
	X, Y := numbers("SumRows", x, rows*cols), numbers("SumRows", y, cols)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	for i, sum := range c.sumColumns(job{part: blockSums, a: X}, rows, cols, 1, mergeSums) {
		Y[i] = float32(sum + onto(beta, Y[i]))
	}
}

func blockSums(j *job, s span) {
	for b := s.lo; b < s.hi; b++ {
		rows, sum := j.block(b)
		j.kernels.columnSums(rows.of(j.a), sum)
	}
}

func (c *cpu) ArgMax(rows, cols int, x, y backend.Buffer) {
	backend.Check("ArgMax", rows, cols)
	c.run(job{part: argMax, n: rows, grain: rowGrain(lightGrain, cols), cols: cols,
		a: numbers("ArgMax", x, rows*cols), b: numbers("ArgMax", y, rows)})
}

func argMax(j *job, s span) {
	for r := s.lo; r < s.hi; r++ {
		j.b[r] = float32(j.kernels.argMax(j.row(r, j.a)))
	}
}

func (c *cpu) OneHot(rows, cols int, labels, y backend.Buffer) {
	backend.Check("OneHot", rows, cols)
	L, Y := numbers("OneHot", labels, rows), numbers("OneHot", y, rows*cols)
	for r, label := range L {
		// Compared as a number: what float → int makes of NaN is anybody's guess.
		if !(label >= 0 && label < float32(cols)) || label != float32(int(label)) {
			panic(backend.Error{Kernel: "OneHot", Detail: fmt.Sprintf("expected labels from 0 to %d, got %v in row %d", cols-1, label, r)})
		}
		clear(Y[r*cols:][:cols])
		Y[r*cols+int(label)] = 1
	}
}
