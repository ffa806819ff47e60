package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
)

// given is a tensor of the file as the lab has it. The first axis, the batch, is left out.
type given struct {
	node nn.Source
	dims []int // the lengths of the file's axes
	axes []int // which of them each of the lab's axes is
	// Of a map that was flattened: dims has one axis, whose numbers are in the order of the
	// map's axes in the lab.
	mapDims, mapAxes []int
}

// asIs is a value whose axes are the file's, in their order.
func asIs(n nn.Source, dims []int) *given {
	return &given{node: n, dims: dims, axes: inOrder(len(dims))}
}

func inOrder(n int) []int {
	axes := make([]int, n)
	for i := range axes {
		axes[i] = i
	}
	return axes
}

// channelsBehind is the order of axes that has the file's channels last.
func channelsBehind(axes int) []int {
	if axes == 0 {
		return nil
	}
	return append(inOrder(axes)[1:], 0)
}

// pick are the elements of a list with these indices.
func pick(list, index []int) []int {
	picked := make([]int, len(index))
	for i, k := range index {
		picked[i] = list[k]
	}
	return picked
}

func product(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}

// as is another value of the same axes.
func (g *given) as(n nn.Source) *given {
	return &given{node: n, dims: g.dims, axes: g.axes, mapDims: g.mapDims, mapAxes: g.mapAxes}
}

// shape is the lab's.
func (g *given) shape() []int { return pick(g.dims, g.axes) }

// turned is the value with its axes in another order. One that was flattened has its numbers
// in the file's.
func (g *given) turned(axes []int) *given {
	n := g.node
	if g.mapDims != nil {
		m := &given{node: n.Then(nn.Reshape(pick(g.mapDims, g.mapAxes)...)), dims: g.mapDims, axes: g.mapAxes}
		return asIs(m.turned(inOrder(len(g.mapDims))).node.Then(nn.Flatten()), g.dims)
	}
	if slices.Equal(axes, g.axes) {
		return g
	}
	permute := make([]int, len(axes))
	for i, a := range axes {
		permute[i] = slices.Index(g.axes, a) + 1
	}
	return &given{node: n.Then(nn.Permute(permute...)), dims: g.dims, axes: axes}
}

// plain is the value with its numbers in the file's order.
func (g *given) plain() *given { return g.turned(inOrder(len(g.dims))) }

// channelsLast is the value as layers of images take it.
func (g *given) channelsLast() *given { return g.turned(channelsBehind(len(g.dims))) }

// outside is an output of the model: what the file has channels first is channels last.
func (i *importer) outside(g *given) *given {
	behind := channelsBehind(len(g.dims))
	if len(g.dims) > 2 && i.own && !i.asTheyAre || len(g.dims) > 1 && slices.Equal(g.axes, behind) {
		return g.turned(behind)
	}
	return g.plain()
}

// reshaped is a value with other axes in the file's order of numbers.
func (g *given) reshaped(dims []int) *given {
	if slices.Equal(dims, g.dims) {
		return g
	}
	// Axes of length 1 come and go without a number moving.
	long := func(dims, axes []int) (found []int) {
		for _, a := range axes {
			if dims[a] != 1 {
				found = append(found, a)
			}
		}
		return found
	}
	if g.mapDims == nil {
		was, is := long(g.dims, inOrder(len(g.dims))), long(dims, inOrder(len(dims)))
		if slices.Equal(pick(g.dims, was), pick(dims, is)) {
			var axes []int
			for a := range dims { // where an axis of length 1 stands does not matter
				if dims[a] == 1 {
					axes = append(axes, a)
				}
			}
			for _, a := range long(g.dims, g.axes) {
				axes = append(axes, is[slices.Index(was, a)])
			}
			return &given{node: g.node.Then(nn.Reshape(pick(dims, axes)...)), dims: dims, axes: axes}
		}
		if len(dims) == 1 {
			return &given{node: g.node.Then(nn.Flatten()), dims: dims, axes: []int{0}, mapDims: g.dims, mapAxes: g.axes}
		}
	}
	return asIs(g.plain().node.Then(nn.Reshape(dims...)), dims)
}

// order is where each number of a flattened map stands in the file's order, nil where it is
// the same.
func (g *given) order() []int {
	if g.mapDims == nil || slices.IsSorted(g.mapAxes) {
		return nil
	}
	strides := make([]int, len(g.mapDims)) // of the file's axes
	n := 1
	for a := len(strides) - 1; a >= 0; a-- {
		strides[a] = n
		n *= g.mapDims[a]
	}
	order := make([]int, n)
	for k := range order {
		rest := k
		for at := len(g.mapAxes) - 1; at >= 0; at-- {
			a := g.mapAxes[at]
			order[k] += rest % g.mapDims[a] * strides[a]
			rest /= g.mapDims[a]
		}
	}
	return order
}

// input adds an input of the file.
func (i *importer) input(in *pb.ValueInfoProto) error {
	t := in.GetType().GetTensorType()
	if t == nil || t.Shape == nil {
		return errors.New("expected a tensor whose axes are known")
	}
	if k := pb.TensorProto_DataType(t.GetElemType()); k != pb.TensorProto_FLOAT {
		return fmt.Errorf("expected float32 numbers, got %v", k)
	}
	var dims []int
	for a, d := range t.Shape.Dim {
		if n := int(d.GetDimValue()); a > 0 && n < 1 {
			return fmt.Errorf("expected a length for axis %d, which the file leaves open", a)
		} else if a > 0 {
			dims = append(dims, n)
		}
	}
	if len(dims) == 0 {
		return errors.New("expected a batch of examples")
	}
	axes := inOrder(len(dims))
	if !i.asTheyAre && i.channelsFirst(in.GetName(), dims) {
		axes = channelsBehind(len(dims))
	}
	source := nn.Input(pick(dims, axes)...)
	i.inputs = append(i.inputs, source)
	g := &given{node: source, dims: dims, axes: axes}
	i.entries = append(i.entries, g)
	i.values[in.GetName()] = g
	return nil
}

// channelsFirst tells whether a file has the channels of an input first: nodes that work on
// maps take them so. Where the axes are turned at once, as in Keras's files, they are last.
func (i *importer) channelsFirst(name string, dims []int) bool {
	if len(dims) < 2 {
		return false
	}
	if i.own {
		return len(dims) > 2
	}
	behind := append([]int{0, len(dims)}, inOrder(len(dims))[1:]...) // makes channels that are last the first
	first, last := false, false
	for _, n := range i.readers[name] {
		perm := node{n}.ints("perm")
		switch op := n.GetOpType(); op {
		case "Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool", "BatchNormalization", "LRN", "GroupNormalization":
			return true
		case "Transpose":
			first = first || len(dims) > 2 && slices.Equal(perm, slices.Concat([]int{0}, inOrder(len(dims) + 1)[2:], []int{1}))
			last = last || slices.Equal(perm, behind)
		case "Flatten", "Reshape": // of images, grey or coloured
			last = last || len(dims) == 3 && pictures(dims[2]) && !pictures(dims[0])
		}
	}
	return first || !last && len(dims) > 2
}

// pictures tells whether pictures have so many channels: grey ones, or coloured ones.
func pictures(channels int) bool { return channels == 1 || channels == 3 }
