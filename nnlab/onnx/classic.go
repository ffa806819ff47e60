package onnx

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// partialConv is a convolution whose kernel is 0 where a filter does not see a map.
func (e *exporter) partialConv(x *value, c nn.Config) (*value, error) {
	size, seen, channels := c.Ints("kernel_size"), c.Ints("maps_per_filter"), x.shape[2]
	connections := len(c.Ints("maps"))
	of := make([]int, len(seen)*channels) // the connection of each filter with each map, −1 for none
	for i := range of {
		of[i] = -1
	}
	maps := c.Ints("maps")
	for filter, n := range seen {
		for range n {
			of[filter*channels+maps[0]] = connections - len(maps)
			maps = maps[1:]
		}
	}
	cells := size[0] * size[1]
	kernel := e.weights("kernel", "", append([]int{len(seen), channels}, size...), func(i int) int {
		if of[i/cells] < 0 {
			return -1
		}
		return i%cells*connections + of[i/cells]
	})
	w := windowOf(c, "kernel_size", x.shape, e.layer.Shape)
	return e.convolve("Conv", x, kernel, c, w.attributes())
}

// rbf is the negative square of the distance to each centre.
func (e *exporter) rbf(x *value, c nn.Config) *value {
	inputs, units := x.shape[0], c.Int("units")
	centres := ""
	if rows := c.Ints("centres"); rows != nil { // a row each, that stay
		values := make([]float32, len(rows))
		for i, v := range rows {
			values[i%inputs*units+i/inputs] = float32(v)
		}
		centres = e.constant("centres", values, inputs, units)
	} else {
		centres = e.weights("centres", "", []int{inputs, units}, nil)
	}
	d := e.node("Sub", []string{e.node("Unsqueeze", []string{e.in(x, here), e.ints("axis", 2)}), centres})
	far := e.node("ReduceSum", []string{e.node("Mul", []string{d, d}), e.ints("inputs", 1)}, intOf("keepdims", 0))
	return e.gives(here, e.node("Neg", []string{far}))
}

// falling are the fixed weights that cells see a window with, [filters maps K K]; those of a mean
// have the sum 1.
func (e *exporter) falling(size []int, filters, maps int, mean bool) string {
	weights, by := nn.Falling(size[0], size[1]), 1.0
	if mean {
		by = 0
		for _, v := range weights {
			by += v * float64(maps)
		}
	}
	plane := make([]float32, len(weights))
	for i, v := range weights {
		plane[i] = float32(v / by)
	}
	return e.constant("falling", slices.Repeat(plane, filters*maps), filters, maps, size[0], size[1])
}

// number is a constant alone.
func (e *exporter) number(name string, v float64) string {
	return e.constant(name, []float32{float32(v)})
}

// inhibited is max(0, (x − h)/(1 + h)).
func (e *exporter) inhibited(x, h string) string {
	over := e.node("Add", []string{h, e.number("one", 1)})
	return e.node("Relu", []string{e.node("Div", []string{e.node("Sub", []string{x, h}), over})})
}

// sCells is r·max(0, (e − h)/(1 + h)) with e = a ∗ u, v = √(c ∗ u²) and h = 2r/(1 + r)·b·v.
func (e *exporter) sCells(x *value, c nn.Config) *value {
	r, channels := c.Float("selectivity"), x.shape[2]
	w := windowOf(c, "kernel_size", x.shape, e.layer.Shape)
	u := e.in(x, channelsFirst)
	excited := e.node("Conv", []string{u, e.kernel("kernel")}, w.attributes()...)
	v := e.node("Sqrt", []string{e.node("Conv", []string{e.node("Mul", []string{u, u}), e.falling(w.size, 1, channels, true)}, w.attributes()...)})
	h := e.node("Mul", []string{e.node("Mul", []string{v, e.perChannel("inhibition", x.shape, channelsFirst)}), e.number("ratio", 2*r/(1+r))})
	return e.gives(channelsFirst, e.node("Mul", []string{e.inhibited(excited, h), e.number("r", r)}))
}

// cCells is t/(α + t) with t = max(0, (s − m)/(1 + m)), s = d ∗ u plane by plane and m the mean of
// the planes.
func (e *exporter) cCells(x *value, c nn.Config) *value {
	channels := x.shape[2]
	w := windowOf(c, "kernel_size", x.shape, e.layer.Shape)
	s := e.node("Conv", []string{e.in(x, channelsFirst), e.falling(w.size, channels, 1, false)}, append(w.attributes(), intOf("group", channels))...)
	t := e.inhibited(s, e.node("ReduceMean", []string{s, e.ints("axis", 1)}))
	return e.gives(channelsFirst, e.node("Div", []string{t, e.node("Add", []string{t, e.number("alpha", c.Float("alpha"))})}))
}
