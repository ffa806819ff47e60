package main

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// BenchmarkFirst measures the time from the request to the first output of the
// first cell of a new kernel, after Prepare as install does it: asked "atOnce", as
// soon as the kernel answers a front end, and "later", when it has been there for
// two seconds, which a student takes to find the cell. Medians.
//
//	go test ./kernel -run - -bench First -benchtime 5x
func BenchmarkFirst(b *testing.B) {
	for _, c := range []struct{ name, code string }{
		{"trivial", "fmt.Println(1)"},
		{"imports", `import (
	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/viz"
)
var train, test = datasets.MNIST()
fmt.Println(train != nil, nn.Epochs(1), viz.Live != nil)`},
	} {
		for _, w := range []struct {
			name string
			wait time.Duration
		}{{"atOnce", 0}, {"later", 2 * time.Second}} {
			b.Run(fmt.Sprintf("%s/%s", c.name, w.name), func(b *testing.B) {
				prepare(b)
				var times []time.Duration
				for range b.N {
					k := benchKernel(b)
					time.Sleep(w.wait)
					times = append(times, firstOutput(b, k, c.code))
					k.Shutdown()
				}
				slices.Sort(times)
				b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms")
				b.ReportMetric(float64(times[len(times)-1].Microseconds())/1000, "worst-ms")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// prepare compiles what cells import, as install does.
func prepare(b *testing.B) {
	b.Helper()
	root, err := gonb.Root()
	if err == nil {
		err = gonb.Prepare(context.Background(), gonb.Setting{Root: root})
	}
	if err != nil {
		b.Fatal(err)
	}
}
