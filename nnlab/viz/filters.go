package viz

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
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
			bank := bankOf(infoOf(m, layer), p.Value)
			if s.answers {
				f, err = drawAnswers(m, layer, bank, s)
			} else {
				f, err = drawFilters(layer, bank, s.words)
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

// infoOf is what a model says of a layer of that name.
func infoOf(m *nn.Model, layer string) nn.LayerInfo {
	for _, l := range m.Layers() {
		if l.Name == layer {
			return l
		}
	}
	return nn.LayerInfo{Name: layer}
}

// drawFilters draws a kernel with the scale of its colours.
func drawFilters(layer string, b filterBank, w words) (*Figure, error) {
	tiles, of := b.tiles()
	title := b.title(layer, w)
	if all := b.pictures(); all > len(tiles) {
		title += " · " + fmt.Sprintf(w.ofFilters, count(len(tiles)), count(all))
	}
	d, cells, foot, err := newGrid(tiles, title, title+"; "+b.inDetail(w), scaleRoom(b.span))
	if err != nil {
		return nil, err
	}
	f, err := d.figureWith(d.weightScale(w, foot, b.span))
	if err != nil {
		return nil, err
	}
	e := enlarged{words: w, bank: b}
	for i := range cells {
		if err := e.show(&cells[i], of[i][0], of[i][1:]); err != nil {
			return nil, err
		}
	}
	return f.chosenBy(w, cells, [2]int{}, w.chooseFilter), nil
}

// title is "filtros de conv2d: 3×3×1 → 32".
func (b *filterBank) title(layer string, w words) string {
	return fmt.Sprintf("%s %s: %d×%d×%d → %d", w.filters, layer, b.high, b.wide, b.channels, b.filters)
}

// caption is what a picture of the bank is called: its filter, and its channel where there are
// several.
func (b *filterBank) caption(filter, channel int) string {
	if b.channels == 1 {
		return fmt.Sprint(filter + 1)
	}
	return fmt.Sprintf("%d · %d", filter+1, channel+1)
}

// tiles cuts the bank into pictures, sixty at most, and says of which filter and channel each is.
func (b *filterBank) tiles() (tiles []tile, of [][]int) {
	for f, channels := range b.sees {
		for _, c := range channels {
			if len(tiles) == 60 {
				return tiles, of
			}
			shape, pixels := b.pixels(f, c)
			tiles, of = append(tiles, tile{shape: shape, pixels: pixels, caption: b.caption(f, c)}), append(of, []int{f, c})
		}
	}
	return tiles, of
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
