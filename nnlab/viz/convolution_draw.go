package viz

import (
	_ "embed"
	"fmt"
	"math"
	"strings"

	"github.com/nnlab-go/lab/nnlab/internal/look"
)

// convolutionScript moves the window.
//
//go:embed convolution.js
var convolutionScript string

// tintMost is how strong the strongest tint under a number is, for the number to be read.
const tintMost = 0.45

// A slidingLayout is where the grids of a figure of a window stand.
type slidingLayout struct {
	cell           float64
	in, filter     float64 // x of the columns of grids
	out            float64
	width, foot    float64
	top            []float64 // of each channel's row of grids
	outTop         []float64
	paddedHigh     int
	paddedWide     int
	rows, columns  int // of the output
	height, margin float64
}

func (c *sliding) layout(w words, head float64) slidingLayout {
	l := slidingLayout{cell: 26, margin: space, rows: c.axes[0].out, columns: c.axes[1].out}
	for _, planes := range [][]pixelRows{c.in, c.kernel, c.out} {
		for _, p := range planes {
			for _, row := range p {
				for _, v := range row {
					l.cell = max(l.cell, math.Ceil(textWidth(w.digits(float64(v)), small)+6))
				}
			}
		}
	}
	l.paddedHigh = c.axes[0].in + c.axes[0].front + c.axes[0].behind
	l.paddedWide = c.axes[1].in + c.axes[1].front + c.axes[1].behind
	const sign = 34. // between two grids
	l.in = l.margin
	wide := func(cells int) float64 { return max(float64(cells)*l.cell, 74) } // of the name over it
	l.out = l.in + wide(l.paddedWide) + sign
	if c.kernel != nil {
		l.filter = l.out
		l.out += wide(c.axes[1].size) + sign
	}
	l.width = max(l.out+wide(l.columns)+l.margin, 600)
	high := float64(max(l.paddedHigh, c.axes[0].size))
	if c.kernel == nil || len(c.in) == 1 {
		high = max(high, float64(l.rows))
	}
	y := head
	for range c.in {
		l.top = append(l.top, y+captionHeight)
		y += captionHeight + high*l.cell + 2*space
		if len(c.in) > 1 && c.kernel != nil {
			y += space
		}
	}
	for ch := range c.out {
		top := l.top[ch]
		if len(c.out) < len(c.in) { // in the middle of all channels
			top = head + captionHeight + max(0, (y-head-captionHeight-2*space-float64(l.rows)*l.cell)/2)
		}
		l.outTop = append(l.outTop, top)
	}
	l.foot = max(y, l.outTop[0]+float64(l.rows)*l.cell+2*space)
	return l
}

// draw draws the grids, and the window and its formula at the first place.
func (c *sliding) draw(w words) *Figure {
	t := w.sliding()
	title := c.title(w)
	l := c.layout(w, 0)
	head := 4 + lineHeight*float64(len(wrap(title, large, l.width-2*space)))
	l = c.layout(w, head+4)
	steps, lines := c.steps(w, l)
	l.foot += 4
	padded := l.paddedHigh > c.axes[0].in || l.paddedWide > c.axes[1].in
	if padded {
		lines++
	}
	l.height = l.foot + lineHeight*float64(lines) + space
	d := newDrawing(int(math.Ceil(l.width)), int(l.height), c.alt(w, title))
	d.title(title, space, l.width-2*space)
	names := func(name string, ch, rows, columns int) string {
		if len(c.in) > 1 {
			name = fmt.Sprintf("%s %d", name, ch+1)
		}
		return name + " · " + sizeText(rows, columns)
	}
	for ch := range c.in {
		d.text(l.in, l.top[ch]-5, "start", quiet, names(t.input, ch, c.axes[0].in, c.axes[1].in))
		c.drawInput(d, w, l, ch)
		middle := l.top[ch] + float64(c.axes[0].size)*l.cell/2 + 5
		if c.kernel != nil {
			d.text(l.filter-17, middle, "middle", sizeLarge, "∗")
			d.text(l.filter, l.top[ch]-5, "start", quiet, names(t.filter, ch, c.axes[0].size, c.axes[1].size))
			d.numbers(w, c.kernel[ch], l.filter, l.top[ch], l.cell)
		}
	}
	for ch := range c.out {
		name := t.output + " · " + sizeText(l.rows, l.columns)
		if len(c.out) > 1 {
			name = names(t.output, ch, l.rows, l.columns)
		}
		d.text(l.out, l.outTop[ch]-5, "start", quiet, name)
		d.text(l.out-17, l.outTop[ch]+float64(l.rows)*l.cell/2+5, "middle", sizeLarge, "=")
		d.numbers(w, c.out[ch], l.out, l.outTop[ch], l.cell)
	}
	if padded {
		d.box(l.margin, l.height-space-13, 12, paddingTint)
		d.text(l.margin+20, l.height-space-3, "start", quiet, t.padding)
	}
	d.WriteString(`<g class="now">` + steps[0].outlines() + steps[0].Drawn + `</g>`)
	f := d.figure()
	var inputs [][4]float64
	for ch := range c.in {
		inputs = append(inputs, [4]float64{l.in, l.top[ch], float64(l.paddedWide) * l.cell, float64(l.paddedHigh) * l.cell})
	}
	size := 0
	for _, s := range steps {
		size += len(s.Drawn) + 40*(len(s.Windows)+len(s.Outs))
	}
	if size > room(f.SVG) {
		return f
	}
	return f.movedBy(convolutionScript, w, map[string]any{"steps": steps, "columns": l.columns, "inputs": inputs})
}

// title says what is done and what comes out.
func (c *sliding) title(w words) string {
	t := w.sliding()
	name := t.convolution
	if c.kernel == nil {
		name = t.max
		if c.mean {
			name = t.mean
		}
	}
	title := fmt.Sprintf("%s · %s", name, w.recipe(c.info))
	if c.info.MapSize != "" && look.FamilyOf(c.info.Kind) != look.Other {
		title += " · " + c.info.MapSize
	}
	return title
}

func (c *sliding) alt(w words, title string) string {
	t := w.sliding()
	said := []string{title}
	for ch, p := range c.out {
		var rows []string
		for _, row := range p {
			var numbers []string
			for _, v := range row {
				numbers = append(numbers, w.digits(float64(v)))
			}
			rows = append(rows, strings.Join(numbers, " "))
		}
		name := t.byRows
		if len(c.out) > 1 {
			name = fmt.Sprintf("%s %d, %s", t.channel, ch+1, name)
		}
		said = append(said, name+": "+strings.Join(rows, " / "))
	}
	return strings.Join(append(said, strings.Join(c.formula(w, 0, 0), " ")), "; ")
}

// sizeText is "6×6", or "8" along one axis.
func sizeText(rows, columns int) string {
	if rows == 1 {
		return fmt.Sprint(columns)
	}
	return fmt.Sprintf("%d×%d", rows, columns)
}

// slidingStep is a place of the window: what is written there, and the boxes
// [x, y, width, height] of the window and of what it makes.
type slidingStep struct {
	Drawn   string       `json:"drawn"`
	Windows [][4]float64 `json:"windows"`
	Outs    [][4]float64 `json:"outs"`
}

// outlines are the boxes around the window and what it makes; the script draws them too.
func (s slidingStep) outlines() string {
	var all strings.Builder
	for _, b := range append(s.Windows[:len(s.Windows):len(s.Windows)], s.Outs...) {
		fmt.Fprintf(&all, `<rect x="%g" y="%g" width="%g" height="%g" fill="none" stroke="%s" stroke-width="3"/>`, b[0], b[1], b[2], b[3], outline)
	}
	return all.String()
}

// steps are all places, and how many lines of formulas the longest of them has.
func (c *sliding) steps(w words, l slidingLayout) (steps []slidingStep, lines int) {
	for row := range l.rows {
		for column := range l.columns {
			var s slidingStep
			d := &drawing{}
			box := func(x, y float64, i, j, high, wide int) [4]float64 {
				return [4]float64{x + float64(j)*l.cell, y + float64(i)*l.cell, float64(wide) * l.cell, float64(high) * l.cell}
			}
			for ch := range c.in {
				s.Windows = append(s.Windows, box(l.in, l.top[ch], row*c.axes[0].stride, column*c.axes[1].stride, c.axes[0].reach(), c.axes[1].reach()))
			}
			for ch := range c.out {
				s.Outs = append(s.Outs, box(l.out, l.outTop[ch], row, column, 1, 1))
			}
			if c.kernel != nil && len(c.in) > 1 {
				for ch, sum := range c.sums(row, column) {
					d.text(l.filter, l.top[ch]+float64(c.axes[0].size)*l.cell+16, "start", bold, "Σ = "+w.digits(sum))
				}
			}
			y, n := l.foot+14, 0
			for i, sentence := range c.formula(w, row, column) {
				attributes := ""
				if i == 0 {
					attributes = bold
				}
				for _, line := range wrap(sentence, small, l.width-2*space) {
					d.text(l.margin, y+lineHeight*float64(n), "start", attributes, line)
					n++
				}
			}
			lines = max(lines, n)
			s.Drawn = d.String()
			steps = append(steps, s)
		}
	}
	return steps, lines
}

// paddingTint is the ground of cells that are not of the input.
var paddingTint = colourText(tint(weightLow, 0.18))

// colourText writes parts of 0…1 as a colour that is the same on dark ground, as white,
// the colour of paper, would not be.
func colourText(parts []float32) string {
	level := func(v float32) int {
		if !isNumber(v) { // the text says it
			return 254
		}
		return min(254, int(255*v+0.5))
	}
	return fmt.Sprintf("#%02x%02x%02x", level(parts[0]), level(parts[1]), level(parts[2]))
}

// drawInput draws a channel of the input in its frame of zeros.
func (c *sliding) drawInput(d *drawing, w words, l slidingLayout, channel int) {
	var values []float32
	for _, p := range c.in {
		for _, row := range p {
			values = append(values, row...)
		}
	}
	colour := tinted(values)
	d.grid(l.in, l.top[channel], l.cell, l.paddedHigh, l.paddedWide, func(i, j int) (string, string) {
		v, inside := c.cell(channel, i, j)
		if !inside {
			return "0", paddingTint
		}
		return w.digits(float64(v)), colour(v)
	})
}

// tinted is a ground for each of the values: that of an activation, or of a weight where
// some lie below 0.
func tinted(values []float32) func(v float32) string {
	least := spanOf(values).least
	end, scale := extreme(values), sequential
	if least < 0 {
		scale = diverging
	}
	return func(v float32) string { return colourText(scale(tintMost * v / end)) }
}

// numbers draws a channel as cells with their numbers.
func (d *drawing) numbers(w words, p pixelRows, x, y, size float64) {
	var values []float32
	for _, row := range p {
		values = append(values, row...)
	}
	colour := tinted(values)
	d.grid(x, y, size, len(p), len(p[0]), func(i, j int) (string, string) { return w.digits(float64(p[i][j])), colour(p[i][j]) })
}

// grid draws cells, each with what is written in it and its ground, which is the same on
// dark paper.
func (d *drawing) grid(x, y, size float64, rows, columns int, cell func(i, j int) (text, fill string)) {
	var texts strings.Builder
	fmt.Fprintf(d, `<g stroke="%s">`, rule)
	for i := range rows {
		for j := range columns {
			text, fill := cell(i, j)
			left, top := x+float64(j)*size, y+float64(i)*size
			fmt.Fprintf(d, `<rect x="%g" y="%g" width="%g" height="%[3]g" fill="%[4]s"/>`, left, top, size, fill)
			fmt.Fprintf(&texts, `<text x="%g" y="%g">%s</text>`, left+size/2, top+size/2+4, escape(text))
		}
	}
	fmt.Fprintf(d, `</g><g text-anchor="middle" fill="%s">%s</g>`, onPixels, texts.String())
}

// box is a square with a frame.
func (d *drawing) box(x, y, size float64, fill string) {
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" stroke="%s"/>`, x, y, size, size, fill, rule)
}
