package viz

import (
	"fmt"
	"reflect"
	"slices"
	"weak"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// runner is a model that takes part in a race. Outside of one it refuses to train.
type runner struct {
	nn.FitOption // for a Fit, which has no use for it
	name         string
	model        *nn.Model
	options      []nn.FitOption

	history *nn.History // as far as it has come
	epochs  int         // of how many
	goOn    chan struct{}
	ended   bool
	lost    float64 // where it has diverged, in epochs
	err     error
}

// Runner is a model that takes part in a [Race] under that name, with options of Fit of its
// own: they stand in place of those of the race that say the same.
func Runner(name string, m *nn.Model, options ...nn.FitOption) nn.FitOption {
	alone := told(func(e *nn.Event) {
		if e.Phase == nn.FitBegin {
			e.Fail(&nn.Error{Where: "viz.Runner", Expected: "a race", Got: "a Fit", Mend: "write viz.Race(train, nn.Epochs(10), viz.Runner(\"A\", model))"})
		}
	})
	return &runner{FitOption: nn.Callbacks(alone), name: name, model: m, options: options}
}

// told hands the events of a training to a function.
type told func(*nn.Event)

func (f told) On(e *nn.Event) { f(e) }

// Race trains several models in turns, an epoch each, and draws them in one chart that grows:
// what a learning rate, a momentum, a batch size, a seed, an activation function, one more
// layer makes of the same task. Options are those of Fit, for all, and the runners:
//
//	viz.Race(train, nn.Epochs(10), nn.Validation(test),
//		viz.Runner("η = 0,1", mlp(0.1)),
//		viz.Runner("η = 0,01", mlp(0.01)),
//		viz.Runner("lote 512", mlp(0.1), nn.BatchSize(512)))
//
// Callbacks, as EarlyStopping, are each runner's own; the race draws itself, without [Live].
// Each has its colour, a solid line for training and a dashed one for validation, with its
// best epoch marked; from there on the gap in which the validation's loss lies above that of
// the training is shaded and called overfitting. Where the runners' losses are different
// functions, as MSE and a cross-entropy are, their numbers are not more or less than each
// other: the race draws the metrics that all have in their place, which [nn.Accuracy] in each
// Compile gives, and without one each loss in a panel of its own, where nobody is ahead. Each
// model trains as by its own Fit, to the bit. A model that fails ends its run, and the error
// is returned when the others have ended theirs. viz.English().Race(…) is the same in English.
func Race(train nn.Data, options ...nn.FitOption) (*Figure, error) {
	return Option{}.Race(train, options...)
}

// Race is [Race] with this option.
func (o Option) Race(train nn.Data, options ...nn.FitOption) (*Figure, error) {
	r := &race{settings: newSettings([]Option{o})}
	var common []nn.FitOption
	for _, option := range options {
		if runner, is := option.(*runner); is {
			r.runners = append(r.runners, runner)
		} else {
			common = append(common, option)
		}
	}
	if err := r.check(common); err != nil {
		return nil, err
	}
	if notebook.Available() {
		r.display = begin()
	}
	err := r.run(train, common) // of one: the others have come to their end
	f := r.figure()
	if notebook.Available() {
		shown.Store(weak.Make(f), true)
		r.show("viz.Race", f)
	}
	return f, err
}

// race is trainings in turns.
type race struct {
	settings
	display
	runners []*runner
}

// check tells what is wrong with the runners, or with what is for all of them.
func (r *race) check(common []nn.FitOption) error {
	names := map[string]bool{}
	models := map[*nn.Model]bool{}
	for _, x := range r.runners {
		if x.model == nil {
			return &nn.Error{Where: "viz.Race", Expected: "a model", Got: fmt.Sprintf("nil for the runner %q", x.name), Mend: "give the runner a model: viz.Runner(\"A\", mlp(0.1))"}
		}
		if names[x.name] || models[x.model] {
			return &nn.Error{Where: "viz.Race", Expected: "runners with a model and a name of their own", Got: fmt.Sprintf("%q or its model twice", x.name),
				Mend: "make a model anew for each: viz.Runner(\"A\", mlp(0.1)), viz.Runner(\"B\", mlp(0.01))"}
		}
		names[x.name], models[x.model] = true, true
	}
	if n := len(r.runners); n < 1 || n > len(palette) {
		return &nn.Error{Where: "viz.Race", Expected: fmt.Sprintf("1 to %d runners", len(palette)), Got: fmt.Sprint(n), Mend: "write viz.Race(train, nn.Epochs(10), viz.Runner(\"A\", model))"}
	}
	for _, option := range common {
		if len(r.runners) > 1 && remembers(option) {
			return &nn.Error{Where: "viz.Race", Expected: "options that all can share", Got: "a callback, which remembers one training",
				Mend: "give each runner its own: viz.Runner(\"A\", model, nn.EarlyStopping(3))"}
		}
	}
	return nil
}

// remembers tells whether an option is a callback, or has one.
func remembers(option nn.FitOption) bool {
	t := reflect.TypeOf(option)
	return t != nil && (t == reflect.TypeOf(nn.Callbacks()) || t.Kind() == reflect.Pointer)
}

// run lets each runner in turn train an epoch until all have ended.
func (r *race) run(train nn.Data, common []nn.FitOption) error {
	turn := make(chan struct{}) // a runner has done its epoch
	for _, x := range r.runners {
		x.goOn = make(chan struct{})
		x.ended, x.lost, x.err, x.history = false, 0, nil, &nn.History{}
		options := append(x.with(common), nn.Callbacks(&lane{race: r, runner: x, turn: turn}))
		go func() {
			<-x.goOn
			var h *nn.History
			if h, x.err = x.model.Fit(train, options...); h != nil {
				x.history = h
			}
			x.ended = true
			turn <- struct{}{}
		}()
	}
	for running := true; running; {
		running = false
		for _, x := range r.runners {
			if !x.ended {
				x.goOn <- struct{}{}
				<-turn
				running = true
			}
		}
	}
	for _, x := range r.runners {
		if x.err != nil {
			return fmt.Errorf("%s: %w", x.name, x.err)
		}
	}
	return nil
}

// with are the runner's options, and those of the race that it has none of its own for.
func (x *runner) with(common []nn.FitOption) []nn.FitOption {
	own := slices.Clone(x.options)
	for _, option := range common {
		same := func(o nn.FitOption) bool {
			return reflect.TypeOf(o) == reflect.TypeOf(option) && !remembers(option)
		}
		if !slices.ContainsFunc(x.options, same) {
			own = append(own, option)
		}
	}
	return own
}

// lane is the callback of a runner's training: it hands on the turn, and draws.
type lane struct {
	race   *race
	runner *runner
	turn   chan struct{}
}

// ShowsProgress tells Fit that it need not print where it is.
func (*lane) ShowsProgress() bool { return notebook.Available() }

// LooksAtBatches tells Fit that numbers which are a tenth of a second old will do.
func (*lane) LooksAtBatches() bool { return false }

func (l *lane) On(e *nn.Event) {
	l.runner.epochs, l.runner.lost = e.Epochs, lostStep(e)
	if e.Phase == nn.EpochEnd {
		h := *e.History // its series only grow
		h.Series = slices.Clone(h.Series)
		l.runner.history = &h
	}
	if r := l.race; notebook.Available() && !r.failed && (e.Phase == nn.BatchEnd || e.Phase == nn.EpochEnd) && r.throttle.Ready() {
		r.show("viz.Race", r.figure())
	}
	if e.Phase == nn.EpochEnd && e.Epoch < e.Epochs {
		l.turn <- struct{}{}
		<-l.runner.goOn
	}
}
