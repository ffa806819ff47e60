package arch

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// reinforcements are the paper's q: how much a pattern strengthens a cell, in the first
// module and in those behind it.
var reinforcements = []float64{1, 16}

// column is how far cells reach with which a cell competes, in each direction: the paper's
// S-columns see 5×5 places.
const column = 2

// SelfOrganize has the S-cells of a [Neocognitron] learn without a teacher, layer by layer:
// each sees all patterns, in their order, as many times as passes says, while those behind
// it are yet to learn. The model is compiled with nn.NoLoss and the options for it, and has
// to be compiled anew to learn labels, which keeps its weights unless nn.Seed is another.
//
// For each pattern the cells that answer most represent their planes (Fukushima 1980, section
// 3): the largest of all, then the largest of the planes and places that are left, where a
// representative keeps all other cells of its S-column, 5×5 places around it, from becoming
// one. Where an input is strong and no plane answers, a plane that has learned nothing takes
// it (the seed of Fukushima 1988; in 1980 weak weights drawn at random did that). Each
// representative of a plane at the place n is strengthened, and the plane with it:
//
//	Δa(ν) = q·c(ν)·u(n + ν)        c falls with the distance ν from the centre, Σ c = 1
//	Δb    = q/2·v(n)               v(n) = √(Σ c(ν)·u(n + ν)²)
//
// Errors are those of Compile and Fit, and of a model without S-cells that it can lay the
// patterns under.
func SelfOrganize(m *nn.Model, patterns nn.Data, passes int, options ...nn.CompileOption) error {
	m.Compile(nn.NoLoss, nn.SGD(1), options...)
	refuse := func(got string) error {
		return &nn.Error{Where: "arch.SelfOrganize", Expected: "a model with S-cells, whose windows are square and move by 1", Got: got,
			Mend: "organise an arch.Neocognitron(), or put nn.SCells(24, 5, 4) into the model"}
	}
	modules := 0
	for _, l := range m.Layers() {
		if l.Kind != "SCells" {
			continue
		}
		if size, strides := l.Config.Ints("kernel_size"), l.Config.Ints("strides"); size[0] != size[1] || slices.Max(strides) > 1 {
			return refuse(l.Recipe)
		}
		o := organizer{layer: l.Name, q: reinforcements[min(modules, len(reinforcements)-1)]}
		if _, err := m.Fit(patterns, nn.Epochs(passes), nn.BatchSize(1), nn.Shuffle(false), nn.Verbose(false), nn.Observe(o.observe)); err != nil {
			return err
		}
		modules++
	}
	if m.Err() == nil && modules == 0 {
		return refuse("none")
	}
	return m.Err()
}

// organizer is the rule for one layer.
type organizer struct {
	layer string
	q     float64

	in, out shape     // of an example
	size    int       // of a window
	u, s    []float32 // what the layer sees and answers
	a, b    []float32 // [size·size·channels × planes], [planes]
	c       []float64 // of a window
	v       []float64 // at each place

	represented []bool // planes
	inhibited   []bool // places
}

// shape is that of maps.
type shape struct{ height, width, planes int }

// observe strengthens the layer's weights behind its forward pass.
func (o *organizer) observe(s *nn.Observation) {
	if s.Layer.Name != o.layer || s.Phase != nn.FeedForward {
		return
	}
	in, out := s.X[0].Shape, s.Out.Shape
	o.in, o.out = shape{in[1], in[2], in[3]}, shape{out[1], out[2], out[3]}
	kernel, inhibition := s.Params[0].Value, s.Params[1].Value
	o.size = kernel.Shape[0]
	o.u, o.s, o.a, o.b = s.X[0].Values(), s.Out.Values(), kernel.Values(), inhibition.Values()
	o.c = nn.Falling(o.size, o.size)
	floats.Scale(1/(floats.Sum(o.c)*float64(o.in.planes)), o.c)
	o.represented, o.inhibited = make([]bool, o.out.planes), make([]bool, o.out.height*o.out.width)
	o.v = make([]float64, len(o.inhibited))
	for place := range o.v {
		squares := 0.0
		o.window(place, func(c float64, u []float32, _ int) {
			for _, x := range u {
				squares += c * float64(x) * float64(x)
			}
		})
		o.v[place] = math.Sqrt(squares)
	}
	for {
		plane, place := o.strongest()
		if plane < 0 {
			plane, place = o.seed()
		}
		if plane < 0 {
			break
		}
		o.strengthen(plane, place)
	}
	kernel.Set(o.a)
	inhibition.Set(o.b)
}

// window calls f for each cell of the window at a place: with its weight, the numbers that are
// there, and how many cells of the window stand before it. What lies outside is 0.
func (o *organizer) window(place int, f func(c float64, u []float32, before int)) {
	pad := (o.out.height + o.size - 1 - o.in.height) / 2
	top, left := place/o.out.width-pad, place%o.out.width-pad
	for i, c := range o.c {
		y, x := top+i/o.size, left+i%o.size
		if y >= 0 && y < o.in.height && x >= 0 && x < o.in.width {
			f(c, o.u[(y*o.in.width+x)*o.in.planes:][:o.in.planes], i)
		}
	}
}

// strongest is the cell that answers most of those that may yet represent their plane, or −1.
func (o *organizer) strongest() (plane, place int) {
	plane, most := -1, float32(0)
	for i, s := range o.s {
		if k, n := i%o.out.planes, i/o.out.planes; s > most && !o.represented[k] && !o.inhibited[n] {
			plane, place, most = k, n, s
		}
	}
	return plane, place
}

// seed is a plane that has learned nothing and the place of the strongest input that no plane
// answers, at least half as strong as any: −1 where there is none.
func (o *organizer) seed() (plane, place int) {
	plane = slices.Index(o.b, 0)
	if plane < 0 {
		return -1, 0
	}
	place, most := -1, slices.Max(o.v)/2
	for n, v := range o.v {
		if v > 0 && v >= most && !o.inhibited[n] && slices.Max(o.s[n*o.out.planes:][:o.out.planes]) == 0 {
			place, most = n, v
		}
	}
	if place < 0 {
		return -1, 0
	}
	return plane, place
}

// strengthen has a plane learn what its representative sees, which keeps its S-column still.
func (o *organizer) strengthen(plane, place int) {
	o.window(place, func(c float64, u []float32, before int) {
		for p, x := range u {
			o.a[(before*o.in.planes+p)*o.out.planes+plane] += float32(o.q * c * float64(x))
		}
	})
	o.b[plane] += float32(o.q / 2 * o.v[place])
	o.represented[plane] = true
	for n := range o.inhibited {
		dy, dx := n/o.out.width-place/o.out.width, n%o.out.width-place%o.out.width
		if max(dy, -dy, dx, -dx) <= column {
			o.inhibited[n] = true
		}
	}
}
