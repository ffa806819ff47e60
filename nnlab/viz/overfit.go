package viz

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// course is how one quantity of a training went.
type course struct {
	quantity, colour     string
	training, validation *nn.Series // nil where there is none
	best                 int        // the epoch of the best value, of the validation where there is one; 0 for none yet
	value                float64    // what it was then
}

func courseOf(h *nn.History, quantity, colour string) course {
	c := course{quantity: quantity, colour: colour}
	for i := range h.Series {
		switch h.Series[i].Name {
		case quantity:
			c.training = &h.Series[i]
		case validated + quantity:
			c.validation = &h.Series[i]
		}
	}
	if s := c.judged(); s != nil {
		for i, v := range s.Values {
			if isNumber(v) && (c.best == 0 || c.better(v, c.value)) {
				c.best, c.value = s.Epoch(i), v
			}
		}
	}
	return c
}

// judged is the series by which a training is judged.
func (c course) judged() *nn.Series {
	if c.validation != nil {
		return c.validation
	}
	return c.training
}

// better tells whether a value of the quantity is better than another.
func (c course) better(a, b float64) bool {
	if isFraction(c.quantity) || strings.HasSuffix(c.quantity, "r2_score") {
		return a > b
	}
	return a < b
}

// isLoss tells whether the quantity is a loss, as that of an output is.
func (c course) isLoss() bool { return isLoss(c.quantity) }

func isLoss(quantity string) bool { return quantity == "loss" || strings.HasSuffix(quantity, "_loss") }

// excess are the values of an epoch in which the loss of the validation lies above that of the training.
type excess struct{ epoch, training, validation float64 }

// overfitting are the epochs of a loss, from the best on, in which that of the validation lies
// above that of the training; it ends where they meet, where one was not measured, and where the
// training itself is worse than the best of the validation: there both rise, and nothing is learned.
func (c course) overfitting() (gaps []excess) {
	if !c.isLoss() || c.validation == nil || c.training == nil || c.best == 0 {
		return nil
	}
	trained := map[int]float64{}
	for i, v := range c.training.Values {
		trained[c.training.Epoch(i)] = v
	}
	for i, v := range c.validation.Values {
		epoch := c.validation.Epoch(i)
		if epoch < c.best {
			continue
		}
		t, measured := trained[epoch]
		if !measured || !(v > t) || t > c.value || math.IsInf(v, 0) || math.IsInf(t, 0) || len(gaps) > 0 && epoch != int(gaps[len(gaps)-1].epoch)+1 {
			break
		}
		gaps = append(gaps, excess{float64(epoch), t, v})
	}
	if len(gaps) < 2 {
		return nil
	}
	return gaps
}

// inWords says the best value and its epoch, and how far the losses have come apart.
func (c course) inWords(w words) string {
	if c.best == 0 {
		return ""
	}
	said := fmt.Sprintf("%s %s, %s %d", w.name(c.quantity), w.value(c.quantity, c.value), w.bestEpoch, c.best)
	if gaps := c.overfitting(); gaps != nil {
		last := gaps[len(gaps)-1]
		said += fmt.Sprintf("; %s %.0f–%.0f: %s − %s", w.overfitting, gaps[0].epoch, last.epoch, w.value(c.quantity, last.validation), w.value(c.quantity, last.training))
	}
	return said
}

// inWords is what the courses of a chart's panels are said to have come to.
func (c *chart) inWords() string {
	var said []string
	for _, p := range c.panels {
		for _, x := range p.courses {
			if text := x.inWords(c.words); text != "" {
				said = append(said, text)
			}
		}
		for _, l := range p.lines {
			if l.lost > 0 {
				said = append(said, p.name+" ("+l.name+"): "+c.words.lostAt(l.lost))
			}
		}
	}
	return strings.Join(said, "; ")
}

// outline is the gap as a surface: along the validation, and back along the training, with as
// many points as can be seen.
func (c course) outline() []point {
	gaps := c.overfitting()
	if gaps == nil {
		return nil
	}
	if every := (len(gaps) + mostPoints - 1) / mostPoints; every > 1 {
		last := gaps[len(gaps)-1]
		var kept []excess
		for i := 0; i < len(gaps)-1; i += every {
			kept = append(kept, gaps[i])
		}
		gaps = append(kept, last)
	}
	points := make([]point, 0, 2*len(gaps))
	for _, g := range gaps {
		points = append(points, point{g.epoch, g.validation})
	}
	for _, g := range slices.Backward(gaps) {
		points = append(points, point{g.epoch, g.training})
	}
	return points
}

const (
	gapShade = 0.2 // how much colour a gap has
	gapText  = 12. // pixels of a gap in which its name has room
	bestSize = 5.  // the radius of the circle around the best epoch
)

// shade fills the gaps of the courses.
func (p panel) shade(d *drawing, x, y func(float64) float64) {
	for _, c := range p.courses {
		points := c.outline()
		if points == nil {
			continue
		}
		var path strings.Builder
		order := "M"
		for _, q := range points {
			fmt.Fprintf(&path, "%s%.1f %.1f", order, x(q.x), y(q.y))
			order = "L"
		}
		fmt.Fprintf(d, `<path d="%sZ" fill="%s" fill-opacity="%g"/>`, path.String(), c.colour, gapShade)
	}
}

// judge marks the best epochs, and names the widest of the gaps.
func (p panel) judge(d *drawing, w words, x, y func(float64) float64) {
	widest, textX, textY := 0., 0., 0.
	for _, c := range p.courses {
		if c.best > 0 && isNumber(y(c.value)) {
			fmt.Fprintf(d, `<circle cx="%.1f" cy="%.1f" r="%g" fill="%s" stroke="%s" stroke-width="%g"/>`, x(float64(c.best)), y(c.value), bestSize, paper, c.colour, thick)
		}
		if gaps := c.overfitting(); gaps != nil {
			last := gaps[len(gaps)-1]
			if low, high := y(last.training), y(last.validation); low-high > widest {
				widest, textX, textY = low-high, x(last.epoch)-6, (low+high)/2+4
			}
		}
	}
	if widest > gapText {
		d.text(textX, textY, "end", bold+onLines, w.overfitting)
	}
}

// judgements are the same for ECharts, as series of a panel that no legend and no numbers
// under the mouse have; scale is by what the values are multiplied on the axis.
func (p panel) judgements(panel int, scale float64, w words) (series []object) {
	silent := func(kind, colour string, z int) object {
		return object{"type": kind, "xAxisIndex": panel, "yAxisIndex": panel, "silent": true, "z": z, "tooltip": object{"show": false}, "itemStyle": object{"color": colour}}
	}
	for _, c := range p.courses {
		if points := c.outline(); points != nil {
			s := silent("custom", c.colour, 1)
			at := make([][2]float64, len(points))
			for i, q := range points {
				at[i] = [2]float64{q.x, scale * q.y}
			}
			s["data"], s["clip"] = []object{{"value": at[0]}}, true
			s["nnlab"] = object{"points": at, "shade": gapShade, "name": w.overfitting, "room": gapText}
			series = append(series, s)
		}
		if c.best > 0 && !math.IsInf(c.value, 0) {
			s := silent("line", paper, 4)
			s["data"], s["symbol"], s["symbolSize"] = []object{{"value": [2]float64{float64(c.best), scale * c.value}}}, "circle", 2*bestSize
			s["itemStyle"] = object{"color": paper, "borderColor": c.colour, "borderWidth": thick}
			series = append(series, s)
		}
	}
	return series
}
