package viz

import (
	_ "embed"
	"fmt"
	"math"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// fieldsScript moves the fields over the image.
//
//go:embed fields.js
var fieldsScript string

// mostFields is how many pictures ReceptiveField has at most.
const mostFields = 18

// ReceptiveField shows how much of example i of d a number of each layer depends on (slide
// "Campo receptivo"): over the image the field of a number in the middle of the layer's
// maps, a picture for each layer that sees more than those before. A field is drawn where
// it lies, and its part in the padding is left out. Of very deep networks some layers are
// chosen. The mouse over a pixel, or the arrow keys, show the fields of the numbers there.
func ReceptiveField(m *nn.Model, d nn.Data, i int, options ...Option) (*Figure, error) {
	const where = "viz.ReceptiveField"
	w := newSettings(options).words
	if err := images(where, d); err != nil {
		return nil, err
	}
	layers := m.Layers()
	if layers == nil {
		return nil, m.Err()
	}
	if s := layers[0].Shape; !s.Equal(d.Shape()) {
		return nil, &nn.Error{Where: where, Expected: "a model of the data's images, " + d.Shape().String(), Got: "nn.Input of " + s.String(), ExpectedShape: d.Shape(), GotShape: s,
			Mend: fmt.Sprintf("begin the model with nn.Input(%d, %d, %d)", d.Shape()[0], d.Shape()[1], d.Shape()[2])}
	}
	if i < 0 || i >= d.Len() {
		return nil, &nn.Error{Where: where, Expected: fmt.Sprintf("an index from 0 to %d", d.Len()-1), Got: fmt.Sprint(i), Mend: "write 0 for the first example"}
	}
	fields := growing(layers)
	if len(fields) == 0 {
		return nil, &nn.Error{Where: where, Expected: "a model with windows, as nn.Conv2D and the pools have", Got: "none", Mend: "it is for convolutional networks"}
	}
	f, err := drawFields(fields, d, i, w)
	if err != nil {
		return nil, err
	}
	return f.show()
}

// field is what a number of a layer's maps sees of the input, by rows and columns: of how
// many cells. Numbers side by side see fields that are apart cells apart; first is where that
// of the first number begins, before the input where there is padding.
type field struct {
	layer              nn.LayerInfo
	size, apart, first [2]int
	numbers            [2]int // of a map
}

// from is where the field of a number begins.
func (f field) from(at [2]int) (from [2]int) {
	for a := range from {
		from[a] = f.first[a] + at[a]*f.apart[a]
	}
	return from
}

// nearest is the number whose field has its middle nearest to that of so many rows and
// columns; the script finds it alike.
func (f field) nearest(rows, columns int) (at [2]int) {
	for a, length := range [2]int{rows, columns} {
		apart := float64(length-f.size[a])/2 - float64(f.first[a])
		at[a] = min(f.numbers[a]-1, max(0, int(math.Ceil(apart/float64(f.apart[a])-0.5))))
	}
	return at
}

// fieldsOf follows the windows from the input on, as nn's Summary does, and where they lie;
// layers whose field has no place in the image have none.
func fieldsOf(layers []nn.LayerInfo) map[string]field {
	fields := map[string]field{}
	input := layers[0].Shape
	for _, l := range layers {
		f := field{layer: l, size: [2]int{1, 1}, apart: [2]int{1, 1}}
		ok := len(l.From) > 0 || len(l.Shape) == 3
		for n, name := range l.From {
			g, known := fields[name]
			ok = ok && known && (n == 0 || g.apart == f.apart)
			for a := range f.size {
				if n == 0 {
					f.size[a], f.apart[a], f.first[a] = g.size[a], g.apart[a], g.first[a]
					continue
				}
				first := min(f.first[a], g.first[a])
				f.size[a] = max(f.first[a]+f.size[a], g.first[a]+g.size[a]) - first
				f.first[a] = first
			}
		}
		if !ok {
			continue
		}
		before, windows := tensorOf(layers, l), windowOf(l)
		switch {
		case l.Kind == "Dense" || strings.HasPrefix(l.Kind, "Global"):
			if l.Kind == "Dense" || len(before) == 3 {
				f.size, f.first, f.apart = [2]int{input[0], input[1]}, [2]int{}, [2]int{1, 1}
			}
		case len(windows) == 2 && len(before) == 3 && l.MapSize != "":
			for a, x := range slidingAxesOf(l, before[0], before[1]) {
				f.first[a] -= x.front * f.apart[a]
				f.size[a] += (x.reach() - 1) * f.apart[a]
				f.apart[a] *= x.stride
			}
		case l.ReceptiveField == "" && len(l.From) > 0 && len(l.Shape) == 3:
			continue // a map that grows
		}
		f.numbers = [2]int{1, 1}
		if len(l.Shape) == 3 {
			copy(f.numbers[:], l.Shape)
		}
		fields[l.Name] = f
	}
	return fields
}

// tensorOf is the shape of a layer's only input.
func tensorOf(layers []nn.LayerInfo, l nn.LayerInfo) []int {
	if len(l.From) == 1 {
		for _, before := range layers {
			if before.Name == l.From[0] {
				return before.Shape
			}
		}
	}
	return nil
}

// growing are the fields of the layers that see more than all before, the first ones of
// their size, in pictures no more than have room.
func growing(layers []nn.LayerInfo) (grown []field) {
	fields := fieldsOf(layers)
	var size [2]int
	for _, l := range layers[1:] {
		f, ok := fields[l.Name]
		if ok && (f.size[0] > max(1, size[0]) || f.size[1] > max(1, size[1])) {
			grown, size = append(grown, f), f.size
		}
	}
	if n := len(grown); n > mostFields {
		chosen := make([]field, mostFields)
		for i := range chosen {
			chosen[i] = grown[i*(n-1)/(mostFields-1)]
		}
		return chosen
	}
	return grown
}

// drawFields draws the image for each field, what lies outside faded.
func drawFields(fields []field, d nn.Data, i int, w words) (*Figure, error) {
	const most, gap = 6, 6.
	const side = (widest - 2*space - (most-1)*gap) / most
	const row = side + captionHeight + lineHeight + space
	shape := d.Shape()
	last := fields[len(fields)-1]
	title := fmt.Sprintf("%s · %s %d (%s) · %s: %s … %s: %s", w.receptive(), w.example, i, sizeText(shape[0], shape[1]),
		fields[0].layer.Name, sizeText(fields[0].size[0], fields[0].size[1]), last.layer.Name, sizeText(last.size[0], last.size[1]))
	said := []string{title}
	for _, f := range fields {
		said = append(said, f.layer.Name+" "+sizeText(f.size[0], f.size[1]))
	}
	head := 4 + lineHeight*float64(len(wrap(title, large, widest-2*space)))
	pitch := side + gap // more where a layer's name needs it
	for _, f := range fields {
		pitch = max(pitch, 1.12*textWidth(f.layer.Name, small)+space)
	}
	columns := max(1, min(most, int((widest-2*space+gap)/pitch+1e-9)))
	rows := (len(fields) + columns - 1) / columns
	dr := newDrawing(widest, int(head+row*float64(rows)), strings.Join(said, "; "))
	dr.title(title, space, widest-2*space)
	pixels, _ := example(d, i)
	scale := side / float64(max(shape[0], shape[1]))
	high, wide := scale*float64(shape[0]), scale*float64(shape[1])
	data, err := encode(shape, pixels)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(dr, `<defs><image id="nnlab-input" width="%.1f" height="%.1f" preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,%s"/></defs>`, wide, high, data)
	var now drawing // what moves
	told := make([]map[string]any, len(fields))
	for n, f := range fields {
		x, y := space+pitch*float64(n%columns), head+row*float64(n/columns)
		dr.text(x, y+13, "start", bold, cut(f.layer.Name, small, (widest-2*space)/1.12))
		y += captionHeight
		fmt.Fprintf(dr, `<use href="#nnlab-input" x="%.1f" y="%.1f"/>`, x, y)
		dr.frame(x, y, wide, high)
		share := 1. // of the image, where no padding is seen
		for a := range f.size {
			share *= math.Min(1, float64(f.size[a])/float64(shape[a]))
		}
		size := sizeText(f.size[0], f.size[1])
		dr.text(x, y+high+14, "start", quiet, size+" · "+w.percent(share))
		var from, to [2]float64 // what of the field lies in the image
		for a, first := range f.from(f.nearest(shape[0], shape[1])) {
			from[a] = scale * float64(max(0, first))
			to[a] = scale * math.Min(float64(shape[a]), float64(first+f.size[a]))
		}
		fmt.Fprintf(&now, `<path fill-rule="evenodd" fill-opacity="0.75" fill="%s" d="M%.1f %.1fh%.1fv%.1fh-%.1fzM%.1f %.1fh%.1fv%.1fh-%.1fz"/>`, paper, x, y, wide, high, wide,
			x+from[1], y+from[0], to[1]-from[1], to[0]-from[0], to[1]-from[1])
		now.mark([4]float64{x + from[1], y + from[0], to[1] - from[1], to[0] - from[0]})
		told[n] = map[string]any{"layer": f.layer.Name, "text": size, "place": [2]float64{x, y}, "size": f.size, "apart": f.apart, "first": f.first, "numbers": f.numbers}
	}
	fmt.Fprintf(dr, `<g class="now">%s</g>`, now.String())
	number, says := w.ofFields()
	return dr.figure().movedBy(fieldsScript, w, map[string]any{"fields": told, "image": shape[:2], "scale": scale, "mark": outline, "paper": paper,
		"number": number, "says": says, "hint": w.ofMaps().Hint}), nil
}

// ofFields are what is said of a field: which number it is of, and what it sees.
func (w words) ofFields() (number, says string) {
	if w.comma {
		return ", linha {row}, coluna {column}", ": campo {size}, da imagem as linhas {top} a {bottom} e as colunas {left} a {right}"
	}
	return ", row {row}, column {column}", ": field {size}, of the image rows {top} to {bottom} and columns {left} to {right}"
}

// receptive is the receptive field's name.
func (w words) receptive() string {
	if w.comma {
		return "campo receptivo"
	}
	return "receptive field"
}
