package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// FitOption is what [Model.Fit] can be told: [Epochs], [BatchSize],
// [Validation], [ValidationSplit], [EvaluateTraining], [Shuffle], [ClassWeights], [SampleWeights],
// [EarlyStopping], [Checkpoint], [LearningRateSchedule], [StepDecay],
// [ExponentialDecay], [CosineDecay], [ReduceLROnPlateau], [Verbose], [Callbacks],
// [Observe], [Recompute]. One that says a single thing may be given once.
type FitOption interface{ applyFit(*fit) }

// Epochs is how often Fit goes through all training examples (slide "Épocas").
// Keras's default is 1.
type Epochs int

// BatchSize is how many examples make one step (slide "Lote"). Keras's default
// is 32. The last batch of an epoch may be smaller.
type BatchSize int

// Shuffle tells whether every epoch takes the examples in a new order. The
// default is true.
type Shuffle bool

func (n Epochs) applyFit(f *fit)    { f.epochs = int(n) }
func (n BatchSize) applyFit(f *fit) { f.batchSize, f.sized = int(n), true }
func (s Shuffle) applyFit(f *fit)   { f.shuffle = bool(s) }

type callbacks []Callback

// Callbacks are told of each step, in this order. The learning rate stands in
// the History when one of them has a method ChangesLearningRate that returns true.
func Callbacks(cb ...Callback) FitOption {
	if slices.Contains(cb, nil) {
		return refused{&Error{Where: "Fit: Callbacks", Expected: "callbacks", Got: "nil among them", Mend: "leave it out"}}
	}
	return callbacks(cb)
}

func (c callbacks) applyFit(f *fit) {
	f.callbacks = append(f.callbacks, c...)
	f.logsRate = f.logsRate || slices.ContainsFunc(c, changesRate)
}

// fit is one training.
type fit struct {
	caller     string // "Fit" or "Step", for messages
	model      *Model
	train      Data
	validation Data
	split      float64 // the fraction of train that is for validation
	splits     bool    // whether ValidationSplit was given
	refused    error   // what an option was told that cannot be
	weights    weights
	epochs     int
	batchSize  int
	sized      bool  // whether BatchSize was given
	held       []int // the examples of train that are for validation
	again      bool  // EvaluateTraining was given
	shuffle    bool
	quiet      bool
	schedules  []schedule
	decays     []decay
	undecayed  float64 // the rate without the decays
	decayed    float64 // the rate of the epoch with them
	logsRate   bool    // a callback changes the learning rate
	callbacks  []Callback
	observers  []observer
	watch      *watch
	recompute  []string // blocks that are computed again in the backward pass
	recomputes bool     // at all
	divides    bool     // where the network needs least

	batch    *batch
	feed     *feed // of this epoch; nil in Step
	order    []int // the examples in the order of this epoch
	first    int   // the model's steps before this epoch
	context  Context
	update   update
	control  [backend.ControlSize]float64 // of the update, as it was read last
	means    *means
	looks    bool      // a callback looks at the numbers of each step
	reported time.Time // when they were read last
	event    Event
	history  History
	begin    time.Time
	stop     *interruption
}

// Fit trains the model on the examples of train, epoch by epoch in batches:
// forwards, loss, backwards, update. It returns what it measured. An interrupt
// (SIGINT) ends it after the present step; a kept model is saved, and the
// History of the epochs until then is returned with Stopped = "interrupted".
//
// A loss that is not a number ends it with an error that names the first layer
// whose output was not finite; the weights are those before that step.
func (m *Model) Fit(train Data, options ...FitOption) (h *History, err error) {
	if err := m.ready(); err != nil {
		return &History{}, show(err)
	}
	f := &fit{caller: "Fit", model: m, train: train, epochs: 1, batchSize: 32, shuffle: true}
	if err := checkOptions("Fit", options); err != nil {
		return &f.history, show(err)
	}
	for _, o := range options {
		o.applyFit(f)
	}
	if err := f.check(); err != nil {
		return &f.history, show(err)
	}
	f.stop = watchInterrupt()
	defer f.stop.close()
	if err := f.run(); err != nil {
		return &f.history, show(err)
	}
	return &f.history, nil
}

func (f *fit) check() (err error) {
	defer catch("Fit", &err)
	if f.refused != nil {
		return f.refused
	}
	if f.epochs < 1 || f.batchSize < 1 {
		return &Error{Where: "Fit", Expected: "at least 1 epoch and 1 example a batch",
			Got: fmt.Sprintf("%d and %d", f.epochs, f.batchSize), Mend: "write nn.Epochs(20), nn.BatchSize(128)"}
	}
	if err := f.checkSchedules(); err != nil {
		return err
	}
	if k := f.model.kept; k != nil {
		if err := writable(filepath.Dir(k.path), 0o700); err != nil {
			return &Error{Where: fmt.Sprintf("Keep %q", f.model.name), Expected: "a folder that can be written to", Err: err, Mend: "set NNLAB_STATE to another folder"}
		}
	}
	if err := f.checkScored(); err != nil {
		return err
	}
	p, err := f.pass()
	if err != nil {
		return err
	}
	batch, err := f.model.newBatchFor("Fit", f.train, f.batchSize, forTraining, p)
	if err != nil {
		return err
	}
	f.batch = batch
	if err := f.model.graph.normalizesAlone(batch.rows); err != nil {
		return err
	}
	if len(f.model.learning) == 0 && !f.model.lossless() {
		warn(&Error{Where: "Fit", Expected: "a parameter that learns", Got: "none", Mend: "add a layer with weights, or compile without nn.Freeze"})
	}
	n := f.train.Len()
	if n, err = f.holdOut(n); err != nil {
		return err
	}
	if f.batchSize > n && f.sized {
		return &Error{Where: "Fit", Expected: fmt.Sprintf("a batch of at most the %d training examples", n), Got: fmt.Sprint(f.batchSize),
			Mend: fmt.Sprintf("write nn.BatchSize(%d), or take more examples", n)}
	}
	f.order = make([]int, n)
	return f.weights.check(f.batch, f.train.Len())
}

// start makes what the steps need besides the data.
func (f *fit) start() {
	m := f.model
	f.begin = time.Now()
	f.update = newUpdate(m)
	f.context, f.first = Context{Training: true, seed: m.seed, control: f.update.control}, m.step
	f.means = newMeans(m)
	f.watch = newWatch(m, f.observers)
	f.event = Event{Model: m, LearningRate: m.optimizer.learningRate(), Epochs: f.epochs, Batches: (len(f.order) + f.batchSize - 1) / f.batchSize, History: &f.history}
	f.undecayed, f.decayed = f.event.LearningRate, f.event.LearningRate
	f.looks = slices.ContainsFunc(f.callbacks, looksAtBatches)
	f.event.measures, f.event.mayMeasure = f.measures(), slices.ContainsFunc(f.callbacks, mayMeasure)
}

// measures are the names of what an epoch measures, in the order of its Logs.
func (f *fit) measures() []string {
	names := slices.Clone(f.means.names)
	for _, d := range f.scored() {
		for _, n := range f.means.names {
			names = append(names, d.prefix+n)
		}
	}
	if f.scheduled() || f.logsRate {
		names = append(names, "learning_rate")
	}
	return names
}

// mayMeasure tells whether a callback is somebody's own, that may add to the Logs.
func mayMeasure(c Callback) bool {
	switch c := c.(type) {
	case interface{ ofThisPackage() }:
		return false
	case interface{ ShowsProgress() bool }:
		return !c.ShowsProgress()
	}
	return true
}

func (f *fit) run() error {
	f.start()
	if !f.quiet && !f.showsProgress() {
		f.callbacks = append(f.callbacks, newProgress())
	}
	f.tell(FitBegin)
	if f.event.Err = f.event.fail; f.event.Err == nil {
		f.event.Err = f.allEpochs()
	}
	f.tell(FitEnd) // may put the best weights back
	if f.event.Err != nil {
		return f.event.Err
	}
	return f.model.keep()
}

func (f *fit) allEpochs() error {
	for epoch := 1; epoch <= f.epochs && !f.stopped(); epoch++ {
		if epoch > 1 {
			// Should the process die, it loses no more than the epoch that begins.
			if err := f.model.keep(); err != nil {
				return err
			}
		}
		if err := f.epoch(epoch); err != nil {
			return err
		}
		if f.event.fail != nil {
			return f.event.fail
		}
	}
	return nil
}

// epoch goes through the examples once, in batches, and then validates.
func (f *fit) epoch(epoch int) (err error) {
	defer catch("Fit", &err)
	m, began := f.model, time.Now()
	if f.scheduled() {
		rate := f.scheduledRate(epoch - 1)
		if !(rate >= 0) || math.IsInf(rate, 0) {
			return &Error{Where: fmt.Sprintf("Fit: epoch %d", epoch), Expected: "a learning rate of 0 or more from the schedule", Got: fmt.Sprint(rate),
				Mend: "write nn.ExponentialDecay(0.9) for nine tenths of the last rate in each epoch"}
		}
		f.event.LearningRate = rate
	}
	f.reorder()
	m.epoch++
	f.first, f.reported = m.step, time.Time{}
	f.means.reset()
	f.event.Epoch, f.event.Batch, f.event.Samples, f.event.Logs = epoch, 0, 0, nil
	f.tell(EpochBegin)
	f.feed = newFeed(f)
	defer f.feed.close()
	enough := false
	for !enough && f.feed.next() {
		if err := f.step(); err != nil {
			return err
		}
		enough = f.stopped() || f.event.fail != nil
	}
	if err := f.report(); err != nil {
		return err
	}
	if err := m.backend.Sync(); err != nil {
		return &Error{Where: "Fit", Err: err}
	}
	if enough {
		return nil
	}
	if f.feed.err != nil {
		return at("Fit", f.feed.err)
	}
	if err := f.overflowed(); err != nil {
		return err
	}
	logs, rate := slices.Clone(f.event.Logs), f.event.LearningRate // of the steps; while it evaluates another may be set
	scores, done, err := f.score()
	if !done {
		return err
	}
	logs = append(logs, scores...)
	if f.scheduled() || f.logsRate {
		logs = append(logs, Log{"learning_rate", rate})
	}
	seconds := time.Since(began).Seconds()
	f.history.add(logs, seconds)
	m.history.add(logs, seconds)
	f.event.Logs = logs
	f.tell(EpochEnd)
	return nil
}

// reorder draws the order of this epoch from the seed and the epochs before it.
func (f *fit) reorder() {
	for i := range f.order {
		f.order[i] = i
	}
	if f.shuffle {
		r := rand.New(rand.NewPCG(f.model.seed, uint64(f.model.epoch)))
		r.Shuffle(len(f.order), func(i, j int) { f.order[i], f.order[j] = f.order[j], f.order[i] })
	}
}

// eta is the time until the last epoch's end, if it goes on as until now.
func (f *fit) eta() time.Duration {
	done := float64(f.event.Epoch-1) + float64(f.event.Batch)/float64(f.event.Batches)
	return time.Duration((float64(f.epochs) - done) / done * float64(time.Since(f.begin)))
}

// stopped tells whether a callback or an interrupt has ended the training, and
// notes which.
func (f *fit) stopped() bool {
	if f.stop.requested() {
		f.history.Stopped = "interrupted"
	} else if f.event.stop != "" {
		f.history.Stopped = f.event.stop
	}
	return f.history.Stopped != ""
}

func (f *fit) tell(phase Phase) {
	f.event.Phase, f.event.Elapsed = phase, time.Since(f.begin)
	for _, c := range f.callbacks {
		c.On(&f.event)
	}
}

// showsProgress tells whether a callback shows where the training is, so that
// no line of text need do it.
func (f *fit) showsProgress() bool {
	return slices.ContainsFunc(f.callbacks, func(c Callback) bool {
		s, ok := c.(interface{ ShowsProgress() bool })
		return ok && s.ShowsProgress()
	})
}
