package main

import (
	"fmt"
	"time"

	"github.com/nnlab-go/lab/internal/card"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
)

// report measures a few kernels, and what the card can do at most, in about two seconds.
func report(b backend.Backend) (r card.Report, err error) {
	r = card.Report{Card: b.(backend.Device).Device(), Emulated: emulated(b)}
	if r.Emulated {
		return r, nil
	}
	l, err := cuda.Measure(b)
	if err != nil {
		return r, err
	}
	r.GFLOPS, r.GBps = l.GFLOPS, l.GBps
	n := 1024
	if l.GFLOPS > 4000 { // a smaller product does not fill the card
		n = 4096
	}
	for _, k := range kernels(b, n) {
		seconds, err := fastest(b, k.run)
		if err != nil {
			return r, fmt.Errorf("%s: %w", k.name, err)
		}
		r.Measured = append(r.Measured, card.Measured{Kernel: k.name, GFLOPS: k.operations / seconds / 1e9, GBps: k.bytes / seconds / 1e9})
	}
	return r, nil
}

// kernel is a call with what it has to do: operations, or bytes to read and write.
type kernel struct {
	name              string
	operations, bytes float64
	run               func()
}

// kernels are a product of n×n matrices, a convolution, and a sum of n² numbers.
func kernels(b backend.Backend, n int) []kernel {
	x, y, z := b.Alloc(n*n), b.Alloc(n*n), b.Alloc(n*n)
	const images, channels = 32, 64
	g := backend.Convolution{Window: backend.Window{In: [3]int{1, 56, 56}, Out: [3]int{1, 56, 56}, Size: [3]int{1, 3, 3},
		Stride: [3]int{1, 1, 1}, Dilation: [3]int{1, 1, 1}, Pad: [3]int{0, 1, 1}, Channels: channels}, Filters: channels, Groups: 1}
	size := images * g.Outputs() * channels
	in, w, out := b.Alloc(size), b.Alloc(g.Depth()*channels), b.Alloc(size)
	numbers := float64(n) * float64(n)
	return []kernel{
		{fmt.Sprintf("Gemm %d³", n), 2 * numbers * float64(n), 0, func() { b.Gemm(backend.NN, n, n, n, x, y, 0, z, backend.Epilogue{}) }},
		{"Conv 3×3, 64 → 64, 32·56²", 2 * float64(size) * float64(g.Depth()), 0, func() { b.Conv(g, images, in, w, out, backend.Epilogue{}) }},
		{fmt.Sprintf("Axpy %d²", n), 0, 3 * 4 * numbers, func() { b.Axpy(n*n, 0.5, x, z) }},
	}
}

// fastest is how many seconds f takes at least, of runs that together take a tenth of one.
func fastest(b backend.Backend, f func()) (seconds float64, err error) {
	f() // what is made at the first use
	if err := b.Sync(); err != nil {
		return 0, err
	}
	const repeats = 10 // between two waits
	least := time.Duration(0)
	for began := time.Now(); time.Since(began) < 100*time.Millisecond || least == 0; {
		start := time.Now()
		for range repeats {
			f()
		}
		if err := b.Sync(); err != nil {
			return 0, err
		}
		if took := time.Since(start); least == 0 || took < least {
			least = took
		}
	}
	return least.Seconds() / repeats, nil
}
