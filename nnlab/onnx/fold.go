package onnx

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
)

// fold computes a node whose inputs are constants, or that asks for a shape.
func (i *importer) fold(n *pb.NodeProto) bool {
	c, err := i.folded(node{n})
	if err != nil || c == nil {
		return false
	}
	i.constants[n.Output[0]] = c
	return true
}

var errNotConstant = errors.New("not a constant")

// anyNumber is the length of the batch, with which nothing can be computed.
const anyNumber = math.MinInt

func (i *importer) folded(n node) (*constant, error) {
	if op := n.GetOpType(); op == "Constant" {
		return n.constant()
	} else if op == "Shape" {
		return i.shapeOf(n)
	}
	var in []*constant
	for _, name := range n.Input {
		c := i.constants[name]
		if c == nil && name != "" {
			return nil, errNotConstant
		}
		in = append(in, c)
	}
	if len(in) == 0 || in[0] == nil {
		return nil, errNotConstant
	}
	x := in[0]
	if needs := map[string]int{"Reshape": 2, "Gather": 2, "Slice": 3, "Add": 2, "Sub": 2, "Mul": 2, "Div": 2}[n.GetOpType()]; len(in) < needs || slices.Contains(in[:max(1, needs)], nil) {
		return nil, errNotConstant
	}
	switch n.GetOpType() {
	case "Identity", "Cast":
		return x, nil
	case "Transpose":
		perm := n.ints("perm")
		if perm == nil {
			perm = inOrder(len(x.dims))
			slices.Reverse(perm)
		}
		if !permutes(perm, len(x.dims)) {
			return nil, fmt.Errorf("it orders %d axes as %v", len(x.dims), perm)
		}
		return x.turned(perm), nil
	case "Unsqueeze", "Squeeze":
		axes := n.ints("axes")
		if len(in) > 1 && in[1] != nil {
			axes = in[1].ints
		}
		dims, err := squeezed(x.dims, axes, n.GetOpType() == "Unsqueeze")
		return x.as(dims), err
	case "Reshape":
		dims, err := shaped(in[1].ints, x.dims, x.size())
		return x.as(dims), err
	case "ConstantOfShape":
		return ofShape(n, x)
	case "Gather":
		return gathered(x, in[1], n.int("axis", 0))
	case "Slice":
		return sliced(in)
	case "Add", "Sub", "Mul", "Div":
		return computed(n.GetOpType(), x, in[1])
	case "Concat":
		out := &constant{}
		for _, c := range in {
			if c == nil || len(c.dims) > 1 || c.ints == nil {
				return nil, errNotConstant
			}
			out.ints = append(out.ints, c.ints...)
		}
		out.dims = []int{len(out.ints)}
		return out, nil
	}
	return nil, errNotConstant
}

// as is the constant with other axes.
func (c *constant) as(dims []int) *constant {
	return &constant{dims: dims, floats: c.floats, ints: c.ints}
}

// shapeOf is the shape of what a layer has made, or of a part of its axes.
func (i *importer) shapeOf(n node) (*constant, error) {
	v := i.values[n.Input[0]]
	if v == nil {
		return nil, errNotConstant
	}
	all := append([]int{anyNumber}, v.dims...)
	from, to := part(n.int("start", 0), n.int("end", len(all)), len(all))
	all = all[from:max(from, to)]
	return &constant{dims: []int{len(all)}, ints: all}, nil
}

// ofShape is a constant all of whose numbers are alike.
func ofShape(n node, shape *constant) (*constant, error) {
	size := 1
	for _, d := range shape.ints {
		if size *= d; d < 0 || size > mostNumbers {
			return nil, fmt.Errorf("the shape %v", shape.ints)
		}
	}
	value := &constant{floats: []float32{0}}
	if a := n.attribute("value"); a != nil {
		one := proto.CloneOf(a.GetT())
		var err error
		if value, err = constantOf(one); err != nil || value.size() != 1 {
			return nil, errors.Join(err, errNotConstant)
		}
	}
	c := &constant{dims: slices.Clone(shape.ints)}
	if value.ints != nil {
		c.ints = slices.Repeat(value.ints, size)
	} else {
		c.floats = slices.Repeat(value.floats, size)
	}
	return c, nil
}

// gathered are whole numbers of a list.
func gathered(x, index *constant, axis int) (*constant, error) {
	if len(x.dims) != 1 || x.ints == nil || axis > 0 {
		return nil, errNotConstant
	}
	out := &constant{dims: index.dims}
	for _, k := range index.ints {
		if k < 0 {
			k += len(x.ints)
		}
		if k < 0 || k >= len(x.ints) {
			return nil, errNotConstant
		}
		out.ints = append(out.ints, x.ints[k])
	}
	return out, nil
}

// sliced is a part of a list of whole numbers.
func sliced(in []*constant) (*constant, error) {
	x := in[0]
	if len(x.dims) != 1 || x.ints == nil || len(in[1].ints) != 1 || len(in[2].ints) != 1 || len(in) > 4 && in[4] != nil && !slices.Equal(in[4].ints, []int{1}) {
		return nil, errNotConstant
	}
	from, to := part(in[1].ints[0], in[2].ints[0], len(x.ints))
	return &constant{dims: []int{max(0, to-from)}, ints: x.ints[from:max(from, to)]}, nil
}

// part are the bounds of a Slice, or of a Shape, within an axis.
func part(from, to, length int) (int, int) {
	within := func(v int) int {
		if v < 0 {
			v += length
		}
		return min(max(v, 0), length)
	}
	return within(from), within(to)
}

// computed is a sum, difference, product or quotient of whole numbers.
func computed(op string, x, y *constant) (*constant, error) {
	if len(x.ints) != len(y.ints) && len(x.ints) != 1 && len(y.ints) != 1 || len(x.ints) == 0 || len(y.ints) == 0 || len(x.dims) > 1 || len(y.dims) > 1 {
		return nil, errNotConstant
	}
	out := &constant{dims: x.dims}
	if len(y.dims) > len(x.dims) || len(y.ints) > len(x.ints) {
		out.dims = y.dims
	}
	for k := range max(len(x.ints), len(y.ints)) {
		a, b := x.ints[k%len(x.ints)], y.ints[k%len(y.ints)]
		if a == anyNumber || b == anyNumber || op == "Div" && b == 0 {
			return nil, errNotConstant
		}
		switch op {
		case "Add":
			a += b
		case "Sub":
			a -= b
		case "Mul":
			a *= b
		case "Div":
			a /= b
		}
		out.ints = append(out.ints, a)
	}
	return out, nil
}

// shaped is the shape that a Reshape asks for: 0 is the length that the axis had, −1 what is
// left.
func shaped(asked, was []int, size int) ([]int, error) {
	dims, open := slices.Clone(asked), -1
	for a, d := range dims {
		switch {
		case d == 0 && a < len(was):
			dims[a] = was[a]
		case d == -1 && open < 0:
			open = a
		case d < 1:
			return nil, fmt.Errorf("the shape %v for %v", asked, was)
		}
	}
	if open >= 0 {
		dims[open] = 1
		if n := product(dims); size%n == 0 {
			dims[open] = size / n
		}
	}
	if product(dims) != size {
		return nil, fmt.Errorf("the shape %v for %v", asked, was)
	}
	return dims, nil
}

// squeezed are the lengths of axes of which those of length 1 at certain places, nil for all, are
// taken away, or put in.
func squeezed(dims, places []int, in bool) ([]int, error) {
	rank := len(dims)
	if in {
		rank += len(places)
	}
	var axes []int
	for _, a := range places {
		if a < 0 {
			a += rank
		}
		if a < 0 || a >= rank {
			return nil, fmt.Errorf("the axes %v of %d", places, rank)
		}
		axes = append(axes, a)
	}
	slices.Sort(axes)
	if len(slices.Compact(slices.Clone(axes))) < len(axes) {
		return nil, fmt.Errorf("an axis twice among %v", places)
	}
	dims = slices.Clone(dims)
	if in {
		for _, a := range axes {
			dims = slices.Insert(dims, a, 1)
		}
		return dims, nil
	}
	if places == nil {
		return slices.DeleteFunc(dims, func(d int) bool { return d == 1 }), nil
	}
	for _, a := range slices.Backward(axes) {
		if dims[a] != 1 {
			return nil, fmt.Errorf("axis %d has the length %d", a, dims[a])
		}
		dims = slices.Delete(dims, a, a+1)
	}
	return dims, nil
}
