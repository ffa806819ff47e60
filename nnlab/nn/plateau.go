package nn

import "fmt"

// plateau lowers the learning rate when the watched quantity gets no better.
type plateau struct {
	builtIn
	monitor         monitor
	factor          float64
	patience        int
	cooldown        int
	least           float64
	waited, cooling int
}

// PlateauOption is what [ReduceLROnPlateau] can be told besides factor and
// patience: [Monitor], [ModeMin] or [ModeMax], [MinDelta], [Cooldown], [MinLearningRate].
type PlateauOption interface{ applyPlateau(*plateau) }

// ReduceLROnPlateau multiplies the learning rate by factor when the watched
// quantity has not become better for patience epochs in a row, by Keras's rules
// and with its defaults: a change below 1e-4 is none, no cooldown, no least rate.
// The rate stands in the History as "learning_rate". Beside [StepDecay], [ExponentialDecay]
// or [CosineDecay] both count: the rate is their product.
func ReduceLROnPlateau(factor float64, patience int, options ...PlateauOption) FitOption {
	if err := checkOptions("ReduceLROnPlateau", options); err != nil {
		return refused{err}
	}
	p := &plateau{factor: factor, patience: patience, monitor: monitor{minDelta: 1e-4}}
	for _, o := range options {
		o.applyPlateau(p)
	}
	if !(factor > 0 && factor < 1) || patience < 0 {
		return refused{&Error{Where: "ReduceLROnPlateau", Expected: "a factor above 0 and below 1, and a patience of 0 or more",
			Got: fmt.Sprintf("%v and %d", factor, patience), Mend: "write nn.ReduceLROnPlateau(0.1, 10)"}}
	}
	if p.cooldown < 0 || !(p.least >= 0) {
		return refused{&Error{Where: "ReduceLROnPlateau", Expected: "a cooldown and a least learning rate of 0 or more",
			Got: fmt.Sprintf("%d and %v", p.cooldown, p.least), Mend: "write nn.Cooldown(2), nn.MinLearningRate(1e-5), or leave them out"}}
	}
	return p
}

func (p *plateau) applyFit(f *fit) {
	f.logsRate = true
	f.callbacks = append(f.callbacks, p)
}

type cooldown int

// Cooldown is how many epochs pass after the rate was lowered before epochs that
// are no better count again.
func Cooldown(epochs int) PlateauOption { return cooldown(epochs) }

func (c cooldown) applyPlateau(p *plateau) { p.cooldown = int(c) }

type minLearningRate float64

// MinLearningRate is the rate below which [ReduceLROnPlateau] does not go.
func MinLearningRate(rate float64) PlateauOption { return minLearningRate(rate) }

func (r minLearningRate) applyPlateau(p *plateau) { p.least = float64(r) }

func (p *plateau) On(e *Event) {
	switch e.Phase {
	case FitBegin:
		p.waited, p.cooling = 0, 0
		p.monitor.begin(e)
	case EpochEnd:
		better := p.monitor.better(e)
		if p.cooling > 0 {
			p.cooling--
			p.waited = 0
		}
		if better {
			p.waited = 0
		} else if p.cooling == 0 {
			if p.waited++; p.waited >= p.patience && e.LearningRate > p.least {
				e.LearningRate = max(e.LearningRate*p.factor, p.least)
				p.waited, p.cooling = 0, p.cooldown
			}
		}
	}
}
