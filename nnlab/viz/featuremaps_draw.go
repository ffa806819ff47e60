package viz

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// mapsScript follows any number that is pointed at.
//
//go:embed featuremaps.js
var mapsScript string

// The rows of the figure: names at the left, pictures beside.
const (
	mapSide    = 46.
	mapNames   = 122.
	mapPitch   = (widest - mapNames - space) / mapsOfLayer
	mapRoom    = mapSide + captionHeight + 2*space // of a row
	mapLines   = 6                                 // of formulas that have room
	mostPixels = 64                                // of a picture's side
)

// drawMaps draws a row for each layer, and below them how one number comes about.
func drawMaps(rows []*mapRow, title string, s settings) (*Figure, error) {
	w := s.words
	said := []string{title}
	for _, r := range rows {
		said = append(said, fmt.Sprintf("%s, %s: %s", r.info.Name, shapeText(r.shape), r.inWords(w)))
	}
	head := 4 + lineHeight*float64(len(wrap(title, large, widest-2*space)))
	foot := head + mapRoom*float64(len(rows)) + 10
	if n := len(rows); n > 0 && rows[n-1].bars && !rows[n-1].namesFit(s) {
		foot += lineHeight // names in two rows
	}
	height := foot + lineHeight*mapLines + space
	alt := strings.Join(said, "; ")
	for maps := mapsOfLayer; ; maps = (maps + 1) / 2 {
		d := newDrawing(widest, int(height), alt)
		d.title(title, space, widest-2*space)
		for n, r := range rows {
			if len(r.shape) == 3 && !r.colours() {
				r.units = r.units[:min(len(r.units), maps)]
			}
			if err := r.draw(d, w, s, head+mapRoom*float64(n)); err != nil {
				return nil, err
			}
		}
		// Half of the notebook's room is for what the script is told.
		if maps > 1 && d.Len()*7/3 > budget/2 {
			continue
		}
		return follow(d, rows, head, foot, s), nil
	}
}

// draw draws a row: its name and the range of its values, then its maps.
func (r *mapRow) draw(d *drawing, w words, s settings, y float64) error {
	top := y + captionHeight
	d.within((mapNames-space)/1.12, space, top+12, "start", bold, r.info.Name, "")
	d.within(mapNames-space, space, top+28, "start", quiet, shapeText(r.shape), "")
	d.within(mapNames-space, space, top+44, "start", quiet, r.inWords(w), "")
	if r.bars {
		r.drawBars(d, w, s, top)
		return nil
	}
	for p := range r.pictures() {
		x := mapNames + mapPitch*float64(p)
		if len(r.units) > 1 && !r.colours() {
			d.text(x+mapSide/2, y+13, "middle", quiet, r.unitName(r.units[p], s))
		}
		shape, pixels := r.pixels(p)
		dx, dy, wide, high := r.shown()
		if err := d.image(shape, pixels, x+dx, top+dy, wide, high); err != nil {
			return err
		}
	}
	return nil
}

// shown is where a picture of the row stands in its square. The units of a dense layer, which
// are no image, fill it.
func (r *mapRow) shown() (x, y, wide, high float64) {
	if len(r.shape) == 3 {
		return fit(r.high, r.wide, mapSide)
	}
	return 0, 0, mapSide, mapSide
}

// drawBars draws a probability for each class: how large, and what it is called.
func (r *mapRow) drawBars(d *drawing, w words, s settings, top float64) {
	fit := r.namesFit(s)
	for p, unit := range r.units {
		x, v := mapNames+mapPitch*float64(p), float64(r.values[unit])
		r.nameBar(d, s, p, fit, top+mapSide+9)
		if !isNumber(v) {
			d.text(x+mapSide/2, top+12+(mapSide-16)-4, "middle", "", w.digits(v))
			continue
		}
		high := (mapSide - 16) * v
		d.text(x+mapSide/2, top+12+(mapSide-16)-high-4, "middle", "", w.percent(v))
		d.rect(x+8, top+12+(mapSide-16)-high, mapSide-16, max(1, high), blue)
	}
	d.line(mapNames, top+mapSide-4, mapNames+mapPitch*float64(len(r.units))-5, top+mapSide-4, rule)
}

// namesFit tells whether the name of each class has room below its bar.
func (r *mapRow) namesFit(s settings) bool {
	return !slices.ContainsFunc(r.units, func(unit int) bool { return textWidth(s.class(unit), small) > mapPitch-4 })
}

// nameBar writes the name of a class below its bar: where they have no room beside each other in
// two rows, every second one lower, where they have nearly the room of two bars.
func (r *mapRow) nameBar(d *drawing, s settings, p int, fit bool, y float64) {
	middle, room := func(p int) float64 { return mapNames + mapPitch*float64(p) + mapSide/2 }, mapPitch-4
	at := middle(p)
	if !fit {
		room = 2*mapPitch - space
		if p%2 == 1 {
			y += lineHeight
		}
		if width := min(room, textWidth(s.class(r.units[p]), small)); at+width/2 > widest-2 { // the last, which has an edge beside it
			room = min(room, widest-2-(middle(p-2)+mapPitch))
			at = widest - 2 - min(room, width)/2
		}
	}
	d.within(room, at, y, "middle", quiet, s.class(r.units[p]), "")
}

// percent is a probability in percent, which is not rounded to 0 or 1.
func (w words) percent(p float64) string {
	if p > 0 && p < 0.005 {
		return "< 1\u00a0%"
	}
	return w.sure(p)
}

// pixels are those of a picture, of a large one fewer than it has. All of a row have one
// scale: greys for the input, white to dark for activations, and the colours of weights where
// some lie below 0.
func (r *mapRow) pixels(picture int) (tensor.Shape, []float32) {
	colour := sequential
	switch {
	case r.info.Kind == "Input":
		colour = grey
	case r.least < 0:
		colour = diverging
	}
	scale := extreme(r.values)
	high, wide := min(r.high, mostPixels), min(r.wide, mostPixels)
	var pixels []float32
	for i := range high {
		for j := range wide {
			at := r.index(picture, i*r.high/high, j*r.wide/wide)
			if r.colours() {
				pixels = append(pixels, r.values[at:at+3]...)
				continue
			}
			// In steps of a hundredth, which are fewer colours than a small picture can have.
			v := r.values[at] / scale
			if !isNumber(v) {
				pixels = append(pixels, v, v, v)
				continue
			}
			pixels = append(pixels, colour(float32(int(v*100+0.5*sign(v)))/100)...)
		}
	}
	return tensor.Shape{high, wide, 3}, pixels
}

func sign(v float32) float32 {
	if v < 0 {
		return -1
	}
	return 1
}

// follow draws where one number comes from, and tells the script the others.
func follow(d *drawing, rows []*mapRow, head, foot float64, s settings) *Figure {
	w := s.words
	sources := mapSources(rows, s, room(d.String())-4*len(mapsScript)/3)
	for n, m := range sources {
		dx, dy, wide, high := m.row.shown()
		m.Shown = [2]float64{wide, high}
		for p := range m.row.pictures() {
			m.Pictures = append(m.Pictures, [2]float64{mapNames + mapPitch*float64(p) + dx, head + mapRoom*float64(n) + captionHeight + dy})
		}
	}
	f := &Figure{Alt: d.alt, width: d.width}
	if n, p, i, j, ok := chosenPixel(sources); ok {
		sentences := sources[n].formula(w, sources, p, i, j)
		f.Alt += "; " + strings.Join(sentences, " ")
		d.WriteString(`<g class="now">`)
		box := sources[n].box(p, i, j, 1, 1)
		for _, b := range sources[n].marks(sources, p, i, j) {
			fmt.Fprintf(d, `<path d="M%.1f %.1fL%.1f %.1f" stroke="%s" fill="none"/>`, b[0]+b[2]/2, b[1]+b[3], box[0]+box[2]/2, box[1], muted)
			d.mark(b)
		}
		d.mark(box)
		y := foot + 12
		for n, sentence := range sentences {
			attributes := ""
			if n == 0 {
				attributes = bold
			}
			for _, line := range wrap(sentence, small, widest-2*space) {
				d.text(space, y, "start", attributes, line)
				y += lineHeight
			}
		}
		d.WriteString("</g>")
		f.movedBy(mapsScript, w, map[string]any{
			"layers": sources, "words": w.ofMaps(),
			"at": [4]int{n, p, i, j}, "foot": foot + 12,
			"left": space, "right": widest - space, "line": lineHeight, "products": mostProducts, "mark": outline, "stroke": muted,
		})
	}
	f.SVG = d.end()
	return f
}

// mark is an outline that is seen over pixels, one of few pixels at least.
func (d *drawing) mark(b [4]float64) {
	const least = 3.
	wide, high := max(least, b[2]), max(least, b[3])
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="none" stroke="%s" stroke-width="2"/>`,
		b[0]-(wide-b[2])/2, b[1]-(high-b[3])/2, wide, high, outline)
}

// chosenPixel is the strongest number of the first layer whose numbers can be followed.
func chosenPixel(sources []*mapSource) (n, p, i, j int, ok bool) {
	for n, m := range sources {
		if m.Kind == "" || m.Maps == 0 {
			continue
		}
		best := 0
		for at, v := range m.Values.values {
			if v > m.Values.values[best] {
				best = at
			}
		}
		cells := m.High * m.Wide
		return n, best / cells, best % cells / m.Wide, best % m.Wide, true
	}
	return 0, 0, 0, 0, false
}
