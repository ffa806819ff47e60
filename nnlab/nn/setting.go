package nn

// Setting is a number of a training that may be changed while it runs, as
// viz.Slider does.
type Setting int

// LearningRate is η, the learning rate of the next step.
const LearningRate Setting = iota

// String is the setting's name in the [History]: "learning_rate".
func (Setting) String() string { return "learning_rate" }

// In is where the setting stands in an event.
func (Setting) In(e *Event) *float64 { return &e.LearningRate }

// byHand is History.Stopped after [Stop].
const byHand = "stopped by hand"

// Stop ends a training after the present step, as an interrupt does: the weights
// and the complete epochs are kept. It is what viz.Button is given.
func Stop(e *Event) { e.Stop(byHand) }

// changesRate tells whether a callback may change the learning rate, which
// belongs in the History then.
func changesRate(c Callback) bool {
	r, ok := c.(interface{ ChangesLearningRate() bool })
	return ok && r.ChangesLearningRate()
}
