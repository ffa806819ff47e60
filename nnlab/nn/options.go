package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// single is an option that says one thing: of two the last would win in silence.
type single interface{ says() string }

func (Epochs) says() string           { return "Epochs" }
func (BatchSize) says() string        { return "BatchSize" }
func (Shuffle) says() string          { return "Shuffle" }
func (Verbose) says() string          { return "Verbose" }
func (validation) says() string       { return "Validation" }
func (validationSplit) says() string  { return "ValidationSplit" }
func (evaluateTraining) says() string { return "EvaluateTraining" }
func (classWeights) says() string     { return "ClassWeights" }
func (sampleWeights) says() string    { return "SampleWeights" }
func (monitorName) says() string      { return "Monitor" }
func (monitorMode) says() string      { return "ModeMin or ModeMax" }
func (minDelta) says() string         { return "MinDelta" }
func (cooldown) says() string         { return "Cooldown" }
func (minLearningRate) says() string  { return "MinLearningRate" }
func (Seed) says() string             { return "Seed" }
func (on) says() string               { return "On" }
func (losses) says() string           { return "Losses" }
func (lossWeights) says() string      { return "LossWeights" }

// checkOptions refuses an option that is nil, or a function that is, and a second one that
// says the same thing.
func checkOptions[O any](where string, options []O) *Error {
	said := map[string]bool{}
	for i, o := range options {
		if f, is := any(o).(observer); any(o) == nil || is && f == nil {
			return &Error{Where: where, Expected: "options", Got: fmt.Sprintf("nil in place %d of them", i+1), Mend: "leave it out"}
		}
		if s, ok := any(o).(single); ok {
			if said[s.says()] {
				return &Error{Where: where, Expected: "one " + s.says(), Got: "a second one", Mend: "leave one of them out"}
			}
			said[s.says()] = true
		}
	}
	return nil
}

// told applies the options to a layer that is being made. One that is nil makes it a layer
// that Compile refuses.
func told[L Layer, O any](l L, options []O, apply func(O, L)) Layer {
	if err := checkOptions("", options); err != nil {
		return &refusedLayer{l, *err}
	}
	for _, o := range options {
		apply(o, l)
	}
	return l
}

// refusedLayer is a layer that was told what cannot be.
type refusedLayer struct {
	Layer
	err Error
}

func (l *refusedLayer) Build(*Builder, tensor.Shape) (tensor.Shape, error) {
	err := l.err // the model adds where it stands
	return nil, &err
}

// toldOptimizer is told for an optimizer.
func toldOptimizer[T Optimizer, O any](t T, options []O, apply func(O, T)) Optimizer {
	if err := checkOptions(t.String(), options); err != nil {
		return refusedOptimizer{t, err}
	}
	for _, o := range options {
		apply(o, t)
	}
	return t
}

// refusedOptimizer is an optimizer that was told what cannot be.
type refusedOptimizer struct {
	Optimizer
	err *Error
}

func (o refusedOptimizer) check() *Error { return o.err }

// refused is an option that was told what cannot be: Fit returns the error.
type refused struct{ err error }

func (r refused) applyFit(f *fit) {
	if f.refused == nil {
		f.refused = r.err
	}
}
