package viz

import (
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// GradientNorms is an option of Fit that draws, while the model trains, how
// long the gradient ‖∂E/∂W‖ = √Σ(∂E/∂wᵢ)² of each layer's kernel is, on a
// logarithmic axis. At most 400 steps of a training are measured.
func GradientNorms(options ...Option) nn.FitOption {
	s := newSettings(options)
	return nn.Callbacks(&gradientNorms{figure: &Gradients{settings: s, title: s.words.gradients}})
}

// Gradients is a figure that several trainings share: the gradient that reaches
// the first layer, a curve for each training.
//
//	g := viz.FirstGradients()
//	a.Fit(train, g.Of("MSE"))
//	b.Fit(train, g.Of("entropia cruzada"))
type Gradients struct {
	settings
	title  string
	lines  []line
	epochs int
}

// FirstGradients makes the figure; it is shown under each Fit that has an
// option made by Of.
func FirstGradients(options ...Option) *Gradients {
	s := newSettings(options)
	return &Gradients{settings: s, title: s.words.firstGradient}
}

// Of is an option of Fit that draws this training's curve under that name,
// beside those of the trainings before. A name that is there already is drawn
// anew.
func (g *Gradients) Of(name string) nn.FitOption {
	return nn.Callbacks(&gradientNorms{figure: g, name: name})
}

// gradientNorms measures one training.
type gradientNorms struct {
	display
	figure *Gradients
	name   string // of its one curve; "" for one a layer
	every  int    // how many steps lie between two that are measured
	at     []int  // the curves of the kernels in figure.lines
}

// steps is how many steps of a training are measured at most.
const steps = 400

func (g *gradientNorms) On(e *nn.Event) {
	if !notebook.Available() || g.failed {
		return
	}
	switch e.Phase {
	case nn.FitBegin:
		g.display = begin()
		g.start(e)
	case nn.BatchEnd:
		if g.measure(e) && g.throttle.Ready() {
			f := g.figure.draw()
			f.interactive = nil // only the last picture becomes interactive
			g.show("viz.GradientNorms", f)
		}
	case nn.FitEnd:
		if e.Diverged {
			g.lost(e)
		}
		g.show("viz.GradientNorms", g.figure.draw())
	}
}

// kernels are the parameters whose gradients are measured: weights, not biases.
func kernels(m *nn.Model) (params []*nn.Param) {
	for _, p := range m.Params() {
		if p.Grad != nil && len(p.Value.Shape) > 1 {
			params = append(params, p)
		}
	}
	return params
}

// start makes place for the curves of this training.
func (g *gradientNorms) start(e *nn.Event) {
	f := g.figure
	g.every = max(1, (e.Batches*e.Epochs+steps-1)/steps)
	g.at = nil
	names := []string{g.name}
	if g.name == "" {
		f.lines, f.epochs, names = nil, 0, nil
		for _, p := range kernels(e.Model) {
			layer, _, _ := strings.Cut(p.Name, "/")
			names = append(names, layer)
		}
	}
	for _, name := range names {
		g.at = append(g.at, f.curve(name))
	}
	f.epochs = max(f.epochs, e.Epochs)
}

// curve is the place of an empty curve of that name.
func (g *Gradients) curve(name string) int {
	for i, l := range g.lines {
		if l.name == name && len(l.points) > 0 {
			g.lines[i].points, g.lines[i].lost = nil, 0
			return i
		}
	}
	n := len(g.lines)
	g.lines = append(g.lines, line{name: name, colour: palette[n%len(palette)], dashed: n%2 == 1})
	return n
}

// measure adds the norms of this step, if it is one that is measured.
func (g *gradientNorms) measure(e *nn.Event) bool {
	step := (e.Epoch-1)*e.Batches + e.Batch - 1
	if step%g.every != 0 {
		return false
	}
	for i, p := range kernels(e.Model) {
		if i == len(g.at) {
			break
		}
		l := &g.figure.lines[g.at[i]]
		l.points = append(l.points, point{position(e), norm(p.Grad)})
	}
	return true
}

// lost notes that the training has left the numbers.
func (g *gradientNorms) lost(e *nn.Event) {
	for _, i := range g.at {
		g.figure.lines[i].lost = lostStep(e)
	}
}

// draw is the figure so far.
func (g *Gradients) draw() *Figure {
	parts, lines := make([]string, len(g.lines)), slices.Clone(g.lines)
	for i, l := range lines {
		parts[i] = l.name
		n := len(l.points)
		if l.lost == 0 {
			l.lost = lostIn(l.points)
		}
		if n > 0 {
			parts[i] += " " + g.words.digits(l.points[n-1].y)
		}
		switch {
		case l.lost > 0:
			l.note = noNumbers
			parts[i] += " (" + g.words.lostAt(l.lost) + ")"
		case n > 0 && l.points[n-1].y == 0:
			l.note = "0" // which has no place on the axis
		}
		lines[i] = l
	}
	c := &chart{title: g.title, done: -1, xName: g.words.epoch, xMax: float64(max(1, g.epochs)), whole: true, words: g.words,
		column: true, panels: []panel{{name: "‖∂E/∂W‖", powers: true, lines: lines}}}
	return c.figure(g.title + ": " + strings.Join(parts, ", "))
}
