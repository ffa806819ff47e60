package viz

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// watched is a quantity that a race draws.
type watched struct {
	quantity string
	of       string // the loss whose models have it, where it is not all
}

// losses are the losses of the runners, each once.
func (r *race) losses() (names []string) {
	for _, x := range r.runners {
		if name := x.model.LossName(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// watched are the quantities that a race draws: the loss, and the first metric. Of different
// losses it is two metrics that all have, or else each loss for itself.
func (r *race) watched() (all []watched) {
	losses := r.losses()
	for _, s := range r.longest().Series {
		_, on := r.words.evaluated(s.Name)
		if on == "" && s.Name != "learning_rate" && len(all) < 2 && (len(losses) == 1 || !isLoss(s.Name) && r.allHave(s.Name)) {
			all = append(all, watched{quantity: s.Name})
		}
	}
	if all == nil && len(losses) == 1 {
		all = []watched{{quantity: "loss"}}
	}
	if all == nil {
		for _, name := range losses {
			all = append(all, watched{"loss", name})
		}
	}
	return all
}

// longest is the history of most epochs: one that diverged at once has none.
func (r *race) longest() *nn.History {
	return slices.MaxFunc(r.runners, func(a, b *runner) int { return cmp.Compare(a.history.Epochs(), b.history.Epochs()) }).history
}

// allHave tells whether all that have begun measure a quantity.
func (r *race) allHave(quantity string) bool {
	return !slices.ContainsFunc(r.runners, func(x *runner) bool {
		return x.history.Epochs() > 0 && courseOf(x.history, quantity, "").training == nil
	})
}

// has tells whether a runner's course is one of the quantity.
func (q watched) has(x *runner) bool { return q.of == "" || x.model.LossName() == q.of }

// named is the quantity in words.
func (w words) named(q watched) string {
	if q.of == "" {
		return w.name(q.quantity)
	}
	return w.name(q.quantity) + " (" + q.of + ")"
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
	if last := quantities[len(quantities)-1]; last.of == "" {
		if name, value := r.leader(last.quantity); name != "" {
			c.title += fmt.Sprintf(" · %s: %s (%s %s)", w.ahead, name, w.name(last.quantity), w.value(last.quantity, value))
		}
	}
	for _, x := range r.runners {
		c.xMax = max(c.xMax, math.Ceil(x.lost))
		if x.lost > 0 {
			c.title += fmt.Sprintf(" · %s: %s", x.name, w.lostAt(x.lost))
		}
	}
	alt := c.title
	if said := r.inWords(quantities); said != "" {
		alt += "; " + said
	}
	f := c.figure(alt)
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

// panel draws a quantity of all runners that have it.
func (r *race) panel(q watched) panel {
	w := r.words
	p := panel{name: w.named(q) + " · " + fmt.Sprintf(w.solid, w.training, w.validation), loss: isLoss(q.quantity), fraction: isFraction(q.quantity)}
	for i, x := range r.runners {
		if !q.has(x) {
			continue
		}
		c := courseOf(x.history, q.quantity, palette[i])
		p.courses = append(p.courses, c)
		l := line{name: x.name, colour: palette[i], lost: x.lost}
		if x.lost > 0 {
			l.note = noNumbers
		}
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
func (r *race) inWords(quantities []watched) string {
	var said []string
	for _, x := range r.runners {
		var parts []string
		for _, q := range quantities {
			if !q.has(x) {
				continue
			}
			if text := courseOf(x.history, q.quantity, "").inWords(r.words); text != "" {
				parts = append(parts, text)
			}
		}
		if x.lost > 0 {
			parts = append(parts, r.words.lostAt(x.lost))
		}
		if parts != nil { // it has begun
			said = append(said, x.name+": "+strings.Join(parts, "; "))
		}
	}
	return strings.Join(said, "; ")
}
