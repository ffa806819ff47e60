package viz

import (
	_ "embed"
	"fmt"
	"math"
	"strings"
)

// pointsScript moves the points.
//
//go:embed points.js
var pointsScript string

// shapes are the forms of points: with the colours of the palette they tell 24 classes apart,
// without them 4.
var shapes = []string{
	"M-4 0A4 4 0 1 1 4 0A4 4 0 1 1 -4 0Z", "M-3.7 -3.7H3.7V3.7H-3.7Z", "M0 -5L4.6 3.4H-4.6Z", "M0 -5.2L5.2 0L0 5.2L-5.2 0Z",
}

// classMark draws the point of a class.
func (d *drawing) classMark(class int, attributes string) {
	fmt.Fprintf(d, `<path d="%s" fill="%s" stroke="%s" stroke-width="0.8"%s/>`, shapes[class/len(palette)%len(shapes)], palette[class%len(palette)], paper, attributes)
}

// field is the part of the figure in which the points stand.
const (
	fieldSize   = 440.
	fieldLeft   = 36.
	fieldLegend = 150.
)

func (e *embedding) figure() (*Figure, error) {
	p, err := e.project()
	if err != nil {
		return nil, err
	}
	w := e.words
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, points := range p.at {
		for _, q := range points {
			if !placed(q) {
				continue
			}
			for k, v := range q {
				lo[k], hi[k] = min(lo[k], v), max(hi[k], v)
			}
		}
	}
	title, last := fmt.Sprintf(w.madeOf, e.layer, count(len(e.index))), len(e.epochs)-1
	epochs := make([]string, len(e.epochs))
	for i, epoch := range e.epochs {
		epochs[i] = fmt.Sprintf("%s %d", w.epoch, epoch)
		if n := p.lost(i); n > 0 {
			epochs[i] += " · " + fmt.Sprintf(w.lostPoints, count(n))
		}
	}
	if e.ended != "" {
		title += " · " + e.ended
	}
	head := 4 + lineHeight*float64(len(wrap(title, large, widest-2*space))) + space
	// where is a point in the figure's pixels, in its middle where all are alike.
	where := func(q [2]float64) (x, y float64) {
		at := [2]float64{0.5, 0.5}
		for k, v := range q {
			if part := (v - lo[k]) / (hi[k] - lo[k]); isNumber(part) {
				at[k] = min(1, max(0, part))
			}
		}
		return fieldLeft + 10 + (fieldSize-20)*at[0], head + 10 + (fieldSize-20)*(1-at[1])
	}
	said := title
	if last > 0 {
		said += " · " + epochs[last]
	}
	d := newDrawing(widest, int(head+fieldSize+2*lineHeight+space), said+"; "+e.inWords(p, last))
	d.title(title, space, widest-2*space)
	d.frame(fieldLeft, head, fieldSize, fieldSize)
	axis := func(k int) string {
		return fmt.Sprintf(w.component, k+1, w.number("%.0f", 100*p.shares[k])+"\u00a0%")
	}
	d.text(fieldLeft+fieldSize/2, head+fieldSize+lineHeight, "middle", quiet, axis(0))
	d.text(0, 0, "middle", quiet+fmt.Sprintf(` transform="translate(%g %.1f) rotate(-90)"`, fieldLeft-12, head+fieldSize/2), axis(1))
	switch n := p.lost(last); {
	case last > 0:
		d.WriteString(`<g class="now">`)
		d.text(widest-space, head+fieldSize+2*lineHeight, "end", "", epochs[last])
		d.WriteString("</g>")
	case n > 0:
		d.text(widest-space, head+fieldSize+2*lineHeight, "end", "", fmt.Sprintf(w.lostPoints, count(n)))
	}
	positions := make([][]*[2]float64, len(p.at)) // nil of points that have no place
	for i, points := range p.at {
		for _, q := range points {
			if !placed(q) {
				positions[i] = append(positions[i], nil)
				continue
			}
			x, y := where(q)
			positions[i] = append(positions[i], &[2]float64{round1(x), round1(y)})
		}
	}
	for i, q := range positions[last] {
		if q == nil {
			d.classMark(e.labels[i], fmt.Sprintf(` data-point="%d" visibility="hidden"`, i))
			continue
		}
		d.classMark(e.labels[i], fmt.Sprintf(` data-point="%d" transform="translate(%g %g)"`, i, q[0], q[1]))
	}
	const most = 22
	d.text(fieldLeft+fieldSize+2*space, head+12, "start", quiet, w.class)
	for c := range e.data.Classes() {
		y := head + 12 + lineHeight*float64(c+1)
		if c == most {
			d.text(fieldLeft+fieldSize+2*space, y, "start", quiet, fmt.Sprintf(w.more, count(e.data.Classes()-c)))
			break
		}
		d.classMark(c, fmt.Sprintf(` transform="translate(%g %g)"`, fieldLeft+fieldSize+2*space+5, y-4))
		d.within(fieldLegend-40, fieldLeft+fieldSize+2*space+16, y, "start", "", e.class(c), "")
	}
	f := d.figure()
	return f, e.enliven(f, positions, epochs)
}

// round1 keeps a tenth of a pixel.
func round1(v float64) float64 { return math.Round(10*v) / 10 }

// inWords says of each class where its middle is, which class is nearest, and how far its own
// points lie from it in the mean.
func (e *embedding) inWords(p plan, epoch int) string {
	w := e.words
	classes := e.data.Classes()
	middle, n, spread := make([][2]float64, classes), make([]float64, classes), make([]float64, classes)
	for i, q := range p.at[epoch] {
		if !placed(q) {
			continue
		}
		c := e.labels[i]
		n[c]++
		for k := range q {
			middle[c][k] += q[k]
		}
	}
	for c := range middle {
		for k := range middle[c] {
			middle[c][k] /= max(1, n[c])
		}
	}
	distance := func(a, b [2]float64) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }
	for i, q := range p.at[epoch] {
		if !placed(q) {
			continue
		}
		spread[e.labels[i]] += distance(q, middle[e.labels[i]]) / n[e.labels[i]]
	}
	var said []string
	if lost := p.lost(epoch); lost > 0 {
		said = append(said, fmt.Sprintf(w.lostPoints, count(lost)))
	}
	for c := range middle {
		if n[c] == 0 {
			continue
		}
		nearest := -1
		for o := range middle {
			if o != c && n[o] > 0 && (nearest < 0 || distance(middle[c], middle[o]) < distance(middle[c], middle[nearest])) {
				nearest = o
			}
		}
		text := fmt.Sprintf("%s %s: %s (%s; %s), %s %s", w.class, e.class(c), w.middle, w.digits(middle[c][0]), w.digits(middle[c][1]), w.around, w.digits(spread[c]))
		if nearest >= 0 {
			text += fmt.Sprintf(", %s %s (%s)", w.nearest, e.class(nearest), w.digits(distance(middle[c], middle[nearest])))
		}
		said = append(said, text)
	}
	return strings.Join(said, "; ")
}

// enliven gives the figure its points' names and images and the way that they go.
func (e *embedding) enliven(f *Figure, positions [][]*[2]float64, epochs []string) error {
	w := e.words
	names := make([]string, len(e.index))
	for i, at := range e.index {
		names[i] = fmt.Sprintf("%s %d: %s %s", w.example, at, w.class, e.class(e.labels[i]))
	}
	given := map[string]any{"positions": positions, "names": names, "epochs": epochs, "size": thumbnail, "choose": w.choosePoint, "ink": ink, "paper": paper}
	if images("viz.Embedding", e.data) == nil {
		sheet, err := e.sheet()
		if err != nil {
			return err
		}
		shape := e.data.Shape()
		_, _, wide, high := fit(shape[0], shape[1], thumbnail)
		given["sheet"], given["shown"] = sheet, [2]float64{wide, high}
	}
	f.movedBy(pointsScript, w, given)
	return nil
}

// sheet is the images of all points, one below the other.
func (e *embedding) sheet() (string, error) {
	shape := e.data.Shape()
	var all []float32
	for _, i := range e.index {
		pixels, _ := example(e.data, i)
		one, small := shrunk(e.data.Shape(), pixels)
		shape, all = one, append(all, small...)
	}
	return encode([]int{shape[0] * len(e.index), shape[1], shape[2]}, all)
}
