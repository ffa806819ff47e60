package nn

import (
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// Timing is what [Time] has measured.
type Timing struct {
	Model  string
	Home   string        // where the model lives: "cpu", "cuda, NVIDIA T4"
	Rows   int           // examples of the batch
	Step   time.Duration // forwards and backwards in one go; layers that wait for each other take longer
	Layers []LayerTime
	kinds  map[string]LayerInfo
}

// LayerTime is what a layer takes for a batch, and by how much it errs.
type LayerTime struct {
	Name, Kind        string        // "conv2d_1", "Conv2D"
	Forward, Backward time.Duration // 0 where the layer does nothing
	// Output and Gradient are the largest difference from the same model in float64,
	// divided by the largest number there: of the layer's output, and of the gradients of its
	// parameters. They are NaN where there is nothing to compare, or the model is so large
	// that the reference would take minutes.
	Output, Gradient float64
}

// How long Time repeats a step, and how many multiply-accumulates it asks of the reference.
const (
	timeFor     = 300 * time.Millisecond
	timeRepeats = 30
	timeLeast   = 3
	referred    = 300_000_000
	timeCompare = 8 // examples
)

// Time measures how long each layer takes on the first examples of d, forwards and
// backwards as in training, of a few passes the fastest; and by how much its numbers
// differ from those that the reference backend has in float64. The batch has 32 examples, or
// what BatchSize says. The model does not change. On a GPU it is the card that tells the times,
// by events between the kernels of one layer and of the next, and the host waits for the last.
func Time(m *Model, d Data, batch ...BatchSize) (t *Timing, err error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	defer func() { err = show(err) }()
	defer catch("Time", &err)
	if m.lossless() {
		return nil, needsLoss("Time")
	}
	rows := 32
	if len(batch) > 0 {
		rows = int(batch[0])
	}
	if rows < 1 || len(batch) > 1 {
		return nil, &Error{Where: "Time", Expected: "one batch size of at least 1", Got: fmt.Sprint(batch), Mend: "write nn.BatchSize(32)"}
	}
	b, c, err := m.loaded("Time", d, rows)
	if err != nil {
		return nil, err
	}
	t = &Timing{Model: m.name, Home: m.home(), Rows: b.n, Step: math.MaxInt64, kinds: map[string]LayerInfo{}}
	macs := 0
	for _, l := range m.graph.describeLayers(m) {
		t.kinds[l.Name] = l
		macs += l.MACs
		t.Layers = append(t.Layers, LayerTime{Name: l.Name, Kind: l.Kind, Forward: math.MaxInt64, Backward: math.MaxInt64, Output: math.NaN(), Gradient: math.NaN()})
	}
	if err := t.measure(m, b, c); err != nil {
		return nil, &Error{Where: "Time", Err: err}
	}
	if few := min(timeCompare, b.n, referred/max(1, macs)); few > 0 {
		err = t.compare(m, d, few)
	}
	return t, err
}

// loaded is a batch of the first examples of d, to be computed as training would.
func (m *Model) loaded(caller string, d Data, rows int) (*batch, *Context, error) {
	b, err := m.newBatch(caller, d, rows, forTraining)
	if err != nil {
		return nil, nil, err
	}
	index := ascending(min(rows, d.Len()))
	b.fetch(index)
	if err := b.load(); err != nil {
		return nil, nil, at(caller, err)
	}
	if err := b.unusableTargets(index); err != nil {
		return nil, nil, at(caller, err)
	}
	return b, &Context{Training: true, seed: m.seed, step: uint64(m.step)}, nil
}

// measure times steps on a batch: each once in one go, and once with a mark behind each layer.
func (t *Timing) measure(m *Model, b *batch, c *Context) error {
	g, failed := m.graph, error(nil)
	defer func() { g.lap = nil }()
	wait := func() {
		if err := m.backend.Sync(); failed == nil {
			failed = err
		}
	}
	watch := backend.WatchOf(m.backend, wait)
	// read puts the least time that was seen between two marks where it belongs.
	read := func(to []*time.Duration) {
		laps := watch.Laps()
		if wait(); failed == nil && len(laps) != len(to) {
			failed = fmt.Errorf("expected %d times of %s, got %d", len(to), t.Home, len(laps))
		}
		if failed != nil {
			return
		}
		for i, lap := range laps {
			*to[i] = min(*to[i], lap)
		}
	}
	step := func() {
		b.loss(c, true)
		g.backward(c, nil)
	}
	step() // what is made at the first use
	wait()
	for began, n := time.Now(), 0; failed == nil && (n < timeLeast || n < timeRepeats && time.Since(began) < timeFor); n++ {
		watch.Mark()
		step()
		watch.Mark()
		read([]*time.Duration{&t.Step})
		var to []*time.Duration
		losses := time.Duration(math.MaxInt64) // no layer's
		mark := func(took *time.Duration) {
			watch.Mark()
			to = append(to, took)
		}
		g.lap = func(i int, backward bool) {
			if backward {
				mark(&t.Layers[i].Backward)
			} else {
				mark(&t.Layers[i].Forward)
			}
		}
		watch.Mark()
		b.loss(c, true)
		mark(&losses)
		g.backward(c, nil)
		g.lap = nil
		read(to)
	}
	for i := range t.Layers {
		l, n := &t.Layers[i], g.nodes[i]
		if len(n.in) == 0 || l.Forward == math.MaxInt64 {
			l.Forward = 0
		}
		if l.Backward == math.MaxInt64 {
			l.Backward = 0
		}
	}
	return failed
}

// compare computes a few examples with copies of the model here and on the reference. Their
// biases are moved a little: where a bias of 0 meets a black background, a ReLU stands
// exactly at its bend, where rounding alone makes a gradient whole or nothing.
func (t *Timing) compare(m *Model, d Data, rows int) error {
	var outputs, gradients [2][][]float32
	for i, b := range []backend.Backend{m.backend, ref.New()} {
		twin := m.copyOn(b)
		if twin.err != nil {
			return twin.err
		}
		twin.step = m.step
		for key, p := range twin.graph.params {
			if len(p.Value.Shape) == 1 {
				values := p.Value.Values()
				for j := range values {
					values[j] += 0.01 * backend.Normal(uint64(key), j)
				}
				p.Value.Set(values)
			}
		}
		var err error
		if outputs[i], gradients[i], err = twin.numbers(d, rows); err != nil {
			return err
		}
	}
	for i := range t.Layers {
		t.Layers[i].Output = apart(outputs[0][i], outputs[1][i])
		t.Layers[i].Gradient = apart(gradients[0][i], gradients[1][i])
	}
	return nil
}

// numbers are the outputs of all layers and the gradients of their parameters.
func (m *Model) numbers(d Data, rows int) (outputs, gradients [][]float32, err error) {
	b, c, err := m.loaded("Time", d, rows)
	if err != nil {
		return nil, nil, err
	}
	g := m.graph
	outputs, gradients = make([][]float32, len(g.nodes)), make([][]float32, len(g.nodes))
	g.lap = func(i int, backward bool) { // an output is forgotten when it has been read
		if !backward {
			outputs[i] = g.nodes[i].y.Values()
		}
	}
	defer func() { g.lap = nil }()
	b.loss(c, true)
	g.backward(c, nil)
	for i, n := range g.nodes {
		for _, p := range n.learning {
			gradients[i] = append(gradients[i], p.Grad.Values()...)
		}
	}
	if err := m.backend.Sync(); err != nil {
		return nil, nil, &Error{Where: "Time", Err: err}
	}
	return outputs, gradients, nil
}

// apart is max |x − want| / max |want|, NaN for none.
func apart(x, want []float32) float64 {
	if len(want) == 0 {
		return math.NaN()
	}
	largest, most := 0.0, 0.0
	for i, w := range want {
		largest = math.Max(largest, math.Abs(float64(w)))
		most = math.Max(most, math.Abs(float64(x[i])-float64(w)))
	}
	if most == 0 {
		return 0
	}
	return most / largest
}

// Largest is the largest difference of all, NaN where nothing was compared.
func (t *Timing) Largest() float64 {
	largest := math.NaN()
	for _, l := range t.Layers {
		for _, v := range []float64{l.Output, l.Gradient} {
			if !math.IsNaN(v) && !(v <= largest) {
				largest = v
			}
		}
	}
	return largest
}

// all is the sum of what the layers take.
func (t *Timing) all() (sum time.Duration) {
	for _, l := range t.Layers {
		sum += l.Forward + l.Backward
	}
	return sum
}

// String is a table of the layers.
func (t *Timing) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Time of %s on %s · a batch of %d · a step takes %s\n", t.Model, t.Home, t.Rows, milliseconds(t.Step))
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "Layer\tForward\tBackward\tShare\tOutput, from float64\tGradient, from float64")
	for _, l := range t.Layers {
		fmt.Fprintf(w, "%s (%s)\t%s\t%s\t%.1f %%\t%s\t%s\n", l.Name, l.Kind, milliseconds(l.Forward), milliseconds(l.Backward), t.share(l), difference(l.Output), difference(l.Gradient))
	}
	fmt.Fprintf(w, "Largest\t\t\t\t%s\t\n", difference(t.Largest()))
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// share is a layer's part of the time of all, in percent.
func (t *Timing) share(l LayerTime) float64 {
	return 100 * float64(l.Forward+l.Backward) / float64(max(1, t.all()))
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.3f ms", d.Seconds()*1000) }

func difference(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.1e", v)
}

// ShowResult are the forms in which a cell shows the times that it ends with.
func (t *Timing) ShowResult() map[string]string {
	return map[string]string{notebook.Plain: t.String(), notebook.HTML: t.html()}
}
