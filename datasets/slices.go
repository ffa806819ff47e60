package datasets

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// FromSlices makes a set of a student's own examples: x[i] is example i, all of
// one length, and labels[i] ≥ 0 its class index. There are as many classes as
// the largest label and one; see [Set.WithClasses]. The slices are kept, not
// copied. What does not fit is told by [Set.Open].
func FromSlices(x [][]float32, labels []int) *Set {
	return (&Set{prepare: func() (view, error) {
		v, err := fromRows("FromSlices", x, len(labels), "labels")
		for i, c := range labels {
			if err == nil && c < 0 {
				err = &Error{Where: "FromSlices", Expected: "labels of 0 and above", Got: fmt.Sprintf("labels[%d] = %d", i, c),
					Mend: "number the classes 0, 1, 2, …"}
			}
			v.classes = max(v.classes, c+1)
		}
		if err != nil {
			return view{}, err
		}
		v.from, v.targets = labelled{x, labels}, 1
		return v, nil
	}}).by(FromSlices, x, labels)
}

// FromTargets makes a set of a student's own examples for a model that computes
// numbers: x[i] is example i, all of one length, and y[i] its target, all of one
// length. The slices are kept, not copied. What does not fit is told by
// [Set.Open].
func FromTargets(x, y [][]float32) *Set {
	return (&Set{prepare: func() (view, error) {
		v, err := fromRows("FromTargets", x, len(y), "targets")
		if err == nil {
			err = oneLength("FromTargets", "y", y)
		}
		if err != nil {
			return view{}, err
		}
		v.from, v.targets = paired{x, y}, len(y[0])
		return v, nil
	}}).by(FromTargets, x, y)
}

// fromRows checks what both kinds of sets need.
func fromRows(where string, x [][]float32, targets int, what string) (view, error) {
	if len(x) != targets || len(x) == 0 {
		return view{}, &Error{Where: where, Expected: "at least one example, and as many " + what + " as examples",
			Got: fmt.Sprintf("%d examples and %d %s", len(x), targets, what), Mend: "give each example its own"}
	}
	if err := oneLength(where, "x", x); err != nil {
		return view{}, err
	}
	return view{rows: allRows(len(x)), shape: tensor.Shape{len(x[0])}}, nil
}

func oneLength(where, name string, rows [][]float32) error {
	if len(rows[0]) == 0 {
		return &Error{Where: where, Expected: "at least one number in " + name + "[0]", Got: "none", Mend: "write the numbers of every example"}
	}
	for i, r := range rows {
		if len(r) != len(rows[0]) {
			return &Error{Where: where, Expected: fmt.Sprintf("%d numbers in each row, as in %s[0]", len(rows[0]), name),
				Got: fmt.Sprintf("%d in %s[%d]", len(r), name, i), Mend: "bring all rows to one length"}
		}
	}
	return nil
}

// labelled is examples with class indices.
type labelled struct {
	x      [][]float32
	labels []int
}

func (e labelled) example(row int, x []float32) { copy(x, e.x[row]) }
func (e labelled) target(row int, y []float32)  { y[0] = float32(e.labels[row]) }

// paired is examples with vectors as targets.
type paired struct{ x, y [][]float32 }

func (e paired) example(row int, x []float32) { copy(x, e.x[row]) }
func (e paired) target(row int, y []float32)  { copy(y, e.y[row]) }
