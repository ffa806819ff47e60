package nn

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// later is a callback that has no need of each step's numbers.
type later struct{ batches []Logs }

func (l *later) LooksAtBatches() bool { return false }

func (l *later) On(e *Event) {
	if e.Phase == BatchEnd {
		l.batches = append(l.batches, slices.Clone(e.Logs))
	}
}

// A step waits for the device at no point: not for the loss, nor for the flag, a penalty, a
// norm or a metric, with any optimizer. A report does.
func TestStepReadsNothing(t *testing.T) {
	const rows, steps = 8, 5
	d := clouds(steps*rows, 6, 6, 1)
	every := []CompileOption{Accuracy, BinaryAccuracy, Precision, Recall, F1, AUC, MeanAbsoluteError, R2, TopK(2)}
	for _, inner := range []backend.Backend{ref.New(), cpu.New()} {
		for i, o := range []Optimizer{SGD(0.01), SGD(0.01, Momentum(0.9)), RMSprop(0.001), Adam(0.001), AdamW(0.001), Nadam(0.001), Adagrad(0.01), Adadelta(1)} {
			b := &backendtest.HostReads{Backend: inner}
			options := append([]CompileOption{On(b)}, every...)
			options = append(options, []CompileOption{ClipNorm(1), GlobalClipNorm(1), ClipValue(1), Seed(3)}[i%4])
			in := Input(6, 6, 1)
			main := in.Then(Conv2D(3, 3, ReLU, KernelRegularizer(L1L2(0.01, 0.02))), BatchNorm(), MaxPool2D(2), SpatialDropout(0.1), Flatten(), GaussianNoise(0.1))
			m := Graph(Inputs(in), Outputs(main.Then(Dense(8, Tanh), Dropout(0.2), Dense(3, Softmax)), main.Then(LayerNorm(), Dense(3, Sigmoid)))).
				Compile(CategoricalCrossentropy, o, append(options, Losses(CategoricalCrossentropy.LabelSmoothing(0.1), BinaryCrossentropy), LossWeights(1, 0.3))...)
			seen := &later{}
			f := &fit{model: m, train: Multi{X: []Data{d}, Y: []Data{d, d}}, epochs: 1, batchSize: rows, callbacks: []Callback{seen}, weights: weights{examples: slices.Repeat([]float64{2}, d.Len())}}
			begun(t, f)
			f.reported = time.Now().Add(time.Hour)
			b.Calls = nil
			for f.feed.next() {
				if err := f.step(); err != nil {
					t.Fatal(err)
				}
			}
			if f.feed.close(); f.feed.err != nil || len(seen.batches) != steps || b.Calls != nil {
				t.Errorf("%s, %v: %d steps read %v; %v", inner.Name(), o, len(seen.batches), b.Calls, f.feed.err)
			}
			if err := f.report(); err != nil || len(b.Calls) == 0 || len(f.event.Logs) != 3+2*len(every) || !finite(f.event.Logs[0].Value) {
				t.Errorf("%s, %v: a report reads %v and finds %v; %v", inner.Name(), o, b.Calls, f.event.Logs, err)
			}
		}
	}
}

// No layer waits for the device, neither in Forward nor in Backward nor for what it keeps.
func TestLayersReadNothing(t *testing.T) {
	var file struct {
		Cases []struct {
			Name  string
			Shape []int
		}
	}
	readGoldenFile(t, "keras_layers.json", &file)
	b := &backendtest.HostReads{Backend: cpu.New()}
	for _, c := range file.Cases {
		const rows = 2
		l, _, out := built(t, b, goldenLayers[c.Name], c.Shape, rows)
		x, dx := tensor.New(b, append([]int{rows}, c.Shape...)...), tensor.New(b, append([]int{rows}, c.Shape...)...)
		y, dy := tensor.New(b, append([]int{rows}, out...)...), tensor.New(b, append([]int{rows}, out...)...)
		if _, views := l.(reshaper); views {
			y.Buffer, dx.Buffer = x.Buffer, dy.Buffer
		}
		context := &Context{Training: true, control: b.Scalars(backend.ControlSize)}
		b.Calls = nil
		l.Forward(context, x, y)
		if s, ok := l.(settler); ok {
			s.Settle(context)
		}
		l.Backward(context, x, y, dy, dx)
		if b.Calls != nil {
			t.Errorf("%s reads %v", c.Name, b.Calls)
		}
	}
}

// An evaluation reads at its end, however many batches it has.
func TestEvaluateReadsAtItsEnd(t *testing.T) {
	b := &backendtest.HostReads{Backend: cpu.New()}
	m, d := small(On(b)), clouds(40, 6)
	if err := m.ready(); err != nil {
		t.Fatal(err)
	}
	for _, rows := range []int{40, 7} {
		b.Calls = nil
		if _, err := m.evaluate("Evaluate", d, rows, nil); err != nil {
			t.Fatal(err)
		}
		if want := []string{"Sync", "ReadScalars", "ReadScalars"}; !slices.Equal(b.Calls, want) {
			t.Errorf("batches of %d: %v, want %v", rows, b.Calls, want)
		}
	}
	d.x[33] = slices.Repeat([]float32{float32(math.NaN())}, 6)
	const want = "Evaluate: expects examples of finite numbers, got NaN in example 33; clean the data"
	if _, err := m.evaluate("Evaluate", d, 7, nil); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Whoever looks at each step sees its numbers, and who does not sees those of the first
// step, and at the end of an epoch the same as the other.
func TestLogsOfAStep(t *testing.T) {
	d := clouds(40, 6)
	var looked []Logs
	eager, lazy := small(), small()
	h, err := eager.Fit(d, BatchSize(8), Verbose(false), Callbacks(recorder(func(e *Event) {
		if e.Phase == BatchEnd {
			looked = append(looked, slices.Clone(e.Logs))
		}
	})))
	if err != nil {
		t.Fatal(err)
	}
	seen := &later{}
	g, err := lazy.Fit(d, BatchSize(8), Verbose(false), Callbacks(seen))
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(looked); i++ {
		if looked[i][0] == looked[i-1][0] {
			t.Errorf("step %d has the loss of the one before", i+1)
		}
	}
	if len(seen.batches) != 5 || !slices.Equal(seen.batches[0], looked[0]) {
		t.Errorf("first step: %v, want %v", seen.batches, looked[0])
	}
	last, _ := h.Last("loss")
	if v, _ := g.Last("loss"); v != last || looked[4][0].Value != last || eager.WeightHash() != lazy.WeightHash() {
		t.Errorf("at the end: %v, want %v and %v", v, last, looked[4])
	}
}

// A loss that is no number is found by the next report: the error says what it says when
// it is found at once, and the model, running means and optimizer included, is as it was
// before that step, whatever was computed since.
func TestDivergedIsFoundLater(t *testing.T) {
	const rows, sick = 8, 3
	build := func(b backend.Backend) *Model {
		return Sequential(Input(6), Dense(8, ReLU), BatchNorm(), Dropout(0.2), Dense(3, Softmax)).
			Compile(CategoricalCrossentropy, Adam(0.01), Accuracy, On(b))
	}
	healthy := clouds(sick*rows, 6)
	for _, c := range []struct {
		backend backend.Backend
		x       float32 // what example 2 of batch 4 consists of
		text    string
	}{
		{cpu.New(), math.MaxFloat32, "the first output that is not finite is that of layer 2 (Dense 8); lower the learning rate"},
		{ref.New(), float32(math.Inf(1)), "the examples themselves hold a NaN or an infinity; clean the data"},
	} {
		b, d := c.backend, clouds(7*rows, 6)
		d.x[sick*rows+2] = slices.Repeat([]float32{c.x}, 6)
		want := build(b)
		if _, err := want.Fit(healthy, BatchSize(rows), Shuffle(false), Verbose(false)); err != nil {
			t.Fatal(err)
		}
		texts := map[string]bool{}
		for _, wait := range []time.Duration{0, time.Hour} {
			m := build(b)
			f := &fit{caller: "Fit", model: m, train: d, epochs: 1, batchSize: rows, callbacks: []Callback{&later{}}, quiet: true}
			begun(t, f)
			f.event.Epoch = 1
			m.epoch++
			var err error
			for f.feed.next() && err == nil {
				f.reported = time.Now().Add(wait - reportEvery)
				err = f.step()
			}
			if wait > 0 && (err != nil || f.event.Batch != 7) {
				t.Fatalf("nobody looked, but after %d steps: %v", f.event.Batch, err)
			}
			if wait > 0 {
				err = f.report()
			}
			f.feed.close()
			if err == nil {
				t.Fatal("no error")
			}
			texts[err.Error()] = true
			if f.event.Batch != sick || f.event.Samples != sick*rows || m.step != sick {
				t.Errorf("after %v: stands at batch %d, %d samples, step %d", wait, f.event.Batch, f.event.Samples, m.step)
			}
			for i, p := range m.Params() {
				q := want.Params()[i]
				if !slices.Equal(p.Value.Values(), q.Value.Values()) {
					t.Errorf("after %v: %s is not that before the step", wait, p.Name)
				}
				for j := range p.slots {
					got, was := make([]float32, p.Value.Size()), make([]float32, p.Value.Size())
					b.Download(got, p.slots[j])
					b.Download(was, q.slots[j])
					if !slices.Equal(got, was) {
						t.Errorf("after %v: the optimizer's state of %s is not that before the step", wait, p.Name)
					}
				}
			}
		}
		text := "Fit: epoch 1, batch 4: expects a finite loss, got NaN; " + c.text
		if len(texts) != 1 || !texts[text] {
			t.Errorf("got %v, want %s", texts, text)
		}
	}
}

// begun has a fit come to its first step.
func begun(t *testing.T, f *fit) {
	t.Helper()
	for _, ready := range []func() error{f.model.ready, f.check} {
		if err := ready(); err != nil {
			t.Fatal(err)
		}
	}
	f.start()
	f.reorder()
	f.feed = newFeed(f)
}
