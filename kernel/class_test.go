package main

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/client"
)

// BenchmarkStart starts a class of kernels at once, each with a first cell that
// waits for it: as many GoNBs as they come, and this kernel's. It reports, from the
// start of all to the first output of a cell, in seconds, the first, the median and
// the last of the class.
//
//	go test ./kernel -run - -bench Start -benchtime 1x -kernels 30
func BenchmarkStart(b *testing.B) {
	classes := map[string]func(*testing.B) *client.Client{
		"gonb":  bareGoNB,
		"nnlab": func(b *testing.B) *client.Client { return benchKernel(b) },
	}
	for name, code := range map[string]string{
		"trivial": "%%\nfmt.Println(1)",
		"imports": "import \"github.com/nnlab-go/lab/nnlab/nn\"\n%%\nfmt.Println(nn.Dense(1) != nil)",
	} {
		for class, start := range classes {
			b.Run(name+"/"+class, func(b *testing.B) {
				var took []time.Duration
				for range b.N {
					took = make([]time.Duration, *idleKernels)
					began := time.Now()
					var all sync.WaitGroup
					for i := range took {
						all.Go(func() {
							k := start(b)
							dialed := time.Since(began)
							took[i] = dialed + firstOutput(b, k, code)
						})
					}
					all.Wait()
				}
				slices.Sort(took)
				for name, at := range map[string]int{"first-s": 0, "median-s": len(took) / 2, "last-s": len(took) - 1} {
					b.ReportMetric(took[at].Seconds(), name)
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
