package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Huber is like [MSE] near the target and like [MAE] far from it, so that an
// outlier pulls no harder than others (Huber 1964). With d = y − t:
//
//	forward     E     = (1/n)·Σ ½·d² where |d| ≤ δ, else δ·|d| − ½·δ²
//	backward    ∂E/∂y = d/n where |d| ≤ δ, else δ·sign(d)/n
//
// Keras's default δ is 1.
func Huber(delta float64) Loss {
	return Loss{name: fmt.Sprintf("Huber(%v)", delta), function: backend.Loss{Kind: backend.Huber, Delta: delta}}
}
