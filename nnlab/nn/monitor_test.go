package nn

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A metric knows whether it is better the larger it is, whatever an output is called;
// the user can say otherwise.
func TestMonitorDirection(t *testing.T) {
	in := Input(3)
	m := Graph(Inputs(in), Outputs(in.Then(Dense(2, Softmax)).Named("acceleration"), in.Then(Dense(2, Softmax)).Named("main"))).
		Compile(CategoricalCrossentropy, SGD(0.1), Accuracy, TopK(1), Precision, Recall, F1, AUC, R2, MeanAbsoluteError, BinaryAccuracy)
	for name, grows := range map[string]bool{"loss": false, "val_loss": false, "acceleration_loss": false, "val_acceleration_loss": false, "learning_rate": false,
		"main_mean_absolute_error": false, "acceleration_mean_absolute_error": false, "acceleration_accuracy": true, "val_main_accuracy": true, "main_top_1_accuracy": true,
		"main_precision": true, "val_main_recall": true, "main_f1_score": true, "main_auc": true, "val_main_r2_score": true, "main_binary_accuracy": true} {
		for mode, grows := range map[monitorMode]bool{0: grows, ModeMin: false, ModeMax: true} {
			watch := monitor{quantity: name, mode: mode}
			for i, v := range []float64{0.5, 0.6} {
				if want, better := i == 0 || grows, watch.better(&Event{Model: m, Logs: Logs{{name, v}}}); better != want {
					t.Errorf("%s, mode %d: value %d is better: %v, want %v", name, mode, i+1, better, want)
				}
			}
		}
	}
}

// An output whose name holds "acc" learns as one whose name does not.
func TestMonitorOfANamedOutput(t *testing.T) {
	d := &toy{shape: []int{1}, x: [][]float32{{1}, {2}, {3}, {4}}, y: [][]float32{{2}, {4}, {6}, {8}}}
	epochs := func(name string) int {
		in := Input(1)
		m := Graph(Inputs(in), Outputs(in.Then(Dense(1)).Named(name), in.Then(Dense(1)).Named("other"))).Compile(MSE, SGD(0.01))
		h, err := m.Fit(d, Epochs(20), Verbose(false), EarlyStopping(3, Monitor(name+"_loss"), RestoreBest()))
		if err != nil {
			t.Fatal(err)
		}
		return h.Epochs()
	}
	if a, b := epochs("speed"), epochs("acceleration"); a != b || a != 20 {
		t.Errorf("%d and %d epochs, want 20", a, b)
	}
}

// A number that is none is never the best.
func TestMonitorOfNaN(t *testing.T) {
	nan := math.NaN()
	for mode, values := range map[monitorMode][]float64{ModeMin: {nan, 3, nan, 2, 4}, ModeMax: {nan, 2, nan, 3, 1}} {
		watch := monitor{quantity: "loss", mode: mode}
		var better []bool
		for _, v := range values {
			better = append(better, watch.better(&Event{Logs: Logs{{"loss", v}}}))
		}
		if want := []bool{false, true, false, true, false}; !slices.Equal(better, want) {
			t.Errorf("mode %d: %v, want %v", mode, better, want)
		}
	}
}

// What will not be measured is said before the first step, with the mend.
func TestMonitorRefuses(t *testing.T) {
	d := clouds(8, 3)
	m := Sequential(Input(3), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1), Accuracy)
	before := m.WeightHash()
	file := filepath.Join(t.TempDir(), "m")
	for want, o := range map[string][]FitOption{
		`Monitor: expects one of loss, accuracy, got "val_loss"; add nn.Validation(test)`:                                {EarlyStopping(3, Monitor("val_loss"))},
		`Monitor: expects one of loss, accuracy, learning_rate, got "acc"; write nn.Monitor("loss")`:                     {ReduceLROnPlateau(0.5, 1, Monitor("acc"))},
		`Monitor: expects one of loss, accuracy, val_loss, val_accuracy, got "val_acc"`:                                  {Checkpoint(file, SaveBestOnly(), Monitor("val_acc")), Validation(d)},
		`Checkpoint: expects SaveBestOnly beside what says what is best, got a Checkpoint of each epoch; write nn.Check`: {Checkpoint(file, Monitor("loss"))},
	} {
		h, err := m.Fit(d, append(o, Verbose(false))...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if h.Epochs() != 0 || m.WeightHash() != before {
			t.Errorf("%s: it has trained %d epochs", want, h.Epochs())
		}
	}
}

// A folder that is not there is made, one that cannot be made is refused before the first step.
func TestCheckpointFolder(t *testing.T) {
	d := clouds(8, 3)
	m := Sequential(Input(3), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	dir := t.TempDir()
	path := filepath.Join(dir, "new", "deeper", "m.safetensors")
	if _, err := m.Fit(d, Checkpoint(path), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	before := m.WeightHash()
	path = filepath.Join(dir, "file", "m.safetensors")
	h, err := m.Fit(d, Checkpoint(path), Verbose(false))
	if want := fmt.Sprintf("Checkpoint %s: expects a folder that can be written to", path); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if h.Epochs() != 0 || m.WeightHash() != before {
		t.Error("it has trained")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "new", "deeper", ".*")); left != nil {
		t.Errorf("%q was left", left)
	}
	state := filepath.Join(dir, "state")
	t.Setenv("NNLAB_STATE", state)
	k := Keep("k", func() *Model {
		return Sequential(Input(3), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	})
	if err := k.Err(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(state, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	said := captureStderr(t, func() {
		if h, err := k.Fit(d, Epochs(2), Verbose(false)); err == nil || h.Epochs() != 0 {
			t.Errorf("a model that cannot be kept trained %d epochs: %v", h.Epochs(), err)
		}
	})
	if !strings.Contains(said, `Keep "k": expects a folder that can be written to`) {
		t.Errorf("said %q", said)
	}
}

// The rate is the product of all decays and of what a plateau has made of it; the other
// schedules do not go together and are refused.
func TestSchedulesTogether(t *testing.T) {
	flat := FuncLoss("flat", func(y, t []float64) float64 { return 1 }, func(y, t, dy []float64) {})
	d := &toy{shape: []int{1}, x: [][]float32{{1}}, y: [][]float32{{1}}}
	rates := func(o ...FitOption) ([]float64, error) {
		m := Sequential(Input(1), Dense(1)).Compile(flat, SGD(1))
		h, err := m.Fit(d, append(o, Epochs(5), Verbose(false))...)
		return h.Get("learning_rate"), err
	}
	own := LearningRateSchedule(func(_ int, rate float64) float64 { return rate / 2 })
	for name, c := range map[string]struct {
		options []FitOption
		want    []float64
	}{
		"plateau and decay": {[]FitOption{ReduceLROnPlateau(0.1, 2), StepDecay(0.5, 1)}, []float64{1, 0.5, 0.25, 0.0125, 0.00625}},
		"the other order":   {[]FitOption{StepDecay(0.5, 1), ReduceLROnPlateau(0.1, 2)}, []float64{1, 0.5, 0.25, 0.0125, 0.00625}},
		"two decays":        {[]FitOption{StepDecay(0.5, 1), StepDecay(0.1, 3)}, []float64{1, 0.5, 0.25, 0.0125, 0.00625}},
		"own and plateau":   {[]FitOption{own, ReduceLROnPlateau(0.1, 2)}, []float64{0.5, 0.25, 0.125, 0.00625, 0.003125}},
	} {
		got, err := rates(c.options...)
		if err != nil || !slices.EqualFunc(got, c.want, func(a, b float64) bool { return a-b < 1e-12 && b-a < 1e-12 }) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
	for _, o := range [][]FitOption{{own, own}, {own, ExponentialDecay(0.9)}, {CosineDecay(3, 0), own}} {
		if _, err := rates(o...); err == nil || !strings.Contains(err.Error(), "Fit: expects one LearningRateSchedule, or decays, whose product counts") {
			t.Errorf("got %v", err)
		}
	}
}
