package viz

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Filters shows the kernels of a convolutional layer, named as in Summary
// ("conv2d"): blue weights are above 0, orange ones below, white ones 0. Of a
// layer that sees several channels, each picture is a filter's part for one.
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
	return nil, &nn.Error{Where: "viz.Filters", Expected: "the name of a Conv2D layer", Got: layer, Mend: "the model has: " + strings.Join(names, ", ")}
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

// diverging is white at 0, blue at 1 and orange at −1, the colours of svg.go.
func diverging(v float32) []float32 {
	end := [3]float32{0x4a / 255., 0x90 / 255., 0xd9 / 255.}
	if v < 0 {
		v, end = -v, [3]float32{0xe6 / 255., 0x86 / 255., 0x2e / 255.}
	}
	return []float32{1 + v*(end[0]-1), 1 + v*(end[1]-1), 1 + v*(end[2]-1)}
}

// mapsOfLayer is how many maps of each layer FeatureMaps shows.
const mapsOfLayer = 10

// FeatureMaps shows what the layers make of example i of d (slide "Mapas de
// ativação"): of each layer whose output is an image, the first ten maps, dark
// where the layer is active.
func FeatureMaps(m *nn.Model, d nn.Data, i int, options ...Option) (*Figure, error) {
	w := newSettings(options).words
	layers, err := m.Activations(d, i)
	if err != nil {
		return nil, err
	}
	var tiles []tile
	var names []string
	for _, l := range layers {
		s := l.Output.Shape[1:]
		if len(s) != 3 || l.Kind == "Dropout" { // which outside training changes nothing
			continue
		}
		values := l.Output.Values()
		scale := extreme(values)
		for c := range mapsOfLayer {
			t := tile{shape: tensor.Shape{s[0], s[1], 1}, pixels: make([]float32, s[0]*s[1])}
			if c < s[2] {
				t.caption = l.Name
				if s[2] > 1 {
					t.caption = fmt.Sprintf("%s %d", strings.ReplaceAll(l.Name, "maxpool2d", "pool"), c+1)
				}
				for p := range t.pixels {
					t.pixels[p] = values[p*s[2]+c] / scale
				}
				tiles = append(tiles, t)
			}
		}
		for len(tiles)%mapsOfLayer != 0 { // a line for each layer
			tiles = append(tiles, tile{shape: tensor.Shape{1, 1, 1}, pixels: []float32{0}})
		}
		names = append(names, l.Name)
	}
	if tiles == nil {
		return nil, &nn.Error{Where: "viz.FeatureMaps", Expected: "a model with layers that make images [height width channels]", Mend: "it is for convolutional networks"}
	}
	f, err := grid(tiles, fmt.Sprintf("%s: %s", w.maps, strings.Join(names, ", ")))
	if err != nil {
		return nil, err
	}
	return f.show()
}
