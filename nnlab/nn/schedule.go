package nn

import "math"

type schedule func(epoch int, rate float64) float64

// LearningRateSchedule sets the learning rate of each epoch: f gets the number
// of the epoch in this Fit, from 0 as in Keras, and the present rate, and
// returns the new one. Each Fit begins with the optimizer's own rate. A
// viz.Slider wins over a schedule from when it is moved.
func LearningRateSchedule(f func(epoch int, rate float64) float64) FitOption { return schedule(f) }

func (s schedule) applyFit(f *fit) { f.schedule = s }

// decay is a share of the optimizer's learning rate for each epoch. Keras's
// schedules of these names count steps instead of epochs.
type decay func(epoch int) float64

func (d decay) applyFit(f *fit) {
	initial := f.model.optimizer.learningRate()
	f.schedule = func(epoch int, _ float64) float64 { return initial * d(epoch) }
}

// StepDecay multiplies the learning rate by factor after each so many epochs:
// ηₑ = η·factor^⌊e/every⌋ in epoch e = 0, 1, …
func StepDecay(factor float64, every int) FitOption {
	return decay(func(epoch int) float64 { return math.Pow(factor, float64(epoch/max(1, every))) })
}

// ExponentialDecay multiplies the learning rate by factor after each epoch:
// ηₑ = η·factorᵉ.
func ExponentialDecay(factor float64) FitOption { return StepDecay(factor, 1) }

// CosineDecay lowers the learning rate along half a cosine, in so many epochs
// from η to the share alpha of it, where it stays (Loshchilov & Hutter 2017):
//
//	ηₑ = η·(α + (1 − α)·½·(1 + cos(π·e/epochs)))
func CosineDecay(epochs int, alpha float64) FitOption {
	return decay(func(epoch int) float64 {
		done := min(1, float64(epoch)/float64(max(1, epochs)))
		return alpha + (1-alpha)*(1+math.Cos(math.Pi*done))/2
	})
}
