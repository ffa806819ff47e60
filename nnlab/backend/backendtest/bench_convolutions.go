package backendtest

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// benchmarkConvolutions measures the convolutions of Exemplo 2, for a batch of
// 128, and one of ResNet's that halve an image, for a batch of 8, forwards and
// backwards.
func benchmarkConvolutions(b *testing.B, be backend.Backend) {
	d := newData("convolutions")
	one, two, three := [3]int{1, 1, 1}, [3]int{1, 2, 2}, [3]int{1, 3, 3}
	for _, c := range []struct {
		n int
		g backend.Convolution
	}{
		{128, backend.Convolution{Window: window([3]int{1, 28, 28}, three, one, one, [3]int{}, 1), Filters: 32, Groups: 1}},
		{128, backend.Convolution{Window: window([3]int{1, 26, 26}, three, one, one, [3]int{}, 32), Filters: 64, Groups: 1}},
		{8, backend.Convolution{Window: window([3]int{1, 56, 56}, three, two, one, [3]int{0, 1, 1}, 64), Filters: 128, Groups: 1}},
	} {
		n, g := c.n, c.g
		x, y := upload(be, d.normal(n*g.Inputs()*g.Channels)), upload(be, d.normal(n*g.Outputs()*g.Filters))
		w, e := upload(be, d.normal(g.Depth()*g.Filters)), backend.Epilogue{Activation: backend.Activation{Kind: backend.ReLU}}
		δ := upload(be, d.normal(n*g.Outputs()*g.Filters))
		for _, k := range []struct {
			name string
			run  func()
		}{
			{"Conv", func() { be.Conv(g, n, x, w, y, e) }},
			{"ConvGradKernel", func() { be.ConvGradKernel(g, n, x, δ, 0, w) }},
			{"ConvGradInput", func() { be.ConvGradInput(g, n, δ, w, x, backend.Derivative{}) }},
		} {
			b.Run(fmt.Sprintf("%s/%d→%d", k.name, g.Channels, g.Filters), func(b *testing.B) {
				for b.Loop() {
					k.run()
				}
				finish(b, be)
				report(b, 2*n*g.Outputs()*g.Depth()*g.Filters, "GFLOP/s")
			})
		}
	}
}
