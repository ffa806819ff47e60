package nn

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// meaning is what the numbers of an output stand for. All that is derived from an
// output (metrics, [Confusion], [Model.Classify]) asks here:
//
//	behind                                    a number is    yes is above
//	Softmax, Sigmoid                          a probability  0.5
//	CategoricalCrossentropyFromLogits         a logit        0.5, after a softmax
//	BinaryCrossentropyFromLogits              a logit        0.5, after a sigmoid
//	Hinge                                     a score        0
//	PerceptronLoss                            yes or no      0.5, after a step
//	any other loss                            a value        0.5, between targets 0 and 1
type meaning struct {
	by          ActivationFunction // what makes of the net input what is judged
	border      float32            // a number above it says yes
	probability bool               // what is judged is a probability
	each        bool               // every number says yes or no for itself: outputs are no classes of which one is right
}

func (h *head) meaning() meaning {
	f := h.taken
	if l, ok := h.layer.(activated); ok && f == Linear {
		f = *l.function()
	}
	own, k := h.loss.own != nil, h.loss.function.Kind
	switch {
	case f == Softmax || f == Sigmoid:
		return meaning{by: h.taken, border: 0.5, probability: true, each: f == Sigmoid}
	case !own && h.loss.logits:
		return meaning{by: Softmax, border: 0.5, probability: true}
	case !own && k == backend.BinaryCrossentropyFromLogits:
		return meaning{by: Sigmoid, border: 0.5, probability: true, each: true}
	case !own && k == backend.BinaryCrossentropy:
		return meaning{by: h.taken, border: 0.5, probability: true, each: true}
	case !own && (k == backend.CategoricalCrossentropy || k == backend.KLDivergence):
		return meaning{by: h.taken, border: 0.5, probability: true}
	case !own && k == backend.Perceptron:
		return meaning{by: Step, border: 0.5, each: true}
	case !own && k == backend.Hinge:
		return meaning{by: h.taken, border: 0, each: true}
	}
	return meaning{by: h.taken, border: 0.5}
}

// yes tells on which side of the border a number is.
func (m meaning) yes(y float32) bool { return y > m.border }

// Answer is what a model says of an example that is of one of several classes.
type Answer struct {
	Class       int     // that of the largest output; of a single output 1 above its border, else 0
	Probability float64 // of the class, NaN where the outputs are no probabilities
	Output      float64 // the number that decided, as the metrics judge it: a probability, a score or a value
	Certainty   float64 // 0 where all classes are as likely, or on the border of a single output; 1 where the model has no doubt
}

// Classify returns the answer of the model's first output to every example of d, in
// their order. Logits are probabilities here, behind losses from logits as behind
// a softmax or a sigmoid; of scores, as [Hinge] makes them, the border is 0. The
// targets of d do not matter. Errors are those of [Model.Predict].
func (m *Model) Classify(d Data) ([]Answer, error) {
	out, err := m.Predict(d)
	if err != nil {
		return nil, err
	}
	h := m.heads[0]
	means := h.meaning()
	if means.by != h.taken {
		means.by.apply(out, out)
	}
	values, cols := out.Values(), out.Cols()
	answers := make([]Answer, out.Rows())
	for i := range answers {
		answers[i] = means.answer(values[i*cols:][:cols])
	}
	return answers, nil
}

// answer is what one row of judged numbers says.
func (m meaning) answer(row []float32) (a Answer) {
	if len(row) > 1 {
		for c, v := range row {
			if v > row[a.Class] {
				a.Class = c
			}
		}
		a.Output = float64(row[a.Class])
		a.Probability = a.Output
		even := 1 / float64(len(row))
		a.Certainty = (a.Output - even) / (1 - even)
	} else {
		a.Output = float64(row[0])
		a.Probability = 1 - a.Output
		if m.yes(row[0]) {
			a.Class, a.Probability = 1, a.Output
		}
		a.Certainty = math.Abs(a.Output - float64(m.border))
		if m.border != 0 { // as far from it as a target can be
			a.Certainty /= float64(m.border)
		}
	}
	a.Certainty = min(1, max(0, a.Certainty))
	if !m.probability {
		a.Probability = math.NaN()
	}
	return a
}
