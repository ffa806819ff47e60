package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// upSampling repeats each cell of a map, the opposite of a pool of s cells: the
// mean of the repeated cells is the cell they came from.
//
//	forward     out   = x, each cell s times
//	backward    ∂E/∂x = Σ ∂E/∂out over the s cells
type upSampling struct {
	kind string
	rank int
	size []int
	box  backend.Window // of the pool that goes the other way
}

// UpSampling1D repeats each step of a sequence.
func UpSampling1D(size ...int) Layer { return &upSampling{kind: "UpSampling1D", rank: 1, size: size} }

// UpSampling2D repeats the rows and columns of an image: UpSampling2D(2), or
// UpSampling2D(2, 3) for two rows and three columns of each.
func UpSampling2D(size ...int) Layer { return &upSampling{kind: "UpSampling2D", rank: 2, size: size} }

// UpSampling3D repeats the cells of a volume.
func UpSampling3D(size ...int) Layer { return &upSampling{kind: "UpSampling3D", rank: 3, size: size} }

func (l *upSampling) Forward(c *Context, x, out *tensor.Tensor) {
	tensor.AveragePoolGrad(l.box, x, out) // shares each number among the cells
	tensor.Scale(float64(l.box.Cells()), out)
}

func (l *upSampling) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	if dx != nil {
		tensor.AveragePool(l.box, dout, dx)
		tensor.Scale(float64(l.box.Cells()), dx) // the sum is the mean times the cells
	}
}

func (l *upSampling) BackwardReads() (x, out bool) { return false, false }

func (l *upSampling) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	w := window{rank: l.rank, size: []int{1}}
	if _, err := w.fit(in); err != nil {
		return nil, err
	}
	size, err := w.each("a size", l.size, 1, 2)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(in)
	for a, n := range size {
		out[a] *= n
	}
	pool := window{rank: l.rank, size: size, strides: size}
	if _, err := pool.fit(out); err != nil {
		return nil, err
	}
	l.box = pool.box
	return out, nil
}

func (l *upSampling) String() string { return fmt.Sprintf("%s(%s)", l.kind, times(l.size)) }
