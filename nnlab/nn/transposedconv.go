package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// transposedConv makes a map larger: what a convolution does to ∂E/∂y in its backward
// pass, this layer does to x in its forward pass, and the other way round (Zeiler et al.
// 2010). Each number of x adds its filter's window, times the number, to the output. For a
// batch of N images:
//
//	forward     net   = Wᵀ ∗ x + b        x [N×H×W×P]  W [K×K×D×P]  b [D]
//	            out   = f(net)            [N×H'×W'×D], H' = H·stride + max(K − stride, 0)
//
//	backward    δ     = ∂E/∂out ⊙ f'(net) [N×H'×W'×D]
//	            ∂E/∂W = Σ δ·x             over all positions where weight met output
//	            ∂E/∂b = Σ δ               over all positions
//	            ∂E/∂x = W ∗ δ             a convolution with the stride
type transposedConv struct {
	conv
	columns
}

// Conv2DTranspose makes images [height width channels] larger by its strides, with filters
// of kernel cells: Conv2DTranspose(32, 2, Strides(2)) doubles both sides. Its kernel is
// [kh×kw×filters×channels], as Keras's. With Same the output is H·stride high, else
// H·stride + max(K − stride, 0). It takes neither Padding nor Dilation nor Groups.
func Conv2DTranspose[K int | [2]int](filters int, kernel K, options ...ConvOption) Layer {
	l := &transposedConv{conv: *newConv("Conv2DTranspose", 2, filters, kernel)}
	return told(l, options, func(o ConvOption, l *transposedConv) { o.applyConv(&l.conv) })
}

func (l *transposedConv) Forward(c *Context, x, out *tensor.Tensor) {
	tensor.ConvGradInput(l.g, x, l.W.Value, out) // Wᵀ ∗ x
	if l.B != nil {
		l.affine(out, l.ones, l.bias, out) // + b
	}
	l.f.apply(out, out)
}

func (l *transposedConv) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	δ := dout
	l.f.backward(out, dout, δ)                             // δ = ∂E/∂out ⊙ f'(net)
	tensor.ConvGradKernel(l.g, δ, x, l.W.Grad, l.W.Beta()) // ∂E/∂W = Σ δ·x
	if l.B != nil {
		tensor.SumChannels(l.B.Grad, δ, l.B.Beta()) // ∂E/∂b = Σ δ
	}
	if dx != nil {
		tensor.Conv(l.g, δ, l.W.Value, nil, dx, backend.Activation{}) // ∂E/∂x = W ∗ δ
	}
}

// A convolution does not multiply what it writes by f' of the layer before.
func (l *transposedConv) sends() bool { return false }

// Nor does what computes a gradient go on with its sums.
func (l *transposedConv) sums() bool { return false }

func (l *transposedConv) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	if l.padding != nil || l.dilation != nil || l.groups != 1 {
		return nil, &Error{Expected: "neither Padding nor Dilation nor Groups", Got: l.String(), Mend: "write nn.Conv2DTranspose(32, 2, nn.Strides(2))"}
	}
	if l.filters < 1 {
		return nil, &Error{Expected: "at least 1 filter", Got: fmt.Sprint(l.filters), Mend: "write nn.Conv2DTranspose(32, 2, nn.Strides(2)) for 32 filters of 2×2"}
	}
	strides, err := l.each("strides", l.strides, 1, 1)
	if err != nil {
		return nil, err
	}
	if len(in) != l.rank+1 {
		_, err := l.fit(in)
		return nil, err
	}
	// The window slides over the output.
	out := append(slices.Clone(in[:l.rank]), l.filters)
	for a := range l.rank {
		out[a] *= strides[a]
		if !l.same {
			out[a] += max(l.size[a]-strides[a], 0)
		}
	}
	if _, err := l.fit(out); err != nil {
		return nil, err
	}
	channels := in[l.rank]
	l.g = backend.Convolution{Window: l.box, Filters: channels, Groups: 1}
	l.makeParams(b, l.g.Cells()*l.filters, l.g.Cells()*channels, l.filters, // Keras's fans
		append(slices.Clone(l.size), l.filters, channels)...)
	l.columns = newColumns(b, l.filters)
	return out, nil
}

// ParameterFormula is (K·K·P)·D + D.
func (l *transposedConv) ParameterFormula() string {
	s := fmt.Sprintf("(%d·%d·%d)·%d", l.size[0], l.size[1], l.g.Filters, l.filters)
	if l.withoutBias {
		return s
	}
	return fmt.Sprintf("%s + %d", s, l.filters)
}

// mapFormula is how the size of the map comes about, "14·2 + max(3 − 2, 0) = 29".
func (l *transposedConv) mapFormula() string {
	const at = 2
	b := l.box
	if l.same {
		return fmt.Sprintf("%d·%d = %d", b.Out[at], b.Stride[at], b.In[at])
	}
	return fmt.Sprintf("%d·%d + max(%d − %d, 0) = %d", b.Out[at], b.Stride[at], b.Size[at], b.Stride[at], b.In[at])
}

// field is nothing: a map that grows has no receptive field of one size.
func (l *transposedConv) field() (reach, stride []int) { return nil, nil }
