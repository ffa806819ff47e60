package viz

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// AnswersTo has [Filters] show beside each filter its answer to example i of d: the map that
// it makes of it.
func AnswersTo(d nn.Data, i int) Option {
	return Option{of: answersTo, data: d, example: i}
}

// partsOfFilter is how many channels of a filter stand beside its answer: of more those with
// the largest weights.
const partsOfFilter = 3

// drawAnswers draws the filters of a layer, each with the map that it makes of an example.
func drawAnswers(m *nn.Model, layer string, b filterBank, s settings) (*Figure, error) {
	outputs, err := m.Activations(s.answersTo, s.answersOf)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(outputs, func(o nn.LayerOutput) bool { return o.Name == layer })
	answers := mapRow{info: nn.LayerInfo{Name: layer}, shape: outputs[at].Output.Shape[1:], values: outputs[at].Output.Values()}
	answers.arrange()
	w, parts := s.words, 0
	for _, channels := range b.sees {
		parts = max(parts, min(len(channels), partsOfFilter))
	}
	const gap, arrow = 3., 18.
	pitch := float64(parts)*(tileSize+gap) + arrow + tileSize + 2*space
	columns := max(1, int((widest-space)/pitch))
	shown := min(b.filters, max(columns, 60/(parts+1)))
	drawn := 0
	answers.units = make([]int, shown)
	for f := range shown {
		answers.units[f] = f
		drawn += min(len(b.sees[f]), parts)
	}
	title := fmt.Sprintf("%s · %s %d", b.title(layer, w), w.example, s.answersOf)
	if all := b.pictures(); drawn < all {
		title += " · " + fmt.Sprintf(w.ofFilters, count(drawn), count(all))
	}
	said := fmt.Sprintf("%s; %s: %s; %s", title, w.maps, answers.inWords(w), b.inDetail(w))
	head := 4 + lineHeight*float64(len(wrap(title, large, widest-2*space)))
	const row = tileSize + captionHeight + space
	foot := head + row*float64((shown+columns-1)/columns) + 4
	d := newDrawing(widest, int(foot+scaleRoom(b.span, answers.span)), said)
	d.title(title, space, widest-2*space)
	e, cells := enlarged{words: w, bank: b}, make([]cell, shown)
	for f := range shown {
		x, y := space+pitch*float64(f%columns), head+row*float64(f/columns)
		cells[f] = cell{At: [2]int{f / columns, f % columns}, Box: [4]float64{x, y + captionHeight, pitch - 2*space, tileSize}}
		chosen := b.strongest(f, parts)
		for _, c := range chosen {
			d.text(x+tileSize/2, y+13, "middle", quiet, b.caption(f, c))
			shape, pixels := b.pixels(f, c)
			if err := d.fitted(shape, pixels, x, y+captionHeight, tileSize); err != nil {
				return nil, err
			}
			x += tileSize + gap
		}
		d.text(x+arrow/2-gap/2, y+captionHeight+tileSize/2+4, "middle", "", "→")
		size, pixels := answers.pixels(f)
		if err := d.fitted(size, pixels, x+arrow-gap, y+captionHeight, tileSize); err != nil {
			return nil, err
		}
		if err := e.show(&cells[f], f, chosen, largePart{w.sliding().output, largeMap, largeMap, func(d *drawing, x, y float64) error {
			return d.fitted(size, pixels, x, y, largeMap)
		}}); err != nil {
			return nil, err
		}
	}
	if err := d.weightScale(w, foot, b.span); err != nil {
		return nil, err
	}
	colour, low := sequential, float32(0)
	if answers.least < 0 {
		colour, low = diverging, -extreme(answers.values)
	}
	d.text(widest/2, foot+10, "start", quiet, w.maps)
	f, err := d.figureWith(d.spanScale(w, widest/2+textWidth(w.maps, small)+2*space, foot, low, extreme(answers.values), answers.span, colour))
	if err != nil {
		return nil, err
	}
	return f.chosenBy(w, cells, [2]int{}, w.chooseFilter), nil
}

// strongest are the channels of a filter with the largest sums of |w|, in their order.
func (b *filterBank) strongest(filter, n int) []int {
	sums := map[int]float32{}
	for _, c := range b.sees[filter] {
		for _, v := range b.of(filter, c) {
			sums[c] += max(v, -v)
		}
	}
	chosen := slices.Clone(b.sees[filter])
	slices.SortStableFunc(chosen, func(x, y int) int { return cmp.Compare(sums[y], sums[x]) })
	chosen = chosen[:min(n, len(chosen))]
	slices.Sort(chosen)
	return chosen
}
