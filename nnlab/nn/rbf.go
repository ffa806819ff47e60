package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// rbf is a layer of n units, each of which tells how near the input is to a centre of its
// own (Broomhead & Lowe 1988; the output of LeNet-5, LeCun et al. 1998, equation 7). For a
// batch of N examples:
//
//	forward     outᵢ   = −Σⱼ (xⱼ − wᵢⱼ)²              x [N×k]  out [N×n]
//	                   = 2·x·wᵢ − ‖wᵢ‖² − ‖x‖²        W [k×n], a column a centre
//
//	backward    ∂E/∂x  = 2·(δ·Wᵀ − x·Σᵢ δᵢ)           δ = ∂E/∂out
//	            ∂E/∂wᵢ = 2·(xᵀ·δᵢ − wᵢ·Σ_N δᵢ)
type rbf struct {
	columns
	units   int
	centres [][]int // that stay; nil: they learn

	W                    *tensor.Tensor
	learns               *Param         // W's; nil where it stays
	twice, square, equal *tensor.Tensor // [k×n] 2·W, W², and 1
	bias, sums           *tensor.Tensor // [n] −‖w‖², Σ_N 2δ
	x2, far, δ2          *tensor.Tensor // [N×k] x², [N×n] ‖x‖², [N×n] 2δ
}

// RBFOption is what [RBF] can be told: [Centres].
type RBFOption interface{ applyRBF(*rbf) }

// RBF is a layer of units radial basis functions, which give out the negative square of the
// distance between the input and their centres: 0 at the centre, the less the farther away,
// so that the nearest is the largest and [Softmax] behind it makes shares of them. It expects
// examples of one axis. The centres start as GlorotUniform's and learn, unless [Centres]
// says them.
func RBF(units int, options ...RBFOption) Layer {
	return told(&rbf{units: units}, options, RBFOption.applyRBF)
}

type centres [][]int

// Centres are the centres of an [RBF], a row each, that stay as they are: no parameters.
func Centres(rows [][]int) RBFOption { return centres(rows) }

func (c centres) applyRBF(l *rbf) { l.centres = c }

func (l *rbf) Forward(c *Context, x, out *tensor.Tensor) {
	tensor.Copy(l.W, l.twice)
	tensor.Scale(2, l.twice)
	tensor.Multiply(l.W, l.W, l.square)
	tensor.SumRows(l.bias, l.square, 0)
	tensor.Scale(-1, l.bias)
	tensor.MatMul(out, x, l.twice, l.bias, backend.Activation{}) // 2·x·w − ‖w‖²
	tensor.Multiply(x, x, l.x2)
	tensor.MatMul(l.far, l.x2, l.equal, nil, backend.Activation{})
	tensor.Subtract(l.far, out) // − ‖x‖²
}

func (l *rbf) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	tensor.Copy(dout, l.δ2)
	tensor.Scale(2, l.δ2)
	if l.learns != nil && l.learns.Grad != nil {
		tensor.MatMulTN(l.learns.Grad, x, l.δ2, l.learns.Beta())
		tensor.SumRows(l.sums, l.δ2, 0)
		l.affine(l.W, l.sums, l.zeros, l.square)
		tensor.Subtract(l.square, l.learns.Grad) // ∂E/∂w = 2·(xᵀ·δ − w·Σ δ)
	}
	if dx != nil {
		tensor.MatMulNT(dx, l.δ2, l.W)
		tensor.MatMulNT(l.x2, l.δ2, l.equal)
		tensor.Multiply(x, l.x2, l.x2)
		tensor.Subtract(l.x2, dx) // ∂E/∂x = 2·(δ·Wᵀ − x·Σ δ)
	}
}

func (l *rbf) BackwardReads() (x, out bool) { return true, false }

func (l *rbf) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	if l.units < 1 || l.centres != nil && len(l.centres) != l.units {
		return nil, &Error{Expected: "at least 1 unit, and as many centres as units where there are any", Got: fmt.Sprintf("%d units and %d centres", l.units, len(l.centres)),
			Mend: "write nn.RBF(2, nn.Centres([][]int{{-1, 1}, {1, -1}})), or nn.RBF(2) for two centres that learn"}
	}
	if len(in) != 1 {
		return nil, expectsFeatures(in)
	}
	k, n := in[0], l.units
	for i, row := range l.centres {
		if len(row) != k {
			return nil, &Error{Expected: fmt.Sprintf("centres of %d numbers, as many as an example has", k), Got: fmt.Sprintf("%d in centre %d", len(row), i), GotShape: in,
				Mend: fmt.Sprintf("put nn.Dense(%d) before it", len(row))}
		}
	}
	if l.centres == nil {
		l.learns = b.Param("centres", GlorotUniform, k, n, k, n)
		l.W = l.learns.Value
	} else {
		l.W = tensor.New(b.backend, k, n)
		l.W.SetEach(func(i int) float32 { return float32(l.centres[i%n][i/n]) })
	}
	matrix := func() *tensor.Tensor { return tensor.New(b.backend, k, n) }
	l.twice, l.square, l.equal = matrix(), matrix(), matrix()
	tensor.Fill(1, l.equal)
	l.columns, l.bias, l.sums = newColumns(b, n), b.Vector(n), b.Vector(n)
	l.x2, l.far, l.δ2 = b.Scratch(k), b.Scratch(n), b.Scratch(n)
	return tensor.Shape{n}, nil
}

func (l *rbf) String() string {
	if l.centres == nil {
		return fmt.Sprintf("RBF(%d)", l.units)
	}
	return fmt.Sprintf("RBF(%d, centres that stay)", l.units)
}

// ParameterFormula is k·n.
func (l *rbf) ParameterFormula() string {
	return fmt.Sprintf("%d·%d", l.W.Rows(), l.units)
}

// MACs is one multiplication and addition a number of a centre.
func (l *rbf) MACs() int { return l.W.Size() }

func (l *rbf) Config() Config {
	c := Config{"kind": "RBF", "units": l.units}
	c.put("centres", slices.Concat(l.centres...))
	return c
}

func rbfOf(c *reader) *rbf {
	l := &rbf{units: c.Int("units")}
	if flat := c.Ints("centres"); len(flat) > 0 && l.units > 0 {
		l.centres = slices.Collect(slices.Chunk(flat, max(1, len(flat)/l.units)))
	}
	return l
}
