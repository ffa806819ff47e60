package viz

import (
	"fmt"
	"slices"
)

// named are the lines of the legend.
func (p panel) named() (lines []line) {
	for _, l := range p.lines {
		if !l.quiet {
			lines = append(lines, l)
		}
	}
	return lines
}

// legendRow is the room for legends below the names of the panels: none where each has room
// beside its panel's name, and no note stands there; of as many rows as the longest needs.
func (c *chart) legendRow() int {
	if c.column {
		return 0
	}
	_, width := c.columns()
	beside, rows := true, 1
	for _, p := range c.panels {
		beside = beside && p.note == "" && p.legendWidth() <= float64(width-marginRight)-p.besideName()
		rows = max(rows, len(p.legendRows(float64(width-marginRight)-space, c.words)))
	}
	if beside {
		return 0
	}
	return rows * lineHeight
}

// mostLegendRows are the rows of a legend at most; how many lines more there are it says.
const mostLegendRows = 10

// legendRows are the lines of a legend in rows of that width, the names that are longer left to
// be shortened.
func (p panel) legendRows(width float64, w words) (rows [][]line) {
	left := 0.
	lines := p.named()
	for i, l := range lines {
		need := min(width, textWidth(l.name, small)+legendGap)
		if len(rows) == 0 || need > left {
			if len(rows) == mostLegendRows {
				last := rows[len(rows)-1]
				rows[len(rows)-1] = append(last[:len(last)-1:len(last)-1], line{name: fmt.Sprintf(w.more, count(len(lines)-i+1))})
				return rows
			}
			rows, left = append(rows, nil), width
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], l)
		left -= need
	}
	return rows
}

// legendWidth is that of the legend in one row, with all names whole.
func (p panel) legendWidth() (width float64) {
	for _, l := range p.named() {
		width += textWidth(l.name, small) + legendGap
	}
	return width
}

// besideName is where there is room beside the name of a panel, from its left.
func (p panel) besideName() float64 { return space + textWidth(p.name, small)*1.1 + 2*space }

// sample is the piece of a line that stands beside its name.
func (l line) sample(d *drawing, x, y float64) {
	fmt.Fprintf(d, `<path d="M%.1f %.1fh18" stroke="%s" stroke-width="%g" fill="none"%s/>`, x, y-4, l.colour, thick, l.dash())
}

// drawLegend names lines in one row that ends at x1 and begins behind x0.
func drawLegend(d *drawing, lines []line, x0, x1, y float64) {
	at := x1
	for _, l := range slices.Backward(lines) {
		width := min(textWidth(l.name, small), x1-x0-legendGap+12)
		at -= width
		d.within(width, at, y, "start", "", l.name, "")
		if l.colour == "" { // how many more there are
			at -= 12
			continue
		}
		at -= 24
		l.sample(d, at, y)
		at -= 12
	}
}

// legendColumn names the lines below each other, as many as there is room for.
func (c *chart) legendColumn(d *drawing, p panel, x, y float64) {
	const most = 11
	lines := p.named()
	for i, l := range lines {
		at := y + lineHeight*float64(i)
		if i == most-1 && len(lines) > most {
			d.text(x+24, at, "start", quiet, fmt.Sprintf(c.words.more, count(len(lines)-i)))
			return
		}
		l.sample(d, x, at)
		d.within(columnWidth-24-2*space, x+24, at, "start", "", l.name, l.noted())
	}
}

// noted is the note behind the line's name.
func (l line) noted() string {
	if l.note == "" {
		return ""
	}
	return " · " + l.note
}
