package onnx

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
)

// operators are those that are taken. One that only computes shapes has no layer and is
// folded before; it is refused when it cannot be.
var operators map[string]func(*importer, node) error

func init() { // they call each other by way of this table
	operators = map[string]func(*importer, node) error{
		"Conv": (*importer).conv, "ConvTranspose": (*importer).convTranspose, "Gemm": (*importer).gemm, "MatMul": (*importer).matMul,
		"MaxPool": (*importer).pool, "AveragePool": (*importer).pool, "GlobalMaxPool": (*importer).globalPool, "GlobalAveragePool": (*importer).globalPool,
		"ReduceMean": (*importer).reduce, "ReduceMax": (*importer).reduce,
		"BatchNormalization": (*importer).batchNorm, "LRN": (*importer).lrn, "GroupNormalization": (*importer).groupNorm, "InstanceNormalization": (*importer).groupNorm, "LayerNormalization": (*importer).layerNorm,
		"Relu": (*importer).activationNode, "Sigmoid": (*importer).activationNode, "Tanh": (*importer).activationNode, "LeakyRelu": (*importer).activationNode,
		"Elu": (*importer).activationNode, "Clip": (*importer).activationNode, "Softmax": (*importer).softmax, "PRelu": (*importer).prelu,
		"Identity": (*importer).identity, "Dropout": (*importer).dropout, "Cast": (*importer).cast,
		"Flatten": (*importer).flattenNode, "Reshape": (*importer).reshape, "Squeeze": (*importer).squeeze, "Unsqueeze": (*importer).squeeze,
		"Transpose": (*importer).transpose, "Concat": (*importer).concat, "Pad": (*importer).pad, "Resize": (*importer).resize, "Upsample": (*importer).resize, "Slice": (*importer).sliceNode, "Split": (*importer).split,
		"Add": (*importer).merge, "Sum": (*importer).merge, "Sub": (*importer).merge, "Mul": (*importer).merge, "Div": (*importer).merge, "Max": (*importer).merge, "Mean": (*importer).merge,
		"Constant": (*importer).onlyFolded, "ConstantOfShape": (*importer).onlyFolded, "Shape": (*importer).onlyFolded, "Gather": (*importer).onlyFolded,
	}
}

func (i *importer) onlyFolded(node) error {
	return errors.New("what it computes depends on the examples")
}

// x is the first input, which a layer has made.
func (i *importer) x(n node) (*given, error) {
	if v := i.values[n.Input[0]]; v != nil {
		return v, nil
	}
	return nil, errors.New("its input is no layer's")
}

// weight is input k as numbers; nil where it is not there.
func (i *importer) weight(n node, k int) ([]float32, error) {
	c, err := i.given(n, k)
	if c == nil || err != nil {
		return nil, err
	}
	return c.floats, nil
}

// given is input k as a constant; nil where it is not there.
func (i *importer) given(n node, k int) (*constant, error) {
	if k >= len(n.Input) || n.Input[k] == "" {
		return nil, nil
	}
	if c := i.constants[n.Input[k]]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("its input %d is computed, where the lab's layer has weights", k+1)
}

// first refuses a node of which more is read than its first output.
func (i *importer) first(n node) error {
	for k, out := range n.Output[1:] {
		if i.readers[out] != nil {
			return fmt.Errorf("its output %d is read, which no layer gives", k+2)
		}
	}
	return nil
}

// give sets what a node gives.
func (i *importer) give(n node, v *given) { i.values[n.Output[0]] = v }

// alone is the node that alone reads what a node gives, nil where there are others or none.
func (i *importer) alone(n node) (node, bool) {
	readers := i.readers[n.Output[0]]
	if len(readers) != 1 || readers[0] == nil {
		return node{}, false
	}
	return node{readers[0]}, true
}

// activated is a layer with the function of the node behind it, if there is one: what that
// gives is the layer's.
func (i *importer) activated(n node, c nn.Config) (last node) {
	next, ok := i.alone(n)
	if !ok {
		return n
	}
	if f, err := i.function(next); err == nil && f != nil {
		c["activation"] = f
		i.done[next.NodeProto] = true
		return next
	}
	return n
}

// function is the activation function of a node, nil where it is none.
func (i *importer) function(n node) (nn.Config, error) {
	switch n.GetOpType() {
	case "Relu":
		return nn.Config{"kind": "relu"}, nil
	case "Sigmoid":
		return nn.Config{"kind": "sigmoid"}, nil
	case "Tanh":
		return nn.Config{"kind": "tanh"}, nil
	case "LeakyRelu":
		return nn.Config{"kind": "leaky_relu", "alpha": n.float("alpha", 0.01)}, nil
	case "Elu":
		return nn.Config{"kind": "elu", "alpha": n.float("alpha", 1)}, nil
	case "Clip":
		low, high, err := i.bounds(n)
		if err != nil || low != 0 || high < math.MaxFloat32 {
			return nil, errors.Join(err, fmt.Errorf("it clips to %v … %v, where the lab has 0 … ∞, a ReLU", low, high))
		}
		return nn.Config{"kind": "relu"}, nil
	}
	return nil, nil
}

// bounds are those of a Clip: inputs, or attributes in files before opset 11.
func (i *importer) bounds(n node) (low, high float64, err error) {
	low, high = n.float("min", math.Inf(-1)), n.float("max", math.Inf(1))
	for k, bound := range map[int]*float64{1: &low, 2: &high} {
		c, err := i.given(n, k)
		if err != nil {
			return 0, 0, err
		}
		if c != nil && len(c.floats) == 1 {
			*bound = float64(c.floats[0])
		}
	}
	return low, high, nil
}

func (i *importer) activationNode(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	f, err := i.function(n)
	if err != nil {
		return err
	}
	return i.behind(n, x, nn.Config{"kind": "Activation", "activation": f}, nil)
}

// behind puts a layer that changes no axis behind a value.
func (i *importer) behind(n node, x *given, c nn.Config, weights map[string][]float32) error {
	y, err := i.layer(x.node, n.GetName(), c, weights)
	if err == nil {
		i.give(n, x.as(y))
	}
	return err
}

func (i *importer) identity(n node) error {
	x, err := i.x(n)
	if err == nil {
		i.give(n, x)
	}
	return err
}

// dropout does nothing in a network that answers.
func (i *importer) dropout(n node) error {
	training, err := i.given(n, 2)
	if err != nil {
		return err
	}
	if training != nil && slices.Contains(training.ints, 1) || i.opset < 7 && n.int("is_test", 0) == 0 {
		rate, err := i.weight(n, 1)
		if err != nil || len(rate) != 1 || rate[0] != 0 {
			return errors.New("it drops at random, as in training")
		}
	}
	if err := i.first(n); err != nil {
		return err
	}
	return i.identity(n)
}

// cast leaves numbers as they are.
func (i *importer) cast(n node) error {
	to := pb.TensorProto_DataType(n.int("to", 0))
	if text := n.text("to"); text != "" { // the first version
		to = pb.TensorProto_DataType(pb.TensorProto_DataType_value[text])
	}
	if to != pb.TensorProto_FLOAT && to != pb.TensorProto_DOUBLE {
		return fmt.Errorf("it makes %v of the numbers, where the lab has float32", to)
	}
	return i.identity(n)
}

// softmax runs along the lab's last axis.
func (i *importer) softmax(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	otherwise := -1
	if i.opset < 13 {
		otherwise = 1
	}
	a, err := axis(n.int("axis", otherwise), x)
	if err != nil {
		return err
	}
	if i.opset < 13 && a != len(x.dims)-1 {
		return errors.New("it takes several axes as one")
	}
	return i.behind(n, x.turned(behindAll(len(x.dims), a)), nn.Config{"kind": "Activation", "activation": nn.Config{"kind": "softmax"}}, nil)
}

// behindAll is the order of axes that has one of them last.
func behindAll(axes, last int) []int {
	if last == 0 {
		return channelsBehind(axes)
	}
	return append(slices.DeleteFunc(inOrder(axes), func(a int) bool { return a == last }), last)
}

// axis is an axis of the file without the batch.
func axis(a int, x *given) (int, error) {
	if a < 0 {
		a += len(x.dims) + 1
	}
	if a < 1 || a > len(x.dims) {
		return 0, errors.New("it works along the batch")
	}
	return a - 1, nil
}

func (i *importer) prelu(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	c, err := i.given(n, 1)
	if err != nil {
		return err
	}
	if c != nil && i.opset < 7 && len(c.dims) == 1 && len(x.dims) > 1 { // the first version had a slope for each channel
		c = &constant{dims: append(c.dims, slices.Repeat([]int{1}, len(x.dims)-1)...), floats: c.floats}
	}
	x, slope, err := x.perChannel(c)
	if err != nil {
		return err
	}
	return i.behind(n, x, nn.Config{"kind": "PReLU"}, map[string][]float32{"alpha": slope})
}
