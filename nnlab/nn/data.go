package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// Data is what a model learns from: Len examples of one shape, each with its
// target. Package datasets makes them; a student's own type may, too.
type Data interface {
	// Open makes the examples available and returns why they are not, if so.
	// It is called before anything else, and may be called again.
	Open() error
	// Len is the number of examples.
	Len() int
	// Shape is the shape of one example, [28 28 1] for MNIST.
	Shape() tensor.Shape
	// Classes is the number of classes when the target of an example is a class
	// index 0 ≤ c < Classes, and 0 when it is a vector of numbers.
	Classes() int
	// TargetSize is how many numbers Batch writes per target: 1 for a class
	// index, else the length of the vector.
	TargetSize() int
	// Batch writes the examples with the given indices, one after the other, to
	// x [len(index)·Shape.Size()] and their targets to y [len(index)·TargetSize].
	Batch(index []int, x, y []float32)
}
