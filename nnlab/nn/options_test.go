package nn

import (
	"path/filepath"
	"strings"
	"testing"
)

// An option that would be ignored, or that another overrides, is refused before the first step.
func TestOptionsRefused(t *testing.T) {
	d := clouds(8, 3)
	dir := t.TempDir()
	m := Sequential(Input(3), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	before := m.WeightHash()
	for want, o := range map[string][]FitOption{
		"Fit: expects one Epochs, got a second one; leave one of them out":                        {Epochs(1), Epochs(2)},
		"Fit: expects one BatchSize, got a second one":                                            {BatchSize(1), BatchSize(2)},
		"Fit: expects one Shuffle, got a second one":                                              {Shuffle(true), Shuffle(false)},
		"Fit: expects one Verbose, got a second one":                                              {Verbose(true)},
		"Fit: expects one Validation, got a second one":                                           {Validation(d), Validation(d)},
		"Fit: expects one ValidationSplit, got a second one":                                      {ValidationSplit(0.5), ValidationSplit(0.25)},
		"Fit: expects one ClassWeights, got a second one":                                         {ClassWeights(map[int]float64{0: 2}), ClassWeights(map[int]float64{1: 2})},
		"Fit: expects one SampleWeights, got a second one":                                        {SampleWeights(nil), SampleWeights(nil)},
		"Fit: expects options, got nil in place 2 of them; leave it out":                          {Epochs(1), nil},
		"Fit: Callbacks: expects callbacks, got nil among them; leave it out":                     {Callbacks(nil)},
		"Fit: Validation: expects data, got nil; write nn.Validation(test)":                       {Validation(nil)},
		"Fit: ValidationSplit: expects a fraction above 0 and below 1":                            {ValidationSplit(0)},
		"EarlyStopping: expects one ModeMin or ModeMax, got a second one":                         {EarlyStopping(1, ModeMin, ModeMax)},
		"EarlyStopping: expects a patience of 0 or more, got -1; write nn.EarlyStopping(3)":       {EarlyStopping(-1)},
		"Checkpoint: expects one Monitor, got a second one":                                       {Checkpoint(dir+"/m", SaveBestOnly(), Monitor("loss"), Monitor("loss"))},
		"Checkpoint: expects the name of a file, got \"\"; write nn.Checkpoint(\"model.safetens":  {Checkpoint("")},
		"Checkpoint: expects the name of a file, got \"" + dir:                                    {Checkpoint(dir)},
		"ReduceLROnPlateau: expects one MinDelta, got a second one":                               {ReduceLROnPlateau(0.1, 1, MinDelta(0), MinDelta(1))},
		"ReduceLROnPlateau: expects one Cooldown, got a second one":                               {ReduceLROnPlateau(0.1, 1, Cooldown(0), Cooldown(1))},
		"ReduceLROnPlateau: expects one MinLearningRate, got a second one":                        {ReduceLROnPlateau(0.1, 1, MinLearningRate(0), MinLearningRate(0))},
		"ReduceLROnPlateau: expects a cooldown and a least learning rate of 0 or more, got -1 an": {ReduceLROnPlateau(0.1, 1, Cooldown(-1))},
		"LearningRateSchedule: expects a function of the epoch and the rate, got nil":             {LearningRateSchedule(nil)},
		"StepDecay: expects a factor above 0, and at least 1 epoch a step, got 0.5 and 0":         {StepDecay(0.5, 0)},
		"StepDecay: expects a factor above 0, and at least 1 epoch a step, got -1 and 1":          {ExponentialDecay(-1)},
		"CosineDecay: expects at least 1 epoch, and a share from 0 to 1 of the rate that stays":   {CosineDecay(3, 2)},
	} {
		h, err := m.Fit(d, append(o, Verbose(false))...)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if h.Epochs() != 0 || m.WeightHash() != before {
			t.Errorf("%s: it has trained %d epochs", want, h.Epochs())
		}
	}
	if made, _ := filepath.Glob(dir + "/*"); made != nil {
		t.Errorf("%q was made", made)
	}
	for want, o := range map[string][]CompileOption{
		"Compile: expects one Seed, got a second one; leave one of them out":                    {Seed(1), Seed(2)},
		"Compile: expects one On, got a second one":                                             {On(m.backend), On(m.backend)},
		"Compile: expects one Losses, got a second one":                                         {Losses(MSE), Losses(MAE)},
		"Compile: expects one LossWeights, got a second one":                                    {LossWeights(1), LossWeights(2)},
		"Compile: expects options, got nil in place 2 of them":                                  {nil},
		"Compile: expects to measure each quantity once, got \"accuracy\" twice; leave a metri": {Accuracy, TopK(2), Accuracy},
	} {
		if err := small(o...).Err(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// No two quantities share a name in the History, whatever outputs are called.
func TestNamesOfOutputs(t *testing.T) {
	compile := func(a, b string, metrics ...CompileOption) error {
		in := Input(3)
		return Graph(Inputs(in), Outputs(in.Then(Dense(2)).Named(a), in.Then(Dense(2)).Named(b))).Compile(MSE, SGD(0.1), metrics...).Err()
	}
	for _, name := range []string{"val", "val_b"} {
		want := "Compile: expects no name of an output that begins as those of evaluations do, val_ and train_, got \"" + name + "_loss\" in the History; call the output otherwise"
		if err := compile(name, "b"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	want := "Compile: expects to measure each quantity once, got \"a_top_1_accuracy\" twice; leave a metric out, or give the outputs other names by Named"
	if err := compile("a", "a_top_1", TopK(1), Accuracy); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := compile("value", "a_top_2", TopK(1), Accuracy); err != nil {
		t.Error(err)
	}
}
