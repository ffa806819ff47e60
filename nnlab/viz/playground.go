package viz

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"
	"weak"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

const (
	playLayers = 5   // with weights
	playUnits  = 8   // of a layer
	playAlone  = 100 // epochs where there is no page with controls
)

// How fast a playground learns, so that it can be looked at and leaves the processor to
// others, and how long it goes on when nobody touches it.
var (
	playPace = 20 * time.Millisecond  // an epoch
	playLook = 250 * time.Millisecond // a picture: of more a busy page would fall behind, and its controls with it
	playIdle = 2 * time.Minute
)

// Playground trains a small MLP of two inputs on d while the cell runs, and shows what its
// neurons answer everywhere in the plane, its weights, the regions of its classes and its
// loss. Below it are controls: sliders for η and α, the activation function of the hidden
// layers, one step of the training, from the beginning with other weights, and an end.
//
//	m := nn.Sequential(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax)).
//		Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
//	viz.Playground(m, datasets.Moons(200, 0.1, 1))
//
// It learns by SGD on a copy of the model, in batches of 10, some 50 epochs a second. It ends by
// its button, by the cell's stop, or when nobody has touched it for two minutes; where no page
// has its controls, as in nbconvert, after 100 epochs. The last picture stays.
func Playground(m *nn.Model, d nn.Data, options ...Option) (*Figure, error) {
	p, err := newPlayground(m, d, newSettings(options))
	if err != nil {
		return nil, err
	}
	controls := p.controls(options)
	if notebook.Available() {
		p.display = begin()
		if err := p.draw(); err != nil {
			return nil, err
		}
		for _, c := range controls {
			c.report(c.Show())
		}
	}
	err = p.play()
	if notebook.Available() {
		for _, c := range controls {
			c.report(c.Close())
		}
	}
	if err == nil {
		err = p.draw()
	}
	shown.Store(weak.Make(p.last), true)
	return p.last, err
}

// playground is a network that learns while it is played with.
type playground struct {
	settings
	display
	data  nn.Data
	plane plane
	alone bool // no page has its controls

	recipe map[string]any // of the model, as data
	model  *nn.Model
	epochs int // that have been trained since the last beginning
	losses []point
	lost   string // where it has diverged, in words
	last   *Figure
	looked time.Time // when it was drawn

	mu      sync.Mutex
	asked   wishes // what was asked for by the controls
	doing   wishes // what is done
	touched time.Time
	woken   chan struct{}
}

// wishes are what the controls ask for.
type wishes struct {
	rate, momentum float64
	activation     string
	seed           uint64 // of the weights: another one is another beginning
	paused         bool
	steps          int // to do while it is paused
	over           bool
}

// playActivations are the functions that a playground offers.
var playActivations = []nn.ActivationFunction{nn.Tanh, nn.Sigmoid, nn.ReLU, nn.Linear}

// newPlayground reads a model and checks it and the data.
func newPlayground(m *nn.Model, d nn.Data, s settings) (*playground, error) {
	text, err := m.MarshalJSON()
	if err == nil {
		err = m.Err()
	}
	if err != nil {
		return nil, err
	}
	p := &playground{settings: s, data: d, alone: notebook.KernelID() == "", woken: make(chan struct{}, 1), touched: time.Now()}
	if err := json.Unmarshal(text, &p.recipe); err != nil {
		return nil, err
	}
	layers := m.Layers()
	for i, l := range layers {
		if kind := map[bool]string{true: "Input", false: "Dense"}[i == 0]; l.Kind != kind || len(l.Shape) != 1 || l.Shape.Size() > playUnits || i == 0 && l.Shape.Size() != 2 || len(layers) > playLayers+1 || len(layers) < 2 {
			return nil, &nn.Error{Where: "viz.Playground", Expected: fmt.Sprintf("an MLP of two inputs and up to %d Dense layers of up to %d units", playLayers, playUnits), Got: l.String(),
				Mend: "write nn.Sequential(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax))"}
		}
	}
	if err := checkPlane("viz.Playground", d); err != nil {
		return nil, err
	}
	p.plane = planeOf(d, min(500, d.Len()))
	p.asked = wishes{rate: 0.1, activation: nn.Tanh.String(), seed: 1}
	if o, ok := p.recipe["optimizer"].(map[string]any); ok {
		if rate, ok := o["learning_rate"].(float64); ok {
			p.asked.rate = min(max(rate, lowestRate), highestRate)
		}
		if momentum, ok := o["momentum"].(float64); ok {
			p.asked.momentum = min(momentum, highestMomentum)
		}
	}
	if seed, ok := p.recipe["seed"].(float64); ok {
		p.asked.seed = uint64(seed)
	}
	if f, ok := layers[1].Config["activation"].(nn.Config); ok && len(layers) > 2 {
		p.asked.activation = f.Kind()
	}
	return p, p.build(m)
}

// build makes the model that was asked for, with the weights of another one if they are for
// the same beginning.
func (p *playground) build(from *nn.Model) error {
	w := p.asked
	p.recipe["seed"] = w.seed
	p.recipe["optimizer"] = map[string]any{"kind": "SGD", "learning_rate": w.rate, "momentum": w.momentum, "nesterov": false}
	layers := p.recipe["layers"].([]any)
	for i, l := range layers {
		if i > 0 && i < len(layers)-1 {
			l.(map[string]any)["config"].(map[string]any)["activation"] = map[string]any{"kind": w.activation}
		}
	}
	text, err := json.Marshal(p.recipe)
	if err != nil {
		return err
	}
	m := nn.FromJSON(text)
	if err := m.Err(); err != nil {
		return err
	}
	if from != nil {
		for i, q := range m.Params() {
			q.Value.Set(from.Params()[i].Value.Values())
		}
	}
	p.model, p.doing = m, w
	return nil
}

// The ends of the sliders.
const (
	lowestRate, highestRate = 1e-3, 3
	highestMomentum         = 0.95
)

// controls are those below the picture.
func (p *playground) controls(options []Option) []*Control {
	w := p.words
	names := make([]string, len(playActivations))
	for i, f := range playActivations {
		names[i] = f.String()
	}
	ask := func(change func(*wishes)) {
		p.mu.Lock()
		change(&p.asked)
		p.touched = time.Now()
		p.mu.Unlock()
		select {
		case p.woken <- struct{}{}:
		default: // it is awake already
		}
	}
	return []*Control{
		SliderOf("η", lowestRate, highestRate, p.asked.rate, func(v float64) { ask(func(w *wishes) { w.rate = v }) }, append(options, Logarithmic())...),
		SliderOf("α", 0, highestMomentum, p.asked.momentum, func(v float64) { ask(func(w *wishes) { w.momentum = v }) }, options...),
		buttonsOf(w.activation, names, func(i int) { ask(func(w *wishes) { w.activation = names[i] }) }, options...),
		buttonsOf(w.training, []string{w.pause, w.oneStep, w.anew, w.finish}, func(i int) {
			ask(func(w *wishes) {
				switch i {
				case 0:
					w.paused, w.steps = !w.paused, 0
				case 1:
					w.paused = true
					w.steps++
				case 2:
					w.seed++
				default:
					w.over = true
				}
			})
		}, options...),
	}
}

// play trains until it is to end.
func (p *playground) play() error {
	for {
		p.mu.Lock()
		w := p.asked
		anew := w.seed != p.doing.seed
		rebuilt := anew || w.activation != p.doing.activation || w.momentum != p.doing.momentum
		waits := w.paused && w.steps == 0
		var err error
		if rebuilt {
			from := p.model
			if anew {
				from, p.epochs, p.losses, p.lost = nil, 0, nil, ""
			}
			err = p.build(from)
		}
		p.mu.Unlock()
		switch {
		case err != nil:
			return err
		case w.over || p.alone && p.epochs >= playAlone:
			return nil
		}
		if rebuilt && notebook.Available() {
			if err := p.draw(); err != nil {
				return err
			}
		}
		if waits {
			select {
			case <-p.woken:
			case <-time.After(playIdle): // nobody has touched it since
				return nil
			}
			continue
		}
		h, err := p.model.Fit(p.data, nn.Epochs(1<<30), nn.BatchSize(10), nn.Verbose(false), nn.Callbacks(p))
		if err != nil && p.lost != "" && !p.alone { // who plays goes on from there
			if err := p.draw(); err != nil {
				return err
			}
			p.mu.Lock()
			p.asked.paused, p.asked.steps = true, 0
			p.mu.Unlock()
			continue
		}
		if err != nil {
			return err
		}
		if h.Stopped != asked {
			return nil // by the cell's stop, or left alone
		}
	}
}

// asked is why a training ends that goes on when what was asked for is done.
const asked = "asked"

// LooksAtBatches tells Fit that no step's numbers are drawn.
func (p *playground) LooksAtBatches() bool { return false }

// On does what was asked for, and draws.
func (p *playground) On(e *nn.Event) {
	switch {
	case e.Phase == nn.FitBegin:
		p.lost = ""
	case e.Phase == nn.FitEnd && e.Diverged:
		p.lost = fmt.Sprintf("%s, %s %d; %s", noNumbers, p.words.epoch, p.epochs+1, p.words.orAnew)
	}
	if e.Phase != nn.BatchEnd && e.Phase != nn.EpochEnd {
		return
	}
	p.mu.Lock()
	w := &p.asked
	e.LearningRate = w.rate
	stepped := w.paused && w.steps > 0 && e.Phase == nn.BatchEnd
	if stepped {
		w.steps--
	}
	if w.over || w.paused && (stepped || w.steps == 0) || w.seed != p.doing.seed || w.activation != p.doing.activation || w.momentum != p.doing.momentum {
		e.Stop(asked)
	}
	idle := time.Since(p.touched)
	p.mu.Unlock()
	if e.Phase == nn.EpochEnd {
		p.epochs++
		if loss, ok := e.Get("loss"); ok {
			p.losses = append(p.losses, point{float64(p.epochs), loss})
		}
		switch {
		case p.alone && p.epochs >= playAlone:
			e.Stop(asked)
		case !p.alone && idle > playIdle:
			e.Stop("left alone")
		case !p.alone:
			time.Sleep(playPace)
		}
	}
	if notebook.Available() && (stepped || time.Since(p.looked) >= playLook) {
		if err := p.draw(); err != nil {
			e.Fail(err)
		}
	}
}

// draw shows the network as it is.
func (p *playground) draw() error {
	f, err := p.figure()
	if err != nil {
		return err
	}
	p.last, p.looked = f, time.Now()
	if notebook.Available() {
		p.show("viz.Playground", f)
	}
	return nil
}
