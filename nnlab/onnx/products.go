package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// gemm is a Dense: y = α·x·W + β·b.
func (i *importer) gemm(n node) error {
	if n.int("transA", 0) != 0 {
		return errors.New("it transposes the batch")
	}
	perm := []int{0, 1}
	if n.int("transB", 0) != 0 {
		perm = []int{1, 0}
	}
	_, kernel, bias, err := i.neurons(n)
	if err != nil {
		return err
	}
	if len(kernel.dims) != 2 {
		return fmt.Errorf("weights %v", kernel.dims)
	}
	return i.dense(n, n, kernel.turned(perm), bias, float32(n.float("alpha", 1)), float32(n.float("beta", 1)))
}

// matMul is a Dense with the bias that is added behind it, if there is one.
func (i *importer) matMul(n node) error {
	kernel, err := i.given(n, 1)
	if err != nil {
		return err
	}
	if kernel == nil || len(kernel.dims) != 2 || i.values[n.Input[0]] == nil {
		return errors.New("it multiplies what layers have made")
	}
	last := n
	var bias []float32
	if next, ok := i.alone(n); ok && next.GetOpType() == "Add" {
		for _, name := range next.Input {
			if c := i.constants[name]; c != nil && c.size() == kernel.dims[1] && (len(c.dims) == 1 || product(c.dims[:len(c.dims)-1]) == 1) {
				bias, last = c.floats, next
				i.done[next.NodeProto] = true
			}
		}
	}
	return i.dense(n, last, kernel, bias, 1, 1)
}

// dense puts a Dense behind the first input of a node. What the last node gives is the
// layer's.
func (i *importer) dense(n, last node, kernel *constant, bias []float32, alpha, beta float32) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	if len(kernel.dims) != 2 || len(x.dims) != 1 || kernel.dims[0] != x.dims[0] {
		return fmt.Errorf("weights %v for %v", kernel.dims, x.dims)
	}
	units := kernel.dims[1]
	w := slices.Clone(kernel.floats)
	if order := x.order(); order != nil { // rows in the order in which the map was flattened here
		for row, from := range order {
			copy(w[row*units:(row+1)*units], kernel.floats[from*units:])
		}
	}
	for k := range w {
		w[k] *= alpha
	}
	weights := map[string][]float32{"kernel": w}
	c := nn.Config{"kind": "Dense", "units": units, "use_bias": bias != nil}
	if bias != nil {
		b := slices.Clone(bias)
		if len(b) == 1 {
			b = slices.Repeat(b, units)
		}
		for k := range b {
			b[k] *= beta
		}
		weights["bias"] = b
	}
	last = i.activated(last, c)
	y, err := i.layer(x.node, n.GetName(), c, weights)
	if err == nil {
		i.give(last, asIs(y, []int{units}))
	}
	return err
}

// windowed reads the geometry of a node whose windows slide over x: what makes the layer's
// configuration, and the lengths of the axes that it gives.
func (n node) windowed(x *given, size []int, sizeName string) (c nn.Config, out []int, err error) {
	rank := len(x.dims) - 1
	if rank < 1 || rank > 3 || len(size) != rank {
		return nil, nil, fmt.Errorf("windows %v over %v", size, x.dims)
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
		return nil, nil, fmt.Errorf("windows %v, strides %v, dilations %v and pads %v over %v", size, strides, dilation, pads, x.dims)
	}
	front, back := pads[:rank], slices.Clone(pads[rank:])
	same := true // it pads as "same" does
	out = make([]int, rank)
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
				back[a] += strides[a] - sum%strides[a]
				sum = length + front[a] + back[a] - reach
			}
		}
		// What no window reaches need not be there.
		back[a] -= min(max(0, back[a]-front[a]), sum%strides[a])
		out[a] = (length+front[a]+back[a]-reach)/strides[a] + 1
		same = same && front[a] == total/2 && back[a] == total-total/2 && (length+strides[a]-1)/strides[a] == out[a]
	}
	c = nn.Config{sizeName: size, "strides": strides, "dilation_rate": dilation}
	switch {
	case slices.Equal(front, back):
		c["padding"] = front
	case same:
		c["padding"] = "same"
	default:
		return nil, nil, fmt.Errorf("it pads %v cells before and %v behind, where the lab pads as many on both sides, or as \"same\" does", front, back)
	}
	return c, out, nil
}

// neurons are the inputs of a layer of neurons: x, the kernel, and the bias, nil where there is
// none.
func (i *importer) neurons(n node) (x *given, kernel *constant, bias []float32, err error) {
	if x, err = i.x(n); err != nil {
		return nil, nil, nil, err
	}
	if kernel, err = i.given(n, 1); err != nil {
		return nil, nil, nil, err
	}
	if kernel == nil {
		return nil, nil, nil, errors.New("it has no weights")
	}
	bias, err = i.weight(n, 2)
	return x, kernel, bias, err
}

// withBias are the weights of such a layer.
func withBias(kernel, bias []float32) map[string][]float32 {
	weights := map[string][]float32{"kernel": kernel}
	if bias != nil {
		weights["bias"] = bias
	}
	return weights
}

func spatial(kind string, rank int) string { return fmt.Sprintf("%s%dD", kind, rank) }

func (i *importer) conv(n node) error {
	x, kernel, bias, err := i.neurons(n)
	if err != nil {
		return err
	}
	rank := len(x.dims) - 1
	if len(kernel.dims) != rank+2 {
		return fmt.Errorf("weights %v for %v", kernel.dims, x.dims)
	}
	x = x.channelsLast()
	c, out, err := n.windowed(x, kernel.dims[2:], "kernel_size")
	if err != nil {
		return err
	}
	c["kind"], c["filters"], c["groups"], c["use_bias"] = spatial("Conv", rank), kernel.dims[0], n.int("group", 1), bias != nil
	weights := withBias(kernel.turned(append(inOrder(rank + 2)[2:], 1, 0)).floats, bias) // [out in k…] as [k… in out]
	last := i.activated(n, c)
	y, err := i.layer(x.node, n.GetName(), c, weights)
	if err == nil {
		i.give(last, &given{node: y, dims: append([]int{kernel.dims[0]}, out...), axes: channelsBehind(rank + 1)})
	}
	return err
}

func (i *importer) convTranspose(n node) error {
	x, kernel, bias, err := i.neurons(n)
	if err != nil {
		return err
	}
	if len(x.dims) != 3 || n.int("group", 1) != 1 || n.attribute("output_shape") != nil || n.text("auto_pad") != "" && n.text("auto_pad") != "NOTSET" {
		return errors.New("the lab's Conv2DTranspose has one group, and a size that follows from strides and padding")
	}
	strides, pads := n.ints("strides"), n.ints("pads")
	if strides == nil {
		strides = []int{1, 1}
	}
	if pads == nil {
		pads = []int{0, 0, 0, 0}
	}
	size, behind := kernel.dims[2:], n.ints("output_padding")
	if behind == nil {
		behind = []int{0, 0}
	}
	// As the lab's layer, whose padding is that of the convolution whose backward pass it is.
	out := []int{kernel.dims[1], 0, 0}
	valid, same := true, true
	for a := range 2 {
		total := max(0, size[a]-strides[a])
		front, back := pads[a], pads[2+a]-behind[a]+max(0, strides[a]-size[a])
		valid = valid && front == 0 && back == 0
		same = same && front == total/2 && back == total-total/2
		out[a+1] = (x.dims[a+1]-1)*strides[a] + size[a] - pads[a] - pads[2+a] + behind[a]
	}
	if !valid && !same {
		return fmt.Errorf("it pads %v and %v behind, where the lab has \"valid\" and \"same\"", pads, behind)
	}
	if d := n.ints("dilations"); d != nil && slices.Max(d) > 1 {
		return errors.New("its windows are dilated")
	}
	c := nn.Config{"kind": "Conv2DTranspose", "filters": kernel.dims[1], "kernel_size": size, "strides": strides, "use_bias": bias != nil}
	if !valid {
		c["padding"] = "same"
	}
	weights := withBias(kernel.turned([]int{2, 3, 1, 0}).floats, bias)
	last := i.activated(n, c)
	y, err := i.layer(x.channelsLast().node, n.GetName(), c, weights)
	if err == nil {
		i.give(last, &given{node: y, dims: out, axes: channelsBehind(3)})
	}
	return err
}

func (i *importer) pool(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	if len(n.Output) > 1 {
		return errors.New("it gives the places of the largest numbers, too")
	}
	x = x.channelsLast()
	c, out, err := n.windowed(x, n.ints("kernel_shape"), "pool_size")
	if err != nil {
		return err
	}
	rank := len(out)
	c["kind"] = spatial(n.GetOpType(), rank)
	if p, is := c["padding"].([]int); n.GetOpType() == "AveragePool" && n.int("count_include_pad", 0) != 0 && (!is || slices.Max(p) > 0) {
		if !is {
			return errors.New("zeros count in its means, and are not as many on both sides")
		}
		framed, err := i.layer(x.node, n.GetName(), nn.Config{"kind": spatial("ZeroPadding", rank), "padding": p}, nil)
		if err != nil {
			return err
		}
		x, c["padding"] = x.as(framed), make([]int, rank)
	}
	y, err := i.layer(x.node, n.GetName(), c, nil)
	if err == nil {
		i.give(n, &given{node: y, dims: append([]int{x.dims[0]}, out...), axes: channelsBehind(rank + 1)})
	}
	return err
}

func (i *importer) globalPool(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	return i.overMap(n, x, n.GetOpType(), true)
}

// overMap takes a mean or the largest number over all positions of a map.
func (i *importer) overMap(n node, x *given, kind string, keep bool) error {
	y, err := i.layer(x.channelsLast().node, n.GetName(), nn.Config{"kind": kind}, nil)
	if err != nil {
		return err
	}
	v := asIs(y, x.dims[:1])
	if keep {
		v = v.reshaped(append([]int{x.dims[0]}, slices.Repeat([]int{1}, len(x.dims)-1)...))
	}
	i.give(n, v)
	return nil
}

// reduce is taken over all positions of a map.
func (i *importer) reduce(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	over := n.ints("axes")
	if c, err := i.given(n, 1); err != nil {
		return err
	} else if c != nil {
		over = c.ints
	}
	var axes []int
	for _, a := range over {
		a, err := axis(a, x)
		if err != nil {
			return err
		}
		axes = append(axes, a)
	}
	slices.Sort(axes)
	rank := len(x.dims)
	channels := 0
	if rank > 1 && slices.Equal(axes, inOrder(rank-1)) { // of a map with its channels last
		channels = rank - 1
	} else if rank < 2 || !slices.Equal(axes, inOrder(rank)[1:]) {
		return fmt.Errorf("it works along the axes %v of %v, where the lab has the whole of a map", over, x.dims)
	}
	kind := map[string]string{"ReduceMean": "GlobalAveragePool", "ReduceMax": "GlobalMaxPool"}[n.GetOpType()]
	keep := n.int("keepdims", 1) != 0
	if channels == 0 {
		return i.overMap(n, x, kind, keep)
	}
	y, err := i.layer(x.turned(behindAll(rank, channels)).node, n.GetName(), nn.Config{"kind": kind}, nil)
	if err != nil {
		return err
	}
	v := asIs(y, x.dims[channels:])
	if keep {
		v = v.reshaped(append(slices.Repeat([]int{1}, rank-1), x.dims[channels]))
	}
	i.give(n, v)
	return nil
}
