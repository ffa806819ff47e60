package nn

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// weights are what examples count in the loss of a training.
type weights struct {
	classes  map[int]float64
	examples []float64
}

type classWeights map[int]float64

// ClassWeights is what the examples of each class count in the loss that Fit
// minimises, 1 where a class is not named, for classes of which there are few:
//
//	E = (1/N)·Σ w·Eₙ
//
// Metrics, and the loss of the validation, count every example once.
func ClassWeights(w map[int]float64) FitOption { return classWeights(w) }

func (w classWeights) applyFit(f *fit) { f.weights.classes = w }

type sampleWeights []float64

// SampleWeights is what each training example counts in the loss that Fit
// minimises, see [ClassWeights]; with both an example counts their product.
func SampleWeights(w []float64) FitOption { return sampleWeights(w) }

func (w sampleWeights) applyFit(f *fit) { f.weights.examples = w }

// check tells whether the weights fit the data, and gives the batch room for them.
func (w weights) check(b *batch, n int) error {
	if w.examples != nil && len(w.examples) != n {
		return &Error{Where: "Fit: SampleWeights", Expected: fmt.Sprintf("a weight for each of the %d training examples", n), Got: fmt.Sprint(len(w.examples)),
			Mend: "write a number for each, in the order of the examples"}
	}
	if w.classes != nil && (len(b.goals) != 1 || b.goals[0].classes == 0) {
		return &Error{Where: "Fit: ClassWeights", Expected: "one output with class indices as targets", Mend: "use nn.SampleWeights"}
	}
	for c := range w.classes {
		if c < 0 || c >= b.goals[0].classes {
			return &Error{Where: "Fit: ClassWeights", Expected: fmt.Sprintf("classes from 0 to %d", b.goals[0].classes-1), Got: fmt.Sprint(c),
				Mend: fmt.Sprintf("write nn.ClassWeights(map[int]float64{%d: 2})", b.goals[0].classes-1)}
		}
	}
	for _, v := range append(slices.Collect(maps.Values(w.classes)), w.examples...) {
		if !(v >= 0 && v <= math.MaxFloat32) {
			return &Error{Where: "Fit", Expected: "weights of 0 or more", Got: fmt.Sprint(v), Mend: "1 is the weight of an example that has none"}
		}
	}
	if w.classes != nil || w.examples != nil {
		b.weight = tensor.New(b.model.backend, b.rows)
		b.weights = make([]float32, b.rows)
	}
	return nil
}

// fill writes the weights of the examples that the batch has taken.
func (w weights) fill(b *batch, index []int) {
	if b.weights == nil {
		return
	}
	for i, j := range index {
		v := 1.0
		if w.examples != nil {
			v = w.examples[j]
		}
		if w.classes != nil {
			if c, named := w.classes[int(b.goals[0].source.targets()[i])]; named {
				v *= c
			}
		}
		b.weights[i] = float32(v)
	}
}
