package nn

import (
	"fmt"
	"math"
)

type schedule func(epoch int, rate float64) float64

// LearningRateSchedule sets the learning rate of each epoch: f gets the number of the
// epoch in this Fit, from 0 as in Keras, and the present rate, and returns the new one.
// Each Fit begins with the optimizer's own rate. A viz.Slider wins over a schedule from
// when it is moved. It stands alone: beside another one, or a decay, the training is
// refused, and beside [ReduceLROnPlateau] f must return a share of the rate that it gets,
// or the plateau does nothing.
func LearningRateSchedule(f func(epoch int, rate float64) float64) FitOption {
	if f == nil {
		return refused{&Error{Where: "LearningRateSchedule", Expected: "a function of the epoch and the rate", Got: "nil", Mend: "leave it out, or write nn.ExponentialDecay(0.9)"}}
	}
	return schedule(f)
}

func (s schedule) applyFit(f *fit) { f.schedules = append(f.schedules, s) }

// decay is a share of the optimizer's learning rate for each epoch. Keras's
// schedules of these names count steps instead of epochs. Decays are data and no
// functions, so that variables of notebooks keep them.
type decay interface {
	FitOption
	share(epoch int) float64
}

type stepDecay struct {
	factor float64
	every  int
}

func (d stepDecay) applyFit(f *fit) { f.decays = append(f.decays, d) }

func (d stepDecay) share(epoch int) float64 { return math.Pow(d.factor, float64(epoch/d.every)) }

type cosineDecay struct {
	epochs int
	alpha  float64
}

func (d cosineDecay) applyFit(f *fit) { f.decays = append(f.decays, d) }

func (d cosineDecay) share(epoch int) float64 {
	done := min(1, float64(epoch)/float64(d.epochs))
	return d.alpha + (1-d.alpha)*(1+math.Cos(math.Pi*done))/2
}

// scheduled tells whether the rate of an epoch is decided by the user.
func (f *fit) scheduled() bool { return len(f.schedules)+len(f.decays) > 0 }

// checkSchedules refuses schedules of which one would decide alone, in silence.
func (f *fit) checkSchedules() error {
	if len(f.schedules) > 1 || len(f.schedules) == 1 && len(f.decays) > 0 {
		return &Error{Where: "Fit", Expected: "one LearningRateSchedule, or decays, whose product counts",
			Got: fmt.Sprintf("%d and %d", len(f.schedules), len(f.decays)), Mend: "leave the others out, or write their product as one LearningRateSchedule"}
	}
	return nil
}

// scheduledRate is the learning rate of an epoch, counted from 0. Decays are shares of
// the optimizer's rate; what a callback has made of the rate since the last epoch stays.
func (f *fit) scheduledRate(epoch int) float64 {
	rate := f.event.LearningRate
	for _, s := range f.schedules {
		rate = s(epoch, rate)
	}
	if len(f.decays) == 0 {
		return rate
	}
	if rate != f.decayed && f.decayed != 0 {
		f.undecayed *= rate / f.decayed
	}
	f.decayed = f.undecayed
	for _, d := range f.decays {
		f.decayed *= d.share(epoch)
	}
	return f.decayed
}

// StepDecay multiplies the learning rate by factor after each so many epochs:
// ηₑ = η·factor^⌊e/every⌋ in epoch e = 0, 1, …
func StepDecay(factor float64, every int) FitOption {
	if !(factor > 0) || math.IsInf(factor, 1) || every < 1 {
		return refused{&Error{Where: "StepDecay", Expected: "a factor above 0, and at least 1 epoch a step", Got: fmt.Sprintf("%v and %d", factor, every),
			Mend: "write nn.StepDecay(0.5, 10), or nn.ExponentialDecay(0.9) for a step each epoch"}}
	}
	return stepDecay{factor, every}
}

// ExponentialDecay multiplies the learning rate by factor after each epoch:
// ηₑ = η·factorᵉ.
func ExponentialDecay(factor float64) FitOption { return StepDecay(factor, 1) }

// CosineDecay lowers the learning rate along half a cosine, in so many epochs
// from η to the share alpha of it, where it stays (Loshchilov & Hutter 2017):
//
//	ηₑ = η·(α + (1 − α)·½·(1 + cos(π·e/epochs)))
func CosineDecay(epochs int, alpha float64) FitOption {
	if epochs < 1 || !(alpha >= 0 && alpha <= 1) {
		return refused{&Error{Where: "CosineDecay", Expected: "at least 1 epoch, and a share from 0 to 1 of the rate that stays", Got: fmt.Sprintf("%d and %v", epochs, alpha),
			Mend: "write nn.CosineDecay(20, 0)"}}
	}
	return cosineDecay{epochs, alpha}
}
