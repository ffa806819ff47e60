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
	const batch = 2 // any length that stays
	dims, err := squeezed(append([]int{batch}, x.dims...), list, n.GetOpType() == "Unsqueeze")
	switch {
	case err != nil:
		return err
	case len(dims) < 2:
		return errors.New("nothing is left of an example's axes")
	case dims[0] != batch:
		return errors.New("it works along the batch")
	}
	i.give(n, x.reshaped(dims[1:]))
	return nil
}

// permutes tells whether a list has each of n axes once.
func permutes(perm []int, n int) bool {
	return slices.Equal(slices.Sorted(slices.Values(perm)), inOrder(n))
}

// transpose moves no number: the axes have other names behind it.
func (i *importer) transpose(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	perm := n.ints("perm")
	if perm != nil && !permutes(perm, len(x.dims)+1) {
		return fmt.Errorf("it orders %d axes as %v", len(x.dims)+1, perm)
	}
	if perm == nil || perm[0] != 0 {
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

// pad frames a map with zeros, or cuts cells off.
func (i *importer) pad(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	pads, axes := n.ints("pads"), inOrder(len(x.dims)+1)
	for k, list := range map[int]*[]int{1: &pads, 3: &axes} {
		if c, err := i.given(n, k); err != nil {
			return err
		} else if c != nil {
			*list = c.ints
		}
	}
	value, err := i.weight(n, 2)
	if err != nil {
		return err
	}
	if mode := n.text("mode"); mode != "" && mode != "constant" || len(value) == 1 && value[0] != 0 || n.float("value", 0) != 0 {
		return errors.New("the lab pads with zeros")
	}
	if len(pads) != 2*len(axes) {
		return fmt.Errorf("pads %v for %d axes", pads, len(axes))
	}
	front, back := make([]int, len(x.dims)+1), make([]int, len(x.dims)+1)
	for k, a := range axes {
		if a < 0 {
			a += len(front)
		}
		if a < 0 || a >= len(front) {
			return fmt.Errorf("the axes %v of %d", axes, len(front))
		}
		front[a], back[a] = pads[k], pads[len(axes)+k]
	}
	if rank := len(x.dims) - 1; rank < 1 || rank > 3 || slices.ContainsFunc(slices.Concat(front[:2], back[:2]), func(n int) bool { return n != 0 }) {
		return fmt.Errorf("it pads %v, where the lab pads the positions of a map", pads)
	}
	y, err := i.framed(n.GetName(), x, front[2:], back[2:])
	if err == nil {
		i.give(n, y)
	}
	return err
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
	for _, list := range []string{"ends", "axes", "steps"} {
		if len(lists[list]) != len(lists["starts"]) && (lists[list] != nil || list == "ends") {
			return fmt.Errorf("%d %s for %d starts", len(lists[list]), list, len(lists["starts"]))
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
		from, to := part(start, lists["ends"][k], x.dims[a])
		if x, err = i.part(n.GetName(), x, a, from, to); err != nil {
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
