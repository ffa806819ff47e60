package viz

import (
	"fmt"
	"math"
	"strconv"

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
	data nn.Data
}

// LooksAtBatches tells Fit that no step's numbers are drawn.
func (b *boundary) LooksAtBatches() bool { return false }

func (b *boundary) On(e *nn.Event) {
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

// draw asks the model and draws its answers.
func (b *boundary) draw(m *nn.Model, epoch int) (*Figure, error) {
	if b.data == nil {
		return nil, &nn.Error{Where: "viz.DecisionBoundary", Expected: "data", Got: "nil", Mend: "write viz.DecisionBoundary(datasets.Moons(200, 0.1, 1))"}
	}
	if err := b.data.Open(); err != nil {
		return nil, &nn.Error{Where: "viz.DecisionBoundary", Err: err}
	}
	if s := b.data.Shape(); s.Size() != 2 || b.data.TargetSize() != 1 || b.data.Len() == 0 {
		return nil, &nn.Error{Where: "viz.DecisionBoundary", Expected: "examples of two numbers, each with its class", Got: fmt.Sprintf("%d of %v", b.data.Len(), s), GotShape: s,
			Mend: "take data with two numbers an example, as datasets.Moons(200, 0.1, 1)"}
	}
	p := plane{Data: b.data, lo: [2]float64{math.Inf(1), math.Inf(1)}, hi: [2]float64{math.Inf(-1), math.Inf(-1)}}
	count := min(500, b.data.Len()) // more would hide the regions
	for i := range count {
		x, _ := example(b.data, i)
		for j := range 2 {
			p.lo[j], p.hi[j] = min(p.lo[j], float64(x[j])), max(p.hi[j], float64(x[j]))
		}
	}
	for j := range 2 {
		gap := 0.1*(p.hi[j]-p.lo[j]) + 1e-3
		p.lo[j], p.hi[j] = p.lo[j]-gap, p.hi[j]+gap
	}
	answers, err := m.Classify(p)
	if err != nil {
		return nil, err
	}
	t := tile{shape: tensor.Shape{side, side, 3}}
	for _, a := range answers {
		certain := max(0.15, float32(a.Certainty)) // paler would not be seen
		for _, c := range rgb(palette[a.Class%len(palette)]) {
			t.pixels = append(t.pixels, 1+0.75*certain*(c-1)) // 1 is white
		}
	}
	return b.picture(t, p, count, epoch)
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

func (b *boundary) picture(t tile, p plane, count, epoch int) (*Figure, error) {
	const size, left, top = 360, 44, 30
	data, err := encode(t.shape, t.pixels)
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("%s · %s %d", b.words.boundary, b.words.epoch, epoch)
	d := newDrawing(left+size+16, top+size+34, title)
	d.text(left, 18, "start", sizeLarge, title)
	fmt.Fprintf(d, `<image x="%d" y="%d" width="%d" height="%d" href="data:image/png;base64,%s"/>`, left, top, size, size, data)
	x := func(v float64) float64 { return left + size*(v-p.lo[0])/(p.hi[0]-p.lo[0]) }
	y := func(v float64) float64 { return top + size*(p.hi[1]-v)/(p.hi[1]-p.lo[1]) }
	for i := range count {
		at, target := example(b.data, i)
		fmt.Fprintf(d, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s" stroke="#222222"/>`, x(float64(at[0])), y(float64(at[1])), palette[int(target[0])%len(palette)])
	}
	for j, write := range []func(v float64, s string){
		func(v float64, s string) { d.text(x(v), top+size+16, "middle", "", s) },
		func(v float64, s string) { d.text(left-6, y(v)+4, "end", "", s) },
	} {
		marks := ticks(p.lo[j], p.hi[j], 5)
		for _, v := range marks {
			if v >= p.lo[j] && v <= p.hi[j] {
				write(v, b.words.decimal(v, marks[1]-marks[0]))
			}
		}
	}
	return &Figure{SVG: d.end(), Alt: title}, nil
}
