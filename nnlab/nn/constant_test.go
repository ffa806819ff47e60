package nn_test

import "github.com/nnlab-go/lab/nnlab/tensor"

// constant is one image of 40×40×100 that is 0.5 everywhere.
type constant struct{}

func (constant) Open() error         { return nil }
func (constant) Len() int            { return 1 }
func (constant) Shape() tensor.Shape { return tensor.Shape{40, 40, 100} }
func (constant) Classes() int        { return 0 }
func (constant) TargetSize() int     { return 100 }
func (constant) Batch(_ []int, x, _ []float32) {
	for i := range x {
		x[i] = 0.5
	}
}
