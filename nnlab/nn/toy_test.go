package nn

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// toy is data held in memory, for tests.
type toy struct {
	shape   tensor.Shape
	classes int // 0: targets are vectors
	x, y    [][]float32
}

func (t *toy) Open() error         { return nil }
func (t *toy) Len() int            { return len(t.x) }
func (t *toy) Shape() tensor.Shape { return t.shape }
func (t *toy) Classes() int        { return t.classes }
func (t *toy) TargetSize() int     { return len(t.y[0]) }

func (t *toy) Batch(index []int, x, y []float32) {
	for i, j := range index {
		copy(x[i*len(t.x[j]):], t.x[j])
		copy(y[i*len(t.y[j]):], t.y[j])
	}
}

// clouds are n examples of the given shape in three classes: random numbers
// around a centre of their class, so that they can be learnt but not perfectly.
func clouds(n int, shape ...int) *toy {
	t := &toy{shape: shape, classes: 3}
	draw := normals{key: 7}
	for i := range n {
		class := i % t.classes
		x := make([]float32, t.shape.Size())
		for j := range x {
			x[j] = float32(draw.next())
			if j%t.classes == class {
				x[j] += 1.5
			}
		}
		t.x = append(t.x, x)
		t.y = append(t.y, []float32{float32(class)})
	}
	return t
}

// vectors are n examples with k numbers and a target of two numbers in (0, 1).
func vectors(n, k int) *toy {
	t := &toy{shape: tensor.Shape{k}}
	for i := range n {
		x := make([]float32, k)
		for j := range x {
			x[j] = 2*backend.Uniform(11, i*k+j) - 1
		}
		t.x = append(t.x, x)
		t.y = append(t.y, []float32{backend.Uniform(13, 2*i), backend.Uniform(13, 2*i+1)})
	}
	return t
}

// shares are vectors whose targets have the sum 1.
func shares(n, k int) *toy {
	t := vectors(n, k)
	for _, y := range t.y {
		y[1] = 1 - y[0]
	}
	return t
}

// sides are vectors whose targets are −1 and 1.
func sides(n, k int) *toy {
	t := vectors(n, k)
	for _, y := range t.y {
		for i := range y {
			y[i] = float32(math.Copysign(1, float64(y[i])-0.5))
		}
	}
	return t
}

// small is a network for clouds of shape [6].
func small(options ...CompileOption) *Model {
	return Sequential(Input(6), Dense(8, ReLU), Dense(3, Softmax)).
		Compile(CategoricalCrossentropy, SGD(0.1, Momentum(0.9)), append([]CompileOption{Accuracy}, options...)...)
}

// recorder is a callback made of a function.
type recorder func(*Event)

func (r recorder) On(e *Event) { r(e) }

func ExampleModel_Summary() {
	// Slide "Questões importantes sobre MLP", 3.: 100 neurons on the 784 pixels
	// of an image of 28×28 have 78400 + 100 = 78500 parameters.
	Sequential(Input(28, 28, 1), Flatten(), Dense(100)).Compile(MSE, SGD(0.01)).Summary()
	// Output:
	// Model sequential · MSE · SGD(0.01) · seed 1 · cpu
	// Layer               Output shape   Parameters               MACs
	// input (Input)       [28 28 1]      0                        0
	// flatten (Flatten)   [784]          0                        0
	// dense (Dense)       [100]          784·100 + 100 = 78 500   78 400
	// Total                              78 500                   78 400
}

func ExampleSequential() {
	// Slide "Aprendizado profundo x MLP": Y = softmax(X·W + b) on batches of 32
	// images of 784 pixels, 10 classes.
	model := Sequential(Input(784), Dense(10, Softmax)).Compile(CategoricalCrossentropy, SGD(0.01))
	for _, p := range model.Params() {
		fmt.Println(p.Name, p.Value.Shape)
	}
	// Output:
	// dense/kernel [784 10]
	// dense/bias [10]
}

func ExampleDense_error() {
	model := Sequential(Input(28, 28, 1), Dense(512, ReLU)).Compile(MSE, SGD(0.01))
	fmt.Println(model.Err())
	// Output:
	// layer 2 (Dense 512): expects [features], got [28 28 1]; put nn.Flatten() before it
}
