package viz

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// DecisionBoundary is an option of Fit that draws, while the model trains, what
// it answers everywhere in the plane, the paler the less certain, with the
// examples of d on it. d has two numbers an example and classes, or one target 0
// or 1 where the model has one output; the classes are those of [nn.Model.Classify].
func DecisionBoundary(d nn.Data, options ...Option) nn.FitOption {
	return nn.Callbacks(&boundary{settings: newSettings(options), data: d})
}

type boundary struct {
	settings
	display
	data  nn.Data
	whose []int // the class of each point of the plane, −1 where the answer is no number
}

// LooksAtBatches tells Fit that no step's numbers are drawn.
func (b *boundary) LooksAtBatches() bool { return false }

func (b *boundary) On(e *nn.Event) {
	if e.Phase == nn.FitBegin {
		if err := checkPlane("viz.DecisionBoundary", b.data); err != nil {
			b.failed = true
			e.Fail(err)
			return
		}
		b.failed = false
	}
	if !notebook.Available() || b.failed {
		return
	}
	switch e.Phase {
	case nn.FitBegin:
		b.display = begin()
	case nn.BatchEnd, nn.EpochEnd:
		if b.throttle.Ready() {
			b.update(e)
		}
	case nn.FitEnd:
		b.update(e)
	}
}

func (b *boundary) update(e *nn.Event) {
	f, err := b.draw(e.Model, e.Epoch)
	if err != nil {
		b.failed = true
		e.Fail(err)
		return
	}
	b.show("viz.DecisionBoundary", f)
}

// side is how many points of the plane are asked in each direction.
const side = 60

// plane is the points of a square grid as data for Predict.
type plane struct {
	nn.Data
	lo, hi [2]float64
}

func (p plane) Len() int { return side * side }

// at is point i; the second number grows upwards, rows go downwards.
func (p plane) at(i int) (x, y float32) {
	u, v := (float64(i%side)+0.5)/side, 1-(float64(i/side)+0.5)/side
	return float32(p.lo[0] + u*(p.hi[0]-p.lo[0])), float32(p.lo[1] + v*(p.hi[1]-p.lo[1]))
}

func (p plane) Batch(index []int, x, y []float32) {
	for i, n := range index {
		x[2*i], x[2*i+1] = p.at(n)
	}
	clear(y)
}

// planeOf is the plane around the first examples of d.
func planeOf(d nn.Data, shown int) plane {
	p := plane{Data: d, lo: [2]float64{math.Inf(1), math.Inf(1)}, hi: [2]float64{math.Inf(-1), math.Inf(-1)}}
	for i := range shown {
		x, _ := example(d, i)
		for j := range 2 {
			p.lo[j], p.hi[j] = min(p.lo[j], float64(x[j])), max(p.hi[j], float64(x[j]))
		}
	}
	for j := range 2 {
		gap := 0.1 * (p.hi[j] - p.lo[j])
		if !(gap > 0) { // one value alone
			gap = max(1e-3, 0.1*math.Abs(p.hi[j]))
		}
		p.lo[j], p.hi[j] = p.lo[j]-gap, p.hi[j]+gap
	}
	return p
}

// draw asks the model and draws its answers.
func (b *boundary) draw(m *nn.Model, epoch int) (*Figure, error) {
	if err := checkPlane("viz.DecisionBoundary", b.data); err != nil {
		return nil, err
	}
	shown := min(500, b.data.Len()) // more would hide the regions
	p := planeOf(b.data, shown)
	t, areas, none, err := b.regions(m, p)
	if err != nil {
		return nil, err
	}
	return b.picture(t, p, shown, areas, none, epoch)
}

// index is the point nearest to two numbers.
func (p plane) index(x, y float32) int {
	column := int(side * (float64(x) - p.lo[0]) / (p.hi[0] - p.lo[0]))
	row := int(side * (p.hi[1] - float64(y)) / (p.hi[1] - p.lo[1]))
	return min(side-1, max(0, row))*side + min(side-1, max(0, column))
}

// region says where the points of a class lie: their middle, and from where to where they go.
func (b *boundary) region(p plane, class int) string {
	var all [2][]float32
	middle := [2]float64{}
	for i, c := range b.whose {
		if c == class {
			x, y := p.at(i)
			all[0], all[1] = append(all[0], x), append(all[1], y)
			middle[0], middle[1] = middle[0]+float64(x), middle[1]+float64(y)
		}
	}
	n := float64(len(all[0]))
	if n == 0 {
		return ""
	}
	w := b.words
	return fmt.Sprintf(", %s (%s; %s), %s %s, %s %s", w.middle, w.digits(middle[0]/n), w.digits(middle[1]/n), axes[0], spanOf(all[0]).inWords(w), axes[1], spanOf(all[1]).inWords(w))
}

// checkPlane tells what is wrong with data that are to be points of a plane.
func checkPlane(where string, d nn.Data) error {
	if d == nil {
		return &nn.Error{Where: where, Expected: "data", Got: "nil", Mend: "take datasets.Moons(200, 0.1, 1)"}
	}
	if err := d.Open(); err != nil {
		return &nn.Error{Where: where, Err: err}
	}
	if s := d.Shape(); s.Size() != 2 || d.TargetSize() != 1 || d.Len() == 0 {
		return &nn.Error{Where: where, Expected: "examples of two numbers, each with its class", Got: fmt.Sprintf("%d of %v", d.Len(), s), GotShape: s,
			Mend: "take data with two numbers an example, as datasets.Moons(200, 0.1, 1)"}
	}
	return nil
}

// regions is what the model answers everywhere in the plane, and how many of its points are
// of each class, or of none, where the answer is no number.
func (b *boundary) regions(m *nn.Model, p plane) (t tile, areas []int, none int, err error) {
	answers, err := m.Classify(p)
	if err != nil {
		return tile{}, nil, 0, err
	}
	t, areas = tile{shape: tensor.Shape{side, side, 3}}, make([]int, b.data.Classes())
	b.whose = make([]int, len(answers))
	for i, a := range answers {
		b.whose[i] = a.Class
		for a.Class >= len(areas) { // of data without classes the model's answers
			areas = append(areas, 0)
		}
		if math.IsNaN(a.Output) {
			none++
			b.whose[i] = -1
			colour := rgb(noNumber)
			t.pixels = append(t.pixels, colour[:]...)
			continue
		}
		areas[a.Class]++
		certain := max(0.15, float32(a.Certainty)) // paler would not be seen
		for _, c := range rgb(palette[a.Class%len(palette)]) {
			t.pixels = append(t.pixels, 1+0.75*certain*(c-1)) // 1 is white
		}
	}
	return t, areas, none, nil
}

// rgb is the parts of "#rrggbb", 0…1.
func rgb(colour string) (parts [3]float32) {
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		panic(err) // a colour of svg.go
	}
	for i := range parts {
		parts[i] = float32(n>>(16-8*i)&255) / 255
	}
	return parts
}

// picture shows the plane's answers and the examples, which have the same colours on
// every ground, as the pixels have, and what part of the plane is whose.
func (b *boundary) picture(t tile, p plane, shown int, areas []int, none, epoch int) (*Figure, error) {
	const size, left, top, legend = 360, 44, 30, widest - 360 - 44
	title := fmt.Sprintf("%s · %s %d", b.words.boundary, b.words.epoch, epoch)
	said := []string{title}
	for j, name := range axes {
		said = append(said, fmt.Sprintf("%s: %s %s %s", name, b.words.digits(p.lo[j]), b.words.to, b.words.digits(p.hi[j])))
	}
	var names []string
	for class, cells := range areas {
		names = append(names, fmt.Sprintf("%s · %s", b.class(class), b.words.sure(float64(cells)/(side*side))))
		said = append(said, fmt.Sprintf("%s %s %s%s", b.words.class, names[class], b.words.seen, b.region(p, class)))
	}
	if none > 0 {
		names = append(names, fmt.Sprintf("NaN · %s", b.words.sure(float64(none)/(side*side))))
		said = append(said, fmt.Sprintf("%s %s", names[len(areas)], b.words.seen))
	}
	inside := 0
	for i := range shown {
		if at, target := example(b.data, i); b.whose[p.index(at[0], at[1])] == int(target[0]) {
			inside++
		}
	}
	said = append(said, fmt.Sprintf(b.words.inRegion, count(inside), count(shown)))
	d := newDrawing(left+size+legend, top+size+44, strings.Join(said, "; "))
	d.title(title, left, size+legend)
	if err := d.image(t.shape, t.pixels, left, top, size, size); err != nil {
		return nil, err
	}
	x := func(v float64) float64 { return left + size*(v-p.lo[0])/(p.hi[0]-p.lo[0]) }
	y := func(v float64) float64 { return top + size*(p.hi[1]-v)/(p.hi[1]-p.lo[1]) }
	dot := func(x, y float64, class int) {
		fmt.Fprintf(d, `<circle cx="%.1f" cy="%.1f" r="3.5" style="fill:%s;stroke:#ffffff"/>`, x, y, palette[class%len(palette)])
	}
	for i := range shown {
		at, target := example(b.data, i)
		dot(x(float64(at[0])), y(float64(at[1])), int(target[0]))
	}
	d.text(left+size+2*space, top+12, "start", quiet, b.words.class+" · "+b.words.seen)
	for class, name := range names {
		at := top + 12 + lineHeight*float64(class+1)
		if class < len(areas) {
			dot(left+size+2*space+4, at-4, class)
		} else {
			d.rect(left+size+2*space, at-9, 9, 10, noNumber)
		}
		share := strings.LastIndex(name, " · ")
		d.within(legend-5*space, left+size+4*space, at, "start", "", name[:share], name[share:])
	}
	for j, write := range []func(v float64, s string){
		func(v float64, s string) { d.text(x(v), top+size+16, "middle", quiet, s) },
		func(v float64, s string) { d.text(left-6, y(v)+4, "end", quiet, s) },
	} {
		marks := ticks(p.lo[j], p.hi[j], 5)
		form := formOf(p.lo[j], p.hi[j], marks[1]-marks[0])
		for _, v := range marks {
			if v >= p.lo[j] && v <= p.hi[j] {
				write(v, b.words.tick(v, form))
			}
		}
	}
	d.text(left+size/2, top+size+34, "middle", quiet, axes[0])
	d.text(space, top-8, "start", quiet, axes[1])
	return d.figure(), nil
}

// axes are the names of the two numbers of an example.
var axes = [2]string{"x₁", "x₂"}
