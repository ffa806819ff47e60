package viz

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// histogram counts how many values lie in each of as many equal parts of lo … hi.
type histogram struct {
	lo, hi      float64
	counts      []int
	least, most float64
	mean        float64
	left        int // values that are not finite
}

const bins = 40

func newHistogram(values []float32) histogram {
	h := histogram{lo: math.Inf(1), hi: math.Inf(-1), counts: make([]int, bins)}
	finite := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	for _, v := range values {
		if v := float64(v); finite(v) {
			h.lo, h.hi = min(h.lo, v), max(h.hi, v)
		}
	}
	if h.lo > h.hi {
		h.lo, h.hi = 0, 0
	}
	h.least, h.most = h.lo, h.hi
	if h.lo == h.hi { // one value, in the middle
		gap := math.Abs(h.lo) / 2
		if gap == 0 {
			gap = 0.5
		}
		h.lo, h.hi = h.lo-gap, h.hi+gap
	}
	for _, v := range values {
		if v := float64(v); finite(v) {
			h.counts[min(bins-1, int(bins*(v-h.lo)/(h.hi-h.lo)))]++
			h.mean += v
		} else {
			h.left++
		}
	}
	h.mean /= float64(max(1, len(values)-h.left))
	return h
}

// Histograms draws how the weights of each parameter are distributed and, beside
// them, its gradients of the last step. Of a model with more than 24 parameters
// it shows the first.
func Histograms(m *nn.Model, options ...Option) (*Figure, error) {
	w := newSettings(options).words
	if err := m.Err(); err != nil {
		return nil, err
	}
	const row, most = 116, 24
	const column = widest / 2
	params := m.Params()
	shown := params[:min(most, len(params))]
	title := w.histograms
	if len(shown) < len(params) {
		title += " · " + fmt.Sprintf(w.ofFilters, count(len(shown)), count(len(params)))
	}
	said := []string{title}
	charts := make([][2]*histogram, len(shown))
	for i, p := range shown {
		for j, t := range []*tensor.Tensor{p.Value, p.Grad} {
			if t != nil {
				h := newHistogram(t.Values())
				charts[i][j] = &h
				said = append(said, fmt.Sprintf("%s, %s: %s", p.Name, []string{w.weights, w.gradient}[j], h.inWords(w)))
			}
		}
	}
	const head = 4 + 2*lineHeight
	d := newDrawing(widest, head+row*len(shown), strings.Join(said, "; "))
	d.title(title, space, widest)
	for j, name := range []string{w.weights, w.gradient} {
		d.text(float64(column*j)+2*space, head-4, "start", quiet, name)
	}
	for i, p := range shown {
		y := float64(head + row*i)
		d.within((widest-4*space)/1.12, 2*space, y+14, "start", bold, p.Name, "")
		for j, h := range charts[i] {
			if h != nil {
				h.draw(d, w, float64(column*j)+7*space, y+22, column-9*space, row-62, []string{"w", "∂E/∂w"}[j], series[j])
			}
		}
	}
	return d.figure().show()
}

// inWords says where the values lie.
func (h histogram) inWords(w words) string {
	s := fmt.Sprintf("%s %s %s, %s %s", w.digits(h.least), w.to, w.digits(h.most), w.mean, w.digits(h.mean))
	if h.left > 0 {
		s += ", " + count(h.left) + " " + noNumbers
	}
	return s
}

// draw puts the bars above an axis with its ends, which are the least and the largest
// value, and its zero; at the left stands how many values the highest bar has.
func (h histogram) draw(d *drawing, w words, left, top, width, height float64, name, colour string) {
	most := slices.Max(h.counts)
	step := width / bins
	foot := top + height
	for i, n := range h.counts {
		if n > 0 {
			high := max(1, height*float64(n)/float64(most))
			fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, left+step*float64(i), foot-high, step-1, high, colour)
		}
	}
	d.line(left, foot, left+width, foot, rule)
	d.text(left-4, top+9, "end", quiet, count(most))
	d.text(left-4, foot, "end", quiet, "0")
	ends := []string{w.digits(h.lo), w.digits(h.hi)}
	d.text(left, foot+15, "start", quiet, ends[0])
	d.text(left+width, foot+15, "end", quiet, ends[1])
	if h.lo < 0 && h.hi > 0 {
		zero := left - width*h.lo/(h.hi-h.lo)
		d.line(zero, top, zero, foot+4, rule)
		if zero-left > textWidth(ends[0], small)+space && left+width-zero > textWidth(ends[1], small)+space {
			d.text(zero, foot+15, "middle", quiet, "0")
		}
	}
	name += " · ↑ " + w.howMany
	if h.left > 0 {
		name += " · " + count(h.left) + " " + noNumbers
	}
	d.text(left+width/2, foot+30, "middle", quiet, name)
}
