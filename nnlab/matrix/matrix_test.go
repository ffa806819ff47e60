package matrix_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/matrix"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Slide "Aprendizado profundo x MLP": Y = softmax(X·W + b) by gonum, 32×784 times 784×10,
// is what the model answers.
func ExampleFromParam() {
	_, test := datasets.MNIST()
	lote := test.Take(32)
	model := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(10, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	x, _, _ := matrix.FromData(lote)
	w, b := matrix.FromParam(model.Params()[0]), matrix.FromParam(model.Params()[1])
	var net, y mat.Dense
	net.Mul(x, w)
	net.Apply(func(i, j int, v float64) float64 { return math.Exp(v + b.At(0, j)) }, &net)
	y.Apply(func(i, j int, v float64) float64 { return v / mat.Sum(net.RowView(i)) }, &net)
	answer, _ := model.Predict(lote)
	y.Sub(&y, matrix.FromTensor(answer))
	rows, columns := w.Dims()
	fmt.Println(rows, columns)
	fmt.Println(y.Dims())
	fmt.Println(mat.Norm(&y, math.Inf(1)) < 1e-6)
	// Output:
	// 784 10
	// 32 10
	// true
}

func TestThereAndBack(t *testing.T) {
	values := make([]float32, 24)
	for i := range values {
		values[i] = float32(i)
	}
	x := tensor.Of(ref.New(), values, 2, 3, 4)
	m := matrix.FromTensor(x)
	if r, c := m.Dims(); r != 2 || c != 12 || m.At(1, 2) != 14 {
		t.Fatalf("%d × %d, row 1 begins with %v", r, c, m.RawRowView(1)[:3])
	}
	kernel := &nn.Param{Name: "conv2d_1/kernel", Value: x}
	w := matrix.FromParam(kernel)
	if r, c := w.Dims(); r != 6 || c != 4 || w.At(4, 2) != 18 {
		t.Fatalf("%d × %d, row 4 %v", r, c, w.RawRowView(4))
	}
	w.Scale(2, w)
	if err := matrix.ToParam(kernel, w); err != nil {
		t.Fatal(err)
	}
	if got := x.Values(); got[18] != 36 {
		t.Errorf("number 18 is %v, want 36", got[18])
	}
	if err := matrix.ToTensor(x, m); err != nil || !slices.Equal(x.Values(), values) {
		t.Errorf("%v, %v", x.Values(), err)
	}
	bias := matrix.FromParam(&nn.Param{Value: tensor.Of(ref.New(), []float32{1, 2, 3}, 3)})
	if r, c := bias.Dims(); r != 1 || c != 3 {
		t.Errorf("a bias is %d × %d", r, c)
	}
	err := matrix.ToParam(kernel, m)
	if err == nil || !strings.Contains(err.Error(), "ToParam conv2d_1/kernel: expects a matrix 6 × 4, got 2 × 12") {
		t.Errorf("got %v", err)
	}
}

func TestData(t *testing.T) {
	x, y := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6}), mat.NewDense(2, 1, []float64{7, 8})
	back, target, err := matrix.FromData(matrix.ToData(x, y))
	if err != nil || !mat.Equal(back, x) || !mat.Equal(target, y) {
		t.Errorf("%v, %v, %v", back, target, err)
	}
	set := matrix.ToLabelled(x.T(), []int{0, 1, 0})
	back, target, err = matrix.FromData(set)
	if err != nil || set.Classes() != 2 || !mat.Equal(back, x.T()) || !slices.Equal(target.RawMatrix().Data, []float64{0, 1, 0}) {
		t.Errorf("%v, %v, %v", back, target, err)
	}
	if _, _, err := matrix.FromData(matrix.ToLabelled(x, []int{0})); err == nil {
		t.Error("1 label for 2 rows")
	}
}
