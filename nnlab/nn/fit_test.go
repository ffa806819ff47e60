package nn

import (
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestFitLearns(t *testing.T) {
	for _, opt := range []Optimizer{SGD(0.1), SGD(0.05, Momentum(0.9)), SGD(0.05, Momentum(0.9), Nesterov()),
		RMSprop(0.01), RMSprop(0.01, Momentum(0.5)), Adam(0.01)} {
		t.Run(opt.String(), func(t *testing.T) {
			m := Sequential(Input(6), Dense(16, ReLU), Dense(3, Softmax)).Compile(CategoricalCrossentropy, opt, Accuracy)
			train := clouds(301, 6)
			h, err := m.Fit(train, Epochs(15), BatchSize(32), Verbose(false))
			if err != nil {
				t.Fatal(err)
			}
			loss := h.Get("loss")
			if len(loss) != 15 || h.Epochs() != 15 {
				t.Fatalf("%d losses of 15 epochs", len(loss))
			}
			if acc, _ := h.Last("accuracy"); acc < 0.85 || loss[14] > 0.6*loss[0] {
				t.Errorf("accuracy %v, loss from %v to %v", acc, loss[0], loss[14])
			}
		})
	}
}

// The loss that Fit reports is the mean over examples, whatever the batches:
// with a rate too small to change anything it is Evaluate's.
func TestFitMeansOverExamples(t *testing.T) {
	m := Sequential(Input(6), Dense(3, Softmax, KernelRegularizer(L2(0.01)))).Compile(CategoricalCrossentropy, SGD(1e-12), Accuracy)
	d := clouds(67, 6)
	h, err := m.Fit(d, BatchSize(13), Validation(d), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	scores, err := m.Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scores {
		for _, name := range []string{s.Name, "val_" + s.Name} {
			if v, ok := h.Last(name); !ok || math.Abs(v-s.Value) > 1e-6 {
				t.Errorf("%s is %v, Evaluate says %v", name, v, s.Value)
			}
		}
	}
}

func TestSameSeedSameBits(t *testing.T) {
	hash := func(procs int, seed Seed) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		m := Sequential(Input(5, 7, 1), Flatten(), Dense(70, ReLU), Dropout(0.2), Dense(33, Tanh), Dense(3, Softmax)).
			Compile(CategoricalCrossentropy, RMSprop(0.001), seed)
		if _, err := m.Fit(clouds(203, 5, 7, 1), Epochs(2), Verbose(false)); err != nil {
			t.Fatal(err)
		}
		return m.WeightHash()
	}
	one := hash(1, 5)
	if again := hash(1, 5); again != one {
		t.Error("two runs with the same seed differ")
	}
	if two := hash(2, 5); two != one {
		t.Error("GOMAXPROCS 1 and 2 differ")
	}
	if other := hash(1, 6); other == one {
		t.Error("another seed gives the same weights")
	}
}

func TestEvents(t *testing.T) {
	var got []string
	log := recorder(func(e *Event) {
		s := map[Phase]string{FitBegin: "begin", EpochBegin: "epoch", BatchEnd: "batch", EpochEnd: "end", FitEnd: "fit end"}[e.Phase]
		got = append(got, s)
		if e.Phase == BatchEnd && e.Epoch == 2 && e.Batch == 2 {
			e.Stop("enough")
		}
	})
	h, err := small().Fit(clouds(50, 6), Epochs(5), BatchSize(20), Callbacks(log), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	want := "begin epoch batch batch batch end epoch batch batch fit end"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if h.Stopped != "enough" || h.Epochs() != 1 {
		t.Errorf("stopped %q after %d epochs", h.Stopped, h.Epochs())
	}
}

func TestLearningRateSchedule(t *testing.T) {
	var epochs []int
	halve := LearningRateSchedule(func(epoch int, rate float64) float64 {
		epochs = append(epochs, epoch)
		if epoch == 0 {
			return rate
		}
		return rate / 2
	})
	m := small()
	h, err := m.Fit(clouds(30, 6), Epochs(3), halve, Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	if got := h.Get("learning_rate"); !slices.Equal(got, []float64{0.1, 0.05, 0.025}) || !slices.Equal(epochs, []int{0, 1, 2}) {
		t.Errorf("rates %v in epochs %v", got, epochs)
	}
	// A rate of nearly nothing changes nearly nothing: the rate reaches the step.
	before := m.Params()[0].Value.Values()
	if _, err := m.Fit(clouds(30, 6), LearningRateSchedule(func(int, float64) float64 { return 1e-30 }), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	for i, v := range m.Params()[0].Value.Values() {
		// What is left moves by the momentum of the steps before.
		if math.Abs(float64(v-before[i])) > 0.5 {
			t.Fatalf("weight %d moved from %v to %v", i, before[i], v)
		}
	}
}

// An interrupt ends Fit between two steps with what it has.
func TestInterrupt(t *testing.T) {
	sent := false
	interrupt := recorder(func(e *Event) {
		if e.Phase == BatchEnd && e.Epoch == 2 && !sent {
			sent = true
			if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
				t.Error(err)
			}
		}
	})
	m := small()
	h, err := m.Fit(clouds(50, 6), Epochs(1_000_000), Callbacks(interrupt), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	if h.Stopped != "interrupted" || h.Epochs() < 1 || h.Epochs() != len(h.Get("loss")) {
		t.Errorf("stopped %q after %d epochs", h.Stopped, h.Epochs())
	}
	// The next training is not affected.
	if h, err = m.Fit(clouds(50, 6), Epochs(2), Verbose(false)); err != nil || h.Stopped != "" || h.Epochs() != 2 {
		t.Errorf("after the interrupt: %v, stopped %q, %d epochs", err, h.Stopped, h.Epochs())
	}
}

func TestDivergenceNamesTheLayer(t *testing.T) {
	d := vectors(40, 3)
	for _, y := range d.y {
		y[0] *= 1e3
	}
	m := Sequential(Input(3), Dense(5, Tanh), Dense(4), Dense(2)).Compile(MSE, SGD(1e6))
	_, err := m.Fit(d, Epochs(50), Verbose(false))
	if err == nil || !strings.Contains(err.Error(), "layer 4 (Dense 2)") {
		t.Errorf("got %v", err)
	}
	broken := Sequential(Input(3), Dense(5, Tanh), Dense(4), Dense(2)).Compile(MSE, SGD(0.1))
	broken.Params()[2].Value.Set([]float32{float32(math.NaN())}) // in dense_1, layer 3
	_, err = broken.Fit(d, Verbose(false))
	if err == nil || !strings.Contains(err.Error(), "the first output that is not finite is that of layer 3 (Dense 4)") {
		t.Errorf("got %v", err)
	}
	// Layers that do not learn are not needed for the backward pass, but for the answer.
	broken = Sequential(Input(3), GaussianNoise(0.1), Activation(Tanh), Dense(3), Dense(3), Dense(2)).Compile(MSE, SGD(0.1))
	broken.Params()[0].Value.Set([]float32{float32(math.NaN())})
	_, err = broken.Fit(d, Verbose(false))
	if err == nil || !strings.Contains(err.Error(), "not finite is that of layer 4 (Dense 3)") {
		t.Errorf("got %v", err)
	}
	m = Sequential(Input(3), Dense(2)).Compile(MSE, SGD(0.1))
	d = vectors(40, 3)
	d.y[3][0] = float32(math.Inf(1))
	if _, err = m.Fit(d, Verbose(false)); err == nil || !strings.Contains(err.Error(), "the targets hold a NaN") {
		t.Errorf("got %v", err)
	}
	d = vectors(40, 3)
	d.x[17][1] = float32(math.NaN())
	m = Sequential(Input(3), Dense(2)).Compile(MSE, SGD(0.1))
	before := m.WeightHash()
	_, err = m.Fit(d, BatchSize(40), Verbose(false))
	if err == nil || !strings.Contains(err.Error(), "the examples themselves hold a NaN") {
		t.Errorf("got %v", err)
	}
	if m.WeightHash() != before {
		t.Error("the step with the NaN was taken")
	}
}

func TestEarlyStopping(t *testing.T) {
	// The validation's labels are shuffled, so that its loss grows.
	train, val := clouds(60, 6), clouds(60, 6)
	for i, y := range val.y {
		y[0] = float32((i + 1) % 3)
	}
	var best []float32
	bestLoss := math.Inf(1)
	remember := recorder(func(e *Event) {
		if v, ok := e.Get("val_loss"); ok && e.Phase == EpochEnd && v < bestLoss {
			bestLoss, best = v, e.Model.Params()[0].Value.Values()
		}
	})
	m := small()
	h, err := m.Fit(train, Epochs(50), Validation(val), Callbacks(remember), EarlyStopping(3, RestoreBest()), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	if h.Epochs() >= 50 || !strings.HasPrefix(h.Stopped, "early stopping") {
		t.Errorf("%d epochs, stopped %q", h.Epochs(), h.Stopped)
	}
	if !slices.Equal(m.Params()[0].Value.Values(), best) {
		t.Error("the weights are not those of the best epoch")
	}
	if _, err = m.Fit(train, EarlyStopping(3, Monitor("val_acuracy")), Verbose(false)); err == nil ||
		!strings.Contains(err.Error(), `expects one of loss, accuracy, got "val_acuracy"`) {
		t.Errorf("an unknown quantity gave %v", err)
	}
}
