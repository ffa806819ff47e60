package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// localResponseNorm damps a channel where its neighbours are active (Krizhevsky
// et al. 2012, section 3.3). With s = k + α·Σ x² over the n channels around:
//
//	forward     out   = x·s^−β                       x, out [N × any × C]
//	backward    ∂E/∂x = δ·s^−β − 2αβ·x·Σ δ·x·s^(−β−1)  the sum over the channels in reach
type localResponseNorm struct{ p backend.LocalResponse }

// LocalResponseNorm is AlexNet's normalisation over size neighbouring channels;
// AlexNet takes LocalResponseNorm(5, 1e-4, 0.75, 2). PyTorch's alpha is size
// times as large.
func LocalResponseNorm(size int, alpha, beta, k float64) Layer {
	return &localResponseNorm{backend.LocalResponse{Size: size, Alpha: alpha, Beta: beta, K: k}}
}

func (l *localResponseNorm) Forward(c *Context, x, out *tensor.Tensor) {
	tensor.LocalResponse(l.p, x, out)
}

func (l *localResponseNorm) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if dx != nil {
		tensor.LocalResponseGrad(l.p, x, dout, dx)
	}
}

func (l *localResponseNorm) BackwardReads() (x, out bool) { return true, false }

func (l *localResponseNorm) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	if l.p.Size < 1 || !(l.p.K > 0) || !(l.p.Alpha >= 0) || !(l.p.Beta >= 0) {
		return nil, &Error{Expected: "a size of at least 1, k above 0, α and β of at least 0", Got: l.String(),
			Mend: "AlexNet's is nn.LocalResponseNorm(5, 1e-4, 0.75, 2)"}
	}
	return in, nil
}

func (l *localResponseNorm) String() string {
	return fmt.Sprintf("LocalResponseNorm(%d, α %v, β %v, k %v)", l.p.Size, l.p.Alpha, l.p.Beta, l.p.K)
}
