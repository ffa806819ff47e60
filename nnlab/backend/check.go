package backend

import (
	"fmt"
	"slices"
)

// Error is the value a kernel panics with when it is called with sizes, buffers
// or constants that cannot be right.
type Error struct {
	Kernel string // "Gemm"
	Detail string // what was expected and what was found
}

func (e Error) Error() string { return fmt.Sprintf("backend: %s: %s", e.Kernel, e.Detail) }

// refuse panics with an [Error].
func refuse(kernel, format string, args ...any) {
	panic(Error{kernel, fmt.Sprintf(format, args...)})
}

// Check panics with an [Error] unless all dimensions are at least 1. Every
// kernel of every backend begins with it.
func Check(kernel string, dims ...int) {
	for _, d := range dims {
		if d < 1 {
			// A copy, so that dims themselves stay on the caller's stack.
			refuse(kernel, "every dimension must be at least 1, got %v", slices.Clone(dims))
		}
	}
}

// CheckSlice panics unless 0 ≤ lo < hi.
func CheckSlice(lo, hi int) {
	if lo < 0 || lo >= hi {
		refuse("Slice", "expected 0 ≤ lo < hi, got %d and %d", lo, hi)
	}
}

// Check panics unless f is one of the functions of this package.
func (f Activation) Check(kernel string) {
	if f.Kind >= activations {
		refuse(kernel, "unknown activation %v", f.Kind)
	}
}

// Check panics unless l is one of the losses of this package.
func (l Loss) Check() {
	if l.Kind >= losses {
		refuse("Loss", "unknown loss %d", l.Kind)
	}
	if l.Kind == Huber && !(l.Delta > 0) {
		refuse("Loss", "expected a δ above 0, got %v", l.Delta)
	}
}

// CheckRate panics unless 0 ≤ rate < 1.
func CheckRate(rate float64) {
	if !(rate >= 0 && rate < 1) {
		refuse("Dropout", "expected 0 ≤ rate < 1, got %v", rate)
	}
}

// Check panics when there is momentum and nowhere to keep the last step v.
func (p SGD) Check(v Buffer) {
	if p.Momentum != 0 && v == nil {
		refuse("SGD", "expected a buffer v for the momentum %v, got nil", p.Momentum)
	}
}

// Check panics when there is momentum and nowhere to keep the last step v.
func (p RMSprop) Check(v Buffer) {
	if p.Momentum != 0 && v == nil {
		refuse("RMSprop", "expected a buffer v for the momentum %v, got nil", p.Momentum)
	}
}

// Check panics unless Step counts from 1: the corrections of the running means
// divide by 1 − βᵗ.
func (p Adam) Check() { checkStep("Adam", p.Step) }

// Check panics unless Step counts from 1, as for [Adam].
func (p Nadam) Check() { checkStep("Nadam", p.Step) }

func checkStep(kernel string, step int) {
	if step < 1 {
		refuse(kernel, "expected a step of at least 1, got %d", step)
	}
}

// Check panics unless lengths are at least 1 and strides and starts at least 0.
func (m *Move) Check() {
	Check("Move", m.Lengths[:]...)
	for a := range MoveAxes {
		if m.From[a] < 0 || m.To[a] < 0 {
			refuse("Move", "expected strides of at least 0, got %v and %v", m.From, m.To)
		}
	}
	if m.FromStart < 0 || m.ToStart < 0 {
		refuse("Move", "expected starts of at least 0, got %d and %d", m.FromStart, m.ToStart)
	}
}

// Check panics unless at least one column counts.
func (p LocalResponse) Check(kernel string) {
	if p.Size < 1 {
		refuse(kernel, "expected a size of at least 1, got %d", p.Size)
	}
}
