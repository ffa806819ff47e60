package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
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
//	                   a sigmoid, a binary cross-entropy, Hinge or PerceptronLoss) each output
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
	Accuracy          = Metric{"accuracy", true, backend.Chosen, 0, asProportion}
	BinaryAccuracy    = Metric{"binary_accuracy", true, backend.Sides, 0, asProportion}
	Precision         = Metric{"precision", true, backend.Found, 0, asPrecision}
	Recall            = Metric{"recall", true, backend.Found, 0, asRecall}
	F1                = Metric{"f1_score", true, backend.FoundChosen, 0, asF1}
	AUC               = Metric{"auc", true, backend.Intervals, 0, asAUC}
	MeanAbsoluteError = Metric{"mean_absolute_error", false, backend.Distance, 0, asProportion}
	R2                = Metric{"r2_score", true, backend.Residuals, 0, asDetermination}
)

// judgement is how a metric's value is found from what has been counted. It is a number, and
// so a metric can be kept and compared, as functions cannot.
type judgement int

const (
	asProportion judgement = iota
	asPrecision
	asRecall
	asF1
	asAUC
	asDetermination
)

var judgements = [...]func(counters []float64) float64{
	asProportion:    proportion,
	asPrecision:     func(s []float64) float64 { return foundOf(s).precision() },
	asRecall:        func(s []float64) float64 { return foundOf(s).recall() },
	asF1:            meanF1,
	asAUC:           areaUnderCurve,
	asDetermination: determination,
}

// TopK is the fraction of examples whose class is among the k largest outputs.
// ImageNet is judged by TopK(5).
func TopK(k int) Metric {
	return Metric{fmt.Sprintf("top_%d_accuracy", k), true, backend.Top, k, asProportion}
}

// checkMetrics refuses a TopK that nothing can be among.
func (m *Model) checkMetrics() error {
	for _, a := range m.metrics {
		if a.kind == backend.Top && a.k < 1 {
			return &Error{Where: "Compile: TopK", Expected: "at least the 1 largest output", Got: fmt.Sprint(a.k), Mend: "write nn.TopK(5)"}
		}
	}
	return nil
}

// proportion is a mean of something that is counted.
func proportion(s []float64) float64 { return ratio(s[0], s[1]) }

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// found counts what outputs that say yes found.
type found struct{ tp, fp, fn float64 }

// foundOf sums over the outputs.
func foundOf(s []float64) (f found) {
	for i := 0; i < len(s); i += 3 {
		f.tp, f.fp, f.fn = f.tp+s[i], f.fp+s[i+1], f.fn+s[i+2]
	}
	return f
}

func (m found) precision() float64 { return ratio(m.tp, m.tp+m.fp) }
func (m found) recall() float64    { return ratio(m.tp, m.tp+m.fn) }
func (m found) f1() float64        { return ratio(2*m.tp, 2*m.tp+m.fp+m.fn) }

// meanF1 is the mean of the classes' F1.
func meanF1(s []float64) (mean float64) {
	for i := 0; i < len(s); i += 3 {
		mean += foundOf(s[i:i+3]).f1() / float64(len(s)/3)
	}
	return mean
}

// areaUnderCurve is that of the curve whose intervals were counted.
func areaUnderCurve(s []float64) float64 {
	positives, negatives := s[:backend.Thresholds+1], s[backend.Thresholds+1:]
	var area, tp, fp float64 // over the thresholds from the highest down
	for k := backend.Thresholds; k >= 0; k-- {
		area += negatives[k] * (tp + positives[k]/2)
		tp += positives[k]
		fp += negatives[k]
	}
	return ratio(area, tp*fp)
}

// determination is the mean of the outputs' 1 − Σ (y − t)²/Σ (t − t̄)².
func determination(s []float64) (mean float64) {
	n, outputs := s[0], s[1:]
	for c := 0; c < len(outputs); c += 3 {
		sum, squares, residuals := outputs[c], outputs[c+1], outputs[c+2]
		if total := squares - sum*sum/n; total > 0 {
			mean += (1 - residuals/total) / float64(len(outputs)/3)
		}
	}
	return mean
}
