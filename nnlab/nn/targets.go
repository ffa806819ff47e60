package nn

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// fits checks targets against the output.
func (h *head) fits(caller string, d Data) error {
	classes, size := d.Classes(), d.TargetSize()
	outputs := fmt.Sprintf("%s with %d", h.where, h.shape[0])
	switch {
	case len(h.shape) != 1:
		return &Error{Where: caller, Expected: "a last layer with one axis", Got: h.where + " with " + h.shape.String(),
			GotShape: h.shape, Mend: "put nn.Flatten() and " + h.ending(max(classes, size), classes > 0) + " behind it"}
	case h.takesLabels(d):
	case classes > 0 && h.shape[0] != classes:
		e := &Error{Where: caller, Expected: fmt.Sprintf("%d outputs, one for each class of the data", classes),
			Got: outputs, ExpectedShape: tensor.Shape{classes}, GotShape: h.shape, Mend: "end with " + h.ending(classes, true)}
		if classes == 1 {
			e.Mend = fmt.Sprintf("write data.WithClasses(%d)", h.shape[0])
		} else if h.shape[0] > classes { // the data may lack examples of the last classes
			e.Mend = fmt.Sprintf("if the data lack the last classes, write data.WithClasses(%d); else %s", h.shape[0], e.Mend)
		}
		return e
	case classes == 0 && size == 1 && h.loss.ofClasses():
		return &Error{Where: caller, Expected: "class indices, or a number for each class, as targets for " + h.loss.name, Got: "one number",
			Mend: mendLabels}
	case classes == 0 && h.loss.sparse:
		return &Error{Where: caller, Expected: "class indices as targets for " + h.loss.name, Got: "vectors",
			Mend: "compile with nn.CategoricalCrossentropy or nn.MSE"}
	case classes == 0 && h.shape[0] != size:
		return &Error{Where: caller, Expected: fmt.Sprintf("%d outputs, as many as a target of the data", size),
			Got: outputs, ExpectedShape: tensor.Shape{size}, GotShape: h.shape, Mend: "end with " + h.ending(size, false)}
	}
	return nil
}

const mendLabels = "make the data with datasets.FromSlices, which takes labels"

// ending is a last layer of n outputs that fits the loss.
func (h *head) ending(n int, classes bool) string {
	k := h.loss.function.Kind
	dense := fmt.Sprintf("nn.Dense(%d", n)
	switch {
	case classes && (k == backend.BinaryCrossentropy || k == backend.BinaryCrossentropyFromLogits):
		return dense + ", nn.Softmax) and compile with nn.CategoricalCrossentropy"
	case h.taken == Softmax || !h.loss.logits && (h.loss.ofClasses() || classes && !h.loss.ofSides()):
		return dense + ", nn.Softmax)"
	case h.taken == Step:
		return dense + ", nn.Step)"
	case h.taken == Sigmoid || k == backend.BinaryCrossentropy:
		return dense + ", nn.Sigmoid)"
	}
	return dense + ")"
}

// takesLabels tells whether the class index itself is the target: one output
// says how likely the second of two classes is. Data may lack the second.
func (h *head) takesLabels(d Data) bool {
	return (d.Classes() == 1 || d.Classes() == 2) && h.shape.Size() == 1 && !h.loss.ofClasses()
}

// sumTolerance is how far from 1 the sum of a distribution may be, so that thirds
// written as 0.33 are one.
const sumTolerance = 0.02

// checkTargets says what is wrong with the targets of the batch for the loss: labels
// that are no class, and numbers for which the loss has no meaning, so that training
// would go on and learn nothing. What is no number is found where the loss becomes none.
func (t *goal) checkTargets() *Error {
	if t.classes > 0 {
		for i, c := range t.wanted {
			if !(c >= 0 && c < float32(t.classes) && c == float32(int(c))) {
				return &Error{Expected: fmt.Sprintf("labels that are whole numbers from 0 to %d", t.classes-1), Got: fmt.Sprintf("%v in example %d", c, t.source.index[i]),
					Mend: "number the classes from 0, and say how many there are"}
			}
		}
		return nil // of any loss: rows with a single 1, or 0 and 1
	}
	size := len(t.wanted) / t.n
	for i := range t.n {
		target := t.wanted[i*size:][:size]
		if e := t.head.loss.checkTarget(target); e != nil {
			e.Got += fmt.Sprintf(" in example %d", t.source.index[i])
			return e
		}
		if !t.doubted {
			t.doubtTarget(target, i)
		}
	}
	return nil
}

// doubtTarget says that no output can ever be the target of an example, i of the batch,
// because of the activation function that makes the outputs: a model may be as near as it can.
func (t *goal) doubtTarget(target []float32, i int) {
	const rounding = 1e-6 // ±1.7159 in float32
	f := t.head.bounds()
	if f == nil || t.head.loss.none || t.head.loss.own != nil || t.taken != Linear {
		t.doubted = true
		return
	}
	low, high := f.span()
	for _, v := range target {
		if v := float64(v); v < low-rounding || v > high+rounding {
			t.doubted = true
			span := fmt.Sprintf("from %v to %v", low, high)
			if math.IsInf(high, 1) {
				span = fmt.Sprintf("of %v or more", low)
			}
			warn(&Error{Where: t.head.where, Expected: fmt.Sprintf("targets %s, which is all that %v gives", span, f), Got: fmt.Sprintf("%v in example %d", float32(v), t.source.index[i]),
				Mend: "end with " + t.head.ending(t.head.shape.Size(), false)})
			return
		}
	}
}

// checkTarget says what is wrong with the target of an example, a vector.
func (l Loss) checkTarget(target []float32) *Error {
	if l.own != nil {
		return nil
	}
	k := l.function.Kind
	probabilities := l.ofClasses() || k == backend.BinaryCrossentropy || k == backend.BinaryCrossentropyFromLogits
	if !probabilities && !l.ofSides() {
		return nil
	}
	sum := 0.0
	for _, v := range target {
		sum += float64(v)
		switch {
		case l.ofSides() && v != -1 && v != 0 && v != 1 && v == v:
			return &Error{Expected: "targets −1 and 1 for " + l.name, Got: fmt.Sprint(v),
				Mend: "write −1 for one class and 1 for the other, or compile with nn.MSE"}
		case probabilities && (v < 0 || v > 1):
			return &Error{Expected: "targets from 0 to 1 for " + l.name, Got: fmt.Sprint(v),
				Mend: "write 0 and 1 for no and yes, or compile with nn.MSE"}
		}
	}
	if l.ofClasses() && math.Abs(sum-1) > sumTolerance {
		return &Error{Expected: "targets with the sum 1 for " + l.name, Got: fmt.Sprintf("%.4g", sum),
			Mend: "divide each target by its sum; where several labels may be right end with nn.Sigmoid and compile with nn.BinaryCrossentropy"}
	}
	return nil
}
