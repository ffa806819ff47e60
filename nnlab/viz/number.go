package viz

import (
	"math"
	"strconv"
)

// round keeps the JSON of places small.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// isNumber tells a number from NaN and the infinities.
func isNumber[F float32 | float64](v F) bool { return v-v == 0 }

// span is the stretch in which those of some values lie that are numbers.
type span struct {
	least, most   float32 // 0 where there is none
	numbers, left int     // how many are numbers, and how many are not
}

func spanOf(values []float32) (s span) {
	for _, v := range values {
		switch {
		case !isNumber(v):
			s.left++
			continue
		case s.numbers == 0:
			s.least, s.most = v, v
		}
		s.least, s.most = min(s.least, v), max(s.most, v)
		s.numbers++
	}
	return s
}

// noNumbers is what figures call values that are none.
const noNumbers = "NaN/∞"

// inWords is "−0,1 a 0,5", and how many are no numbers.
func (s span) inWords(w words) string {
	if s.numbers == 0 && s.left > 0 {
		return noNumbers
	}
	text := w.digits(float64(s.least)) + " " + w.to + " " + w.digits(float64(s.most))
	if s.left > 0 {
		text += ", " + count(s.left) + " " + noNumbers
	}
	return text
}

// extreme is the largest absolute value of those that are numbers, above 0.
func extreme(values []float32) float32 {
	s := spanOf(values)
	return max(1e-12, s.most, -s.least)
}

// finite is v to five digits, or what JSON has for no number.
func finite(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 5, 64), 64)
	if err != nil {
		return v
	}
	return short
}
