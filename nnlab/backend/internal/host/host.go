// Package host is what backends in the host's memory have in common: the scalars of a
// training step.
package host

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Numbers are scalars in the host's memory.
type Numbers []float64

// Len is how many there are.
func (s Numbers) Len() int { return len(s) }

// Scalars returns the first n of scalars in the host's memory; it panics where they are
// others, or fewer.
func Scalars(kernel string, s backend.Scalars, n int) []float64 {
	backend.Check(kernel, n)
	x, ok := s.(Numbers)
	if !ok {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected scalars in the host's memory, got %T", s)})
	}
	if n > len(x) {
		panic(backend.Error{Kernel: kernel, Detail: fmt.Sprintf("expected at least %d scalars, got %d", n, len(x))})
	}
	return x[:n]
}

// Steps implements those of [backend.Steps] that look at scalars alone.
type Steps struct{}

func (Steps) Scalars(n int) backend.Scalars {
	backend.Check("Scalars", n)
	return make(Numbers, n)
}

func (Steps) SliceScalars(s backend.Scalars, lo, hi int) backend.Scalars {
	backend.CheckSlice(lo, hi)
	return Numbers(Scalars("SliceScalars", s, hi)[lo:])
}

func (Steps) FillScalars(n int, v float64, s backend.Scalars) {
	x := Scalars("FillScalars", s, n)
	for i := range x {
		x[i] = v
	}
}

func (Steps) ReadScalars(dst []float64, s backend.Scalars) {
	copy(dst, Scalars("ReadScalars", s, len(dst)))
}

func (Steps) AddScalars(n int, alpha float64, x, y backend.Scalars) {
	X, Y := Scalars("AddScalars", x, n), Scalars("AddScalars", y, n)
	for i, v := range X {
		Y[i] += alpha * v
	}
}

func (Steps) Judge(loss, control backend.Scalars) {
	e := Scalars("Judge", loss, 1)[0]
	if c := Scalars("Judge", control, backend.ControlSize); math.IsNaN(e) || math.IsInf(e, 0) {
		c[backend.ControlFailed] = 1
	}
}

func (Steps) Advance(control backend.Scalars) {
	if !failed("Advance", control) {
		Scalars("Advance", control, backend.ControlSize)[backend.ControlCount]++
	}
}

func failed(kernel string, control backend.Scalars) bool {
	return Scalars(kernel, control, backend.ControlSize)[backend.ControlFailed] != 0
}

// Set writes β·s[0] + α·v to s[0].
func Set(kernel string, alpha, v, beta float64, s backend.Scalars) {
	x := Scalars(kernel, s, 1)
	if v *= alpha; beta != 0 { // the old content may be a NaN
		v += beta * x[0]
	}
	x[0] = v
}

// Changes tells whether a kernel with this control, which may be nil, is to change
// anything.
func Changes(kernel string, control backend.Scalars) bool {
	return control == nil || !failed(kernel, control)
}

// Begin tells whether an update with this control, which may be nil, is to change
// anything, and sets its learning rate, and the count of its step unless step is nil, to
// those of the control.
func Begin(kernel string, control backend.Scalars, rate *float64, step *int) bool {
	if control == nil {
		return true
	}
	c := Scalars(kernel, control, backend.ControlSize)
	*rate = c[backend.ControlRate]
	if step != nil {
		*step = int(c[backend.ControlCount]) + 1
	}
	return c[backend.ControlFailed] == 0
}

// Key is the number that a key is in the present step.
func Key(kernel string, k backend.Key) uint64 {
	if k.Control == nil {
		return k.Base
	}
	return backend.Bits(k.Base, int(Scalars(kernel, k.Control, backend.ControlSize)[backend.ControlCount]))
}

// Factor is what Shorten multiplies gradients by whose squares sum up to squares[0].
func Factor(limit float64, squares backend.Scalars) (factor float64, shorter bool) {
	norm := math.Sqrt(Scalars("Shorten", squares, 1)[0])
	return limit / norm, norm > limit
}
