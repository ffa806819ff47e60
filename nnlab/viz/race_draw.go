package viz

import (
	"fmt"
	"strings"
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
	f.interactive = nil // the two lines of a runner would be two in a legend
	return f
}

// leader is the runner with the best value so far.
func (r *race) leader(quantity string) (name string, value float64) {
	for _, x := range r.runners {
		if c := courseOf(x.history, quantity, ""); c.best > 0 && (name == "" || c.better(c.value, value)) {
			name, value = x.name, c.value
		}
	}
	return name, value
}

// panel draws a quantity of all runners.
func (r *race) panel(quantity string) panel {
	w := r.words
	p := panel{name: w.name(quantity) + " · " + fmt.Sprintf(w.solid, w.training, w.validation), fraction: isFraction(quantity)}
	for i, x := range r.runners {
		c := courseOf(x.history, quantity, palette[i])
		p.courses = append(p.courses, c)
		l := line{name: x.name, colour: palette[i]}
		if c.training != nil {
			l.points = epochs(*c.training)
		}
		p.lines = append(p.lines, l)
		if c.validation != nil {
			p.lines = append(p.lines, line{colour: palette[i], dashed: true, quiet: true, points: epochs(*c.validation)})
		}
	}
	return p
}

// inWords says each runner's best epoch and how far its losses have come apart.
func (r *race) inWords(quantities []string) string {
	var said []string
	for _, x := range r.runners {
		var parts []string
		for _, q := range quantities {
			if text := courseOf(x.history, q, "").inWords(r.words); text != "" {
				parts = append(parts, text)
			}
		}
		said = append(said, x.name+": "+strings.Join(parts, "; "))
	}
	return strings.Join(said, "; ")
}
