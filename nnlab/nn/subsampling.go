package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// subsampling is the trainable pool of LeNet-5 (slide "LeNet – LeCun (1998)"; LeCun et al.
// 1998, section II.B): the mean of each window, times a weight of the channel,
// plus a bias of the channel, through f. For a batch of N maps:
//
//	forward     m     = mean of the window  x [N×H×W×C]  m [N×H'×W'×C]
//	            out   = f(w·m + b)          w, b [C]
//
//	backward    δ     = ∂E/∂out ⊙ f'(net)
//	            ∂E/∂w = Σ m·δ, ∂E/∂b = Σ δ  over all positions
//	            ∂E/∂x = w·δ / cells         for each cell of the window
//
// It is an average pool and, behind it, a depthwise convolution of 1×1 cells.
type subsampling struct {
	pool  pool
	scale conv
	m, dm *tensor.Tensor
}

// Subsampling is LeNet's trainable pool over images: windows of size beside each
// other, two parameters a channel. The weight starts as 1 and the bias as 0, so
// that it starts as [AveragePool2D]. LeCun sums the cells; the weight makes up for
// the difference.
func Subsampling[K int | [2]int](size K, options ...NeuronOption) Layer {
	l := &subsampling{
		pool:  *newPool("Subsampling", 2, true, size),
		scale: *newConv("Subsampling", 2, 0, 1),
	}
	l.scale.multiplier, l.scale.kernelInit = 1, Ones
	return told(l, options, func(o NeuronOption, l *subsampling) { o.applyConv(&l.scale) })
}

func (l *subsampling) Forward(c *Context, x, out *tensor.Tensor) {
	l.pool.Forward(c, x, l.m)
	l.scale.Forward(c, l.m, out)
}

func (l *subsampling) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if dx == nil {
		l.scale.Backward(c, l.m, out, dout, nil)
		return
	}
	l.scale.Backward(c, l.m, out, dout, l.dm)
	l.pool.Backward(c, x, l.m, l.dm, dx)
}

func (l *subsampling) BackwardReads() (x, out bool) { return false, l.scale.f.readsOutput() }

func (l *subsampling) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	out, err := l.pool.Build(b, in)
	if err != nil {
		return nil, err
	}
	l.m, l.dm = b.Scratch(out...), b.Scratch(out...)
	return l.scale.Build(b, out)
}

func (l *subsampling) String() string {
	return "Subsampling(" + l.pool.describe(l.pool.size) + ", " + l.scale.neuron.describe() + ")"
}

func (l *subsampling) function() *ActivationFunction { return l.scale.function() }
func (l *subsampling) mapFormula() string            { return l.pool.mapFormula() }
func (l *subsampling) field() (reach, stride []int)  { return l.pool.field() }
func (l *subsampling) MACs() int                     { return l.scale.MACs() }

// ParameterFormula is 2·C: a weight and a bias for each of C channels.
func (l *subsampling) ParameterFormula() string {
	if l.scale.withoutBias {
		return fmt.Sprint(l.scale.filters)
	}
	return fmt.Sprintf("2·%d", l.scale.filters)
}
