// Package made makes numbers that other programs make, too, and examples of them, for the tests
// that hold the lab beside those.
package made

import "github.com/nnlab-go/lab/nnlab/tensor"

// Numbers are n numbers between plus − limit and plus + limit that programs of any language
// compute alike, bit by bit, so that weights and images need not be stored: see
// nnlab/nn/testdata/README.md.
func Numbers(stream, n int, limit, plus float64) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32((float64(hash(stream, i))/(1<<32)-0.5)*(2*limit)) + float32(plus)
	}
	return values
}

func hash(stream, i int) uint32 {
	h := uint32(stream)<<24 + uint32(i)
	h = (h ^ h>>16) * 0x85EBCA6B
	h = (h ^ h>>13) * 0xC2B2AE35
	return h ^ h>>16
}

// Examples are a batch of a shape as an nn.Data, without targets.
type Examples struct {
	Of     tensor.Shape // of one
	Values []float32    // one behind the other
}

// Open has nothing to open.
func (e Examples) Open() error { return nil }

// Len is how many there are.
func (e Examples) Len() int { return len(e.Values) / e.Of.Size() }

// Shape is that of one.
func (e Examples) Shape() tensor.Shape { return e.Of }

// Classes are none.
func (e Examples) Classes() int { return 0 }

// TargetSize is that of targets as large as the examples, which nobody reads.
func (e Examples) TargetSize() int { return e.Of.Size() }

// Batch writes some of the examples into x.
func (e Examples) Batch(index []int, x, _ []float32) {
	n := e.Of.Size()
	for row, i := range index {
		copy(x[row*n:], e.Values[i*n:(i+1)*n])
	}
}
