package backendtest

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// benchmarkPools measures the pool of Exemplo 2 for a batch of 128, and that of
// AlexNet, whose windows overlap, for a batch of 8 and for one image.
func benchmarkPools(b *testing.B, be backend.Backend) {
	d, one := newData("pools"), [3]int{1, 1, 1}
	two, three := [3]int{1, 2, 2}, [3]int{1, 3, 3}
	for _, p := range []struct {
		name string
		n    int
		w    backend.Window
	}{
		{"2x2", 128, window([3]int{1, 24, 24}, two, two, one, [3]int{}, 64)},
		{"3x3", 8, window([3]int{1, 55, 55}, three, two, one, [3]int{}, 96)},
		{"3x3/one", 1, window([3]int{1, 55, 55}, three, two, one, [3]int{}, 96)},
	} {
		inputs, outputs := p.n*p.w.Inputs()*p.w.Channels, p.n*p.w.Outputs()*p.w.Channels
		x, y, dx := upload(be, d.normal(inputs)), upload(be, d.normal(outputs)), be.Alloc(inputs)
		for _, k := range []struct {
			name  string
			moved int
			run   func()
		}{
			{"MaxPool", inputs + outputs, func() { be.MaxPool(p.w, p.n, x, y) }},
			{"MaxPoolGrad", 2*inputs + outputs, func() { be.MaxPoolGrad(p.w, p.n, x, y, dx, backend.Derivative{}) }},
			{"AveragePool", inputs + outputs, func() { be.AveragePool(p.w, p.n, x, y) }},
			{"AveragePoolGrad", inputs + outputs, func() { be.AveragePoolGrad(p.w, p.n, y, dx) }},
		} {
			b.Run(fmt.Sprintf("%s/%s", k.name, p.name), func(b *testing.B) {
				for b.Loop() {
					k.run()
				}
				finish(b, be)
				report(b, 4*k.moved, "GB/s")
			})
		}
	}
}
