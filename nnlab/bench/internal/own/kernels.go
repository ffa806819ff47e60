package own

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// kernels runs single kernels of the cpu backend.
type kernels struct {
	cpu backend.Backend
}

// run repeats a kernel and returns the seconds of one call.
func (k *kernels) run(item work.Item) (float64, error) {
	if k.cpu == nil {
		k.cpu = cpu.New()
	}
	var call func()
	switch item.Kind {
	case work.Gemm:
		t := slices.Index([]string{"NN", "TN", "NT", "TT"}, item.Transpose)
		if t < 0 {
			return 0, fmt.Errorf("nnlab has no product %q", item.Transpose)
		}
		a, b, c := k.random(item.M*item.K), k.random(item.K*item.N), k.cpu.Alloc(item.M*item.N)
		call = func() {
			k.cpu.Gemm(backend.Transpose(t), item.M, item.N, item.K, a, b, 0, c, backend.Epilogue{})
		}
	case work.Conv:
		g := convolution(item)
		x, y := k.random(item.Batch*g.Inputs()*g.Channels), k.random(item.Batch*g.Outputs()*g.Filters)
		w := k.random(g.Depth() * g.Filters)
		switch item.Pass {
		case "forward":
			call = func() { k.cpu.Conv(g, item.Batch, x, w, y, backend.Epilogue{}) }
		case "input":
			call = func() { k.cpu.ConvGradInput(g, item.Batch, y, w, x, backend.Derivative{}) }
		case "kernel":
			call = func() { k.cpu.ConvGradKernel(g, item.Batch, x, y, 0, w) }
		default:
			return 0, fmt.Errorf("nnlab has no pass %q", item.Pass)
		}
	}
	seconds := repeat(item.Budget, call)
	return seconds, k.cpu.Sync()
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
func (k *kernels) random(n int) backend.Buffer {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]float32, n)
	for i := range x {
		x[i] = r.Float32() - 0.5
	}
	b := k.cpu.Alloc(n)
	k.cpu.Upload(b, x)
	return b
}

// repeat calls a kernel, once to warm up, then in batches that the clock can
// measure until the budget of seconds is spent, three at least. It returns the
// seconds of a call in the median batch.
func repeat(budget float64, call func()) float64 {
	batch := func(n int) float64 {
		began := time.Now()
		for range n {
			call()
		}
		return time.Since(began).Seconds() / float64(n)
	}
	call()
	calls := 1 + int(0.01/batch(1))
	var seconds []float64
	for began := time.Now(); len(seconds) < 3 || time.Since(began).Seconds() < budget; {
		seconds = append(seconds, batch(calls))
	}
	slices.Sort(seconds)
	return seconds[len(seconds)/2]
}
