package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// concatenate lays the channels of its inputs beside each other (slide
// "Inception"):
//
//	forward     y[…, :]  = x₀[…, :] x₁[…, :] …     xᵢ [N×H×W×Cᵢ], y [N×H×W×ΣCᵢ]
//	backward    ∂E/∂xᵢ   = the Cᵢ columns of ∂E/∂y that came from xᵢ
type concatenate struct{ parts []mover }

// Concatenate lays the channels of its inputs beside each other; all other axes
// must agree. Of examples of one axis it makes one longer row.
func Concatenate(of ...Source) *Node { return join(&concatenate{}, of) }

func (l *concatenate) String() string { return "Concatenate" }

func (l *concatenate) Forward(c *Context, x []*tensor.Tensor, y *tensor.Tensor) {
	for i, xi := range x {
		l.place(i, xi, y)
	}
}

func (l *concatenate) first(i int) int { return l.parts[i].move.ToStart }

func (l *concatenate) place(i int, x, y *tensor.Tensor) { l.parts[i].forward(x, y) }

func (l *concatenate) Backward(c *Context, x []*tensor.Tensor, y, dy *tensor.Tensor, dx []*tensor.Tensor) {
	for i, d := range dx {
		if d != nil {
			l.parts[i].backward(dy, d)
		}
	}
}

func (l *concatenate) BackwardReads() (x, y bool) { return false, false }

func (l *concatenate) Build(_ *Builder, in []tensor.Shape) (tensor.Shape, error) {
	if len(in) < 2 {
		return nil, tooFew("Concatenate", len(in))
	}
	last := len(in[0]) - 1
	channels := 0
	for _, s := range in {
		if len(s) != last+1 || !s[:last].Equal(in[0][:last]) {
			return nil, &Error{Expected: "inputs that differ in their channels only", Got: fmt.Sprint(in), GotShape: s,
				Mend: "nn.Same keeps the height and the width of a branch"}
		}
		channels += s[last]
	}
	positions, to := in[0][:last].Size(), 0
	out := append(in[0][:last:last], channels)
	for _, s := range in {
		var part mover
		part.plan([]int{positions, s[last]}, []int{s[last], 1}, []int{channels, 1}, s, out)
		part.move.ToStart = to
		l.parts = append(l.parts, part)
		to += s[last]
	}
	return out, nil
}
