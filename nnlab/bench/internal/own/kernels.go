package own

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// kernels runs single kernels of a backend.
type kernels struct{ backend.Backend }

// run repeats a kernel and returns the seconds of one call.
func (k kernels) run(item work.Item) (float64, error) {
	if item.TF32 {
		c, ok := k.Backend.(backend.TensorCores)
		if !ok {
			return 0, fmt.Errorf("%s has no tensor cores", k.Name())
		}
		cores, err := c.TF32()
		if err != nil {
			return 0, err
		}
		k.Backend = cores
	}
	var call func()
	switch item.Kind {
	case work.Gemm:
		t := slices.Index([]string{"NN", "TN", "NT", "TT"}, item.Transpose)
		if t < 0 {
			return 0, fmt.Errorf("nnlab has no product %q", item.Transpose)
		}
		a, b, c := k.random(item.M*item.K), k.random(item.K*item.N), k.Alloc(item.M*item.N)
		call = func() {
			k.Gemm(backend.Transpose(t), item.M, item.N, item.K, a, b, 0, c, backend.Epilogue{})
		}
	case work.Conv:
		g := convolution(item)
		x, y := k.random(item.Batch*g.Inputs()*g.Channels), k.random(item.Batch*g.Outputs()*g.Filters)
		w := k.random(g.Depth() * g.Filters)
		switch item.Pass {
		case "forward":
			call = func() { k.Conv(g, item.Batch, x, w, y, backend.Epilogue{}) }
		case "input":
			call = func() { k.ConvGradInput(g, item.Batch, y, w, x, backend.Derivative{}) }
		case "kernel":
			call = func() { k.ConvGradKernel(g, item.Batch, x, y, 0, w) }
		default:
			return 0, fmt.Errorf("nnlab has no pass %q", item.Pass)
		}
	case work.Stream:
		if call = k.stream(item); call == nil {
			return 0, fmt.Errorf("nnlab has no kernel %q", item.Pass)
		}
	}
	return repeat(item.Budget, func() error { call(); return nil }, k.Sync)
}

// stream is a call of what an item's Pass names, of a matrix.
func (k kernels) stream(item work.Item) func() {
	rows, cols := item.M, item.N
	n := rows * cols
	x, y, row := k.random(n), k.Alloc(n), [2]backend.Buffer{k.Alloc(cols), k.Alloc(cols)}
	switch item.Pass {
	case "copy":
		return func() { k.Copy(n, x, y) }
	case "axpy":
		return func() { k.Axpy(n, 0.5, x, y) }
	case "relu":
		return func() { k.Activate(backend.Activation{Kind: backend.ReLU}, n, x, y) }
	case "softmax":
		return func() { k.Softmax(rows, cols, x, y) }
	case "moments":
		return func() { k.Moments(rows, cols, x, row[0], row[1]) }
	case "sum":
		return func() { k.SumRows(rows, cols, x, 0, row[0]) }
	}
	return nil
}

// convolution is the geometry of an item.
func convolution(item work.Item) backend.Convolution {
	square := func(n int) [3]int { return [3]int{1, n, n} }
	return backend.Convolution{
		Window: backend.Window{
			In: square(item.Side), Out: square(item.Out()), Size: square(item.Size),
			Stride: [3]int{1, item.Stride, item.Stride}, Dilation: square(1), Pad: [3]int{0, item.Pad, item.Pad},
			Channels: item.Channels,
		},
		Filters: item.Filters, Groups: 1,
	}
}

// random returns a buffer of numbers around 0.
func (k kernels) random(n int) backend.Buffer {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]float32, n)
	for i := range x {
		x[i] = r.Float32() - 0.5
	}
	b := k.Alloc(n)
	k.Upload(b, x)
	return b
}

// repeat calls a kernel, once to warm up, then in batches that the clock can
// measure until the budget of seconds is spent, three at least. It returns the
// seconds of a call in the median batch. A batch ends when wait says that the machine
// has done it.
func repeat(budget float64, call, wait func() error) (float64, error) {
	batch := func(n int) (float64, error) {
		began := time.Now()
		for range n {
			if err := call(); err != nil {
				return 0, err
			}
		}
		err := wait()
		return time.Since(began).Seconds() / float64(n), err
	}
	if _, err := batch(1); err != nil {
		return 0, err
	}
	one, err := batch(1)
	if err != nil {
		return 0, err
	}
	calls := 1 + int(0.01/one)
	var seconds []float64
	for began := time.Now(); len(seconds) < 3 || time.Since(began).Seconds() < budget; {
		s, err := batch(calls)
		if err != nil {
			return 0, err
		}
		seconds = append(seconds, s)
	}
	slices.Sort(seconds)
	return seconds[len(seconds)/2], nil
}
