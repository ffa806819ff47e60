package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

var merges = map[string]func(...nn.Source) *nn.Node{"Add": nn.Add, "Sum": nn.Add, "Mul": nn.Multiply, "Max": nn.Maximum, "Mean": nn.Average,
	"Sub": func(of ...nn.Source) *nn.Node { return nn.Subtract(of[0], of[1]) }}

// merge joins several layers, or computes with a number for each channel.
func (i *importer) merge(n node) error {
	if len(n.Input) == 2 && (i.constants[n.Input[0]] != nil || i.constants[n.Input[1]] != nil) {
		return i.scale(n)
	}
	first, err := i.x(n)
	if err != nil {
		return err
	}
	join := merges[n.GetOpType()]
	if join == nil {
		return errors.New("it divides one layer by another")
	}
	alike := true
	for _, name := range n.Input[1:] {
		v := i.values[name]
		alike = alike && v != nil && slices.Equal(v.mapDims, first.mapDims) && slices.Equal(v.mapAxes, first.mapAxes)
	}
	all, sources, err := i.layers(n, func(v *given) *given {
		if v.mapDims != nil && alike {
			return v
		}
		return v.turned(first.axes)
	})
	if err != nil {
		return err
	}
	for _, v := range all[1:] {
		if !slices.Equal(v.dims, first.dims) {
			return fmt.Errorf("it joins %v with %v", first.dims, v.dims)
		}
	}
	if len(sources) > 1 {
		all[0] = all[0].as(join(sources...).Named(i.unique(n.GetName(), n.GetOpType())))
	}
	i.give(n, all[0])
	return nil
}

// scale is y = γ·x + β with constants, which is a convolution of each channel by itself with a
// window of one position.
func (i *importer) scale(n node) error {
	at := 0
	if i.values[n.Input[0]] == nil {
		at = 1
	}
	x := i.values[n.Input[at]]
	if x == nil {
		return errors.New("it computes with constants alone")
	}
	x, numbers, err := x.perChannel(i.constants[n.Input[1-at]])
	if err != nil {
		return err
	}
	channels := len(numbers)
	gamma, beta := slices.Repeat([]float32{1}, channels), make([]float32, channels)
	for k, v := range numbers {
		switch n.GetOpType() {
		case "Add", "Sum":
			beta[k] = v
		case "Mul":
			gamma[k] = v
		case "Sub":
			if beta[k] = -v; at == 1 {
				gamma[k], beta[k] = -1, v
			}
		case "Div":
			if at == 1 {
				return errors.New("it divides by a layer")
			}
			gamma[k] = 1 / v
		default:
			return fmt.Errorf("the %s of a layer and constants", n.GetOpType())
		}
	}
	rank := len(x.dims) - 1
	if rank > 3 {
		return fmt.Errorf("constants for %v", x.dims)
	}
	from := x.node
	if rank == 0 { // features are the channels of one position
		rank, from = 1, from.Then(nn.Reshape(1, channels))
	}
	y, err := i.layer(from, n.GetName(), nn.Config{"kind": spatial("Conv", rank), "filters": channels, "kernel_size": slices.Repeat([]int{1}, rank), "groups": channels},
		withBias(gamma, beta))
	if err != nil {
		return err
	}
	if len(x.dims) == 1 {
		y = y.Then(nn.Reshape(channels))
	}
	i.give(n, x.as(y))
	return nil
}

// perChannel is a value with its channels last, and a number for each of them of a constant
// that is broadcast to it.
func (g *given) perChannel(c *constant) (*given, []float32, error) {
	if c == nil || len(c.floats) == 0 {
		return nil, nil, errors.New("it has no numbers to compute with")
	}
	dims := slices.Clone(c.dims)
	for len(dims) < len(g.dims) {
		dims = append([]int{1}, dims...)
	}
	dims = dims[len(dims)-len(g.dims):]
	last, n := len(dims)-1, len(c.floats)
	switch {
	case n == 1:
		return g, slices.Repeat(c.floats, g.shape()[last]), nil
	case n == dims[0] && n == g.dims[0]: // [C 1 1]
		return g.channelsLast(), c.floats, nil
	case n == dims[last] && n == g.dims[last]: // along the last axis, as Keras's channels
		return g.turned(behindAll(len(g.dims), last)), c.floats, nil
	}
	return nil, nil, fmt.Errorf("it has constants %v for %v, where the lab has one for each channel", c.dims, g.dims)
}
