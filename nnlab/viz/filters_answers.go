package viz

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
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
func drawAnswers(m *nn.Model, layer string, kernel *tensor.Tensor, s settings) (*Figure, error) {
	outputs, err := m.Activations(s.answersTo, s.answersOf)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(outputs, func(o nn.LayerOutput) bool { return o.Name == layer })
	answers := mapRow{info: nn.LayerInfo{Name: layer}, shape: outputs[at].Output.Shape[1:], values: outputs[at].Output.Values()}
	answers.arrange()
	w, shape, weights := s.words, kernel.Shape, kernel.Values()
	high, wide, channels, filters := shape[0], shape[1], shape[2], shape[3]
	parts := min(channels, partsOfFilter)
	end := extreme(weights)
	const gap, arrow = 3., 18.
	pitch := float64(parts)*(tileSize+gap) + arrow + tileSize + 2*space
	columns := max(1, int((widest-space)/pitch))
	shown := min(filters, max(columns, 60/(parts+1)))
	answers.units = make([]int, shown)
	for f := range shown {
		answers.units[f] = f
	}
	title := fmt.Sprintf("%s %s: %d×%d×%d → %d · %s %d", w.filters, layer, high, wide, channels, filters, w.example, s.answersOf)
	if shown < filters || parts < channels {
		title += " · " + fmt.Sprintf(w.ofFilters, shown*parts, filters*channels)
	}
	least, most := ends(weights)
	said := fmt.Sprintf("%s; w: %s %s %s; %s: %s", title, w.digits(float64(least)), w.to, w.digits(float64(most)), w.maps, answers.ends(w))
	head := 4 + lineHeight*float64(len(wrap(title, large, widest-2*space)))
	const row = tileSize + captionHeight + space
	foot := head + row*float64((shown+columns-1)/columns) + 4
	d := newDrawing(widest, int(foot+34), said)
	d.title(title, space, widest-2*space)
	e, cells := enlarged{words: w, kernel: kernel}, make([]cell, shown)
	for f := range shown {
		x, y := space+pitch*float64(f%columns), head+row*float64(f/columns)
		cells[f] = cell{At: [2]int{f / columns, f % columns}, Box: [4]float64{x, y + captionHeight, pitch - 2*space, tileSize}}
		chosen := strongest(weights, channels, filters, f, parts)
		for _, c := range chosen {
			caption := fmt.Sprint(f + 1)
			if channels > 1 {
				caption = fmt.Sprintf("%d · %d", f+1, c+1)
			}
			d.text(x+tileSize/2, y+13, "middle", quiet, caption)
			var pixels []float32
			for i := range high * wide {
				pixels = append(pixels, diverging(weights[(i*channels+c)*filters+f]/end)...)
			}
			if err := d.fitted(tensor.Shape{high, wide, 3}, pixels, x, y+captionHeight, tileSize); err != nil {
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
	d.text(space, foot+10, "start", quiet, "w")
	if err := d.scale(w, 5*space, foot, -end, end, diverging); err != nil {
		return nil, err
	}
	colour, low := sequential, float32(0)
	if answers.least < 0 {
		colour, low = diverging, -extreme(answers.values)
	}
	d.text(widest/2, foot+10, "start", quiet, w.maps)
	f, err := d.figureWith(d.scale(w, widest/2+textWidth(w.maps, small)+2*space, foot, low, extreme(answers.values), colour))
	if err != nil {
		return nil, err
	}
	return f.chosenBy(w, cells, [2]int{}, w.chooseFilter), nil
}

// strongest are the channels of a filter with the largest sums of |w|, in their order.
func strongest(weights []float32, channels, filters, filter, n int) []int {
	sums, all := make([]float32, channels), make([]int, channels)
	for i := filter; i < len(weights); i += filters {
		v := weights[i]
		sums[i/filters%channels] += max(v, -v)
	}
	for c := range all {
		all[c] = c
	}
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(sums[b], sums[a]) })
	chosen := all[:n]
	slices.Sort(chosen)
	return chosen
}
