package datasets

import (
	"fmt"
	"os"
	"sync"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Set is a number of examples, all of one shape, each with its target: a class
// index, or a vector of numbers. Its examples are numbered from 0.
//
// A Set never changes, so several goroutines may use it at once. Its methods
// open it by themselves. If that fails, Open tells why, the set is empty, and
// asking for one of its examples panics.
type Set struct {
	prepare func() (view, error)
	made    recipe
	once    sync.Once
	view    view
	err     error
	shown   sync.Once
}

// view is an open set: rows of some examples in an order.
type view struct {
	from    examples
	rows    []int32      // of from, in the order of the set
	shape   tensor.Shape // of one example
	classes int          // number of classes, or 0 when targets are vectors
	names   []string     // of the classes, nil for their numbers
	targets int          // numbers that from has for each target
	oneHot  bool         // show the class index as a vector
}

// examples is where the numbers of a set are.
type examples interface {
	example(row int, x []float32)
	target(row int, y []float32)
}

// Open makes the examples available and returns why they are not, if so: an
// [*Error]. It may be called again; the answer stays the same.
func (s *Set) Open() error {
	if s == nil {
		return &Error{Where: "Set", Expected: "data", Got: "nil", Mend: "give it some before: train, test := datasets.MNIST()"}
	}
	s.once.Do(func() { s.view, s.err = s.prepare() })
	return s.err
}

// look opens the set for a method that has no error to return. In a notebook
// (NNLAB_STATE is set) the error goes under the cell, so that an empty set is
// not a riddle.
func (s *Set) look() *view {
	err := s.Open()
	if s == nil {
		return &view{}
	}
	if err != nil && os.Getenv("NNLAB_STATE") != "" {
		s.shown.Do(func() { fmt.Fprintln(os.Stderr, "nnlab:", err) })
	}
	return &s.view
}

// mustOpen opens the set for a method that cannot do without.
func (s *Set) mustOpen() *view {
	if err := s.Open(); err != nil {
		panic(err)
	}
	return &s.view
}

// Len is the number of examples.
func (s *Set) Len() int { return len(s.look().rows) }

// Shape is the shape of one example: [28 28 1] for MNIST.
func (s *Set) Shape() tensor.Shape { return s.look().shape }

// Classes is the number of classes when targets are class indices
// 0 ≤ c < Classes, and 0 when they are vectors of numbers.
func (s *Set) Classes() int {
	v := s.look()
	if v.oneHot {
		return 0
	}
	return v.classes
}

// TargetSize is how many numbers a target has: 1 for a class index, else the
// length of the vector.
func (s *Set) TargetSize() int { return s.look().width() }

// String is "60000 examples [28 28 1] · 10 classes", or why the set cannot be opened.
func (s *Set) String() string {
	if err := s.Open(); err != nil {
		return err.Error()
	}
	if classes := s.Classes(); classes > 0 {
		return fmt.Sprintf("%d examples %v · %d classes", s.Len(), s.Shape(), classes)
	}
	return fmt.Sprintf("%d examples %v · targets [%d]", s.Len(), s.Shape(), s.TargetSize())
}

// Batch writes the examples with the given numbers, one after the other, to
// x [len(index)·Shape.Size()] and their targets to y [len(index)·TargetSize].
// It allocates nothing.
func (s *Set) Batch(index []int, x, y []float32) {
	v := s.mustOpen()
	size, width := v.shape.Size(), v.width()
	for i, k := range index {
		row := int(v.rows[k])
		v.from.example(row, x[i*size:(i+1)*size])
		v.target(row, y[i*width:(i+1)*width])
	}
}

func (v *view) width() int {
	if v.oneHot {
		return v.classes
	}
	return v.targets
}

// target writes the target of a row as this set shows it.
func (v *view) target(row int, y []float32) {
	if !v.oneHot {
		v.from.target(row, y)
		return
	}
	v.from.target(row, y[:1])
	class := int(y[0])
	clear(y)
	y[class] = 1
}

// allRows is 0, 1, … n−1.
func allRows(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}
