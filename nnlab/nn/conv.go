package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// conv is a convolutional layer (slides "Convolução", "Camada Convolucional"):
// each of D filters slides over the input and computes, at every position, the
// weighted sum of the window below it, all P channels, plus its bias. For a
// batch of N images:
//
//	forward     net   = W ∗ x + b         x [N×H×W×P]  W [K×K×P×D]  b [D]
//	            out   = f(net)            [N×H'×W'×D], H' = (H − K + 2·padding)/stride + 1
//
//	backward    δ     = ∂E/∂out ⊙ f'(net) [N×H'×W'×D]
//	            ∂E/∂W = Σ x·δ             over all positions where weight met input
//	            ∂E/∂b = Σ δ               over all positions
//	            ∂E/∂x = Σ δ·W             over all windows that saw the input
//
// The number of parameters is the slide's [(K·K·P) + 1]·D. As in Keras and on
// the slides, the filter is not turned around: it is a cross-correlation.
type conv struct {
	window
	neuron
	kind       string // "Conv2D"
	filters    int
	multiplier int // of a depthwise convolution, else 0
	groups     int

	g backend.Convolution
}

// ConvOption is what a convolution can be told besides filters and kernel size:
// an [ActivationFunction], [Strides], [Same], [Valid], [Padding], [Dilation],
// [Groups], [KernelInitializer], [BiasInitializer], [KernelRegularizer],
// [BiasRegularizer], [NoBias].
type ConvOption interface{ applyConv(*conv) }

// Conv1D slides filters of kernel cells along sequences [steps channels].
func Conv1D[K int | [1]int](filters int, kernel K, options ...ConvOption) Layer {
	return told(newConv("Conv1D", 1, filters, kernel), options, ConvOption.applyConv)
}

// Conv2D slides filters over images [height width channels]: Conv2D(32, 3) has
// 32 filters of 3×3 cells, Conv2D(32, [2]int{3, 5}) of 3×5. Its kernel is
// [kh×kw×channels×filters]. Defaults are Keras's: stride 1, no padding, no
// activation, GlorotUniform weights, zero bias.
func Conv2D[K int | [2]int](filters int, kernel K, options ...ConvOption) Layer {
	return told(newConv("Conv2D", 2, filters, kernel), options, ConvOption.applyConv)
}

// Conv3D slides filters through volumes [depth height width channels].
func Conv3D[K int | [3]int](filters int, kernel K, options ...ConvOption) Layer {
	return told(newConv("Conv3D", 3, filters, kernel), options, ConvOption.applyConv)
}

func newConv(kind string, rank, filters int, kernel any) *conv {
	c := &conv{kind: kind, filters: filters, groups: 1, neuron: newNeuron()}
	c.rank, c.size = rank, axes(rank, kernel)
	return c
}

func (l *conv) Forward(c *Context, x, out *tensor.Tensor) {
	// net = W ∗ x + b, and f while the sum is still at hand.
	tensor.Conv(l.g, x, l.W.Value, l.bias, out, l.f.elementwise)
	l.f.applyRest(out, out)
}

func (l *conv) sum(x, out *tensor.Tensor, f tensor.Fused) {
	tensor.ConvFused(l.g, x, l.W.Value, out, f)
}

func (l *conv) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	δ := dout
	l.f.backward(out, dout, δ)                             // δ = ∂E/∂out ⊙ f'(net)
	tensor.ConvGradKernel(l.g, x, δ, l.W.Grad, l.W.Beta()) // ∂E/∂W = Σ x·δ
	if l.B != nil {
		tensor.SumChannels(l.B.Grad, δ, l.B.Beta()) // ∂E/∂b = Σ δ
	}
	if dx != nil {
		tensor.ConvGradInput(l.g, δ, l.W.Value, dx) // ∂E/∂x = Σ δ·W
	}
}

func (l *conv) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	out, e := l.fit(in)
	if e != nil {
		return nil, e
	}
	channels := in[l.rank]
	if l.multiplier > 0 {
		l.groups, l.filters = channels, channels*l.multiplier
	}
	if l.filters < 1 {
		return nil, &Error{Expected: "at least 1 filter", Got: fmt.Sprint(l.filters), Mend: "write nn.Conv2D(32, 3) for 32 filters of 3×3"}
	}
	if l.groups < 1 || channels%l.groups != 0 || l.filters%l.groups != 0 {
		return nil, &Error{Expected: fmt.Sprintf("groups that divide %d channels and %d filters", channels, l.filters), Got: fmt.Sprint(l.groups),
			GotShape: in, Mend: "choose filters and groups that go into each other"}
	}
	l.g = backend.Convolution{Window: l.box, Filters: l.filters, Groups: l.groups}
	shape := append(slices.Clone(l.size), channels/l.groups, l.filters)
	fanIn, fanOut := l.g.Depth(), l.g.Cells()*l.filters
	if l.multiplier > 0 { // Keras sees [kh kw channels multiplier]
		fanIn, fanOut = l.g.Cells()*channels, l.g.Cells()*l.multiplier
	}
	l.makeParams(b, fanIn, fanOut, l.filters, shape...)
	return append(out, l.filters), nil
}

func (l *conv) String() string {
	s := l.kind + "("
	if l.multiplier == 0 {
		s += fmt.Sprintf("%d, ", l.filters)
	}
	s += l.window.describe(slices.Repeat([]int{1}, l.rank))
	if l.multiplier > 1 {
		s += fmt.Sprintf(", multiplier %d", l.multiplier)
	} else if l.multiplier == 0 && l.groups > 1 {
		s += fmt.Sprintf(", groups %d", l.groups)
	}
	return s + ", " + l.neuron.describe() + ")"
}

// ParameterFormula is the slide's [(K·K·P) + 1]·D ("Número de parâmetros").
func (l *conv) ParameterFormula() string {
	cells := ""
	for _, n := range l.size {
		cells += fmt.Sprintf("%d·", n)
	}
	if l.withoutBias {
		return fmt.Sprintf("(%s%d)·%d", cells, l.g.Channels/l.groups, l.filters)
	}
	return fmt.Sprintf("[(%s%d) + 1]·%d", cells, l.g.Channels/l.groups, l.filters)
}

// MACs is a multiplication and addition for each weight at each position.
func (l *conv) MACs() int { return l.g.Outputs() * l.W.Value.Size() }

type dilation []int

// Dilation leaves n − 1 cells between neighbouring cells of the window.
func Dilation(n ...int) ConvOption { return dilation(n) }

func (d dilation) applyConv(c *conv) { c.dilation = d }

type groups int

// Groups cuts channels and filters into n groups that do not see each other, as
// AlexNet's two GPUs did.
func Groups(n int) ConvOption { return groups(n) }

func (g groups) applyConv(c *conv) { c.groups = int(g) }
