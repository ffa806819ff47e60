package onnx

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// batchNorm normalises by the running means; what it does without is 1 or 0.
func (e *exporter) batchNorm(x *value, c nn.Config) *value {
	l := channelsFirst
	if len(x.shape) == 1 {
		l = here
	}
	n := x.shape[len(x.shape)-1]
	gamma, beta := "", ""
	if off(c, "scale") {
		gamma = e.constant("gamma", slices.Repeat([]float32{1}, n), n)
	} else {
		gamma = e.vector("gamma")
	}
	if off(c, "center") {
		beta = e.constant("beta", make([]float32, n), n)
	} else {
		beta = e.vector("beta")
	}
	y := e.node("BatchNormalization", []string{e.in(x, l), gamma, beta, e.vector("moving_mean"), e.vector("moving_variance")}, floatOf("epsilon", c.Float("epsilon")))
	return e.gives(l, y)
}

func (e *exporter) groupNorm(x *value, c nn.Config) *value {
	l, from := channelsFirst, e.in(x, channelsFirst)
	n := x.shape[len(x.shape)-1]
	if len(x.shape) == 1 { // the operator wants positions
		l, from = here, e.node("Reshape", []string{from, e.ints("positions", 0, n, 1)})
	}
	y := e.node("GroupNormalization", []string{from, e.vector("gamma"), e.vector("beta")}, intOf("num_groups", c.Int("groups")), floatOf("epsilon", c.Float("epsilon")))
	if len(x.shape) == 1 {
		e.between = append(e.between, info(y, []int{n, 1})) // a checker does not know
		y = e.node("Reshape", []string{y, e.ints("shape", 0, n)})
	}
	return e.gives(l, y)
}

// localResponseNorm is ONNX's LRN, whose α is size times as large, where that is defined: for
// images and windows with a middle. Elsewhere the sum over the neighbours is a product with a
// band of ones.
func (e *exporter) localResponseNorm(x *value, c nn.Config) *value {
	size, alpha, beta, k := c.Int("size"), c.Float("alpha"), c.Float("beta"), c.Float("k")
	if size%2 == 1 && len(x.shape) == 3 {
		y := e.node("LRN", []string{e.in(x, channelsFirst)}, intOf("size", size), floatOf("alpha", alpha*float64(size)), floatOf("beta", beta), floatOf("bias", k))
		return e.gives(channelsFirst, y)
	}
	n := x.shape[len(x.shape)-1]
	band := make([]float32, n*n)
	p := backend.LocalResponse{Size: size}
	for channel := range n {
		lo, hi := p.Reach(channel, n)
		for neighbour := lo; neighbour < hi; neighbour++ {
			band[neighbour*n+channel] = float32(alpha)
		}
	}
	from := e.in(x, here)
	s := e.node("MatMul", []string{e.node("Mul", []string{from, from}), e.constant("band", band, n, n)})
	s = e.node("Add", []string{s, e.number("k", k)})
	s = e.node("Pow", []string{s, e.number("power", -beta)})
	return e.gives(here, e.node("Mul", []string{from, s}))
}
