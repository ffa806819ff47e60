package viz

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// Curves draws what trainings measured: a panel for each quantity, training and
// validation in it, and the training examples evaluated again where nn.EvaluateTraining did.
// The epoch with the best validation is marked; from there on the gap in which the validation's
// loss lies above that of the training is shaded and called overfitting. In a notebook it is shown.
func Curves(h *nn.History, options ...Option) (*Figure, error) {
	s := newSettings(options)
	if h == nil {
		return nil, &nn.Error{Where: "viz.Curves", Expected: "a history", Got: "nil", Mend: "write viz.Curves(model.History())"}
	}
	c := &chart{title: summary(h, s.words), done: -1, xName: s.words.epoch, xMax: float64(max(1, h.Epochs())), whole: true, words: s.words}
	c.panels = panelsOf(h, s.words)
	return c.judged().show()
}

// judged is a chart of a training whose words say its best epochs too.
func (c *chart) judged() *Figure {
	alt := c.title
	if said := c.inWords(); said != "" {
		alt += "; " + said
	}
	return c.figure(alt)
}

// figure is the chart as a figure whose words are its title too.
func (c *chart) figure(alt string) *Figure {
	for i := range c.panels {
		if p := &c.panels[i]; !p.powers && p.exploded() {
			p.powers = true
			p.name += " (" + c.words.logarithmic + ")"
		}
	}
	width, _, _ := c.size()
	return &Figure{SVG: c.svg(alt), Alt: alt, interactive: c, width: width}
}

// What is evaluated behind the steps of an epoch has these beginnings in a History.
const (
	validated  = "val_"
	trainAgain = "train_" // nn.EvaluateTraining
)

// evaluated is a quantity of a History without what it was evaluated on, "loss" of
// "val_loss", and the words for that; "" for what was measured in the steps.
func (w words) evaluated(quantity string) (name, on string) {
	if name, is := strings.CutPrefix(quantity, validated); is {
		return name, w.validation
	}
	if name, is := strings.CutPrefix(quantity, trainAgain); is {
		return name, w.trainingAgain
	}
	return quantity, ""
}

// panelsOf makes the panels of a history: "loss", "train_loss" and "val_loss" share one.
func panelsOf(h *nn.History, w words) []panel {
	var panels []panel
	for _, s := range h.Series {
		name, on := w.evaluated(s.Name)
		if on != "" {
			continue
		}
		p := panel{name: w.name(name), loss: isLoss(name), fraction: isFraction(name)}
		p.lines = append(p.lines, line{name: w.training, colour: series[0], points: epochs(s), lost: lostOf(s)})
		for _, v := range h.Series {
			switch v.Name {
			case trainAgain + name:
				p.lines = append(p.lines, line{name: w.trainingAgain, colour: series[0], dashed: true, points: epochs(v), lost: lostOf(v)})
			case validated + name:
				p.lines = append(p.lines, line{name: w.validation, colour: series[1], dashed: true, points: epochs(v), lost: lostOf(v)})
			}
		}
		// By the training alone its last epoch is mostly the best.
		if c := courseOf(h, name, series[1]); c.validation != nil && len(c.validation.Values) > 1 && c.best > 0 {
			p.courses, p.note = []course{c}, fmt.Sprintf("○ %s %d", w.bestEpoch, c.best)
		}
		panels = append(panels, p)
	}
	return panels
}

// lostOf is the epoch in which the values of a series are no numbers any more; 0 for none.
func lostOf(s nn.Series) float64 {
	for i, v := range s.Values {
		if !isNumber(v) {
			return float64(s.Epoch(i))
		}
	}
	return 0
}

// epochs puts the values of complete epochs at their numbers; where epochs are missing
// the line is broken.
func epochs(s nn.Series) []point {
	var points []point
	for i, v := range s.Values {
		if i > 0 && s.Epoch(i) > s.Epoch(i-1)+1 {
			points = append(points, point{float64(s.Epoch(i-1)) + 0.5, math.NaN()})
		}
		points = append(points, point{float64(s.Epoch(i)), v})
	}
	return thinned(points)
}

// mostPoints is how many points a line of a history has at most, about two for each
// pixel of a panel: thousands of epochs are no larger a picture than hundreds.
const mostPoints = widest

// thinned leaves out points where there are more than can be seen: of each stretch the
// first, the least, the greatest and the last stay, and one that breaks the line.
func thinned(points []point) []point {
	if len(points) <= mostPoints {
		return points
	}
	var kept []point
	for stretch := range slices.Chunk(points, (4*len(points)+mostPoints-1)/mostPoints) {
		least, greatest, broken := -1, -1, -1
		for i, p := range stretch {
			switch {
			case math.IsNaN(p.y) || math.IsInf(p.y, 0):
				broken = i
				continue
			case least < 0:
				least, greatest = i, i
			case p.y < stretch[least].y:
				least = i
			case p.y > stretch[greatest].y:
				greatest = i
			}
		}
		for i, p := range stretch {
			if i == 0 || i == least || i == greatest || i == broken || i == len(stretch)-1 {
				kept = append(kept, p)
			}
		}
	}
	return kept
}

// summary says the last values of a history.
func summary(h *nn.History, w words) string {
	parts := []string{w.epoch + " " + strconv.Itoa(h.Epochs())}
	for _, s := range h.Series {
		if len(s.Values) > 0 {
			parts = append(parts, w.described(s.Name, s.Values[len(s.Values)-1]))
		}
	}
	return strings.Join(parts, " · ")
}

// described is "acurácia (validação) 97,90 %".
func (w words) described(quantity string, v float64) string {
	name, on := w.evaluated(quantity)
	text := w.name(name)
	if on != "" {
		text += " (" + on + ")"
	}
	return text + " " + w.value(name, v)
}
