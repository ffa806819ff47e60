// Package matrix takes a network's numbers into gonum's linear algebra and statistics, and
// back:
//
//	w := matrix.FromParam(model.Params()[0])     // W [784 × 512]
//	var svd mat.SVD
//	svd.Factorize(w, mat.SVDNone)
//	fmt.Println(svd.Values(nil)[:10])
//
// A matrix has a copy of the numbers, as float64. It stands apart from package nn, since a
// cell that does without gonum is linked faster.
package matrix

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// FromTensor is a tensor as a matrix with a row for each place of its first axis, the
// example of a batch: [N a b] becomes N × a·b.
func FromTensor(t *tensor.Tensor) *mat.Dense {
	if t == nil {
		panic(none("FromTensor", "a tensor"))
	}
	return dense(t, t.Rows(), t.Cols())
}

// ToTensor writes m to t, which has as many rows and columns as in [FromTensor]. Numbers are
// rounded to the backend's.
func ToTensor(t *tensor.Tensor, m mat.Matrix) error {
	if t == nil {
		return none("ToTensor", "a tensor")
	}
	return write("ToTensor", t, t.Rows(), t.Cols(), m)
}

// FromParam is a parameter as a matrix with a column for each unit or filter: a kernel
// [784 512] becomes 784 × 512, one of a convolution [3 3 32 64] 288 × 64, and a bias [512]
// a row, 1 × 512, so that net = x·W + b. The parameter must have values; [nn.Model.Params]
// gives them to all.
func FromParam(p *nn.Param) *mat.Dense {
	if p == nil {
		panic(none("FromParam", "a parameter"))
	}
	rows, columns := unitsLast(p)
	return dense(p.Value, rows, columns)
}

// ToParam sets a parameter to m, which has as many rows and columns as in [FromParam].
func ToParam(p *nn.Param, m mat.Matrix) error {
	if p == nil {
		return none("ToParam", "a parameter")
	}
	rows, columns := unitsLast(p)
	return write("ToParam "+p.Name, p.Value, rows, columns, m)
}

// FromData is the examples of a set, a row each: X [Len × Shape.Size()], Y [Len ×
// TargetSize], where a class index is one number. Its error is that of Open.
func FromData(d nn.Data) (x, y *mat.Dense, err error) {
	if d == nil {
		return nil, nil, none("FromData", "data")
	}
	if err := d.Open(); err != nil {
		return nil, nil, err
	}
	n, in, out := d.Len(), d.Shape().Size(), d.TargetSize()
	if n == 0 {
		return &mat.Dense{}, &mat.Dense{}, nil
	}
	index := make([]int, n)
	for i := range index {
		index[i] = i
	}
	xs, ys := make([]float32, n*in), make([]float32, n*out)
	d.Batch(index, xs, ys)
	return mat.NewDense(n, in, doubled(xs)), mat.NewDense(n, out, doubled(ys)), nil
}

// ToData is a set whose example i is row i of x and whose target is row i of y: for a
// model that computes numbers. What does not fit is told by its Open.
func ToData(x, y mat.Matrix) *datasets.Set { return datasets.FromTargets(rowsOf(x), rowsOf(y)) }

// ToLabelled is a set whose example i is row i of x, of class labels[i].
func ToLabelled(x mat.Matrix, labels []int) *datasets.Set {
	return datasets.FromSlices(rowsOf(x), labels)
}

// none is that of nil in the place of something.
func none(where, expected string) error {
	return &nn.Error{Where: where, Expected: expected, Got: "nil", Mend: "give it one before"}
}

// unitsLast is how a parameter is laid out as a matrix.
func unitsLast(p *nn.Param) (rows, columns int) {
	columns = p.Value.Shape[len(p.Value.Shape)-1]
	return p.Value.Size() / columns, columns
}

func dense(t *tensor.Tensor, rows, columns int) *mat.Dense {
	return mat.NewDense(rows, columns, doubled(t.Values()))
}

func write(where string, t *tensor.Tensor, rows, columns int, m mat.Matrix) error {
	if m == nil {
		return none(where, "a matrix")
	}
	if r, c := m.Dims(); r != rows || c != columns {
		return &nn.Error{Where: where, Expected: fmt.Sprintf("a matrix %d × %d", rows, columns), Got: fmt.Sprintf("%d × %d", r, c),
			Mend: "m.T() turns it; FromTensor and FromParam say how a shape becomes a matrix"}
	}
	t.SetEach(func(i int) float32 { return float32(m.At(i/columns, i%columns)) })
	return nil
}

func doubled(v []float32) []float64 {
	d := make([]float64, len(v))
	for i, x := range v {
		d[i] = float64(x)
	}
	return d
}

// rowsOf are the rows of a matrix; none of nil, of which no set can be made.
func rowsOf(m mat.Matrix) [][]float32 {
	if m == nil {
		return nil
	}
	rows, columns := m.Dims()
	all := make([][]float32, rows)
	for i := range all {
		all[i] = make([]float32, columns)
		for k := range all[i] {
			all[i][k] = float32(m.At(i, k))
		}
	}
	return all
}
