package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// maxout is a layer whose n neurons have p linear pieces each and give out the
// largest (Goodfellow et al. 2013; slide "Funções de ativação", Maxout):
//
//	forward     net   = x·W + b           x [N×k]  W [k×n·p]  b [n·p]
//	            outⱼ  = maxᵢ netⱼᵢ        over the p pieces of neuron j, [N×n]
//
//	backward    δⱼᵢ   = ∂E/∂outⱼ for the largest piece, 0 for the others
//	            ∂E/∂W = xᵀ·δ
//	            ∂E/∂b = Σ_N δ
//	            ∂E/∂x = δ·Wᵀ
//
// The pieces of a neuron stand beside each other, so that the maximum is a pool.
type maxout struct {
	units, pieces int

	W, B   *Param
	net, δ *tensor.Tensor
	box    backend.Window
}

// Maxout is a layer of units neurons of pieces linear pieces each; it learns its
// activation function, a convex one. It expects examples of one axis.
func Maxout(units, pieces int) Layer { return &maxout{units: units, pieces: pieces} }

func (l *maxout) Forward(c *Context, x, out *tensor.Tensor) {
	tensor.MatMul(l.net, x, l.W.Value, l.B.Value, backend.Activation{}) // net = x·W + b
	tensor.MaxPool(l.box, l.net, out)                                   // out = max net
}

func (l *maxout) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	tensor.MaxPoolGrad(l.box, l.net, dout, l.δ)   // δ = ∂E/∂out for the largest
	tensor.MatMulTN(l.W.Grad, x, l.δ, l.W.Beta()) // ∂E/∂W = xᵀ·δ
	tensor.SumRows(l.B.Grad, l.δ, l.B.Beta())     // ∂E/∂b = Σ δ
	if dx != nil {
		tensor.MatMulNT(dx, l.δ, l.W.Value) // ∂E/∂x = δ·Wᵀ
	}
}

func (l *maxout) BackwardReads() (x, out bool) { return !l.W.frozen, false }

func (l *maxout) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	if l.units < 1 || l.pieces < 1 {
		return nil, &Error{Expected: "at least 1 unit of at least 1 piece", Got: fmt.Sprintf("%d and %d", l.units, l.pieces),
			Mend: "write nn.Maxout(10, 2) for ten neurons of two pieces"}
	}
	if len(in) != 1 {
		return nil, expectsFeatures(in)
	}
	k, n := in[0], l.units*l.pieces
	l.W = b.Param("kernel", GlorotUniform, k, l.units, k, n)
	l.B = b.Param("bias", Zeros, k, l.units, n)
	l.net, l.δ = b.Scratch(n), b.Scratch(n)
	pool := window{rank: 1, size: []int{l.pieces}, strides: []int{l.pieces}}
	if _, err := pool.fit(tensor.Shape{n, 1}); err != nil {
		return nil, err
	}
	l.box = pool.box
	return tensor.Shape{l.units}, nil
}

func (l *maxout) String() string { return fmt.Sprintf("Maxout(%d, %d pieces)", l.units, l.pieces) }

// ParameterFormula is (k + 1)·n·p.
func (l *maxout) ParameterFormula() string {
	return fmt.Sprintf("(%d + 1)·%d·%d", l.W.Value.Rows(), l.units, l.pieces)
}

// MACs is one multiplication and addition a weight.
func (l *maxout) MACs() int { return l.W.Value.Size() }
