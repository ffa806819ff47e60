package nn

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// timedNetwork branches, drops, and has a norm whose statistics a step changes.
func timedNetwork(b backend.Backend) *Model {
	in := Input(8, 8, 2)
	left := in.Then(Conv2D(4, 3, Same, ReLU), BatchNorm())
	right := in.Then(Conv2D(4, 1, Tanh))
	out := Add(left, right).Then(MaxPool2D(2), Flatten(), Dropout(0.3), Dense(3, Softmax))
	return Graph(Inputs(in), Outputs(out)).Compile(CategoricalCrossentropy, Adam(0.01), Accuracy, On(b), Seed(4))
}

// Time names each layer, errs on the CPU by rounding alone and on the reference by less,
// and changes no bit of the model or of its training.
func TestTime(t *testing.T) {
	d := clouds(40, 8, 8, 2)
	for _, b := range []backend.Backend{cpu.New(), ref.New()} {
		m, other := timedNetwork(b), timedNetwork(b)
		fit := func(m *Model) {
			if _, err := m.Fit(d, BatchSize(16), Verbose(false)); err != nil {
				t.Fatal(err)
			}
		}
		fit(m)
		fit(other)
		got, err := Time(m, d)
		if err != nil {
			t.Fatal(err)
		}
		if got.Rows != 32 || got.Home != b.Name() || got.Step <= 0 || len(got.Layers) != len(m.Layers()) {
			t.Errorf("got %+v", got)
		}
		text, page := got.String(), got.ShowResult()["text/html"]
		for i, info := range m.Layers() {
			l := got.Layers[i]
			if l.Name != info.Name || l.Kind != info.Kind || !strings.Contains(text, l.Name+" (") || !strings.Contains(page, ">"+l.Name) && !strings.Contains(page, "</span>"+l.Name+" ") {
				t.Errorf("layer %d is %+v, want %s", i, l, info.Name)
			}
			learns := len(info.Params()) > 0
			if math.IsNaN(l.Output) || math.IsNaN(l.Gradient) == learns {
				t.Errorf("%s: %v, %v", l.Name, l.Output, l.Gradient)
			}
		}
		switch v := got.Largest(); {
		case b.Name() == "ref" && !(v < 1e-6): // its weights are rounded to float32 on their way
			t.Errorf("the reference differs from itself by %v", v)
		case b.Name() == "cpu" && !(v > 0 && v < 1e-4):
			t.Errorf("the CPU differs by %v", v)
		}
		if _, err := Time(m, d, BatchSize(7)); err != nil {
			t.Error(err)
		}
		fit(m)
		fit(other)
		if m.WeightHash() != other.WeightHash() {
			t.Errorf("%s: the model trains otherwise when it has been timed", b.Name())
		}
	}
}

// wrongTanh errs in one kind of layer, and loses its device when told to.
type wrongTanh struct {
	backend.Backend
	lost error
}

func (w *wrongTanh) Conv(g backend.Convolution, n int, x, k, y backend.Buffer, e backend.Epilogue) {
	w.Backend.Conv(g, n, x, k, y, e)
	if e.Activation.Kind == backend.Tanh {
		w.Backend.Scale(n*g.Outputs()*g.Filters, 1.5, y)
	}
}

func (w *wrongTanh) Sync() error { return w.lost }

// A layer that errs, and those behind it, show; those before it do not. A device that fails is
// an error.
func TestTimeShowsWhatErrs(t *testing.T) {
	d := clouds(16, 8, 8, 2)
	w := &wrongTanh{Backend: cpu.New()}
	m := timedNetwork(w)
	got, err := Time(m, d)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range got.Layers {
		wrong := map[string]bool{"conv2d_1": true, "add": true, "maxpool2d": true, "flatten": true, "dropout": true, "dense": true}[l.Name]
		if wrong != (l.Output > 0.01) {
			t.Errorf("%s differs by %v", l.Name, l.Output)
		}
	}
	w.lost = errors.New("the device is lost")
	if _, err := Time(m, d); !errors.Is(err, w.lost) {
		t.Errorf("got %v", err)
	}
}

// What has no time is refused.
func TestTimeRefuses(t *testing.T) {
	m := timedNetwork(cpu.New())
	for want, f := range map[string]func() (*Timing, error){
		"Time: expects data":   func() (*Timing, error) { return Time(m, nil) },
		"to be compiled first": func() (*Timing, error) { return Time(Sequential(Input(3), Dense(2)), clouds(3, 3)) },
		"Time: expects a model with a loss": func() (*Timing, error) {
			return Time(Sequential(Input(3), Dense(2)).Compile(NoLoss, SGD(1)), clouds(3, 3))
		},
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// marked is a CPU whose watches count its kernels: a convolution takes 1000 ns, a product 10, all
// else none.
type marked struct {
	backend.Backend
	now, marks time.Duration // marks since the last Laps
	waits      int           // between two marks
	short      bool          // it forgets a lap
}

func (m *marked) Gemm(t backend.Transpose, rows, cols, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	m.now += 10
	m.Backend.Gemm(t, rows, cols, k, a, b, beta, c, e)
}

func (m *marked) Conv(g backend.Convolution, n int, x, k, y backend.Buffer, e backend.Epilogue) {
	m.now += 1000
	m.Backend.Conv(g, n, x, k, y, e)
}

func (m *marked) Sync() error {
	if m.marks > 0 {
		m.waits++
	}
	return m.Backend.Sync()
}

func (m *marked) Watch() backend.Watch { return &marksOf{of: m} }

type marksOf struct {
	of     *marked
	passed []time.Duration
}

func (w *marksOf) Mark() {
	w.of.marks++
	w.passed = append(w.passed, w.of.now)
}

func (w *marksOf) Laps() (laps []time.Duration) {
	for i := 1; i < len(w.passed); i++ {
		laps = append(laps, w.passed[i]-w.passed[i-1])
	}
	if w.of.short {
		laps = laps[1:]
	}
	w.of.marks, w.passed = 0, w.passed[:0]
	return laps
}

// Where the device tells the times, each layer has those of its own kernels, nothing waits
// between two marks, and the model learns what it would have.
func TestTimeByTheDevice(t *testing.T) {
	d := clouds(40, 8, 8, 2)
	b := &marked{Backend: cpu.New()}
	m, other := timedNetwork(b), timedNetwork(cpu.New())
	got, err := Time(m, d)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]time.Duration{"conv2d": {1000, 0}, "conv2d_1": {1000, 0}, "dense": {10, 20}}
	for _, l := range got.Layers {
		if w := want[l.Name]; l.Forward != w[0] || l.Backward != w[1] {
			t.Errorf("%s takes %v and %v, want %v", l.Name, l.Forward, l.Backward, w)
		}
	}
	if got.Step != 2030 {
		t.Errorf("a step takes %v", got.Step)
	}
	if b.waits > 0 {
		t.Errorf("it was waited for %d times between marks", b.waits)
	}
	for _, m := range []*Model{m, other} {
		if _, err := m.Fit(d, BatchSize(16), Verbose(false)); err != nil {
			t.Fatal(err)
		}
	}
	if m.WeightHash() != other.WeightHash() {
		t.Error("the model trains otherwise when it has been timed")
	}
	b.short = true
	if _, err := Time(m, d); err == nil || !strings.Contains(err.Error(), "expected 1 times of cpu, got 0") {
		t.Errorf("a device that forgets times: %v", err)
	}
}
