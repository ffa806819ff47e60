package datasets

import (
	"fmt"
	"iter"
)

// Example returns the numbers of example i, in the order of [Set.Shape]: for
// MNIST the pixels from 0 (ground) to 1 (ink), row by row. It panics when there
// is no such example.
func (s *Set) Example(i int) []float32 {
	v := s.mustOpen()
	x := make([]float32, v.shape.Size())
	v.from.example(int(v.rows[i]), x)
	return x
}

// Target returns the target of example i: one number, which is the class index,
// or a vector. It panics when there is no such example.
func (s *Set) Target(i int) []float32 {
	v := s.mustOpen()
	y := make([]float32, v.width())
	v.target(int(v.rows[i]), y)
	return y
}

// Label returns the class index of example i, for a set made by [Set.OneHot],
// too. It is −1 where targets are other vectors. It panics when there is no such
// example.
func (s *Set) Label(i int) int {
	v := s.mustOpen()
	row := int(v.rows[i])
	if v.classes == 0 {
		return -1
	}
	var class [1]float32
	v.from.target(row, class[:])
	return int(class[0])
}

// Labels returns the class index of each example, and nil where targets are
// vectors that no class index was made of.
func (s *Set) Labels() []int {
	v := s.look()
	if v.classes == 0 {
		return nil
	}
	labels := make([]int, len(v.rows))
	var class [1]float32
	for i, row := range v.rows {
		v.from.target(int(row), class[:])
		labels[i] = int(class[0])
	}
	return labels
}

// Batch is some examples with their targets, one after the other.
type Batch struct {
	N int       // how many
	X []float32 // [N × Shape]
	Y []float32 // [N × TargetSize]
}

// Batches returns the examples in their order, size at a time; the last batch
// holds those that remain. Each batch has memory of its own. Batches panics when
// size is below 1.
//
//	for batch := range train.Batches(32) { … }
func (s *Set) Batches(size int) iter.Seq[Batch] {
	if size < 1 {
		panic(&Error{Where: "Batches", Expected: "at least 1 example a batch", Got: fmt.Sprint(size), Mend: "write Batches(32)"})
	}
	return func(yield func(Batch) bool) {
		v := s.look()
		for from := 0; from < len(v.rows); from += size {
			index := make([]int, min(size, len(v.rows)-from))
			for i := range index {
				index[i] = from + i
			}
			b := Batch{N: len(index), X: make([]float32, len(index)*v.shape.Size()), Y: make([]float32, len(index)*v.width())}
			s.Batch(index, b.X, b.Y)
			if !yield(b) {
				return
			}
		}
	}
}
