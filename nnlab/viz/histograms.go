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
	lo, hi float64
	counts []int
	left   int // values that are not finite
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
	if h.lo == h.hi { // one value, in the middle
		gap := max(1e-9, math.Abs(h.lo)) / 2
		h.lo, h.hi = h.lo-gap, h.hi+gap
	}
	for _, v := range values {
		if v := float64(v); finite(v) {
			h.counts[min(bins-1, int(bins*(v-h.lo)/(h.hi-h.lo)))]++
		} else {
			h.left++
		}
	}
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
	const row, column, most = 104, 300, 24
	params := m.Params()
	shown := params[:min(most, len(params))]
	var names []string
	for _, p := range shown {
		names = append(names, p.Name)
	}
	alt := w.histograms + ": " + strings.Join(names, ", ")
	if len(shown) < len(params) {
		alt += " · " + fmt.Sprintf(w.ofFilters, len(shown), len(params))
	}
	d := newDrawing(2*column, 30+row*len(shown), alt)
	d.text(20, 18, "start", sizeLarge, w.weights)
	d.text(column+20, 18, "start", sizeLarge, w.gradient)
	for i, p := range shown {
		y := float64(30 + row*i)
		d.text(20, y+12, "start", bold, p.Name)
		for j, t := range []*tensor.Tensor{p.Value, p.Grad} {
			if t != nil {
				newHistogram(t.Values()).draw(d, w, float64(column*j+20), y+18, column-40, row-46, palette[j])
			}
		}
	}
	return (&Figure{SVG: d.end(), Alt: alt}).show()
}

// draw puts the bars above an axis with its ends; those are the least and the
// largest value.
func (h histogram) draw(d *drawing, w words, left, top, width, height float64, colour string) {
	most := float64(max(1, slices.Max(h.counts)))
	step := width / bins
	for i, n := range h.counts {
		if n > 0 {
			high := height * float64(n) / most
			fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, left+step*float64(i), top+height-high, step-1, high, colour)
		}
	}
	d.line(left, top+height, left+width, top+height, ink)
	d.text(left, top+height+15, "start", "", w.number("%.3g", h.lo))
	d.text(left+width, top+height+15, "end", "", w.number("%.3g", h.hi))
	if h.left > 0 {
		d.text(left+width/2, top+height+15, "middle", "", fmt.Sprintf("%d NaN/∞", h.left))
	}
}
