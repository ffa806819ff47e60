package cpu_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// heldKernels are kernels that read weights, for some rows or images.
func heldKernels() map[string]struct {
	x, w, y int
	run     func(b backend.Backend, x, w, y backend.Buffer)
} {
	type kernel = struct {
		x, w, y int
		run     func(b backend.Backend, x, w, y backend.Buffer)
	}
	product := func(t backend.Transpose, m, n, k int) kernel {
		return kernel{m * k, k * n, m * n, func(b backend.Backend, x, w, y backend.Buffer) {
			b.Gemm(t, m, n, k, x, w, 0, y, backend.Epilogue{})
		}}
	}
	conv := func(n, side, size, channels, filters int) kernel {
		g := backend.Convolution{Filters: filters, Groups: 1, Window: backend.Window{In: [3]int{1, side, side}, Out: [3]int{1, side - size + 1, side - size + 1},
			Size: [3]int{1, size, size}, Stride: [3]int{1, 1, 1}, Dilation: [3]int{1, 1, 1}, Channels: channels}}
		return kernel{n * g.Inputs() * channels, g.Depth() * filters, n * g.Outputs() * filters, func(b backend.Backend, x, w, y backend.Buffer) {
			b.Conv(g, n, x, w, y, backend.Epilogue{})
		}}
	}
	square := func(b backend.Backend, x, w, y backend.Buffer) {
		b.Gemm(backend.NN, 30, 100, 100, x, w, 0, y, backend.Epilogue{})
		b.Gemm(backend.NT, 30, 100, 100, x, w, 1, y, backend.Epilogue{})
	}
	return map[string]kernel{
		"NN": product(backend.NN, 20, 150, 300), "NT": product(backend.NT, 20, 150, 300),
		"both, in one slice with and without zeros": {30 * 100, 100 * 100, 30 * 100, square},
		"convolution": conv(2, 9, 5, 3, 20), "convolution with few outputs": conv(1, 5, 3, 8, 150), "Winograd": conv(9, 10, 3, 32, 48),
	}
}

// fill makes numbers of which every other is 0 where there are to be gaps.
func fill(b backend.Backend, n int, gaps bool) backend.Buffer {
	x := make([]float32, n)
	for i := range x {
		if x[i] = float32(i*7919%101)/50 - 1; gaps && i%2 == 0 {
			x[i] = 0
		}
	}
	buffer := b.Alloc(n)
	b.Upload(buffer, x)
	return buffer
}

func numbers(b backend.Backend, x backend.Buffer) []float32 {
	values := make([]float32, x.Len())
	b.Download(values, x)
	return values
}

// TestHeldIsKept tests that what is made of weights is kept while they are held and no
// longer, once for each way in which it is used, that it makes the same bits, and that
// nothing is allocated then.
func TestHeldIsKept(t *testing.T) {
	each(t, func(t *testing.T, option cpu.Option) {
		for name, k := range heldKernels() {
			b := cpu.New(option)
			w, y := fill(b, k.w, false), b.Alloc(k.y)
			inputs := []backend.Buffer{fill(b, k.x, false), fill(b, k.x, true)}
			var want [][]float32
			for _, x := range inputs {
				k.run(b, x, w, y)
				want = append(want, numbers(b, y))
			}
			if now, _ := cpu.Kept(b); now != 0 {
				t.Errorf("%s: %d numbers are kept of weights that nobody holds", name, now)
			}
			release := b.(backend.Holder).Hold(w)
			for i, x := range inputs {
				k.run(b, x, w, y)
				kept, _ := cpu.Kept(b)
				if kept < k.w {
					t.Errorf("%s: of %d weights %d numbers are kept", name, k.w, kept)
				}
				if n := testing.AllocsPerRun(3, func() { k.run(b, x, w, y) }); n != 0 {
					t.Errorf("%s: %v allocations a call with held weights", name, n)
				}
				if !slices.Equal(numbers(b, y), want[i]) {
					t.Errorf("%s: held weights make other bits, with zeros: %v", name, i > 0)
				}
				if now, _ := cpu.Kept(b); now != kept {
					t.Errorf("%s: %d numbers are kept after the first call and %d after the next", name, kept, now)
				}
			}
			release()
			if now, _ := cpu.Kept(b); now != 0 {
				t.Errorf("%s: %d numbers are kept of weights that were released", name, now)
			}
		}
	})
}

// TestHeldBound tests that of weights for which there is no room nothing is kept, and
// of others there still is.
func TestHeldBound(t *testing.T) {
	const m, n = 16, 2000 // 16 MB
	b := cpu.New()
	x, y := fill(b, m*n, false), b.Alloc(m*n)
	product := func(w backend.Buffer, n, k int) []float32 {
		b.Gemm(backend.NN, m, n, k, x, w, 0, y, backend.Epilogue{})
		return numbers(b, y)
	}
	first, second, small := fill(b, n*n, false), fill(b, n*n, true), fill(b, 100*100, false)
	want := product(second, n, n)
	defer b.(backend.Holder).Hold(first, second, small)()
	product(first, n, n)
	full, most := cpu.Kept(b)
	if full < n*n || full > most {
		t.Fatalf("%d numbers are kept of %d, at most %d may be", full, n*n, most)
	}
	if !slices.Equal(product(second, n, n), want) {
		t.Error("weights that there is no room for make other bits")
	}
	if now, _ := cpu.Kept(b); now != full {
		t.Errorf("%d numbers are kept of weights that there is no room for", now-full)
	}
	product(small, 100, 100)
	if now, _ := cpu.Kept(b); now < full+100*100 || now > most {
		t.Errorf("%d numbers are kept, want the %d before, those of 100×100 weights, and %d at most", now, full, most)
	}
}

// TestHeldByMany tests that several may hold the same weights at once, each for a time
// of its own.
func TestHeldByMany(t *testing.T) {
	const callers, m, n, k = 3, 12, 70, 90
	b := cpu.New(cpu.Workers(2))
	x, shared := fill(b, m*k, false), fill(b, k*n, false)
	product := func(w, y backend.Buffer) float64 {
		b.Gemm(backend.NN, m, n, k, x, w, 0, y, backend.Epilogue{})
		return b.Sum(m*n, y)
	}
	want := product(shared, b.Alloc(m*n))
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			own, y := fill(b, k*n, false), b.Alloc(m*n)
			for i := range 20 {
				release := b.(backend.Holder).Hold(shared, own)
				for range 3 {
					if got := product(shared, y); got != want {
						t.Errorf("the sum is %v, want %v", got, want)
					}
					if got, want := product(own, y), want/float64(int(1)<<i); got != want {
						t.Errorf("with halved weights the sum is %v, want %v", got, want)
					}
				}
				release()
				b.Scale(k*n, 0.5, own)
			}
		})
	}
	all.Wait()
	if now, _ := cpu.Kept(b); now != 0 {
		t.Errorf("%d numbers are kept when all have released their weights", now)
	}
}
