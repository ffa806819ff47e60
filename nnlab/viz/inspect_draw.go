package viz

import (
	_ "embed"
	"fmt"
	"strings"
)

// stepsScript goes through scenes.
//
//go:embed steps.js
var stepsScript string

// scene is a drawing that is gone through, with what each step says. Parts of it have
// data-from and data-to, the steps between which they are there.
type scene struct {
	Name string   `json:"name"`
	SVG  string   `json:"svg"`
	Says []string `json:"says"`
}

// inPage is a drawing as it stands in a page that has the style already.
func inPage(svg string) string { return strings.Replace(svg, style(), "", 1) }

// lesson is a drawing whose parts come and go step by step. The still has them all, and no
// part that only marks a step.
type lesson struct {
	*drawing
	still bool
}

// from draws what is there from a step on.
func (d *lesson) from(step int, draw func()) {
	fmt.Fprintf(d, `<g data-from="%d">`, step)
	draw()
	d.WriteString("</g>")
}

// at draws what is there in a step alone.
func (d *lesson) at(step int, draw func()) {
	if d.still {
		return
	}
	fmt.Fprintf(d, `<g data-from="%d" data-to="%[1]d">`, step)
	draw()
	d.WriteString("</g>")
}

// between draws what is there in some steps; the still has it too.
func (d *lesson) between(first, last int, draw func()) {
	fmt.Fprintf(d, `<g data-from="%d" data-to="%d">`, first, last)
	draw()
	d.WriteString("</g>")
}

// The steps of an example: it enters, each layer computes, the loss, and then from the last
// layer to the first its error and its update.
func (e *inspection) forwardStep(i int) int  { return 1 + i }
func (e *inspection) lossStep() int          { return 1 + len(e.layers) }
func (e *inspection) backwardStep(i int) int { return e.lossStep() + 1 + 2*(len(e.layers)-1-i) }
func (e *inspection) updateStep(i int) int   { return e.backwardStep(i) + 1 }
func (e *inspection) lastStep() int          { return e.updateStep(0) + 1 }

// drawInspection is the figure: the first example, and all in the form that answers.
func drawInspection(examples []inspection, w words) *Figure {
	scenes := make([]scene, len(examples))
	for i := range examples {
		e := &examples[i]
		scenes[i] = scene{fmt.Sprintf("%s %d", w.example, e.example), inPage(e.draw(w, false).end()), e.says(w)}
	}
	return examples[0].draw(w, true).figure().movedBy(stepsScript, w, map[string]any{"scenes": scenes, "next": w.nextExample, "count": w.step})
}

// says is each step in words.
func (e *inspection) says(w words) []string {
	says := make([]string, e.lastStep()+1)
	says[0] = fmt.Sprintf("%s %d: %s; %s %s", w.enters, e.example, values(w, "x", e.x), w.target, values(w, "y", e.target))
	last := len(e.layers) - 1
	for i := range e.layers {
		l := &e.layers[i]
		says[e.forwardStep(i)] = fmt.Sprintf("%s · %s: %s", w.phase1, l.name, w.sums)
		what := w.hiddenError
		if i == last {
			what = w.outputError
		}
		says[e.backwardStep(i)] = fmt.Sprintf("%s · %s: %s", w.phase2, l.name, what)
		says[e.updateStep(i)] = fmt.Sprintf("%s · %s: %s, Δw%s", w.phase2, l.name, w.update, e.ruleText(w))
	}
	says[e.lossStep()] = fmt.Sprintf("%s: %s; %s E = %s", w.answers, values(w, "o", e.layers[last].out), w.errorIs, w.exact(e.before))
	says[e.lastStep()] = fmt.Sprintf("%s E = %s (%s)", w.afterwards, w.exact(e.after), w.exact(e.before))
	return says
}

// ruleText is " = −η·∂E/∂w" with its constants where the optimizer is a plain SGD, else its name.
func (e *inspection) ruleText(w words) string {
	r := e.rule
	switch {
	case r.Kind != "SGD" || r.Nesterov:
		return " (" + r.Kind + ")"
	case r.Momentum != 0:
		return fmt.Sprintf(" = −η·δ·out + α·Δw(n−1), η = %s, α = %s", w.exact(r.LearningRate), w.exact(r.Momentum))
	}
	return " = −η·δ·out, η = " + w.exact(r.LearningRate)
}

// values is "x₁ = 0,05, x₂ = 0,1".
func values(w words, letter string, v []float64) string {
	parts := make([]string, len(v))
	for i := range v {
		parts[i] = neuron(letter, i) + " = " + w.exact(v[i])
	}
	return strings.Join(parts, "; ")
}

// The measures of the drawing.
const (
	neuronWidth = 92.
	neuronLine  = 16.
	neuronGap   = 14.
	rowLine     = 17.
)

// neuronHeight is that of a neuron with so many lines.
func neuronHeight(lines int) float64 { return neuronLine*float64(lines) + 8 }

// draw draws an example.
func (e *inspection) draw(w words, still bool) *drawing {
	title := fmt.Sprintf("%s · %s %d · E = %s → %s", w.backpropagation, w.example, e.example, w.exact(e.before), w.exact(e.after))
	n := e.newNetwork()
	lines := e.lines(w)
	head := 4 + lineHeight + 24
	height := head + n.height + space
	for _, l := range lines {
		height += l.height()
	}
	d := &lesson{newDrawing(widest, int(height+space), title+"; "+e.inWords(w, lines)), still}
	d.title(title, space, widest-2*space)
	first := e.backwardStep(len(e.layers) - 1)
	y := head - 10.
	d.between(1, e.lossStep()-1, func() { d.text(space, y, "start", bold+` fill="`+blue+`"`, w.phase1) })
	d.between(first, e.lastStep()-1, func() { d.text(widest-space, y, "end", bold+` fill="`+orange+`"`, w.phase2) })
	n.draw(d, w, head)
	y = head + n.height + space
	for _, l := range lines {
		l.draw(d, y)
		y += l.height()
	}
	return d.drawing
}

// inWords is the whole example for who does not see it.
func (e *inspection) inWords(w words, lines []inspectedLine) string {
	said := []string{values(w, "x", e.x), w.target + " " + values(w, "y", e.target)}
	for _, l := range lines {
		said = append(said, strings.Join(l.words(), " "))
	}
	return strings.Join(said, "; ")
}

// inspectedLine is a line below the network, a formula or a row of the table.
type inspectedLine struct {
	step    int
	heading bool
	text    []string // a formula, in as many lines as it needs
	cells   *weightRow
	more    []string // below the row, formulas that are too long for their cells
}

func (l inspectedLine) words() []string {
	if l.cells != nil {
		return append(l.cells[:len(l.cells):len(l.cells)], l.more...)
	}
	return l.text
}

func (l inspectedLine) height() float64 {
	height := rowLine * float64(max(1, len(l.text))+len(l.more))
	if l.heading {
		height += 7
	}
	return height
}

// inspectGap is the least room between two cells of the table, inspectColumns where they end;
// the first begins at the left.
const inspectGap = 5.

var inspectColumns = [6]float64{space, 110, 294, 380, 566, widest - space}

func (l inspectedLine) draw(d *lesson, y float64) {
	d.from(l.step, func() {
		base := y + rowLine - 5
		if l.heading {
			base += 7
		}
		d.at(l.step, func() {
			if !l.heading {
				d.rect(space-4, y, widest-2*space+8, l.height(), faint)
			}
		})
		extra := ""
		if l.heading {
			extra = bold
		}
		if l.cells == nil {
			for i, s := range l.text {
				d.text(space, base+rowLine*float64(i), "start", extra, s)
			}
			return
		}
		for i, s := range l.cells {
			anchor := "end"
			if i == 0 {
				anchor = "start"
			}
			d.text(inspectColumns[i], base, anchor, extra, s)
		}
		for i, s := range l.more {
			d.text(inspectColumns[4], base+rowLine*float64(i+1), "end", quiet, s)
		}
	})
}

// lines are all that stands below the network, in the order of the steps.
func (e *inspection) lines(w words) (lines []inspectedLine) {
	add := func(step int, heading bool, s string) {
		lines = append(lines, inspectedLine{step: step, heading: heading, text: wrap(s, small, widest-2*space)})
	}
	add(1, true, w.phase1)
	for i := range e.layers {
		for j := range e.layers[i].out {
			add(e.forwardStep(i), false, e.layers[i].forward(w, j))
		}
	}
	add(e.backwardStep(len(e.layers)-1), true, w.phase2)
	add(e.backwardStep(len(e.layers)-1), false, w.slide)
	for i := len(e.layers) - 1; i >= 0; i-- {
		l, next := &e.layers[i], (*inspectedLayer)(nil)
		if !l.output {
			next = &e.layers[i+1]
		}
		for j := range l.out {
			add(e.backwardStep(i), false, e.backward(w, l, next, j))
		}
		moved := "Δw = −η·∂E/∂w"
		if e.rule.Kind != "SGD" || e.rule.Nesterov || e.rule.Momentum != 0 {
			moved = "Δw"
		}
		lines = append(lines, inspectedLine{step: e.updateStep(i), heading: true, cells: &weightRow{w.weight, "w", "∂E/∂w = δ·out", w.differences, moved, w.newWeight}})
		for _, r := range e.rows(w, l) {
			line := inspectedLine{step: e.updateStep(i), cells: &r}
			for i, name := range [...]string{2: "∂E/∂w", 4: "Δw"} {
				if name == "" {
					continue
				}
				if _, value, ok := strings.Cut(r[i], " = "); ok && textWidth(r[i], small) > inspectColumns[i]-inspectColumns[i-1]-inspectGap {
					line.more, r[i] = append(line.more, name+" = "+r[i]), value
				}
			}
			lines = append(lines, line)
		}
	}
	return lines
}
