package ref_test

import (
	"math"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// Values by hand from the formulas at [backend.LossKind], on both sides of each
// bend: one row of one output, so that no mean hides a sign.
func TestLossesByHand(t *testing.T) {
	huber, hinge := backend.Loss{Kind: backend.Huber, Delta: 0.5}, backend.Loss{Kind: backend.Hinge}
	perceptron := backend.Loss{Kind: backend.Perceptron}
	for _, c := range []struct {
		loss                  backend.Loss
		y, target, want, grad float64
	}{
		{huber, 2, 1.75, 0.03125, 0.25}, // ½·0.25²
		{huber, 3, 1, 0.875, 0.5},       // 0.5·2 − ½·0.5²
		{huber, 1, 3, 0.875, -0.5},
		{hinge, 0.25, 1, 0.75, -1},
		{hinge, 0.25, 0, 1.25, 1}, // a target of 0 is −1
		{hinge, 2, 1, 0, 0},
		{hinge, -2, 0, 0, 0},
		{hinge, -2, 1, 3, -1},
		{perceptron, 0.25, 1, 0, 0},
		{perceptron, 0.25, 0, 0.25, 1}, // a target of 0 is −1
		{perceptron, -2, 1, 2, -1},
		{perceptron, -2, -1, 0, 0},
		{perceptron, 0, 1, 0, 0}, // a step of 0 is 1
		{perceptron, 0, -1, 0, 1},
		{backend.Loss{Kind: backend.MAE}, 1, 3, 2, -1},
		{backend.Loss{Kind: backend.MAE}, 3, 3, 0, 0},
	} {
		b := ref.New()
		x := func(v float64) backend.Buffer {
			buffer := b.Alloc(1)
			b.(backend.Float64).Upload64(buffer, []float64{v})
			return buffer
		}
		e, dy, got := b.Alloc(1), b.Alloc(1), []float64{0}
		b.Loss(c.loss, 1, 1, x(c.y), x(c.target), e, dy)
		if b.(backend.Float64).Download64(got, e); math.Abs(got[0]-c.want) > 1e-15 {
			t.Errorf("%+v: the loss is %v", c, got[0])
		}
		if b.(backend.Float64).Download64(got, dy); math.Abs(got[0]-c.grad) > 1e-15 {
			t.Errorf("%+v: the gradient is %v", c, got[0])
		}
	}
}
