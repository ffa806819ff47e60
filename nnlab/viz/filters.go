package viz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Filters shows the kernels of a convolutional layer, named as in Summary
// ("conv2d"): blue weights are above 0, orange ones below, white ones 0. Of a
// layer that sees several channels, each picture is a filter's part for one; of a
// PartialConv2D it is that for a connection. With [AnswersTo] each filter's map of an
// example stands beside it. A click, or the arrow keys and Enter, show one large, with its
// numbers.
func Filters(m *nn.Model, layer string, options ...Option) (*Figure, error) {
	s := newSettings(options)
	if err := m.Err(); err != nil {
		return nil, err
	}
	var names []string
	for _, p := range m.Params() {
		name, ok := strings.CutSuffix(p.Name, "/kernel")
		if !ok || len(p.Value.Shape) != 4 {
			continue
		}
		if name == layer {
			var f *Figure
			var err error
			if s.answers {
				f, err = drawAnswers(m, layer, p.Value, s)
			} else {
				f, err = drawFilters(layer, p.Value, s.words)
			}
			if err != nil {
				return nil, err
			}
			return f.show()
		}
		names = append(names, name)
	}
	mend := "it is for convolutional networks"
	if names != nil {
		mend = "write one of: " + strings.Join(names, ", ")
	}
	return nil, &nn.Error{Where: "viz.Filters", Expected: "the name of a Conv2D layer", Got: layer, Mend: mend}
}

// drawFilters draws a kernel with the scale of its colours.
func drawFilters(layer string, kernel *tensor.Tensor, w words) (*Figure, error) {
	s, tiles := kernel.Shape, filterTiles(kernel)
	title := fmt.Sprintf("%s %s: %d×%d×%d → %d", w.filters, layer, s[0], s[1], s[2], s[3])
	if all := s[2] * s[3]; all > len(tiles) {
		title += " · " + fmt.Sprintf(w.ofFilters, len(tiles), all)
	}
	least, most := ends(kernel.Values())
	end := extreme(kernel.Values())
	alt := fmt.Sprintf("%s; w: %s %s %s", title, w.digits(float64(least)), w.to, w.digits(float64(most)))
	d, cells, foot, err := newGrid(tiles, title, alt, 34)
	if err != nil {
		return nil, err
	}
	d.text(space, foot+10, "start", quiet, "w")
	f, err := d.figureWith(d.scale(w, 5*space, foot, -end, end, diverging))
	if err != nil {
		return nil, err
	}
	e := enlarged{words: w, kernel: kernel}
	for i := range cells {
		if err := e.show(&cells[i], i/s[2], []int{i % s[2]}); err != nil {
			return nil, err
		}
	}
	return f.chosenBy(w, cells, [2]int{}, w.chooseFilter), nil
}

// filterTiles cuts a kernel [h w channels filters] into pictures, sixty at most.
func filterTiles(kernel *tensor.Tensor) []tile {
	s, values := kernel.Shape, kernel.Values()
	h, w, channels, filters := s[0], s[1], s[2], s[3]
	scale := extreme(values)
	var tiles []tile
	for f := range filters {
		for c := range channels {
			if len(tiles) == 60 {
				return tiles
			}
			t := tile{shape: tensor.Shape{h, w, 3}, caption: fmt.Sprint(f + 1)}
			if channels > 1 {
				t.caption = fmt.Sprintf("%d · %d", f+1, c+1)
			}
			for i := range h * w {
				t.pixels = append(t.pixels, diverging(values[(i*channels+c)*filters+f]/scale)...)
			}
			tiles = append(tiles, t)
		}
	}
	return tiles
}

// ends are the least and the largest value.
func ends(values []float32) (least, most float32) {
	if len(values) == 0 {
		return 0, 0
	}
	return slices.Min(values), slices.Max(values)
}

// extreme is the largest absolute value, above 0.
func extreme(values []float32) float32 {
	e := float32(1e-12)
	for _, v := range values {
		e = max(e, v, -v)
	}
	return e
}

// diverging is the colour of a weight −1…1: white at 0.
func diverging(v float32) []float32 {
	if v < 0 {
		return tint(weightLow, -v)
	}
	return tint(weightHigh, v)
}

// sequential is the colour of an activation 0…1: white at 0.
func sequential(v float32) []float32 { return tint(active, v) }

// tint is the way from white to a colour.
func tint(colour string, v float32) (parts []float32) {
	for _, c := range rgb(colour) {
		parts = append(parts, 1+v*(c-1))
	}
	return parts
}

// grey is the colour of an input 0…1, ink on paper.
func grey(v float32) []float32 { return tint("#000000", v) }
