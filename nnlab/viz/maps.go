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
// PartialConv2D it is that for a connection.
func Filters(m *nn.Model, layer string, options ...Option) (*Figure, error) {
	w := newSettings(options).words
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
			tiles := filterTiles(p.Value)
			var note []string
			alt := fmt.Sprintf("%s %s: %v", w.filters, layer, p.Value.Shape)
			if all := p.Value.Shape[2] * p.Value.Shape[3]; all > len(tiles) {
				note = append(note, fmt.Sprintf(w.ofFilters, len(tiles), all))
				alt += " · " + note[0]
			}
			f, err := grid(tiles, alt, note...)
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

// mapsOfLayer is how many maps of each layer FeatureMaps shows.
const mapsOfLayer = 10

// FeatureMaps shows what the layers make of example i of d (slide "Mapas de
// ativação"), dark where a layer is active, a line for each: of a layer whose
// output is an image the first ten maps, of a dense one its units, one by one or,
// where they are more than ten, as cells of one picture. Layers that only pass
// numbers on are left out.
func FeatureMaps(m *nn.Model, d nn.Data, i int, options ...Option) (*Figure, error) {
	w := newSettings(options).words
	layers, err := m.Activations(d, i)
	if err != nil {
		return nil, err
	}
	var tiles []tile
	var names []string
	images := false
	for _, l := range layers {
		line := mapTiles(l)
		if line == nil {
			continue
		}
		images = images || len(l.Output.Shape) == 4
		for len(line) < mapsOfLayer {
			line = append(line, tile{})
		}
		tiles = append(tiles, line...)
		names = append(names, l.Name)
	}
	if !images {
		return nil, &nn.Error{Where: "viz.FeatureMaps", Expected: "a model with layers that make images [height width channels]", Got: "none", Mend: "it is for convolutional networks"}
	}
	f, err := grid(tiles, fmt.Sprintf("%s: %s", w.maps, strings.Join(names, ", ")))
	if err != nil {
		return nil, err
	}
	return f.show()
}

// passOn are the kinds of layers that outside training change no number.
var passOn = []string{"Dropout", "SpatialDropout", "GaussianNoise", "Flatten", "Reshape"}

// mapTiles is the line of a layer, nil for one that has nothing to show.
func mapTiles(l nn.LayerOutput) (line []tile) {
	s, values := l.Output.Shape[1:], l.Output.Values()
	if slices.Contains(passOn, l.Kind) || len(s) != 1 && len(s) != 3 {
		return nil
	}
	shape, channels := tensor.Shape{1, 1, 1}, s[len(s)-1]
	switch {
	case len(s) == 3:
		shape = tensor.Shape{s[0], s[1], 1}
	case channels > mapsOfLayer:
		shape, channels = tensor.Shape{rowsOf(channels), channels / rowsOf(channels), 1}, 1
	}
	scale := extreme(values)
	first := 1 // maps count from 1, units from 0 as the classes do
	if len(s) == 1 {
		first = 0
	}
	for c := range min(channels, mapsOfLayer) {
		t := tile{shape: shape, caption: l.Name}
		if channels > 1 {
			t.caption = fmt.Sprintf("%s %d", strings.ReplaceAll(l.Name, "maxpool2d", "pool"), first+c)
		}
		for p := range shape.Size() {
			t.pixels = append(t.pixels, values[p*channels+c]/scale)
		}
		line = append(line, t)
	}
	return line
}

// rowsOf is the largest divisor of n up to its root: the rows of n cells.
func rowsOf(n int) int {
	rows := 1
	for r := 2; r*r <= n; r++ {
		if n%r == 0 {
			rows = r
		}
	}
	return rows
}
