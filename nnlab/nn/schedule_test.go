package nn

import (
	"math"
	"strings"
	"testing"
)

// The rates of the schedules, and of ReduceLROnPlateau for given losses, are
// Keras's.
func TestGoldenSchedules(t *testing.T) {
	var file struct {
		Rate                float64
		Values              []float64
		Schedules, Plateaus map[string][]float64
	}
	readGoldenFile(t, "keras_schedules.json", &file)
	check := func(name string, want []float64, options ...FitOption) {
		t.Helper()
		m := Sequential(Input(6), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(file.Rate))
		h, err := m.Fit(clouds(4, 6), append(options, Epochs(len(want)), Verbose(false))...)
		if err != nil {
			t.Fatal(err)
		}
		got := h.Get("learning_rate")
		if len(got) != len(want) {
			t.Fatalf("%s: %d rates, want %d", name, len(got), len(want))
		}
		for e, w := range want {
			if math.Abs(got[e]-w) > 1e-6*file.Rate {
				t.Errorf("%s: epoch %d has the rate %v, want %v", name, e, got[e], w)
			}
		}
	}
	schedules := map[string]FitOption{
		"StepDecay(0.5, 3)": StepDecay(0.5, 3), "StepDecay(0.1, 5)": StepDecay(0.1, 5), "StepDecay(0.9, 1)": StepDecay(0.9, 1),
		"ExponentialDecay(0.9)": ExponentialDecay(0.9), "ExponentialDecay(0.5)": ExponentialDecay(0.5), "ExponentialDecay(1)": ExponentialDecay(1),
		"CosineDecay(10, 0)": CosineDecay(10, 0), "CosineDecay(7, 0.2)": CosineDecay(7, 0.2), "CosineDecay(20, 0.01)": CosineDecay(20, 0.01),
	}
	for name, want := range file.Schedules {
		s, ok := schedules[name]
		if !ok {
			t.Fatalf("no schedule %q", name)
		}
		check(name, want, s)
	}
	plateaus := map[string]FitOption{
		"factor 0.5 patience 2":            ReduceLROnPlateau(0.5, 2, Monitor("val_loss")),
		"factor 0.1 patience 1 cooldown 2": ReduceLROnPlateau(0.1, 1, Monitor("val_loss"), Cooldown(2)),
		"factor 0.1 patience 1 least 0.02": ReduceLROnPlateau(0.1, 1, Monitor("val_loss"), MinLearningRate(0.02)),
		"factor 0.5 patience 0 delta 0":    ReduceLROnPlateau(0.5, 0, Monitor("val_loss"), MinDelta(0)),
	}
	// The losses of the file in the place of the measured ones.
	given := recorder(func(e *Event) {
		if e.Phase == EpochEnd {
			e.Logs = append(e.Logs, Log{"val_loss", file.Values[e.Epoch-1]})
		}
	})
	for name, want := range file.Plateaus {
		p, ok := plateaus[name]
		if !ok {
			t.Fatalf("no plateau %q", name)
		}
		check(name, want, Callbacks(given), p)
	}
	if len(file.Schedules) != len(schedules) || len(file.Plateaus) != len(plateaus) {
		t.Errorf("%d and %d cases in the file", len(file.Schedules), len(file.Plateaus))
	}
}

// A rate of 0 moves nothing: the optimizer takes the rate of the schedule.
func TestScheduleSteersTheOptimizer(t *testing.T) {
	m := small()
	before := m.WeightHash()
	if _, err := m.Fit(clouds(30, 6), Epochs(2), LearningRateSchedule(func(int, float64) float64 { return 0 }), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	if m.WeightHash() != before {
		t.Error("weights moved at a rate of 0")
	}
}

func TestScheduleRefusals(t *testing.T) {
	for want, o := range map[string]FitOption{
		"expects a learning rate of 0 or more from the schedule, got -0.1":  LearningRateSchedule(func(epoch int, _ float64) float64 { return -0.1 * float64(epoch) }),
		"ReduceLROnPlateau: expects a factor above 0 and below 1":           ReduceLROnPlateau(1, 3),
		"Monitor: expects one of loss, accuracy, learning_rate, got \"val_": ReduceLROnPlateau(0.1, 3, Monitor("val_loss")),
	} {
		m := small()
		if _, err := m.Fit(clouds(30, 6), Epochs(3), Verbose(false), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for want, options := range map[string][]CompileOption{
		"expects a limit above 0, got -1":                                               {ClipNorm(-1)},
		"Compile: TopK: expects at least the 1 largest output, got 0; write nn.TopK(5)": {TopK(0)},
		"expects one of ClipValue, ClipNorm and GlobalClipNorm, got [clip value":        {ClipValue(1), ClipNorm(1)},
	} {
		if err := small(options...).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for want, o := range map[string]Optimizer{
		"weight decay of 0 or more and below 1, got 1":   AdamW(0.1, WeightDecay(1)),
		"initial accumulator of 0 or more, got -1":       Adagrad(0.1, InitialAccumulator(-1)),
		"Nadam(0.1, β 1 0.9): expects β₁ of 0 or more":   Nadam(0.1, Betas(1, 0.9)),
		"Adadelta(0.1, ρ 1): expects ρ of 0 or more and": Adadelta(0.1, Rho(1)),
	} {
		if err := Sequential(Input(2), Dense(1)).Compile(MSE, o).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
