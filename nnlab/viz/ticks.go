package viz

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/nnlab/internal/look"
)

// How axes are divided, and how the numbers at them are written: right from 10⁻⁹ to 10⁹, no
// two of an axis alike, and in the live chart as in the picture (option.js has them again, since
// there an axis can be zoomed).

// axis are the limits and the ticks of an axis.
type axis struct {
	low, high float64
	tickForm
	ticks []float64
}

// tickForm is how all ticks of an axis are written: with as many digits as the step from one to the
// next needs, and of an axis whose numbers are very small or very large as parts of a power of ten.
type tickForm struct {
	step  float64
	power int // 0 for numbers as they are
}

// Numbers below small and from large on are written with a power of ten.
const smallNumber, largeNumber = 1e-3, 1e6

func formOf(low, high, step float64) tickForm {
	f := tickForm{step: step}
	if most := max(math.Abs(low), math.Abs(high)); most > 0 && isNumber(most) && (most < smallNumber || most >= largeNumber) {
		f.power = int(math.Floor(math.Log10(most) + 1e-12))
	}
	return f
}

// tick writes the tick at v.
func (w words) tick(v float64, f tickForm) string {
	if math.Abs(v) < f.step/2 {
		return "0"
	}
	unit := math.Pow(10, float64(f.power))
	digits := min(15, max(0, int(math.Ceil(math.Log10(unit)-math.Log10(f.step)-1e-9))))
	text := fmt.Sprintf("%.*f", digits, v/unit)
	if digits > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	switch {
	case f.power == 0:
		return w.written(grouped(text))
	case text == "1":
		return look.PowerOfTen(f.power)
	case text == "-1":
		return "−" + look.PowerOfTen(f.power)
	}
	return w.written(text) + "·" + look.PowerOfTen(f.power)
}

// grouped has the whole part of a number in groups of three digits, as count does.
func grouped(s string) string {
	whole, rest, point := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n == 0 { // "-0.5" keeps its sign
		return s
	}
	if point {
		return count(n) + "." + rest
	}
	return count(n)
}

func (c *chart) xAxis() axis {
	var a axis
	a.low, a.high = extent(c.xMin, c.xMax)
	all := ticks(a.low, a.high, 7)
	step := all[1] - all[0]
	if c.whole {
		step = max(1, math.Round(step))
	}
	a.tickForm = formOf(a.low, a.high, step)
	for _, v := range all {
		if v >= a.low-1e-9*step && v <= a.high+1e-9*step && (!c.whole || v == math.Trunc(v)) {
			a.ticks = append(a.ticks, v)
		}
	}
	return a
}

func (p panel) yAxis() axis {
	low, high := p.limits()
	all := ticks(low, high, 5)
	a := axis{low: min(low, all[0]), high: max(high, all[len(all)-1])}
	step := all[1] - all[0]
	if p.fraction {
		a.high = min(a.high, 1)
	}
	if p.powers {
		step = max(1, math.Round(step))
	}
	a.tickForm = formOf(a.low, a.high, step)
	if p.fraction { // in percent
		a.tickForm = formOf(100*a.low, 100*a.high, 100*step)
	}
	for _, v := range all {
		if v <= a.high+1e-9*step && (!p.powers || v == math.Trunc(v)) {
			a.ticks = append(a.ticks, v)
		}
	}
	return a
}

// extent is the stretch of an axis: what has no length, or none that can be drawn, gets one.
func extent(low, high float64) (float64, float64) {
	if math.IsNaN(low) || math.IsInf(low, 0) {
		low = 0
	}
	if !(high > low) || math.IsInf(high, 0) {
		high = low + max(1, math.Abs(low))
	}
	return low, high
}

// ticks are round numbers, about n of them, around low … high.
func ticks(low, high float64, n int) (out []float64) {
	low, high = extent(low, high)
	raw := (high - low) / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * power
	for _, m := range []float64{1, 2, 5} {
		if raw <= m*power*(1+1e-9) {
			step = m * power
			break
		}
	}
	first := math.Floor(low/step + 1e-9)
	for i := range n + 2 { // n steps are as long as the axis, and it may begin within one
		v := (first + float64(i)) * step
		out = append(out, v)
		if v >= high-1e-9*step {
			break
		}
	}
	return out
}
