package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// neuron is what the neurons of dense and of convolutional layers have in
// common: an activation function, weights W and, unless it is left out, a bias.
type neuron struct {
	f                 ActivationFunction
	kernelInit        Initializer
	biasInit          Initializer
	kernelRegularizer Regularizer
	biasRegularizer   Regularizer
	withoutBias       bool

	W, B *Param // B is nil without bias
	bias *tensor.Tensor
}

// newNeuron has Keras's defaults.
func newNeuron() neuron { return neuron{f: Linear, kernelInit: GlorotUniform, biasInit: Zeros} }

// makeParams makes the kernel of the given shape and a bias for each unit.
func (n *neuron) makeParams(b *Builder, fanIn, fanOut, units int, kernel ...int) {
	for _, r := range []Regularizer{n.kernelRegularizer, n.biasRegularizer} {
		if err := r.check(); err != nil {
			b.err = err
		}
	}
	n.W = b.Param("kernel", n.kernelInit, fanIn, fanOut, kernel...)
	n.W.regularizer = n.kernelRegularizer
	if !n.withoutBias {
		n.B = b.Param("bias", n.biasInit, fanIn, fanOut, units)
		n.B.regularizer = n.biasRegularizer
		n.bias = n.B.Value
	}
}

// describe is what the neuron adds to a recipe: "relu, no bias".
func (n *neuron) describe() string {
	if n.withoutBias {
		return n.f.String() + ", no bias"
	}
	return n.f.String()
}

func (n *neuron) biases() *tensor.Tensor        { return n.bias }
func (n *neuron) function() *ActivationFunction { return &n.f }

// BackwardReads: out for f'(net) of a function of the package, x for ∂E/∂W.
func (n *neuron) BackwardReads() (x, out bool) { return !n.W.frozen, n.f.readsOutput() }

func (n *neuron) neural()     {}
func (n *neuron) sends() bool { return true }
func (n *neuron) sums() bool  { return true }

// NeuronOption is an option of layers whose neurons have weights.
type NeuronOption interface {
	DenseOption
	ConvOption
}

func (f ActivationFunction) applyDense(d *dense) { d.f = f }
func (f ActivationFunction) applyConv(c *conv)   { c.f = f }

func (o kernelInitializer) applyDense(d *dense) { d.kernelInit = Initializer(o) }
func (o kernelInitializer) applyConv(c *conv)   { c.kernelInit = Initializer(o) }

func (o biasInitializer) applyDense(d *dense) { d.biasInit = Initializer(o) }
func (o biasInitializer) applyConv(c *conv)   { c.biasInit = Initializer(o) }

func (o kernelRegularizer) applyDense(d *dense) { d.kernelRegularizer = Regularizer(o) }
func (o kernelRegularizer) applyConv(c *conv)   { c.kernelRegularizer = Regularizer(o) }

func (o biasRegularizer) applyDense(d *dense) { d.biasRegularizer = Regularizer(o) }
func (o biasRegularizer) applyConv(c *conv)   { c.biasRegularizer = Regularizer(o) }

func (noBias) applyDense(d *dense) { d.withoutBias = true }
func (noBias) applyConv(c *conv)   { c.withoutBias = true }
