package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

func (i *importer) flattenNode(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	if a := n.int("axis", 1); a != 1 && a != -len(x.dims) {
		return errors.New("it joins examples")
	}
	i.give(n, x.reshaped([]int{product(x.dims)}))
	return nil
}

// reshape leaves the batch as it is.
func (i *importer) reshape(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	asked, err := i.given(n, 1)
	if err != nil {
		return err
	}
	shape := n.ints("shape")
	if asked != nil {
		shape = asked.ints
	}
	if len(shape) < 2 {
		return fmt.Errorf("the shape %v", shape)
	}
	was := append([]int{0}, x.dims...) // what a 0 stands for
	dims, err := shaped(shape[1:], was[1:], product(x.dims))
	if err != nil {
		return err
	}
	i.give(n, x.reshaped(dims))
	return nil
}

// squeeze takes axes of length 1 away, or puts them in.
func (i *importer) squeeze(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	list := n.ints("axes")
	if c, err := i.given(n, 1); err != nil {
		return err
	} else if c != nil {
		list = c.ints
	}
	in := n.GetOpType() == "Unsqueeze"
	rank := len(x.dims) + 1
	if in {
		rank += len(list)
	}
	var axes []int
	for _, a := range list {
		axes = append(axes, (a+rank)%rank-1)
	}
	slices.Sort(axes)
	if slices.Contains(axes, -1) {
		return errors.New("it works along the batch")
	}
	dims := slices.Clone(x.dims)
	if in {
		for _, a := range axes {
			dims = slices.Insert(dims, a, 1)
		}
	} else {
		if list == nil {
			for a, d := range dims {
				if d == 1 {
					axes = append(axes, a)
				}
			}
		}
		for _, a := range slices.Backward(axes) {
			if dims[a] != 1 {
				return fmt.Errorf("axis %d has the length %d", a+1, dims[a])
			}
			dims = slices.Delete(dims, a, a+1)
		}
	}
	if len(dims) == 0 {
		return errors.New("nothing is left of an example's axes")
	}
	i.give(n, x.reshaped(dims))
	return nil
}

// transpose moves no number: the axes have other names behind it.
func (i *importer) transpose(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	perm := n.ints("perm")
	if len(perm) != len(x.dims)+1 || perm[0] != 0 {
		return errors.New("it moves the batch")
	}
	if x.mapDims != nil {
		x = x.plain()
	}
	y := &given{node: x.node, axes: make([]int, len(x.axes))}
	for _, p := range perm[1:] {
		y.dims = append(y.dims, x.dims[p-1])
	}
	for at, a := range x.axes {
		y.axes[at] = slices.Index(perm, a+1) - 1
	}
	i.give(n, y)
	return nil
}

// layers are all inputs, which layers have made, with their axes in one order.
func (i *importer) layers(n node, order func(*given) *given) (all []*given, sources []nn.Source, err error) {
	for _, name := range n.Input {
		v := i.values[name]
		if v == nil {
			return nil, nil, errors.New("one of its inputs is no layer's")
		}
		v = order(v)
		all, sources = append(all, v), append(sources, v.node)
	}
	return all, sources, nil
}

func (i *importer) concat(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	a, err := axis(n.int("axis", 1), x)
	if err != nil {
		return err
	}
	order := behindAll(len(x.dims), a)
	all, sources, err := i.layers(n, func(v *given) *given { return v.turned(order) })
	if err != nil {
		return err
	}
	if len(all) == 1 {
		i.give(n, all[0])
		return nil
	}
	dims := slices.Clone(x.dims)
	for _, v := range all[1:] {
		dims[a] += v.dims[a]
	}
	i.give(n, &given{node: nn.Concatenate(sources...).Named(i.unique(n.GetName(), "concatenate")), dims: dims, axes: order})
	return nil
}

// pad frames a map with zeros.
func (i *importer) pad(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	pads := n.ints("pads")
	if c, err := i.given(n, 1); err != nil {
		return err
	} else if c != nil {
		pads = c.ints
	}
	value, err := i.weight(n, 2)
	if err != nil {
		return err
	}
	rank := len(x.dims) - 1
	mode := n.text("mode")
	if mode != "" && mode != "constant" || len(pads) != 2*(rank+2) || len(value) == 1 && value[0] != 0 || n.float("value", 0) != 0 || len(n.Input) > 3 && n.Input[3] != "" {
		return errors.New("the lab pads all axes with zeros")
	}
	front, back := pads[2:rank+2], pads[rank+4:]
	if !slices.Equal(front, back) || pads[0]+pads[1]+pads[rank+2]+pads[rank+3] != 0 || slices.Min(pads) < 0 {
		return fmt.Errorf("it pads %v, where the lab pads the positions of a map, as many cells on both sides", pads)
	}
	y, err := i.layer(x.channelsLast().node, n.GetName(), nn.Config{"kind": spatial("ZeroPadding", rank), "padding": front}, nil)
	if err != nil {
		return err
	}
	dims := slices.Clone(x.dims)
	for a := range rank {
		dims[a+1] += 2 * front[a]
	}
	i.give(n, &given{node: y, dims: dims, axes: channelsBehind(rank + 1)})
	return nil
}

// part takes the numbers from … to of an axis.
func (i *importer) part(name string, x *given, a, from, to int) (*given, error) {
	if x.mapDims != nil {
		x = x.plain()
	}
	if from < 0 || to > x.dims[a] || from >= to {
		return nil, fmt.Errorf("the part %d … %d of %d", from, to, x.dims[a])
	}
	y, err := i.layer(x.node, name, nn.Config{"kind": "Slice", "from": from, "to": to, "axis": slices.Index(x.axes, a) + 1}, nil)
	if err != nil {
		return nil, err
	}
	dims := slices.Clone(x.dims)
	dims[a] = to - from
	return &given{node: y, dims: dims, axes: x.axes}, nil
}

func (i *importer) sliceNode(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	lists := map[string][]int{"starts": n.ints("starts"), "ends": n.ints("ends"), "axes": n.ints("axes"), "steps": nil}
	for k, name := range []string{"starts", "ends", "axes", "steps"} {
		if c, err := i.given(n, k+1); err != nil {
			return err
		} else if c != nil {
			lists[name] = c.ints
		}
	}
	for k, start := range lists["starts"] {
		a := k
		if lists["axes"] != nil {
			a = lists["axes"][k]
		}
		if a, err = axis(a, x); err != nil {
			return err
		}
		if lists["steps"] != nil && lists["steps"][k] != 1 {
			return errors.New("it leaves numbers out between others")
		}
		length := x.dims[a]
		within := func(v int) int {
			if v < 0 {
				v += length
			}
			return min(max(v, 0), length)
		}
		if x, err = i.part(n.GetName(), x, a, within(start), within(lists["ends"][k])); err != nil {
			return err
		}
	}
	i.give(n, x)
	return nil
}

func (i *importer) split(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	a, err := axis(n.int("axis", 0), x)
	if err != nil {
		return err
	}
	sizes := n.ints("split")
	if c, err := i.given(n, 1); err != nil {
		return err
	} else if c != nil {
		sizes = c.ints
	}
	if sizes == nil { // alike, the last may be shorter
		each := (x.dims[a] + len(n.Output) - 1) / len(n.Output)
		for k := range n.Output {
			sizes = append(sizes, min(each, x.dims[a]-k*each))
		}
	}
	if len(sizes) != len(n.Output) {
		return fmt.Errorf("%d parts for %d outputs", len(sizes), len(n.Output))
	}
	from := 0
	for k, out := range n.Output {
		y, err := i.part(n.GetName(), x, a, from, from+sizes[k])
		if err != nil {
			return err
		}
		i.values[out] = y
		from += sizes[k]
	}
	return nil
}

// resize repeats each position of a map a whole number of times.
func (i *importer) resize(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	var scales []float32
	for k := len(n.Input) - 1; k > 0 && scales == nil; k-- { // the last input with numbers says the scales, or the sizes
		c, err := i.given(n, k)
		if err != nil {
			return err
		}
		if c != nil && c.ints != nil && len(c.ints) == len(x.dims)+1 {
			scales = []float32{1}
			for a, d := range c.ints[1:] {
				scales = append(scales, float32(d)/float32(x.dims[a]))
			}
		} else if c != nil {
			scales = c.floats
		}
	}
	mode := n.text("mode")
	refused := errors.New("the lab repeats each position of a map a whole number of times (nearest)")
	if mode != "" && mode != "nearest" || len(scales) != len(x.dims)+1 || scales[0] != 1 || scales[1] != 1 {
		return refused
	}
	dims := slices.Clone(x.dims)
	var size []int
	for a, s := range scales[2:] {
		times := int(s)
		if float32(times) != s || times < 1 {
			return refused
		}
		size = append(size, times)
		dims[a+1] *= times
	}
	y, err := i.layer(x.channelsLast().node, n.GetName(), nn.Config{"kind": spatial("UpSampling", len(size)), "size": size}, nil)
	if err == nil {
		i.give(n, &given{node: y, dims: dims, axes: channelsBehind(len(dims))})
	}
	return err
}
