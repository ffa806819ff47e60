package onnx

import (
	"errors"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// export adds the present layer behind its inputs.
func (e *exporter) export(in []*value) (*value, error) {
	x, c := in[0], e.layer.Config
	if c == nil { // of another package, whatever its name
		return nil, errors.New(e.layer.Recipe)
	}
	switch e.layer.Kind {
	case "Dense":
		return e.dense(x, c)
	case "Maxout":
		return e.maxout(x, c), nil
	case "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2D":
		return e.conv(x, c)
	case "PartialConv2D":
		return e.partialConv(x, c)
	case "Conv2DTranspose":
		return e.transposedConv(x, c)
	case "MaxPool1D", "MaxPool2D", "MaxPool3D":
		return e.pool("MaxPool", x, c), nil
	case "AveragePool1D", "AveragePool2D", "AveragePool3D":
		return e.pool("AveragePool", x, c), nil
	case "GlobalMaxPool", "GlobalAveragePool":
		y := e.node(e.layer.Kind, []string{e.in(x, channelsFirst)})
		return e.gives(here, e.node("Flatten", []string{y}, intOf("axis", 1))), nil
	case "AdaptiveMaxPool2D", "AdaptiveAveragePool2D":
		return e.adaptivePool(x), nil
	case "Subsampling":
		return e.subsampling(x, c)
	case "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D":
		return e.zeroPadding(x, c), nil
	case "UpSampling1D", "UpSampling2D", "UpSampling3D":
		return e.upSampling(x), nil
	case "RBF":
		return e.rbf(x, c), nil
	case "SCells":
		return e.sCells(x, c), nil
	case "CCells":
		return e.cCells(x, c), nil
	case "BatchNorm":
		return e.batchNorm(x, c), nil
	case "GroupNorm":
		return e.groupNorm(x, c), nil
	case "LayerNorm":
		y := e.node("LayerNormalization", []string{e.in(x, here), e.vector("gamma"), e.vector("beta")}, intOf("axis", -1), floatOf("epsilon", c.Float("epsilon")))
		return e.gives(here, y), nil
	case "LocalResponseNorm":
		return e.localResponseNorm(x, c), nil
	case "PReLU":
		l := mapLayout(x)
		return e.gives(l, e.node("PRelu", []string{e.in(x, l), e.perChannel("alpha", x.shape, l)})), nil
	case "Activation":
		y, err := e.activation(x.tensors[x.first], c.Config("activation"), x.first)
		return e.again(x, y), err
	case "Dropout", "SpatialDropout", "GaussianNoise": // of the training only
		return e.again(x, x.tensors[x.first]), nil
	case "Flatten":
		return e.flatten(x), nil
	case "Reshape":
		y := e.node("Reshape", []string{e.in(x, here), e.ints("shape", append([]int{0}, e.layer.Shape...)...)})
		return e.gives(here, y), nil
	case "Permute":
		y := e.node("Transpose", []string{e.in(x, here)}, intsOf("perm", append([]int{0}, c.Ints("dims")...)...))
		return e.gives(here, y), nil
	case "Slice":
		return e.slice(x, c), nil
	case "Add", "Average", "Maximum", "Multiply", "Subtract", "Concatenate":
		return e.merge(in), nil
	}
	return nil, errors.New(e.layer.Recipe)
}

// activation applies a function; the softmax runs along the channels.
func (e *exporter) activation(x string, c nn.Config, l layout) (string, error) {
	if c.Bool("function") {
		return "", errors.New("the Go function " + c.Kind())
	}
	alpha := floatOf("alpha", c.Float("alpha"))
	switch c.Kind() {
	case "", "linear":
		return x, nil
	case "relu":
		return e.node("Relu", []string{x}), nil
	case "sigmoid":
		return e.node("Sigmoid", []string{x}), nil
	case "tanh":
		return e.node("Tanh", []string{x}), nil
	case "scaled_tanh":
		inner := e.node("Mul", []string{x, e.number("slope", backend.TanhSlope)})
		return e.node("Mul", []string{e.node("Tanh", []string{inner}), e.number("height", backend.TanhHeight)}), nil
	case "leaky_relu":
		return e.node("LeakyRelu", []string{x}, alpha), nil
	case "elu":
		return e.node("Elu", []string{x}, alpha), nil
	case "step":
		above := e.node("GreaterOrEqual", []string{x, e.number("zero", 0)})
		return e.node("Cast", []string{above}, intOf("to", int(pb.TensorProto_FLOAT))), nil
	case "softmax":
		axis := -1
		if l == channelsFirst {
			axis = 1
		}
		return e.node("Softmax", []string{x}, intOf("axis", axis)), nil
	}
	return "", errors.New("the activation function " + c.Kind())
}

// dense is a product with the kernel [in out], whose rows are in the order of a flattened map.
func (e *exporter) dense(x *value, c nn.Config) (*value, error) {
	y, err := e.activation(e.product(x, c.Int("units"), !off(c, "use_bias")), c.Config("activation"), here)
	return e.gives(here, y), err
}

// off tells whether a configuration turns off what is on without it.
func off(c nn.Config, name string) bool {
	_, there := c[name]
	return there && !c.Bool(name)
}

// product is x·W + b.
func (e *exporter) product(x *value, units int, bias bool) string {
	from, what, at := x.tensors[x.first], "", func(i int) int { return i }
	if x.first == flatFirst {
		what = "behind " + x.mapped.String()
		c := x.mapped[len(x.mapped)-1]
		positions := x.shape[0] / c
		at = func(i int) int {
			row := i / units
			return (row%positions*c+row/positions)*units + i%units
		}
	}
	inputs := []string{from, e.weights("kernel", what, []int{x.shape[0], units}, at)}
	if bias {
		inputs = append(inputs, e.vector("bias"))
	}
	return e.node("Gemm", inputs)
}

// vector is a parameter with a number a channel.
func (e *exporter) vector(name string) string {
	return e.weights(name, "", []int{e.param(name).Value.Size()}, nil)
}

// perChannel is the same shaped so that it meets the channels of x.
func (e *exporter) perChannel(name string, x tensor.Shape, l layout) string {
	n := e.param(name).Value.Size()
	if l == channelsFirst {
		return e.weights(name, "", append([]int{n}, slices.Repeat([]int{1}, len(x)-1)...), nil)
	}
	return e.weights(name, "", []int{n}, nil)
}

// mapLayout is the layout in which x is, of those that keep channels apart.
func mapLayout(x *value) layout {
	if x.first == flatFirst {
		return here
	}
	return x.first
}

func (e *exporter) maxout(x *value, c nn.Config) *value {
	units, pieces := c.Int("units"), c.Int("pieces")
	net := e.product(x, units*pieces, true)
	net = e.node("Reshape", []string{net, e.ints("shape", 0, units, pieces)})
	return e.gives(here, e.node("ReduceMax", []string{net, e.ints("axes", 2)}, intOf("keepdims", 0)))
}

// flatten keeps the order that the map has in the file: a Dense behind it has its kernel in
// that order.
func (e *exporter) flatten(x *value) *value {
	if len(x.shape) == 1 {
		return e.again(x, x.tensors[x.first])
	}
	y := e.called(e.node("Flatten", []string{x.tensors[x.first]}, intOf("axis", 1)))
	if x.first == channelsFirst {
		return &value{shape: e.layer.Shape, mapped: x.shape, first: flatFirst, tensors: map[layout]string{flatFirst: y}}
	}
	return e.gives(here, y)
}

func (e *exporter) slice(x *value, c nn.Config) *value {
	l, axis := mapLayout(x), c.Int("axis") // counted from 1, 0 is the last
	if axis == 0 {
		axis = len(x.shape)
	}
	if l == channelsFirst {
		axis = axis%len(x.shape) + 1
	}
	y := e.node("Slice", []string{e.in(x, l), e.ints("starts", c.Int("from")), e.ints("ends", c.Int("to")), e.ints("axes", axis)})
	return e.gives(l, y)
}

// merge joins several inputs, in the layout that one of them has.
func (e *exporter) merge(in []*value) *value {
	l := here
	if slices.ContainsFunc(in, func(x *value) bool { return x.first == channelsFirst }) {
		l = channelsFirst
	}
	var inputs []string
	for _, x := range in {
		inputs = append(inputs, e.in(x, l))
	}
	switch e.layer.Kind {
	case "Add":
		return e.gives(l, e.node("Sum", inputs))
	case "Average":
		return e.gives(l, e.node("Mean", inputs))
	case "Maximum":
		return e.gives(l, e.node("Max", inputs))
	case "Concatenate":
		axis := len(e.layer.Shape)
		if l == channelsFirst {
			axis = 1
		}
		return e.gives(l, e.node("Concat", inputs, intOf("axis", axis)))
	}
	op := map[string]string{"Multiply": "Mul", "Subtract": "Sub"}[e.layer.Kind]
	y := inputs[0]
	for _, x := range inputs[1:] { // these take two
		y = e.node(op, []string{y, x})
	}
	return e.gives(l, y)
}
