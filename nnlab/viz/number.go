package viz

import (
	"math"
	"strconv"
)

// round keeps the JSON of a chart small.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }

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
