package viz

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// mapsOfLayer is how many maps of each layer FeatureMaps shows.
const mapsOfLayer = 10

// FeatureMaps shows what the layers make of example i of d (slide "Mapas de
// ativação"), dark where a layer is active, a row for each: of a layer whose
// output is an image the first ten maps, of a dense one its units, one by one or,
// where they are more than ten, as cells of one picture, and of a softmax at the end
// bars. Layers that only pass numbers on are left out. One number is followed to where it
// comes from: its window in the row above, the products and their sum with the bias and
// the activation. Where the page has scripts it is any that the mouse or the arrow keys
// reach; what they need stands in the notebook, for as many maps as fit below 300 KB.
func FeatureMaps(m *nn.Model, d nn.Data, i int, options ...Option) (*Figure, error) {
	s := newSettings(options)
	outputs, err := m.Activations(d, i)
	if err != nil {
		return nil, err
	}
	if n := d.Classes(); n > 0 {
		if err := s.nameClasses("viz.FeatureMaps", d, n); err != nil {
			return nil, err
		}
	}
	rows := mapRows(m.Layers(), outputs)
	if !slices.ContainsFunc(rows, func(r *mapRow) bool { return len(r.shape) == 3 }) {
		return nil, &nn.Error{Where: "viz.FeatureMaps", Expected: "a model with layers that make images [height width channels]", Got: "none", Mend: "it is for convolutional networks"}
	}
	title := fmt.Sprintf("%s · %s %d", s.words.maps, s.words.example, i)
	if d.Classes() > 1 {
		_, target := example(d, i)
		title += fmt.Sprintf(" · %s %s", s.words.label, s.class(int(target[0])))
		if last := rows[len(rows)-1]; last.bars {
			if last.left > 0 {
				title += fmt.Sprintf(" · %s %s", s.words.says, noNumbers)
			} else {
				best := slices.Index(last.values, last.most)
				title += fmt.Sprintf(" · %s %s (%s)", s.words.says, s.class(best), s.words.sure(float64(last.values[best])))
			}
		}
	}
	f, err := drawMaps(rows, title, s)
	if err != nil {
		return nil, err
	}
	return f.show()
}

// passOn are the kinds of layers that outside training change no number.
var passOn = []string{"Dropout", "SpatialDropout", "GaussianNoise", "Flatten", "Reshape"}

// mapRow is what a layer has made of one example, and what the figure shows of it: pictures
// of equal size side by side, of whose pixels each is a number of the layer.
type mapRow struct {
	info   nn.LayerInfo
	shape  tensor.Shape
	values []float32 // all of them
	input  []float32 // what the layer has read; nil of one that reads several

	below *mapRow // the row that the input stands in; nil where none shows it

	high, wide int   // of a picture
	units      []int // which channels or units the pictures are; of one picture of all units nil
	bars       bool

	span // of all values
}

// mapRows are the rows of all layers that have something to show.
func mapRows(layers []nn.LayerInfo, outputs []nn.LayerOutput) (rows []*mapRow) {
	made := map[string][]float32{}
	shown := map[string]*mapRow{} // the row that shows what the layer has made
	for i, o := range outputs {
		info, values := layers[i], o.Output.Values()
		made[o.Name] = values
		r := &mapRow{info: info, shape: o.Output.Shape[1:], values: values}
		if len(info.From) == 1 {
			r.input, r.below = made[info.From[0]], shown[info.From[0]]
		}
		if slices.Contains(passOn, o.Kind) {
			if r.below != nil && slices.Equal(r.below.values, values) {
				shown[o.Name] = r.below
			}
			continue
		}
		if n := len(r.shape); n != 1 && n != 3 {
			continue
		}
		r.arrange()
		shown[o.Name] = r
		rows = append(rows, r)
	}
	if n := len(rows); n > 0 {
		rows[n-1].makeBars()
	}
	return rows
}

// arrange chooses the pictures.
func (r *mapRow) arrange() {
	r.span = spanOf(r.values)
	r.high, r.wide = 1, 1
	channels := r.shape[len(r.shape)-1]
	switch {
	case len(r.shape) == 3:
		r.high, r.wide = r.shape[0], r.shape[1]
	case channels > mapsOfLayer:
		r.high, r.wide = rowsOf(channels), channels/rowsOf(channels)
		return
	}
	for c := range min(channels, mapsOfLayer) {
		r.units = append(r.units, c)
	}
}

// makeBars has the probabilities at a network's end drawn as bars, the largest ten of them.
func (r *mapRow) makeBars() {
	if len(r.shape) != 1 || activationOf(r.info) != "softmax" {
		return
	}
	r.bars, r.high, r.wide = true, 1, 1
	r.units = make([]int, len(r.values))
	for i := range r.units {
		r.units[i] = i
	}
	if len(r.units) > mapsOfLayer {
		slices.SortStableFunc(r.units, func(a, b int) int {
			switch {
			case r.values[a] > r.values[b]:
				return -1
			case r.values[a] < r.values[b]:
				return 1
			}
			return 0
		})
		r.units = r.units[:mapsOfLayer]
	}
}

// activationOf is the name of a layer's activation, "" for none.
func activationOf(l nn.LayerInfo) string {
	f := l.Config.Config("activation").Text("kind")
	if f == "linear" {
		return ""
	}
	return f
}

// colours is whether the row is a picture in colours.
func (r *mapRow) colours() bool {
	return r.info.Kind == "Input" && len(r.shape) == 3 && r.shape[2] == 3
}

// pictures is how many pictures the row has.
func (r *mapRow) pictures() int {
	if r.units == nil || r.colours() {
		return 1
	}
	return len(r.units)
}

// index is where the number of a pixel of a picture stands among the values.
func (r *mapRow) index(picture, i, j int) int {
	switch {
	case r.units == nil:
		return i*r.wide + j
	case len(r.shape) == 1:
		return r.units[picture]
	}
	return (i*r.wide+j)*r.shape[2] + r.units[picture]
}

// place is the other way: the picture and the pixel of a value, if it is shown.
func (r *mapRow) place(index int) (picture, i, j int, ok bool) {
	if r.units == nil {
		return 0, index / r.wide, index % r.wide, true
	}
	channels := r.shape[len(r.shape)-1]
	picture = slices.Index(r.units, index%channels)
	if r.colours() {
		picture = 0
	}
	at := index / channels
	return picture, at / r.wide, at % r.wide, picture >= 0
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
