package nn

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

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
		if e := t.head.loss.checkTarget(t.wanted[i*size:][:size]); e != nil {
			e.Got += fmt.Sprintf(" in example %d", t.source.index[i])
			return e
		}
	}
	return nil
}

// checkTarget says what is wrong with the target of an example, a vector.
func (l Loss) checkTarget(target []float32) *Error {
	if l.own != nil {
		return nil
	}
	k := l.function.Kind
	probabilities := l.ofClasses() || k == backend.BinaryCrossentropy || k == backend.BinaryCrossentropyFromLogits
	if !probabilities && k != backend.Hinge {
		return nil
	}
	sum := 0.0
	for _, v := range target {
		sum += float64(v)
		switch {
		case k == backend.Hinge && v != -1 && v != 0 && v != 1 && v == v:
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
