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

// benchmarkGaps measures gradients of convolutions whose dy has zeros, as it has
// behind a max pool: so many in a hundred numbers are not 0.
func benchmarkGaps(b *testing.B, be backend.Backend) {
	d := newData("gaps")
	one, three := [3]int{1, 1, 1}, [3]int{1, 3, 3}
	for _, c := range []struct {
		n int
		g backend.Convolution
	}{
		{128, backend.Convolution{Window: window([3]int{1, 26, 26}, three, one, one, [3]int{}, 32), Filters: 64, Groups: 1}},
		{8, backend.Convolution{Window: window([3]int{1, 28, 28}, three, one, one, [3]int{0, 1, 1}, 128), Filters: 128, Groups: 1}},
	} {
		n, g := c.n, c.g
		x, w := upload(be, d.normal(n*g.Inputs()*g.Channels)), upload(be, d.normal(g.Depth()*g.Filters))
		for _, percent := range []int{5, 10, 20, 50, 100} {
			dy := d.normal(n * g.Outputs() * g.Filters)
			for i := range dy {
				if d.IntN(100) >= percent {
					dy[i] = 0
				}
			}
			δ := upload(be, dy)
			for name, run := range map[string]func(){
				"ConvGradKernel": func() { be.ConvGradKernel(g, n, x, δ, 0, w) },
				"ConvGradInput":  func() { be.ConvGradInput(g, n, δ, w, x, backend.Derivative{}) },
			} {
				b.Run(fmt.Sprintf("%s/%d→%d/%d%%", name, g.Channels, g.Filters, percent), func(b *testing.B) {
					for b.Loop() {
						run()
					}
					finish(b, be)
				})
			}
		}
	}
}
