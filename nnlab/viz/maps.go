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
			f, err := drawFilters(layer, p.Value, w)
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
	d, foot, err := newGrid(tiles, title, alt, 34)
	if err != nil {
		return nil, err
	}
	d.text(space, foot+10, "start", quiet, "w")
	return d.figureWith(d.scale(w, 5*space, foot, -end, end, diverging))
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
	var rows []mapRow
	images := false
	for _, l := range layers {
		if row, ok := mapsOf(l); ok {
			images = images || len(l.Output.Shape) == 4
			rows = append(rows, row)
		}
	}
	if !images {
		return nil, &nn.Error{Where: "viz.FeatureMaps", Expected: "a model with layers that make images [height width channels]", Got: "none", Mend: "it is for convolutional networks"}
	}
	f, err := drawMaps(rows, i, w)
	if err != nil {
		return nil, err
	}
	return f.show()
}

// drawMaps draws a row for each layer: its name and the range of its values, then its maps.
func drawMaps(rows []mapRow, i int, w words) (*Figure, error) {
	const size, names, row = 46., 122., 46 + captionHeight + space
	const pitch = (widest - names - space) / mapsOfLayer
	title := fmt.Sprintf("%s · %s %d", w.maps, w.example, i)
	said := []string{title}
	for _, r := range rows {
		said = append(said, fmt.Sprintf("%s, %s: %s", r.name, r.shape, r.values(w)))
	}
	const head = 4 + lineHeight
	d := newDrawing(widest, int(head+row*float64(len(rows))+space), strings.Join(said, "; "))
	d.title(title, space, widest-2*space)
	for n, r := range rows {
		y := head + row*float64(n)
		d.text(space, y+captionHeight+12, "start", bold, cut(r.name, small, (names-space)/1.1))
		d.text(space, y+captionHeight+28, "start", quiet, cut(r.shape, small, names-space))
		d.text(space, y+captionHeight+44, "start", quiet, r.values(w))
		for c, t := range r.tiles {
			x := names + pitch*float64(c)
			d.text(x+size/2, y+13, "middle", quiet, t.caption)
			if err := d.image(t.shape, t.pixels, x, y+captionHeight, size, size); err != nil {
				return nil, err
			}
		}
	}
	return d.figure(), nil
}

// passOn are the kinds of layers that outside training change no number.
var passOn = []string{"Dropout", "SpatialDropout", "GaussianNoise", "Flatten", "Reshape"}

// mapRow is what a layer has made.
type mapRow struct {
	name, shape string
	least, most float32
	tiles       []tile
}

func (r mapRow) values(w words) string {
	return fmt.Sprintf("%s %s %s", w.digits(float64(r.least)), w.to, w.digits(float64(r.most)))
}

// mapsOf is the row of a layer, unless it has nothing to show. All its maps have one scale:
// greys for the input, white to dark for activations, and the colours of weights where
// some lie below 0.
func mapsOf(l nn.LayerOutput) (row mapRow, ok bool) {
	s, values := l.Output.Shape[1:], l.Output.Values()
	if slices.Contains(passOn, l.Kind) || len(s) != 1 && len(s) != 3 {
		return mapRow{}, false
	}
	row = mapRow{name: l.Name, shape: shapeText(s)}
	row.least, row.most = ends(values)
	shape, channels := tensor.Shape{1, 1, 3}, s[len(s)-1]
	switch {
	case len(s) == 3:
		shape = tensor.Shape{s[0], s[1], 3}
	case channels > mapsOfLayer:
		shape, channels = tensor.Shape{rowsOf(channels), channels / rowsOf(channels), 3}, 1
	}
	if l.Kind == "Input" && channels == 3 { // a picture in colours
		row.tiles = []tile{{shape: shape, pixels: values}}
		return row, true
	}
	colour := sequential
	switch {
	case l.Kind == "Input":
		colour = grey
	case row.least < 0:
		colour = diverging
	}
	scale := extreme(values)
	first := 1 // maps count from 1, units from 0 as the classes do
	if len(s) == 1 {
		first = 0
	}
	for c := range min(channels, mapsOfLayer) {
		t := tile{shape: shape}
		if channels > 1 {
			t.caption = fmt.Sprint(first + c)
		}
		for p := range shape[0] * shape[1] {
			t.pixels = append(t.pixels, colour(values[p*channels+c]/scale)...)
		}
		row.tiles = append(row.tiles, t)
	}
	return row, true
}

// grey is the colour of an input 0…1, ink on paper.
func grey(v float32) []float32 { return tint("#000000", v) }

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
