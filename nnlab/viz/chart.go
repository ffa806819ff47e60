package viz

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/internal/look"
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
	loss     bool // of what a loss measures
	fraction bool // the axis is in percent, up to 100 at most
	powers   bool // the axis is logarithmic
	lines    []line
	courses  []course // whose best epoch is marked, and whose overfitting is shaded
	note     string   // at the end of the row that has the name; the legend has the next
}

type line struct {
	name   string
	colour string
	dashed bool
	points []point
	quiet  bool    // thin, and not in the legend
	lost   float64 // where its values are no numbers any more, 0 for nowhere
	note   string  // behind its name in a column
}

// lostIn is where the values of a line are no numbers any more; 0 for nowhere.
func lostIn(points []point) float64 {
	for _, p := range points {
		if !isNumber(p.y) {
			return p.x
		}
	}
	return 0
}

// height is where a value stands on the panel's axis; no number where it has no place there.
func (p panel) height(v float64) float64 {
	if p.powers {
		return math.Log10(v)
	}
	return v
}

// A training that diverges has a loss so large that those of all others would lie on its axis's
// zero: from these powers of ten on the axis is logarithmic.
const (
	explodedRange = 1e3 // from the least to the largest
	explodedValue = 100 // and the largest
)

// exploded tells whether the panel's values are of such different sizes.
func (p panel) exploded() bool {
	least, most := math.Inf(1), 0.
	for _, l := range p.lines {
		for _, q := range l.points {
			if isNumber(q.y) {
				least, most = min(least, q.y), max(most, q.y)
			}
		}
	}
	return !p.fraction && least > 0 && most >= explodedValue && most >= explodedRange*least
}

// marked are the moments that a panel marks: those of all, and where its lines have left the numbers.
func (c *chart) marked(p panel) (all []mark) {
	all = slices.Clone(c.marks)
	for _, l := range p.lines {
		if m := (mark{l.lost, noNumbers}); l.lost > 0 && !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	return all
}

func (l line) width() float64 {
	if l.quiet {
		return thin
	}
	return thick
}

type point struct{ x, y float64 }

const (
	panelHeight = 250 // of a row, with its names and its axis
	marginLeft  = 52  // of the axes at least
	marginRight = 14
	marginHead  = 30 // above the axes: the panel's name and its legend
	marginFoot  = 42 // below: the ticks and the axis's name
	panelsOfRow = 2
	columnWidth = 190
	legendGap   = 36 // of a name in a legend, with the piece of its line
	barHeight   = 14
)

// columns are how many panels stand side by side, and how wide each is.
func (c *chart) columns() (n, width int) {
	n = min(max(1, len(c.panels)), panelsOfRow)
	switch {
	case c.column:
		return 1, widest - columnWidth
	case n == 1:
		return 1, 460
	}
	return n, widest / n
}

// size is that of the whole chart, and of its head with the title and the bar.
func (c *chart) size() (width, height, head int) {
	n, panel := c.columns()
	width = n * panel
	if c.column {
		width += columnWidth
	}
	rows := (max(1, len(c.panels)) + n - 1) / n
	if c.title != "" {
		head = 4 + lineHeight*len(wrap(c.title, large, float64(width-2*space)))
	}
	if c.done >= 0 {
		head += barHeight
	}
	return width, head + rows*c.rowHeight(), head
}

// marginLeft is the room for the widest number at the y axes.
func (c *chart) marginLeft() int {
	room := float64(marginLeft)
	for _, p := range c.panels {
		a := p.yAxis()
		for _, v := range a.ticks {
			room = max(room, textWidth(p.label(c.words, v, a.tickForm), small)+2*space)
		}
	}
	return int(math.Ceil(room))
}

// rowHeight is that of a row of panels.
func (c *chart) rowHeight() int { return panelHeight + c.legendRow() }

// svg draws the chart.
func (c *chart) svg(alt string) string {
	width, height, head := c.size()
	d := newDrawing(width, height, alt)
	d.title(c.title, space, float64(width)-2*space)
	if c.done >= 0 {
		full, y := float64(width)-2*space, float64(head)-barHeight+5
		d.rect(space, y, full, 5, faint)
		d.rect(space, y, full*min(1, c.done), 5, blue)
	}
	n, panel := c.columns()
	for i, p := range c.panels {
		c.panel(d, p, float64(i%n*panel), float64(head+i/n*c.rowHeight()), float64(panel))
	}
	return d.end()
}

func (c *chart) panel(d *drawing, p panel, left, top, width float64) {
	x0, x1 := left+float64(c.marginLeft()), left+width-marginRight
	row := float64(c.legendRow())
	y0, y1 := top+row+panelHeight-marginFoot, top+row+marginHead
	ax, ay := c.xAxis(), p.yAxis()
	x := func(v float64) float64 { return x0 + (x1-x0)*(v-ax.low)/(ax.high-ax.low) }
	level := func(v float64) float64 { return y0 - (y0-y1)*(v-ay.low)/(ay.high-ay.low) }
	y := func(v float64) float64 { return level(p.height(v)) }

	for _, v := range ay.ticks {
		d.line(x0, level(v), x1, level(v), faint)
		d.text(x0-6, level(v)+4, "end", quiet, p.label(c.words, v, ay.tickForm))
	}
	for _, v := range ax.ticks {
		d.line(x(v), y0, x(v), y0+4, rule)
		text, at, anchor := c.words.tick(v, ax.tickForm), x(v), "middle"
		if room := marginRight - 2.; at+textWidth(text, small)/2 > x1+room {
			at, anchor = x1+room, "end"
		}
		d.text(at, y0+17, anchor, quiet, text)
	}
	d.line(x0, y0, x1, y0, rule)
	d.text((x0+x1)/2, y0+34, "middle", quiet, c.xName)
	d.text(left+space, y1-row-12, "start", bold, p.name)
	if p.note != "" {
		d.text(x1, y1-row-12, "end", quiet, p.note)
	}
	switch {
	case c.column:
		c.legendColumn(d, p, x1+2*space, y1+4)
	case row > 0:
		for i, lines := range p.legendRows(x1-left-space, c.words) {
			drawLegend(d, lines, left+space, x1, y1-row+lineHeight*float64(i+1)-12)
		}
	default:
		drawLegend(d, p.named(), left+p.besideName(), x1, y1-12)
	}
	marks := c.marked(p)
	for _, m := range marks {
		fmt.Fprintf(d, `<path d="M%.1f %.1fV%.1f" stroke="%s" stroke-dasharray="1 3" fill="none"/>`, x(m.x), y0, y1, rule)
	}
	p.shade(d, x, y)
	for _, l := range p.lines {
		l.draw(d, x, y)
	}
	var ends [2]float64 // of the last text in each row
	for _, m := range marks {
		width := textWidth(m.text, small)
		at, anchor, from := x(m.x)+3, "start", x(m.x)+3
		if at+width > x1 {
			at, anchor, from = x(m.x)-3, "end", x(m.x)-3-width
		}
		row := 0
		if from < ends[0] {
			row = 1
		}
		ends[row] = from + width
		d.text(at, y1+11+lineHeight*float64(row), anchor, quiet+onLines, m.text)
	}
	p.judge(d, c.words, x, y)
}

func (l line) dash() string {
	if l.dashed {
		return ` stroke-dasharray="7 4"`
	}
	return ""
}

func (l line) draw(d *drawing, x, y func(float64) float64) {
	var path strings.Builder
	gap := true // after a value that is not a number the line begins anew
	for _, p := range l.points {
		if !isNumber(y(p.y)) {
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
	fmt.Fprintf(d, `<path d="%s" fill="none" stroke="%s" stroke-width="%g" stroke-linejoin="round" stroke-linecap="round"%s/>`, path.String(), l.colour, l.width(), l.dash())
	last := l.points[len(l.points)-1]
	if !l.quiet && isNumber(y(last.y)) {
		fmt.Fprintf(d, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, x(last.x), y(last.y), l.colour)
	}
}

// limits are the least and the largest value of a panel, a little apart at
// least.
func (p panel) limits() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, l := range p.lines {
		for _, q := range l.points {
			if v := p.height(q.y); isNumber(v) {
				low, high = min(low, v), max(high, v)
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
	gap := 1e-3 * max(1e-9, math.Abs(high))
	if p.fraction {
		gap = 0.01 // no hundredth of a percent
	}
	if high-low < gap {
		low, high = low-gap, high+gap
	}
	return low, high
}

func (p panel) label(w words, v float64, f tickForm) string {
	switch {
	case p.powers:
		return look.PowerOfTen(int(v))
	case p.fraction:
		return w.tick(100*v, f) + "\u00a0%"
	}
	return w.tick(v, f)
}
