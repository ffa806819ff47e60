package viz

import (
	"fmt"
	"math"
	"os"
	"sync"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// Control is a slider or a button under the cell that changes what runs in the
// cell. It is an option of Fit, which shows it while it trains. Elsewhere Show
// shows it and Close ends it.
//
// After its end, in a saved notebook and wherever nobody could move it, it is a
// picture of itself with the value that was used last.
type Control struct {
	nn.FitOption
	settings
	display
	label  string
	lo, hi float64
	button bool
	labels []string // of several buttons in a row, which say which one was pressed

	setting nn.Setting      // what the slider of a training moves
	fits    bool            // it moves something of a training, when the training says so
	press   func(*nn.Event) // what the button of a training does
	act     func(float64)   // what it does elsewhere

	mu      sync.Mutex
	value   float64
	waiting bool // it was moved or pressed, and the training has not seen it
	moved   bool
}

// Slider is an option of Fit: a slider from lo to hi, both above 0, that sets the
// learning rate from the next step on. Its scale is logarithmic. From when it is
// moved it wins over schedules and [nn.ReduceLROnPlateau]; until then they do as
// ever. The rate stands in the History.
//
//	model.Fit(train, nn.Epochs(20), viz.Live(), viz.Slider(nn.LearningRate, 1e-4, 1e-1))
func Slider(s nn.Setting, lo, hi float64, options ...Option) *Control {
	c := newControl(options)
	c.setting, c.fits, c.lo, c.hi, c.logarithmic = s, true, lo, hi, true
	c.label = c.words.name(s.String())
	return c
}

// SliderOf is a slider from lo to hi that stands at value and calls move with
// each new value, from another goroutine. Its scale is linear, or logarithmic with
// [Logarithmic].
func SliderOf(label string, lo, hi, value float64, move func(float64), options ...Option) *Control {
	c := newControl(options)
	c.label, c.lo, c.hi, c.value, c.act = label, lo, hi, value, move
	return c
}

// Button is a button that calls press: [nn.Stop], which ends a training after the
// present step, or another function of an event, is called by Fit; a function
// without arguments at once, from another goroutine.
//
//	model.Fit(train, nn.Epochs(20), viz.Live(), viz.Button("parar", nn.Stop))
func Button[P func(*nn.Event) | func()](label string, press P, options ...Option) *Control {
	c := newControl(options)
	c.label, c.button = label, true
	switch press := any(press).(type) {
	case func(*nn.Event):
		c.press, c.fits = press, press != nil
	case func():
		if press != nil {
			c.act = func(float64) { press() }
		}
	}
	return c
}

// buttonsOf are several buttons in a row after a label, which call press with the number of
// the one that was pressed, from another goroutine.
func buttonsOf(label string, labels []string, press func(i int), options ...Option) *Control {
	c := newControl(options)
	c.label, c.button, c.labels = label, true, labels
	c.act = func(v float64) { press(int(v)) }
	return c
}

func newControl(options []Option) *Control {
	c := &Control{settings: newSettings(options)}
	c.FitOption = nn.Callbacks(c)
	return c
}

// check tells what is wrong with a slider's ends, or that nothing hears of it.
func (c *Control) check() error {
	switch {
	case !c.fits && c.act == nil:
		return &nn.Error{Where: "control " + c.label, Expected: "a function to call", Got: "nil", Mend: `write viz.Button("parar", nn.Stop), or viz.SliderOf("ruído", 0, 1, 0.5, func(v float64) {…})`}
	case c.button:
	case c.logarithmic && !(c.lo > 0 && c.lo < c.hi && c.hi < math.MaxFloat32):
		return &nn.Error{Where: "viz.Slider", Expected: "numbers above 0, the lower first", Got: fmt.Sprintf("%v and %v", c.lo, c.hi), Mend: "write viz.Slider(nn.LearningRate, 1e-4, 1e-1)"}
	case !(c.lo < c.hi && c.hi-c.lo < math.MaxFloat32):
		return &nn.Error{Where: "viz.SliderOf", Expected: "two numbers, the lower first", Got: fmt.Sprintf("%v and %v", c.lo, c.hi), Mend: `write viz.SliderOf("ruído", 0, 1, 0.5, f)`}
	}
	return nil
}

// Show shows the control under the cell. Where there is no notebook it prints a
// line that says what could be moved, which is also what the notebook of a front
// end without pages has, nbclient's and that of nnlab-kernel exec.
func (c *Control) Show() error {
	if err := c.check(); err != nil {
		return err
	}
	c.mu.Lock()
	c.display, c.waiting, c.moved = begin(), false, false
	c.mu.Unlock()
	if !notebook.Available() {
		fmt.Println(plain.Text(c.says()))
		return nil
	}
	notebook.Listen(c.id, c.hear)
	b, err := c.bundle(true)
	if err != nil {
		return err
	}
	return notebook.Show(c.id, b)
}

// Close ends the control: it becomes a picture with its last value.
func (c *Control) Close() error {
	if c.id == "" || !notebook.Available() {
		return nil
	}
	notebook.Listen(c.id, nil)
	b, err := c.bundle(false)
	if err != nil {
		return err
	}
	return notebook.Show(c.id, b)
}

// hear is told by the kernel what was done to the control.
func (c *Control) hear(v float64) {
	c.mu.Lock()
	if !c.button {
		c.value = min(max(v, c.lo), c.hi)
		v = c.value
	}
	c.waiting, c.moved = true, true
	c.mu.Unlock()
	if c.act != nil {
		c.act(v)
	}
}

// ChangesLearningRate tells Fit that the learning rate belongs in the History.
func (c *Control) ChangesLearningRate() bool { return c.fits && !c.button }

// LooksAtBatches tells Fit that numbers which are a tenth of a second old will do for who
// presses a button.
func (c *Control) LooksAtBatches() bool { return false }

// On shows the control while a model trains and does to the training what was
// done to it.
func (c *Control) On(e *nn.Event) {
	switch e.Phase {
	case nn.FitBegin:
		if c.ChangesLearningRate() {
			c.value = *c.setting.In(e)
		}
		if err := c.check(); err != nil {
			e.Fail(err)
			return
		}
		c.report(c.Show())
	case nn.FitEnd:
		c.report(c.Close())
	default:
		c.apply(e)
	}
}

func (c *Control) apply(e *nn.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.fits:
	case c.button && c.waiting:
		c.waiting = false
		c.press(e)
	case c.button:
	case c.moved:
		*c.setting.In(e) = c.value
	default:
		c.value = *c.setting.In(e)
	}
}

// report says what kept the control from being shown; a training is not worth
// losing for it.
func (c *Control) report(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "viz:", err)
	}
}
