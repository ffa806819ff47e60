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
	kernel = kernel.turned(perm)
	if b := len(bias); b > 1 && b != kernel.dims[1] {
		return fmt.Errorf("a bias of %d numbers for %d units, where the lab has one for each", b, kernel.dims[1])
	}
	return i.dense(n, n, kernel, bias, float32(n.float("alpha", 1)), float32(n.float("beta", 1)))
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
	rank := len(x.dims) - 1
	if len(kernel.dims) != 2 || rank > 3 || kernel.dims[0] != x.dims[rank] {
		return fmt.Errorf("weights %v for %v", kernel.dims, x.dims)
	}
	units := kernel.dims[1]
	if rank > 0 {
		x = x.turned(behindAll(rank+1, rank))
	}
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
	if rank > 0 { // at each position of a map
		c = nn.Config{"kind": spatial("Conv", rank), "filters": units, "kernel_size": slices.Repeat([]int{1}, rank), "use_bias": bias != nil}
	}
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
		i.give(last, &given{node: y, dims: append(slices.Clone(x.dims[:rank]), units), axes: x.axes})
	}
	return err
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
	l, err := i.sliding(n, x.channelsLast(), kernel.dims[2:], "kernel_size", true)
	if err != nil {
		return err
	}
	filters := kernel.dims[0]
	l.config["filters"], l.config["groups"], l.config["use_bias"] = filters, n.int("group", 1), bias != nil
	weights := withBias(kernel.turned(append(inOrder(rank + 2)[2:], 1, 0)).floats, bias) // [out in k…] as [k… in out]
	last := i.activated(n, l.config)
	y, err := i.slide(l, n.GetName(), "Conv", filters, weights)
	if err == nil {
		i.give(last, y)
	}
	return err
}

// convTranspose is the lab's, with what the padding takes away cut off behind it.
func (i *importer) convTranspose(n node) error {
	x, kernel, bias, err := i.neurons(n)
	if err != nil {
		return err
	}
	if d := n.ints("dilations"); len(x.dims) != 3 || len(kernel.dims) != 4 || n.int("group", 1) != 1 || d != nil && slices.Max(d) > 1 {
		return errors.New("the lab's Conv2DTranspose is for images, with one group and windows that are not dilated")
	}
	lists := map[string][]int{"strides": {1, 1}, "pads": {0, 0, 0, 0}, "output_padding": {0, 0}, "output_shape": nil}
	for name, usual := range lists {
		list := n.ints(name)
		if list == nil {
			continue
		}
		if len(list) < 2 || usual != nil && len(list) != len(usual) || slices.Min(list) < 0 || name == "strides" && slices.Min(list) < 1 {
			return fmt.Errorf("%s %v for images", name, list)
		}
		lists[name] = list
	}
	size, strides, pads, behind := kernel.dims[2:], lists["strides"], lists["pads"], lists["output_padding"]
	dims := []int{kernel.dims[1], 0, 0}     // of the lab's, which leaves no stride out behind the last window
	front, back := []int{0, 0}, []int{0, 0} // less than 0: cut off
	for a := range 2 {
		beyond, out, auto := max(0, strides[a]-size[a]), 0, n.text("auto_pad")
		whole := (x.dims[a+1]-1)*strides[a] + size[a] + beyond
		dims[a+1] = whole
		switch list := lists["output_shape"]; {
		case list != nil:
			out = list[len(list)-2+a]
		case auto == "SAME_UPPER" || auto == "SAME_LOWER":
			out = x.dims[a+1] * strides[a]
		default:
			front[a], back[a] = -pads[a], behind[a]-pads[2+a]-beyond
			continue
		}
		total := max(0, whole-beyond+behind[a]-out)
		front[a] = -(total - total/2)
		if auto == "SAME_UPPER" {
			front[a] = -(total / 2)
		}
		back[a] = out - whole - front[a]
	}
	c := nn.Config{"kind": "Conv2DTranspose", "filters": kernel.dims[1], "kernel_size": size, "strides": strides, "use_bias": bias != nil}
	same := true // it cuts off what "same" does
	for a := range 2 {
		total := max(0, size[a]-strides[a])
		same = same && front[a] == -(total/2) && back[a] == -(total-total/2)
	}
	if same {
		c["padding"] = "same"
		dims[1], dims[2], front, back = x.dims[1]*strides[0], x.dims[2]*strides[1], []int{0, 0}, []int{0, 0}
	}
	if slices.Max(back) > 0 {
		return errors.New("it goes on behind the last window, where there is nothing but the bias")
	}
	weights := withBias(kernel.turned([]int{2, 3, 1, 0}).floats, bias)
	last := i.activated(n, c)
	y, err := i.layer(x.channelsLast().node, n.GetName(), c, weights)
	if err != nil {
		return err
	}
	cut, err := i.framed(n.GetName(), &given{node: y, dims: dims, axes: channelsBehind(3)}, front, back)
	if err == nil {
		i.give(last, cut)
	}
	return err
}
