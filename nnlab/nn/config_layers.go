package nn

import (
	"github.com/nnlab-go/lab/nnlab/backend"
)

// Each kind of layer says here what it was told, and below, in layerOf, is made of
// what it says. Names are Keras's.

// Config is {"kind": "leaky_relu", "alpha": 0.1}.
func (f ActivationFunction) Config() Config {
	if f.softmax {
		return Config{"kind": "softmax"}
	}
	if f.own != nil {
		return Config{"kind": f.own.name, "function": true}
	}
	c := Config{"kind": f.elementwise.Kind.String()}
	if sloped(f.elementwise.Kind) {
		c["alpha"] = f.elementwise.Alpha
	}
	return c
}

// sloped tells whether the function has a constant α.
func sloped(k backend.ActivationKind) bool { return k == backend.LeakyReLU || k == backend.ELU }

func activationOf(c *reader) ActivationFunction {
	if c == nil {
		return Linear
	}
	if c.Kind() == "softmax" {
		return Softmax
	}
	for k := backend.Linear; k <= backend.ScaledTanh; k++ {
		if k.String() != c.Kind() {
			continue
		}
		f := backend.Activation{Kind: k}
		if sloped(k) {
			f.Alpha = c.Float("alpha")
		}
		return ActivationFunction{elementwise: f}
	}
	c.note("the kind %q", c.Kind())
	return Linear
}

// Config is {"kind": "GlorotUniform", "distribution": "uniform", "mode": "fan_avg",
// "scale": 1}, as Keras's VarianceScaling.
func (in Initializer) Config() Config {
	c := Config{"kind": in.name, "distribution": distributions[in.distribution], "mode": fanModes[in.mode], "scale": in.scale}
	c.put("function", in.own != nil)
	return c
}

var (
	distributions = []string{constant: "constant", uniform: "uniform", normal: "untruncated_normal", truncatedNormal: "truncated_normal", computed: "function"}
	fanModes      = []string{fanIn: "fan_in", fanAvg: "fan_avg", fanNone: "none"}
)

// initializerOf makes an initializer. One that has a name says enough by it.
func initializerOf(c *reader, otherwise Initializer) Initializer {
	if c == nil {
		return otherwise
	}
	if c.config["distribution"] == nil {
		for _, in := range []Initializer{Zeros, Ones, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal} {
			if in.name == c.Kind() {
				return in
			}
		}
	}
	return Initializer{name: c.Kind(), distribution: distribution(c.one("distribution", distributions)), mode: fanMode(c.one("mode", fanModes)), scale: c.Float("scale")}
}

// Config is {"l1": 0.01, "l2": 0.01}.
func (r Regularizer) Config() Config {
	c := Config{}
	c.put("l1", r.l1)
	c.put("l2", r.l2)
	return c
}

func regularizerOf(c *reader) Regularizer {
	if c == nil {
		return Regularizer{}
	}
	return Regularizer{c.floatOr("l1", 0), c.floatOr("l2", 0)}
}

// putConfig adds what is not the usual one.
func putConfig[T interface {
	comparable
	Configured
}](c Config, name string, v, usual T) {
	if v != usual {
		c[name] = v.Config()
	}
}

// config adds what the neurons were told. The initializers without which the kernel and the bias
// start are not said.
func (n *neuron) config(c Config, kernelInit Initializer) Config {
	putConfig(c, "activation", n.f, Linear)
	putConfig(c, "kernel_initializer", n.kernelInit, kernelInit)
	putConfig(c, "bias_initializer", n.biasInit, Zeros)
	putConfig(c, "kernel_regularizer", n.kernelRegularizer, Regularizer{})
	putConfig(c, "bias_regularizer", n.biasRegularizer, Regularizer{})
	if n.withoutBias {
		c["use_bias"] = false
	}
	return c
}

func neuronOf(c *reader, kernelInit Initializer) neuron {
	return neuron{
		f:                 activationOf(c.Config("activation")),
		kernelInit:        initializerOf(c.Config("kernel_initializer"), kernelInit),
		biasInit:          initializerOf(c.Config("bias_initializer"), Zeros),
		kernelRegularizer: regularizerOf(c.Config("kernel_regularizer")),
		biasRegularizer:   regularizerOf(c.Config("bias_regularizer")),
		withoutBias:       !c.boolOr("use_bias", true),
	}
}

// config adds the geometry; size is what the kind calls its window.
func (w *window) config(c Config, size string) Config {
	c.put(size, w.size)
	c.put("strides", w.strides)
	c.put("dilation_rate", w.dilation)
	if w.same {
		c["padding"] = "same"
	} else {
		c.put("padding", w.padding)
	}
	return c
}

func windowOf(c *reader, rank int, size string) window {
	w := window{rank: rank, size: c.Ints(size), strides: c.Ints("strides"), dilation: c.Ints("dilation_rate")}
	if _, text := c.config["padding"].(string); text {
		w.same = c.one("padding", []string{"same"}) == 0
	} else {
		w.padding = c.Ints("padding")
	}
	return w
}

func (d *dense) Config() Config {
	return d.neuron.config(Config{"kind": "Dense", "units": d.units}, GlorotUniform)
}

func (l *conv) Config() Config {
	c := l.neuron.config(l.window.config(Config{"kind": l.kind}, "kernel_size"), GlorotUniform)
	if l.multiplier > 0 {
		c["depth_multiplier"] = l.multiplier
		return c
	}
	c["filters"] = l.filters
	if l.groups != 1 {
		c["groups"] = l.groups
	}
	return c
}

func convOf(c *reader, rank int) *conv {
	l := &conv{kind: c.Kind(), filters: c.intOr("filters", 0), multiplier: c.intOr("depth_multiplier", 0), groups: c.intOr("groups", 1),
		window: windowOf(c, rank, "kernel_size"), neuron: neuronOf(c, GlorotUniform)}
	return l
}

func (l *pool) Config() Config { return l.window.config(Config{"kind": l.kind}, "pool_size") }

func poolOf(c *reader, rank int, average bool) *pool {
	return &pool{kind: c.Kind(), average: average, window: windowOf(c, rank, "pool_size")}
}

func (l *globalPool) Config() Config { return Config{"kind": l.kind} }

func (l *adaptivePool) Config() Config {
	return Config{"kind": l.kind, "output_size": l.to[:]}
}

func adaptivePoolOf(c *reader, average bool) *adaptivePool {
	l := &adaptivePool{pool: pool{kind: c.Kind(), average: average}}
	copy(l.to[:], c.Ints("output_size"))
	return l
}

func (l *subsampling) Config() Config {
	c := Config{"kind": "Subsampling", "pool_size": l.pool.size}
	return l.scale.neuron.config(c, Ones)
}

func subsamplingOf(c *reader) *subsampling {
	l := &subsampling{pool: *newPool("Subsampling", 2, true, 1), scale: *newConv("Subsampling", 2, 0, 1)}
	l.pool.size, l.scale.multiplier, l.scale.neuron = c.Ints("pool_size"), 1, neuronOf(c, Ones)
	return l
}

func (l *batchNorm) Config() Config {
	c := Config{"kind": "BatchNorm", "momentum": l.momentum, "epsilon": l.epsilon}
	if l.withoutScale {
		c["scale"] = false
	}
	if l.withoutCenter {
		c["center"] = false
	}
	return c
}

func batchNormOf(c *reader) *batchNorm {
	return &batchNorm{momentum: c.Float("momentum"), epsilon: c.Float("epsilon"),
		withoutScale: !c.boolOr("scale", true), withoutCenter: !c.boolOr("center", true)}
}

func (l *groupNorm) Config() Config {
	return Config{"kind": "GroupNorm", "groups": l.groups, "epsilon": l.epsilon}
}

func (l *layerNorm) Config() Config { return Config{"kind": "LayerNorm", "epsilon": l.epsilon} }

func (l *localResponseNorm) Config() Config {
	return Config{"kind": "LocalResponseNorm", "size": l.p.Size, "alpha": l.p.Alpha, "beta": l.p.Beta, "k": l.p.K}
}

func (l *prelu) Config() Config {
	c := Config{"kind": "PReLU"}
	putConfig(c, "alpha_initializer", l.init, Zeros)
	return c
}

func (l *maxout) Config() Config {
	return Config{"kind": "Maxout", "units": l.units, "pieces": l.pieces}
}

func (l *activation) Config() Config {
	return Config{"kind": "Activation", "activation": l.f.Config()}
}

func (l *dropout) Config() Config        { return Config{"kind": "Dropout", "rate": l.rate} }
func (l *spatialDropout) Config() Config { return Config{"kind": "SpatialDropout", "rate": l.rate} }
func (l *gaussianNoise) Config() Config  { return Config{"kind": "GaussianNoise", "stddev": l.stddev} }

func (l *InputLayer) Config() Config { return Config{"kind": "Input", "shape": []int(l.shape)} }
func (l *flatten) Config() Config    { return Config{"kind": "Flatten"} }
func (l *reshape) Config() Config    { return Config{"kind": "Reshape", "target_shape": []int(l.shape)} }
func (l *permute) Config() Config    { return Config{"kind": "Permute", "dims": l.axes} }

func (l *zeroPadding) Config() Config { return Config{"kind": l.kind, "padding": l.padding} }
func (l *upSampling) Config() Config  { return Config{"kind": l.kind, "size": l.size} }

func (l *slice) Config() Config {
	c := Config{"kind": "Slice", "from": l.from, "to": l.to}
	c.put("axis", l.axis)
	return c
}

// Config has the output's shape alone: a Go function is no data.
func (l *ownLayer) Config() Config {
	c := Config{"kind": "Func", "function": true}
	c.put("output_shape", []int(l.shape))
	return c
}

// ranks are the layers that slide along one, two or three axes.
var ranks = map[string]int{
	"Conv1D": 1, "Conv2D": 2, "Conv3D": 3, "DepthwiseConv2D": 2,
	"MaxPool1D": 1, "MaxPool2D": 2, "MaxPool3D": 3, "AveragePool1D": 1, "AveragePool2D": 2, "AveragePool3D": 3,
	"ZeroPadding1D": 1, "ZeroPadding2D": 2, "ZeroPadding3D": 3, "UpSampling1D": 1, "UpSampling2D": 2, "UpSampling3D": 3,
}

// layerOf makes a layer of what it says, or nil of a kind that is not known.
func layerOf(c *reader) Layer {
	kind := c.Kind()
	switch rank := ranks[kind]; kind {
	case "Dense":
		return &dense{units: c.Int("units"), neuron: neuronOf(c, GlorotUniform)}
	case "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2D":
		return convOf(c, rank)
	case "PartialConv2D":
		return partialConvOf(c)
	case "Conv2DTranspose":
		return &transposedConv{conv: *convOf(c, 2)}
	case "MaxPool1D", "MaxPool2D", "MaxPool3D":
		return poolOf(c, rank, false)
	case "AveragePool1D", "AveragePool2D", "AveragePool3D":
		return poolOf(c, rank, true)
	case "GlobalMaxPool":
		return GlobalMaxPool()
	case "GlobalAveragePool":
		return GlobalAveragePool()
	case "AdaptiveMaxPool2D":
		return adaptivePoolOf(c, false)
	case "AdaptiveAveragePool2D":
		return adaptivePoolOf(c, true)
	case "Subsampling":
		return subsamplingOf(c)
	case "SCells":
		return sCellsOf(c)
	case "CCells":
		return cCellsOf(c)
	case "RBF":
		return rbfOf(c)
	case "BatchNorm":
		return batchNormOf(c)
	case "GroupNorm":
		return GroupNorm(c.Int("groups"), GNEpsilon(c.Float("epsilon")))
	case "LayerNorm":
		return LayerNorm(LNEpsilon(c.floatOr("epsilon", layerNormEpsilon)))
	case "LocalResponseNorm":
		return LocalResponseNorm(c.Int("size"), c.Float("alpha"), c.Float("beta"), c.Float("k"))
	case "PReLU":
		return PReLU(AlphaInitializer(initializerOf(c.Config("alpha_initializer"), Zeros)))
	case "Maxout":
		return Maxout(c.Int("units"), c.Int("pieces"))
	case "Activation":
		c.required("activation")
		return Activation(activationOf(c.Config("activation")))
	case "Dropout":
		return Dropout(c.Float("rate"))
	case "SpatialDropout":
		return SpatialDropout(c.Float("rate"))
	case "GaussianNoise":
		return GaussianNoise(c.Float("stddev"))
	case "Input":
		return Input(c.Ints("shape")...)
	case "Flatten":
		return Flatten()
	case "Reshape":
		return Reshape(c.Ints("target_shape")...)
	case "Permute":
		return Permute(c.Ints("dims")...)
	case "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D":
		return newZeroPadding(kind, rank, c.Ints("padding"))
	case "UpSampling1D", "UpSampling2D", "UpSampling3D":
		return &upSampling{kind: kind, rank: rank, size: c.Ints("size")}
	case "Slice":
		return Slice(c.Int("from"), c.Int("to"), Axis(c.intOr("axis", 0)))
	}
	return nil
}

func (m alike) Config() Config        { return Config{"kind": m.kind} }
func (l *concatenate) Config() Config { return Config{"kind": "Concatenate"} }

// mergerOf makes a merge of what it says, or nil of a kind that is not known.
func mergerOf(c *reader) Merger {
	for _, n := range []*Node{Add(), Average(), Maximum(), Multiply(), Concatenate()} {
		if kind(n.layer) == c.Kind() {
			return n.layer.(Merger)
		}
	}
	if c.Kind() == "Subtract" {
		return &subtract{alike{"Subtract"}}
	}
	return nil
}
