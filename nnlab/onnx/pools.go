package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// slid is a layer whose windows slide over x.
type slid struct {
	x      *given
	config nn.Config
	whole  []int // how many windows the layer has along each axis
	first  []int // of which those of the node begin here,
	out    []int // and are so many
}

// sliding reads the geometry of a node. Padding that no layer of the lab has, as more cells behind
// than before, is a layer of its own in front where zeros may be padded: in front of a sum, not of
// a maximum. Elsewhere the layer pads as many cells on both sides, and has windows too many.
func (i *importer) sliding(n node, x *given, size []int, sizeName string, zeros bool) (*slid, error) {
	rank := len(x.dims) - 1
	if rank < 1 || rank > 3 || len(size) != rank {
		return nil, fmt.Errorf("windows %v over %v", size, x.dims)
	}
	ones := func(name string) []int {
		if list := n.ints(name); list != nil {
			return list
		}
		return slices.Repeat([]int{1}, rank)
	}
	strides, dilation := ones("strides"), ones("dilations")
	pads := n.ints("pads")
	if pads == nil {
		pads = make([]int, 2*rank)
	}
	if len(strides) != rank || len(dilation) != rank || len(pads) != 2*rank || slices.Min(slices.Concat(strides, dilation, size)) < 1 {
		return nil, fmt.Errorf("windows %v, strides %v, dilations %v and pads %v over %v", size, strides, dilation, pads, x.dims)
	}
	front, back := pads[:rank], slices.Clone(pads[rank:])
	same := true // it pads as "same" does
	both, first, out, whole := make([]int, rank), make([]int, rank), make([]int, rank), make([]int, rank)
	for a := range rank {
		length, reach := x.dims[a+1], dilation[a]*(size[a]-1)+1
		total := max(0, ((length+strides[a]-1)/strides[a]-1)*strides[a]+reach-length)
		switch n.text("auto_pad") {
		case "SAME_UPPER":
			front[a], back[a] = total/2, total-total/2
		case "SAME_LOWER":
			front[a], back[a] = total-total/2, total/2
		}
		sum := length + front[a] + back[a] - reach
		if n.int("ceil_mode", 0) != 0 && sum%strides[a] != 0 {
			// The last window may reach beyond the padding, but not begin behind it.
			if begins := (sum/strides[a] + 1) * strides[a]; begins < length+front[a] {
				if zeros && n.GetOpType() == "AveragePool" {
					return nil, errors.New("zeros count in its means, but not those that its last window reaches beyond them")
				}
				back[a] += strides[a] - sum%strides[a]
				sum = length + front[a] + back[a] - reach
			}
		}
		if sum < 0 {
			return nil, fmt.Errorf("windows of %v over %v", size, x.dims)
		}
		// What no window reaches need not be there.
		back[a] -= min(max(0, back[a]-front[a]), sum%strides[a])
		out[a] = (length+front[a]+back[a]-reach)/strides[a] + 1
		same = same && front[a] == total/2 && back[a] == total-total/2 && (length+strides[a]-1)/strides[a] == out[a]
		first[a] = (max(0, back[a]-front[a]) + strides[a] - 1) / strides[a]
		both[a] = front[a] + first[a]*strides[a]
		whole[a] = (length+2*both[a]-reach)/strides[a] + 1
	}
	none := make([]int, rank)
	l := &slid{x, nn.Config{sizeName: size, "strides": strides, "dilation_rate": dilation}, out, none, out}
	var err error
	switch {
	case zeros && n.GetOpType() == "AveragePool", zeros && !slices.Equal(front, back) && !same:
		l.config["padding"] = none
		l.x, err = i.framed(n.GetName(), x, front, back)
	case slices.Equal(front, back):
		l.config["padding"] = front
	case same:
		l.config["padding"] = "same"
	default:
		l.config["padding"], l.whole, l.first = both, whole, first
	}
	if p, is := l.config["padding"].([]int); is && sizeName == "pool_size" {
		for a := range p {
			if p[a] > size[a]/2 {
				return nil, fmt.Errorf("it pads %v cells before and %v behind, where the lab pads at most half of a window of %v", front, back, size)
			}
		}
	}
	return l, err
}

// slide puts the layer behind its input.
func (i *importer) slide(l *slid, name, kind string, channels int, weights map[string][]float32) (*given, error) {
	rank := len(l.out)
	l.config["kind"] = spatial(kind, rank)
	node, err := i.layer(l.x.node, name, l.config, weights)
	y := &given{node: node, dims: append([]int{channels}, l.whole...), axes: channelsBehind(rank + 1)}
	for a := 0; a < rank && err == nil; a++ {
		if l.out[a] < l.whole[a] {
			y, err = i.part(name, y, a+1, l.first[a], l.first[a]+l.out[a])
		}
	}
	return y, err
}

// framed is a map with zeros before and behind each axis of its positions. Fewer than none are
// cells that are cut off.
func (i *importer) framed(name string, x *given, front, back []int) (y *given, err error) {
	x = x.channelsLast()
	both := make([]int, len(front)) // the lab's layer frames alike
	for a := range both {
		both[a] = max(0, front[a], back[a])
	}
	dims := slices.Clone(x.dims)
	if slices.Max(both) > 0 {
		framed, err := i.layer(x.node, name, nn.Config{"kind": spatial("ZeroPadding", len(both)), "padding": both}, nil)
		if err != nil {
			return nil, err
		}
		for a := range both {
			dims[a+1] += 2 * both[a]
		}
		x = &given{node: framed, dims: dims, axes: x.axes}
	}
	for a := range both {
		if from, to := both[a]-front[a], x.dims[a+1]-both[a]+back[a]; to-from < x.dims[a+1] {
			if x, err = i.part(name, x, a+1, from, to); err != nil {
				return nil, err
			}
		}
	}
	return x, nil
}

func (i *importer) pool(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	if err := i.first(n); err != nil {
		return err
	}
	zeros := n.GetOpType() == "AveragePool" && n.int("count_include_pad", 0) != 0
	l, err := i.sliding(n, x.channelsLast(), n.ints("kernel_shape"), "pool_size", zeros)
	if err != nil {
		return err
	}
	y, err := i.slide(l, n.GetName(), n.GetOpType(), x.dims[0], nil)
	if err == nil {
		i.give(n, y)
	}
	return err
}

// globalPool is taken over all positions of a map.
func (i *importer) globalPool(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	return i.over(n, x, n.GetOpType(), inOrder(len(x.dims))[1:], true)
}

func (i *importer) reduce(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	asked := n.ints("axes")
	if c, err := i.given(n, 1); err != nil {
		return err
	} else if c != nil {
		asked = c.ints
	}
	if len(asked) == 0 {
		if n.int("noop_with_empty_axes", 0) != 0 {
			i.give(n, x)
			return nil
		}
		return errors.New("it works along the batch")
	}
	var axes []int
	for _, a := range asked {
		if a, err = axis(a, x); err != nil {
			return err
		}
		axes = append(axes, a)
	}
	slices.Sort(axes)
	return i.over(n, x, map[string]string{"ReduceMean": "GlobalAveragePool", "ReduceMax": "GlobalMaxPool"}[n.GetOpType()], slices.Compact(axes), n.int("keepdims", 1) != 0)
}

// over takes a mean or the largest number along some axes of the file, which the lab's global
// pools do: these axes are then the positions, and all others together the channels.
func (i *importer) over(n node, x *given, kind string, axes []int, keep bool) error {
	left := slices.DeleteFunc(inOrder(len(x.dims)), func(a int) bool { return slices.Contains(axes, a) })
	dims := pick(x.dims, left)
	if keep {
		dims = slices.Clone(x.dims)
		for _, a := range axes {
			dims[a] = 1
		}
	}
	if len(dims) == 0 {
		return errors.New("nothing is left of an example's axes")
	}
	if len(left) == 1 && len(axes) <= 3 && slices.Equal(x.axes[:len(axes)], axes) && x.mapDims == nil { // a map as it is
		x = &given{node: x.node, dims: dims, axes: x.axes}
	} else {
		x = x.turned(slices.Concat(axes, left))
		x = &given{node: x.node.Then(nn.Reshape(product(pick(x.dims, axes)), product(pick(x.dims, left)))), dims: dims}
	}
	y, err := i.layer(x.node, n.GetName(), nn.Config{"kind": kind}, nil)
	if err != nil {
		return err
	}
	i.give(n, asIs(y, []int{product(dims)}).reshaped(dims))
	return nil
}
