package nn

import (
	"fmt"
	"math"
)

// The metrics. An output chooses a class by its largest number, and a single
// output the second of two classes where it says yes: where it is over 0.5, behind
// [Hinge] over 0. Behind a loss from logits the outputs are judged as the
// probabilities that they stand for.
//
// With tp, fp and fn the true positives, false positives and false negatives,
// counted over all outputs of all examples:
//
//	Accuracy           the fraction of examples whose class was chosen
//	BinaryAccuracy     the fraction of numbers on the target's side
//	Precision          tp/(tp + fp): how many of those found are right
//	Recall             tp/(tp + fn): how many of the right ones were found
//	F1                 2·tp/(2·tp + fp + fn) of each class, chosen as for
//	                   Accuracy, and the mean over the classes; where an example
//	                   may have several labels (targets that are vectors, behind
//	                   a sigmoid, a binary cross-entropy or Hinge) each output
//	                   says yes or no for itself
//	AUC                the area under the curve of the true positives' rate over
//	                   the false positives' rate, at 200 thresholds
//	MeanAbsoluteError  the mean of |y − t|
//	R2                 1 − Σ (y − t)²/Σ (t − t̄)² of each output, and the mean
//
// All are Keras's, F1 with average="macro" and for several labels threshold=0.5.
// MeanAbsoluteError and R2 measure the outputs as they are, logits too. Where a
// quotient is 0/0 it is 0.
var (
	Accuracy          = Metric{"accuracy", true, func() meter { return &proportion{count: countChosen} }}
	BinaryAccuracy    = Metric{"binary_accuracy", true, func() meter { return &proportion{count: countSides} }}
	Precision         = Metric{"precision", true, func() meter { return &found{of: (*found).precision} }}
	Recall            = Metric{"recall", true, func() meter { return &found{of: (*found).recall} }}
	F1                = Metric{"f1_score", true, func() meter { return &f1{} }}
	AUC               = Metric{"auc", true, func() meter { return &auc{} }}
	MeanAbsoluteError = Metric{"mean_absolute_error", false, func() meter { return &proportion{count: sumAbsolute} }}
	R2                = Metric{"r2_score", true, func() meter { return &r2{} }}
)

// TopK is the fraction of examples whose class is among the k largest outputs.
// ImageNet is judged by TopK(5).
func TopK(k int) Metric {
	return Metric{fmt.Sprintf("top_%d_accuracy", k), true, func() meter {
		return &proportion{count: func(t *goal) (sum float64, n int) { return countTop(t, k), t.n }}
	}}
}

// proportion is a mean of something that is counted.
type proportion struct {
	count func(*goal) (sum float64, n int)
	sum   float64
	n     int
}

func (m *proportion) reset() { m.sum, m.n = 0, 0 }

func (m *proportion) add(t *goal) {
	sum, n := m.count(t)
	m.sum += sum
	m.n += n
}

func (m *proportion) value() float64 { return ratio(m.sum, float64(m.n)) }

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// single tells whether the goal has one output, which says yes or no.
func (t *goal) single() bool { return t.shape.Size() == 1 }

func countChosen(t *goal) (correct float64, n int) {
	if t.single() {
		return countSides(t)
	}
	right := t.right()
	for i, c := range t.chosen() {
		if c == right[i] {
			correct++
		}
	}
	return correct, t.n
}

func countSides(t *goal) (correct float64, n int) {
	want := t.targetRows()
	for i, y := range t.judged() {
		if t.means.yes(y) == (want[i] > 0.5) {
			correct++
		}
	}
	return correct, len(want)
}

func sumAbsolute(t *goal) (sum float64, n int) {
	want := t.targetRows()
	for i, y := range t.outputs() {
		sum += math.Abs(float64(y) - float64(want[i]))
	}
	return sum, len(want)
}

func countTop(t *goal, k int) (correct float64) {
	cols, right, y := t.shape.Size(), t.right(), t.outputs()
	for i, c := range right {
		row := y[i*cols:][:cols]
		larger := 0
		for _, v := range row {
			if !(v <= row[int(c)]) {
				larger++
			}
		}
		if larger < k {
			correct++
		}
	}
	return correct
}

// found counts what outputs that say yes found.
type found struct {
	of         func(*found) float64
	tp, fp, fn float64
}

func (m *found) reset()         { m.tp, m.fp, m.fn = 0, 0, 0 }
func (m *found) value() float64 { return m.of(m) }

func (m *found) precision() float64 { return ratio(m.tp, m.tp+m.fp) }
func (m *found) recall() float64    { return ratio(m.tp, m.tp+m.fn) }
func (m *found) f1() float64        { return ratio(2*m.tp, 2*m.tp+m.fp+m.fn) }

func (m *found) add(t *goal) {
	want := t.targetRows()
	for i, y := range t.judged() {
		m.count(t.means.yes(y), want[i] > 0.5)
	}
}

func (m *found) count(yes, right bool) {
	switch {
	case yes && right:
		m.tp++
	case yes:
		m.fp++
	case right:
		m.fn++
	}
}

// f1 counts each class for itself.
type f1 struct{ classes []found }

func (m *f1) reset() { clear(m.classes) }

func (m *f1) add(t *goal) {
	cols := t.shape.Size()
	if m.classes == nil {
		m.classes = make([]found, cols)
	}
	want := t.targetRows()
	if t.single() || !t.indices && t.means.each {
		for i, y := range t.judged() {
			m.classes[i%cols].count(t.means.yes(y), want[i] > 0.5)
		}
		return
	}
	for i, chosen := range t.chosen() {
		for c := range cols {
			m.classes[c].count(c == int(chosen), want[i*cols+c] > 0.5)
		}
	}
}

func (m *f1) value() (mean float64) {
	for _, c := range m.classes {
		mean += c.f1() / float64(len(m.classes))
	}
	return mean
}

// aucThresholds is how many points the curve has; Keras's default.
const aucThresholds = 200

// auc counts, for each interval between two thresholds, the outputs in it.
type auc struct{ positives, negatives [aucThresholds + 1]float64 }

func (m *auc) reset() { *m = auc{} }

func (m *auc) add(t *goal) {
	want := t.targetRows()
	for i, y := range t.judged() {
		if !t.means.probability && t.means.border == 0 {
			y = float32(1 / (1 + math.Exp(-float64(y)))) // scores in their order between the thresholds
		}
		// Threshold k is k/199, but the first lies below 0 and the last above 1:
		// over it are those that an interval further on holds.
		k := int(math.Ceil(float64(y) * (aucThresholds - 1)))
		k = min(max(k, 1), aucThresholds-1)
		if want[i] > 0.5 {
			m.positives[k]++
		} else {
			m.negatives[k]++
		}
	}
}

func (m *auc) value() float64 {
	var area, tp, fp float64 // over the thresholds from the highest down
	for k := aucThresholds; k >= 0; k-- {
		area += m.negatives[k] * (tp + m.positives[k]/2)
		tp += m.positives[k]
		fp += m.negatives[k]
	}
	return ratio(area, tp*fp)
}

// r2 sums, for each output, what the coefficient of determination needs.
type r2 struct {
	n                       float64
	sum, squares, residuals []float64
}

func (m *r2) reset() { *m = r2{} }

func (m *r2) add(t *goal) {
	cols := t.shape.Size()
	if m.sum == nil {
		m.sum, m.squares, m.residuals = make([]float64, cols), make([]float64, cols), make([]float64, cols)
	}
	want := t.targetRows()
	for i, y := range t.outputs() {
		w := float64(want[i])
		m.sum[i%cols] += w
		m.squares[i%cols] += w * w
		m.residuals[i%cols] += (float64(y) - w) * (float64(y) - w)
	}
	m.n += float64(t.n)
}

func (m *r2) value() (mean float64) {
	for c := range m.sum {
		total := m.squares[c] - m.sum[c]*m.sum[c]/m.n
		if total > 0 {
			mean += (1 - m.residuals[c]/total) / float64(len(m.sum))
		}
	}
	return mean
}
