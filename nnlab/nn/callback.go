package nn

import "time"

// Callback is told of each step of a training. A figure, a progress bar, early
// stopping and checkpoints are callbacks.
//
// What a training measures is added up where it computes, and the Logs of a BatchEnd are
// read for whoever looks at them: a processor of its own, a GPU, has to be waited for
// then. A callback that has no need of each step's numbers says so by a method
// LooksAtBatches that returns false: where all do, Logs are read at the first step of an
// epoch, then at most ten times a second, and at the epoch's end. A loss that is not a
// number is found at the same time; the steps since then have changed nothing.
type Callback interface {
	On(*Event)
}

// looksAtBatches tells whether a callback looks at the Logs of each BatchEnd.
func looksAtBatches(c Callback) bool {
	l, says := c.(interface{ LooksAtBatches() bool })
	return !says || l.LooksAtBatches()
}

// builtIn is part of this package's callbacks, which have no need of each step's numbers and
// add nothing to the Logs.
type builtIn struct{}

func (builtIn) LooksAtBatches() bool { return false }
func (builtIn) ofThisPackage()       {}

// Phase is a moment of Fit.
type Phase int

// The moments of Fit in their order: FitBegin, then for each epoch EpochBegin,
// a BatchEnd a step, a ValidationBatchEnd a batch of what is evaluated behind the steps,
// EpochEnd (with those numbers), and at last FitEnd, which is sent however Fit ends. A
// callback may not change the model's parameters at ValidationBatchEnd: the backend
// may hold what it has made of them (backend.Holder).
const (
	FitBegin Phase = iota
	EpochBegin
	BatchEnd
	ValidationBatchEnd
	EpochEnd
	FitEnd
)

// Log is one named number of an [Event].
type Log struct {
	Name  string // as in History: "loss", "val_accuracy", …
	Value float64
}

// Event says where a training is. It is valid during the call only.
type Event struct {
	Phase          Phase
	Model          *Model
	Epoch, Epochs  int // 1, 2, … of Epochs
	Batch, Batches int // 1, 2, … of Batches in this epoch
	Samples        int // examples seen in this epoch
	// Logs are the means over the examples of this epoch so far, as they were read
	// last (see [Callback]); at EpochEnd with those of the evaluations behind them.
	Logs Logs
	// History holds the complete epochs of this Fit, at EpochEnd this one too.
	History *History
	// LearningRate is that of the next step. A callback may change it: at EpochEnd
	// for the epochs that follow, at EpochBegin against a schedule, at BatchEnd and
	// ValidationBatchEnd from the next step on.
	LearningRate float64
	Elapsed      time.Duration // since FitBegin
	ETA          time.Duration // until the last epoch's end, 0 while unknown
	Err          error         // at FitEnd: what Fit is about to return
	Diverged     bool          // at FitEnd: that is since the loss, a weight or a mean is a NaN or an infinity, behind step Batch

	measures   []string // the names that Logs will have at EpochEnd,
	mayMeasure bool     // to which a callback of somebody's may add others
	stop       string
	fail       error
}

// Get returns the named number of Logs and whether it is there.
func (e *Event) Get(name string) (float64, bool) { return e.Logs.Get(name) }

// Stop ends training after this step, or this batch of the validation; the epochs
// that are complete are kept. reason becomes History.Stopped.
func (e *Event) Stop(reason string) { e.stop = reason }

// Fail ends training as Stop does; Fit returns the error.
func (e *Event) Fail(err error) { e.fail = err }
