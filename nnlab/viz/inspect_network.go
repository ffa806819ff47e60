package viz

import (
	"fmt"
	"math"
	"slices"
)

// network is where the neurons stand.
type network struct {
	e      *inspection
	height float64
	pitch  float64
}

func (e *inspection) newNetwork() network {
	n := network{e: e, height: columnHeight(len(e.x), 1), pitch: (widest - 2*space - neuronWidth) / float64(len(e.layers))}
	for i := range e.layers {
		n.height = max(n.height, columnHeight(len(e.layers[i].out), n.linesOf(i)))
	}
	return n
}

func columnHeight(units, lines int) float64 {
	return float64(units)*(neuronHeight(lines)+neuronGap) - neuronGap
}

// linesOf is how many lines a neuron of layer i has: its name, net, out, δ and its target.
func (n network) linesOf(i int) int {
	if n.e.layers[i].output {
		return 5
	}
	return 4
}

// place is the upper left corner of neuron j of layer i, −1 for the inputs, and its height.
func (n network) place(i, j int) (x, y, height float64) {
	units, lines := len(n.e.x), 1
	if i >= 0 {
		units, lines = len(n.e.layers[i].out), n.linesOf(i)
	}
	height = neuronHeight(lines)
	return space + n.pitch*float64(i+1), n.height*(float64(j)+0.5)/float64(units) - height/2, height
}

func (n network) draw(d *lesson, w words, top float64) {
	for i := range n.e.layers {
		n.edges(d, w, top, i)
	}
	for j, v := range n.e.x {
		x, y, height := n.place(-1, j)
		d.neuron(x, top+y, height)
		d.text(x+8, top+y+neuronLine, "start", bold, neuron("x", j))
		d.text(x+neuronWidth-8, top+y+neuronLine, "end", "", w.exact(v))
	}
	for i := range n.e.layers {
		l := &n.e.layers[i]
		for j := range l.out {
			x, y, height := n.place(i, j)
			y += top
			d.neuron(x, y, height)
			d.text(x+8, y+neuronLine, "start", bold, neuron(l.letter, j))
			entry := func(line int, name string, v float64) {
				d.text(x+8, y+neuronLine*float64(line), "start", quiet, name)
				d.text(x+neuronWidth-8, y+neuronLine*float64(line), "end", "", w.exact(v))
			}
			d.from(n.e.forwardStep(i), func() { entry(2, "net", l.net[j]); entry(3, "out", l.out[j]) })
			d.from(n.e.backwardStep(i), func() { entry(4, "δ", l.delta[j]) })
			if l.output {
				entry(5, w.target, n.e.target[j])
			}
			d.at(n.e.forwardStep(i), func() { d.marked(x, y, height, blue) })
			d.at(n.e.backwardStep(i), func() { d.marked(x, y, height, orange) })
		}
	}
}

// neuron is the box of a neuron, marked one that a step is about.
func (d *drawing) neuron(x, y, height float64) {
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%g" height="%.1f" rx="5" fill="%s" stroke="%s"/>`, x, y, neuronWidth, height, paper, rule)
}

func (d *drawing) marked(x, y, height float64, colour string) {
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%g" height="%.1f" rx="5" fill="none" stroke="%s" stroke-width="%g"/>`, x, y, neuronWidth, height, colour, thick)
}

// box is a part of the drawing that is taken.
type box struct{ x, y, width, height float64 }

func (a box) meets(b box) bool {
	return a.x < b.x+b.width && b.x < a.x+a.width && a.y < b.y+b.height && b.y < a.y+a.height
}

// line is the way from neuron k of the layer before to neuron j of layer i.
func (n network) line(top float64, i, k, j int) (x0, y0, x1, y1 float64) {
	x0, y0, h0 := n.place(i-1, k)
	x1, y1, h1 := n.place(i, j)
	return x0 + neuronWidth, top + y0 + h0/2, x1, top + y1 + h1/2
}

// edges draws the weights into layer i by their sign and size; where there is room for all of
// a layer, with w beside them, and from their update on with Δw.
func (n network) edges(d *lesson, w words, top float64, i int) {
	l := &n.e.layers[i]
	largest := 1e-12
	for _, v := range l.kernel.value {
		largest = math.Max(largest, math.Abs(v))
	}
	var labels []box
	for k := range l.in {
		for j := range l.out {
			x0, y0, x1, y1 := n.line(top, i, k, j)
			v := l.weight(k, j)
			colour := blue
			if v < 0 {
				colour = orange
			}
			fmt.Fprintf(d, `<path d="M%.1f %.1fL%.1f %.1f" stroke="%s" stroke-width="%.1f" fill="none"/>`, x0, y0, x1, y1, colour, 1+2*math.Abs(v)/largest)
			if b, free := beside(x0, y0, x1, y1, labels); free {
				labels = append(labels, b)
			}
		}
	}
	if len(labels) < len(l.kernel.value) || len(labels) > 4 { // more would hide the lines
		return
	}
	for k := range l.in {
		for j := range l.out {
			b, at := labels[k*len(l.out)+j], k*len(l.out)+j
			d.rect(b.x, b.y, b.width, b.height, paper)
			write := func(s string) func() {
				return func() { d.text(b.x+b.width/2, b.y+13, "middle", "", s) }
			}
			if d.still || l.kernel.change == nil {
				write(w.exact(l.kernel.value[at]))()
				continue
			}
			d.between(0, n.e.updateStep(i)-1, write(w.exact(l.kernel.value[at])))
			d.from(n.e.updateStep(i), write("Δw "+w.exact(l.kernel.change[at])))
		}
	}
}

// beside is a place for a number on a line where no other stands.
func beside(x0, y0, x1, y1 float64, taken []box) (b box, free bool) {
	const width, height = 76, 17
	for _, t := range []float64{0.5, 0.36, 0.64, 0.28, 0.72} {
		b = box{x0 + t*(x1-x0) - width/2, y0 + t*(y1-y0) - height/2, width, height}
		if b.x > x0 && b.x+width < x1 && !slices.ContainsFunc(taken, b.meets) {
			return b, true
		}
	}
	return b, false
}
