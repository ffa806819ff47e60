package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Model is a network with what it needs to learn: a loss, an optimizer, metrics
// and a seed. Make one with [Sequential] or [Graph] and [Model.Compile].
type Model struct {
	inputs, outputs []*Node // the recipe

	name      string
	loss      Loss
	losses    []Loss    // one an output, instead of loss
	weights   []float64 // of the losses, one an output; nil for ones
	optimizer Optimizer
	clips     []clip
	metrics   []Metric
	seed      uint64
	toInputs  bool     // the gradient flows back to the inputs, too
	frozen    []string // names of layers and blocks, or with a * beginnings of names
	backend   backend.Backend
	unsaid    bool            // On has not chosen it
	tf32      bool            // on tensor cores
	exact     backend.Backend // where it is, that without tensor cores
	before    map[string]any  // of a variable on a device: as the cell has found it

	graph    *graph
	heads    []*head // one an output
	clip     clip
	learning []*Param // those of graph.params that learn by their gradient
	step     int      // steps trained since the weights were drawn
	epoch    int      // epochs begun since then: the position in the seed's sequence
	history  *History // of all epochs since then: memory of its own, to which variables of a notebook may point
	err      error
	refused  error // why it cannot be made, see Refused

	pretrain func(*Model) error // brings the first weights, see Pretrained
	open     func(*Model)       // makes the model at its first use, see Keep
	maker    func() *Model      // what Keep was given
	kept     *kept              // where its state is kept, nil when nowhere
}

// CompileOption is what [Model.Compile] can be told besides loss and optimizer:
// a [Metric], a [Seed], a backend with [On], [ClipValue], [ClipNorm] or
// [GlobalClipNorm], [TF32], and for several outputs [Losses] and [LossWeights], each once.
type CompileOption interface{ applyCompile(*Model) }

// Compile builds the network for training with a loss and an optimizer, and draws its
// weights, when it is first used. It returns the model itself. An error is kept for
// [Model.Err] and for all that is called afterwards.
//
// A model that is compiled again, with the same seed, keeps its weights and
// its history, as in Keras, and the new optimizer begins: to train the layers that
// [Freeze] kept before, or with another loss; also behind a Compile that was refused.
// [Model.Reset] draws them anew.
func (m *Model) Compile(loss Loss, optimizer Optimizer, options ...CompileOption) *Model {
	if m == nil {
		return Refused("model", noModel())
	}
	before := *m
	m.loss, m.optimizer, m.seed, m.metrics, m.clips, m.losses, m.weights, m.frozen = loss, optimizer, 1, nil, nil, nil, nil, nil
	if m.tf32 {
		m.backend, m.tf32 = m.exact, false
	}
	if m.err = m.refused; m.err != nil {
		return m
	}
	if err := checkOptions("Compile", options); err != nil {
		m.err = err
		return m
	}
	for _, o := range options {
		o.applyCompile(m)
	}
	if m.backend == nil {
		if m.backend, m.err = defaultBackend(); m.err != nil {
			return m
		}
		m.unsaid = true
	}
	if m.tf32 {
		m.useTensorCores()
	}
	if m.err = m.build(); m.err == nil && before.graph != nil && before.graph.seed == m.seed {
		if m.err = m.inherit(&before); m.err != nil { // the weights are where they were, for whoever compiles anew
			m.graph, m.backend, m.unsaid, m.tf32, m.exact = before.graph, before.backend, before.unsaid, before.tf32, before.exact
		}
	}
	return m
}

// inherit takes over the weights, to another backend if need be, and the history of the model
// before it was compiled anew.
func (m *Model) inherit(before *Model) (err error) {
	defer catch("Compile", &err) // where the other backend has no memory
	values := map[string]*Param{}
	for _, p := range before.graph.params {
		values[p.Name] = p
	}
	for _, p := range m.graph.params {
		if old := values[p.Name]; old != nil && old.draw == nil && old.Value.Shape.Equal(p.Value.Shape) {
			if p.draw = nil; before.backend == m.backend {
				p.Value.Buffer = old.Value.Buffer
				continue
			}
			p.Value.Buffer = backend.AllocFor(m.backend, p.Name, p.Value.Size())
			p.Value.Set(old.Value.Values())
		}
	}
	m.epoch, m.history = before.epoch, before.history
	return nil
}

func (m *Model) build() (err error) {
	defer catch("Compile", &err)
	if len(m.inputs) == 0 || len(m.outputs) == 0 {
		return &Error{Where: "Sequential", Expected: "at least an Input and one layer", Got: "none",
			Mend: "write nn.Sequential(nn.Input(784), nn.Dense(10, nn.Softmax))"}
	}
	if m.optimizer == nil {
		return &Error{Where: "Compile", Expected: "an optimizer", Got: "nil", Mend: "write nn.SGD(0.01)"}
	}
	if err := m.optimizer.check(); err != nil {
		return err
	}
	g, err := newGraph(m.backend, m.inputs, m.outputs, m.seed, m.frozen, m.toInputs)
	if err != nil {
		return err
	}
	heads, err := m.newHeads(g.outputs)
	if err != nil {
		return err
	}
	if err := m.checkLossless(); err != nil {
		return err
	}
	if err := checkNames(heads, m.metrics); err != nil {
		return err
	}
	if err := g.cutOff(); err != nil && !m.lossless() {
		return err
	}
	if err := m.checkMetrics(); err != nil {
		return err
	}
	c, err := m.chosenClip()
	if err != nil {
		return err
	}
	m.graph, m.heads, m.clip = g, heads, c
	m.learning = nil
	for _, n := range g.nodes {
		m.learning = append(m.learning, n.learning...)
	}
	m.step, m.epoch, m.history = 0, 0, &History{}
	return nil
}

// makeState gives a parameter the optimizer's state as it starts, unless it has one:
// a model that is never trained does without.
func (m *Model) makeState(p *Param) {
	if p.slots != nil {
		return
	}
	var slots []backend.Buffer // all or, where there is no memory, none
	for _, s := range m.optimizer.slots() {
		array := backend.AllocFor(m.backend, "the optimizer's state of "+p.Name, p.Value.Size())
		if s.start != 0 {
			m.backend.Fill(p.Value.Size(), s.start, array)
		}
		slots = append(slots, array)
	}
	p.slots = slots
}

// Err returns the error that Compile kept, or nil. It draws the weights, and tells when
// there is no memory for them.
func (m *Model) Err() error { return show(m.ready()) }

// ready makes a kept model that has not been used yet, draws its weights, and returns
// why the model cannot be used, if so.
func (m *Model) ready() error {
	if err := m.built(); err != nil {
		return err
	}
	if err := m.fitsMemory(); err != nil {
		return err
	}
	if load := m.pretrain; load != nil {
		m.pretrain = nil // load may use the model
		if m.err = load(m); m.err != nil {
			m.pretrain = load
			return m.err
		}
	}
	return m.draw()
}

// readyForWeights is ready for what brings all weights: they are neither drawn nor loaded.
func (m *Model) readyForWeights() error {
	if err := m.built(); err != nil {
		return err
	}
	return m.fitsMemory()
}

func (m *Model) fitsMemory() error {
	if m.graph.tooLarge == nil {
		m.graph.tooLarge = m.checkWeights()
	}
	return m.graph.tooLarge
}

// goOnFrom says where in a training the weights stand that have come from elsewhere; no
// others are loaded any more. Before the first step the optimizer has no state.
func (m *Model) goOnFrom(step, epoch int, history *History) {
	m.step, m.epoch, m.history, m.pretrain = step, epoch, history, nil
	if step > 0 {
		return
	}
	for _, p := range m.graph.params {
		p.slots = nil
	}
}

// built is ready for what looks at the layers alone, and draws no weights.
func (m *Model) built() error {
	if m == nil {
		return noModel()
	}
	if open := m.open; open != nil {
		m.open = nil
		open(m)
	}
	if m.err == nil && m.graph == nil {
		return &Error{Where: "model", Expected: "to be compiled first",
			Mend: "call .Compile(nn.CategoricalCrossentropy, nn.SGD(0.01), nn.Accuracy) on it"}
	}
	return m.err
}

func noModel() *Error {
	return &Error{Where: "model", Expected: "a model", Got: "nil", Mend: "give it one before: model = nn.Sequential(…)"}
}

// draw draws the first values of the parameters that have none yet.
func (m *Model) draw() error { return begin(m.graph.params) }

// Reset draws the weights anew from the model's seed and forgets the
// optimizer's state and the history, as after Compile.
func (m *Model) Reset() error {
	if err := m.ready(); err != nil {
		return show(err)
	}
	if m.err = m.build(); m.err != nil {
		return show(m.err)
	}
	if err := m.draw(); err != nil {
		return show(err)
	}
	return show(m.keep())
}

// History is what all trainings of this model measured so far.
func (m *Model) History() *History {
	if m.built(); m == nil { // another failure leaves the history empty; Err has it
		return &History{}
	}
	if m.history == nil {
		m.history = &History{}
	}
	return m.history
}

// Params returns the parameters in the order of the layers, or nil when the
// model could not be built.
func (m *Model) Params() []*Param {
	if m.ready() != nil {
		return nil
	}
	return m.graph.params
}

// WeightHash is the SHA-256 of all parameters, as hexadecimal digits: equal
// hashes, equal bits. It is empty when the model could not be built.
func (m *Model) WeightHash() string {
	if m.ready() != nil {
		return ""
	}
	h := sha256.New()
	m.writeParams(h)
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Hash is eight hexadecimal digits for the architecture and all parameters, short enough
// to be read out: the same layers with the same bits. With one seed and the same cells
// everybody of a class has the same, before and after training, on machines of one kind;
// another processor or a GPU rounds otherwise, and after training has another. It is empty
// when the model could not be built.
func (m *Model) Hash() string {
	if m.ready() != nil {
		return ""
	}
	h := sha256.New()
	io.WriteString(h, m.graph.describe())
	m.writeParams(h)
	return fmt.Sprintf("%x", h.Sum(nil)[:4])
}

// writeParams writes the bits of all parameters to a hash, which takes all.
func (m *Model) writeParams(h io.Writer) {
	for _, p := range m.graph.params {
		p.Value.Parts(func(part []float32) error {
			for _, v := range part {
				var b [4]byte
				binary.LittleEndian.PutUint32(b[:], math.Float32bits(v))
				h.Write(b[:])
			}
			return nil
		})
	}
}

// Seed is a [CompileOption]: the number from which the first weights, the order
// of the examples and the units to drop are drawn. The same seed gives the same
// bits. Without it the seed is 1.
type Seed uint64

func (s Seed) applyCompile(m *Model) { m.seed = uint64(s) }

// catch turns the panic of a kernel that was called with impossible sizes, or of memory that
// there is none of, into an error, which is the panic's where the caller says "" and then
// itself where it was. Other panics go on: they are mistakes of a program.
func catch(where string, err *error) {
	switch e := recover().(type) {
	case nil:
	case backend.Error:
		if *err = e; where != "" {
			*err = &Error{Where: where, Err: e}
		}
	default:
		panic(e)
	}
}

// Name is the name that [Keep] or [Model.Named] gave the model, else "sequential" or "graph".
func (m *Model) Name() string {
	if m == nil {
		return ""
	}
	return m.name
}

// LossName tells what the model's loss measures: "MSE", or the losses of all outputs, joined
// by " + ". How it is computed is left out: a categorical cross-entropy of numbers of classes,
// of logits, or not joined with the softmax is the same function. The numbers of two models
// can be put beside each other where it is the same. It is "" before Compile.
func (m *Model) LossName() string {
	if m == nil || m.optimizer == nil {
		return ""
	}
	if m.losses == nil {
		return m.loss.measures()
	}
	names := make([]string, len(m.losses))
	for i, l := range m.losses {
		names[i] = l.measures()
	}
	return strings.Join(names, " + ")
}

// Named gives the model a name, under which its summary and its results stand; what
// [Keep] is given wins. It returns the model itself.
func (m *Model) Named(name string) *Model {
	if m != nil && m.maker == nil {
		m.name = name
	}
	return m
}
