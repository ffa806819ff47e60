package viz

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// watched are the quantities that a race draws: the loss, and the first metric.
func (r *race) watched() (names []string) {
	for _, s := range r.runners[0].history.Series {
		if _, on := r.words.evaluated(s.Name); on == "" && s.Name != "learning_rate" && len(names) < 2 {
			names = append(names, s.Name)
		}
	}
	if names == nil {
		names = []string{"loss"}
	}
	return names
}

// course is how one quantity of a runner went.
type course struct {
	training, validation *nn.Series // nil where there is none
	best                 int        // the epoch of the best value, of the validation where there is one; 0 for none yet
}

func courseOf(h *nn.History, quantity string) (c course) {
	for i := range h.Series {
		switch h.Series[i].Name {
		case quantity:
			c.training = &h.Series[i]
		case validated + quantity:
			c.validation = &h.Series[i]
		}
	}
	least := math.Inf(1)
	if s := c.judged(); s != nil {
		for i, v := range s.Values {
			if isFraction(quantity) {
				v = -v
			}
			if v < least {
				least, c.best = v, s.Epoch(i)
			}
		}
	}
	return c
}

// judged is the series by which a runner is judged.
func (c course) judged() *nn.Series {
	if c.validation != nil {
		return c.validation
	}
	return c.training
}

// valueAt is a series at an epoch, not a number where it was not measured.
func valueAt(s *nn.Series, epoch int) float64 {
	for i, v := range s.Values {
		if s.Epoch(i) == epoch {
			return v
		}
	}
	return math.NaN()
}

// overfitting are the epochs, from the best on, in which the loss of the validation lies
// above that of the training, with both.
func (c course) overfitting() (epochs []int, training, validation []float64) {
	if c.validation == nil || c.training == nil || c.best == 0 {
		return nil, nil, nil
	}
	for epoch := c.best; epoch <= c.validation.Epoch(len(c.validation.Values)-1); epoch++ {
		t, v := valueAt(c.training, epoch), valueAt(c.validation, epoch)
		if !(v > t) { // nor where one was not measured
			break
		}
		epochs, training, validation = append(epochs, epoch), append(training, t), append(validation, v)
	}
	if len(epochs) < 2 {
		return nil, nil, nil
	}
	return epochs, training, validation
}

// figure is the race so far.
func (r *race) figure() *Figure {
	w := r.words
	c := &chart{done: -1, xName: w.epoch, xMax: 1, whole: true, column: true, words: w}
	quantities := r.watched()
	epoch := 0
	for _, x := range r.runners {
		c.xMax = max(c.xMax, float64(x.history.Epochs()))
		if !x.ended {
			c.xMax = max(c.xMax, float64(x.epochs))
		}
		epoch = max(epoch, x.history.Epochs())
	}
	for _, q := range quantities {
		c.panels = append(c.panels, r.panel(q))
	}
	c.title = fmt.Sprintf("%s · %s %d", w.race, w.epoch, epoch)
	last := quantities[len(quantities)-1]
	if name, value := r.leader(last); name != "" {
		c.title += fmt.Sprintf(" · %s: %s (%s %s)", w.ahead, name, w.name(last), w.value(last, value))
	}
	f := c.figure(c.title + "; " + r.inWords(quantities))
	f.interactive = nil // its shades and marks are in the picture alone
	return f
}

// leader is the runner with the best value so far.
func (r *race) leader(quantity string) (name string, value float64) {
	best := math.Inf(1)
	for _, x := range r.runners {
		c := courseOf(x.history, quantity)
		if c.best == 0 {
			continue
		}
		v := valueAt(c.judged(), c.best)
		signed := v
		if isFraction(quantity) {
			signed = -v
		}
		if signed < best {
			best, name, value = signed, x.name, v
		}
	}
	return name, value
}

// panel draws a quantity of all runners.
func (r *race) panel(quantity string) panel {
	w := r.words
	p := panel{name: w.name(quantity) + " · " + fmt.Sprintf(w.solid, w.training, w.validation), fraction: isFraction(quantity)}
	type run struct {
		course
		colour string
	}
	var runs []run
	for i, x := range r.runners {
		c := courseOf(x.history, quantity)
		runs = append(runs, run{c, palette[i]})
		l := line{name: x.name, colour: palette[i]}
		if c.training != nil {
			l.points = epochs(*c.training)
		}
		p.lines = append(p.lines, l)
		if c.validation != nil {
			p.lines = append(p.lines, line{colour: palette[i], dashed: true, quiet: true, points: epochs(*c.validation)})
		}
	}
	p.under = func(d *drawing, x, y func(float64) float64) {
		if quantity != "loss" {
			return
		}
		for _, r := range runs {
			at, training, validation := r.overfitting()
			if at == nil {
				continue
			}
			var path strings.Builder
			for i, epoch := range at {
				fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[i == 0], x(float64(epoch)), y(validation[i]))
			}
			for i, epoch := range slices.Backward(at) {
				fmt.Fprintf(&path, "L%.1f %.1f", x(float64(epoch)), y(training[i]))
			}
			fmt.Fprintf(d, `<path d="%sZ" fill="%s" fill-opacity="0.2"/>`, path.String(), r.colour)
		}
	}
	p.over = func(d *drawing, x, y func(float64) float64) {
		widest, textX, textY := 0., 0., 0.
		for _, r := range runs {
			if r.best > 0 {
				fmt.Fprintf(d, `<circle cx="%.1f" cy="%.1f" r="5" fill="%s" stroke="%s" stroke-width="%g"/>`, x(float64(r.best)), y(valueAt(r.judged(), r.best)), paper, r.colour, thick)
			}
			if at, training, validation := r.overfitting(); at != nil && quantity == "loss" {
				if last := len(at) - 1; y(training[last])-y(validation[last]) > widest {
					widest = y(training[last]) - y(validation[last])
					textX, textY = x(float64(at[last]))-6, (y(training[last])+y(validation[last]))/2+4
				}
			}
		}
		if widest > 12 {
			d.text(textX, textY, "end", bold+fmt.Sprintf(` stroke="%s" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`, paper), w.overfitting)
		}
	}
	return p
}

// inWords says each runner's best epoch and how far its losses have come apart.
func (r *race) inWords(quantities []string) string {
	w := r.words
	var said []string
	for _, x := range r.runners {
		parts := []string{}
		for _, q := range quantities {
			if c := courseOf(x.history, q); c.best > 0 {
				parts = append(parts, fmt.Sprintf("%s %s, %s %d", w.name(q), w.value(q, valueAt(c.judged(), c.best)), w.bestEpoch, c.best))
				if at, training, validation := c.overfitting(); at != nil && q == "loss" {
					last := len(at) - 1
					parts = append(parts, fmt.Sprintf("%s %d–%d: %s − %s", w.overfitting, at[0], at[last], w.value(q, validation[last]), w.value(q, training[last])))
				}
			}
		}
		said = append(said, x.name+": "+strings.Join(parts, "; "))
	}
	return strings.Join(said, "; ")
}
