package viz

import (
	"fmt"
	"math"
	"strings"
)

// chart is line panels side by side under a title, with a progress bar.
type chart struct {
	title  string
	done   float64 // of the bar, 0…1; below 0 no bar
	xName  string
	xMin   float64
	xMax   float64
	whole  bool // x is counted: no ticks between whole numbers
	column bool // the legend stands to the right of the one panel
	panels []panel
	marks  []mark
	words  words
}

// mark is a moment at which something changed, in all panels.
type mark struct {
	x    float64
	text string
}

type panel struct {
	name     string
	fraction bool // the axis is in percent, up to 100 at most
	powers   bool // the numbers are exponents: the axis is logarithmic
	lines    []line
}

type line struct {
	name   string
	colour string
	dashed bool
	points []point
}

type point struct{ x, y float64 }

const (
	panelWidth  = 400
	panelHeight = 250
	headHeight  = 44
	marginLeft  = 58
	marginRight = 16
	marginFoot  = 40
	panelsOfRow = 3
	columnWidth = 200
)

func (c *chart) size() (width, height int) {
	n := max(1, len(c.panels))
	rows := (n + panelsOfRow - 1) / panelsOfRow
	width = panelWidth * min(n, panelsOfRow)
	if c.column {
		width += columnWidth
	}
	return width, headHeight + rows*(panelHeight+marginFoot)
}

// svg draws the chart.
func (c *chart) svg(alt string) string {
	width, height := c.size()
	d := newDrawing(width, height, alt)
	d.text(marginLeft, 18, "start", `font-size="13"`, c.title)
	if c.done >= 0 {
		full := float64(width - marginLeft - marginRight)
		d.rect(marginLeft, 27, full, 5, faint)
		d.rect(marginLeft, 27, full*min(1, c.done), 5, blue)
	}
	for i, p := range c.panels {
		c.panel(d, p, float64(i%panelsOfRow*panelWidth), float64(i/panelsOfRow*(panelHeight+marginFoot)))
	}
	return d.end()
}

func (c *chart) panel(d *drawing, p panel, left, top float64) {
	x0, x1 := left+marginLeft, left+panelWidth-marginRight
	y0, y1 := top+headHeight+panelHeight, top+headHeight+24
	low, high := p.limits()
	yTicks, xTicks := ticks(low, high, 5), ticks(c.xMin, c.xMax, 8)
	low, high = min(low, yTicks[0]), max(high, yTicks[len(yTicks)-1])
	if p.fraction {
		high = min(high, 1)
	}
	x := func(v float64) float64 { return x0 + (x1-x0)*(v-c.xMin)/(c.xMax-c.xMin) }
	y := func(v float64) float64 { return y0 - (y0-y1)*(v-low)/(high-low) }

	for _, v := range yTicks {
		if v > high+1e-12 || p.powers && v != math.Trunc(v) {
			continue
		}
		d.line(x0, y(v), x1, y(v), faint)
		d.text(x0-6, y(v)+4, "end", "", p.label(c.words, v, yTicks[1]-yTicks[0]))
	}
	for _, v := range xTicks {
		if v >= c.xMin-1e-9 && v <= c.xMax+1e-9 && (!c.whole || v == math.Trunc(v)) {
			d.line(x(v), y0, x(v), y0+4, ink)
			d.text(x(v), y0+17, "middle", "", c.words.decimal(v, xTicks[1]-xTicks[0]))
		}
	}
	d.line(x0, y0, x1, y0, ink)
	d.text((x0+x1)/2, y0+34, "middle", "", c.xName)
	d.text(x0, y1-8, "start", `font-weight="600"`, p.name)
	at := x1
	for i, l := range p.lines {
		if c.column && i < 16 {
			y := y1 + 16*float64(i)
			fmt.Fprintf(d, `<path d="M%.1f %.1fh18" stroke="%s" stroke-width="2"%s/>`, x1+14, y, l.colour, l.dash())
			d.text(x1+38, y+4, "start", "", l.name)
		}
	}
	for i := len(p.lines) - 1; i >= 0 && !c.column; i-- { // the legend, from the right
		l := p.lines[i]
		d.text(at, y1-8, "end", "", l.name)
		at -= 7*float64(len([]rune(l.name))) + 6
		fmt.Fprintf(d, `<path d="M%.1f %.1fh-18" stroke="%s" stroke-width="2"%s/>`, at, y1-12, l.colour, l.dash())
		at -= 30
	}
	for _, m := range c.marks {
		fmt.Fprintf(d, `<path d="M%.1f %.1fV%.1f" stroke="%s" stroke-dasharray="1 3" fill="none"><title>%s</title></path>`, x(m.x), y0, y1, ink, escape(m.text))
		d.text(x(m.x)+3, y1+10, "start", `font-size="10"`, m.text)
	}
	for _, l := range p.lines {
		l.draw(d, x, y)
	}
}

func (l line) dash() string {
	if l.dashed {
		return ` stroke-dasharray="5 3"`
	}
	return ""
}

func (l line) draw(d *drawing, x, y func(float64) float64) {
	var path strings.Builder
	gap := true // after a value that is not a number the line begins anew
	for _, p := range l.points {
		if math.IsNaN(p.y) || math.IsInf(p.y, 0) {
			gap = true
			continue
		}
		command := "L"
		if gap {
			command, gap = "M", false
		}
		fmt.Fprintf(&path, "%s%.1f %.1f", command, x(p.x), y(p.y))
	}
	if path.Len() == 0 {
		return
	}
	fmt.Fprintf(d, `<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"%s/>`, path.String(), l.colour, l.dash())
	last := l.points[len(l.points)-1]
	if !math.IsNaN(last.y) && !math.IsInf(last.y, 0) {
		fmt.Fprintf(d, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, x(last.x), y(last.y), l.colour)
	}
}

// limits are the least and the largest value of a panel, a little apart at
// least.
func (p panel) limits() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, l := range p.lines {
		for _, q := range l.points {
			if !math.IsNaN(q.y) && !math.IsInf(q.y, 0) {
				low, high = min(low, q.y), max(high, q.y)
			}
		}
	}
	switch {
	case low > high: // nothing to show yet
		return 0, 1
	case p.powers:
		low, high = math.Floor(low), math.Ceil(high)
		return low, max(high, low+1)
	case !p.fraction && low > 0:
		low = 0
	}
	if gap := 1e-3 * max(1e-9, math.Abs(high)); high-low < gap {
		low, high = low-gap, high+gap
	}
	return low, high
}

func (p panel) label(w words, v, step float64) string {
	switch {
	case p.powers:
		return power(int(v))
	case p.fraction:
		return w.decimal(100*v, 100*step) + " %"
	}
	return w.decimal(v, step)
}

// decimal writes a tick with as many digits as its distance to the next needs.
func (w words) decimal(v, step float64) string {
	digits := max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
	if math.Abs(v) < step/2 {
		v = 0 // and not −0
	}
	return w.number(fmt.Sprintf("%%.%df", digits), v)
}

// power is "10⁻³".
func power(n int) string {
	raised := strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
	return "10" + raised.Replace(fmt.Sprint(n))
}

// ticks are round numbers, about n of them, around low … high.
func ticks(low, high float64, n int) []float64 {
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
	var out []float64
	for i := 0.0; ; i++ {
		v := (first + i) * step
		out = append(out, v)
		if v >= high-1e-9*step {
			return out
		}
	}
}
