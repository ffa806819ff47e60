package nn

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// limitTo sets the limit of this program's memory for a test.
func limitTo(t *testing.T, bytes int64) {
	old := debug.SetMemoryLimit(bytes)
	t.Cleanup(func() { debug.SetMemoryLimit(old) })
}

// Weights that find no memory are refused before they are drawn, with the layer that has
// most of them; Summary shows them all the same.
func TestModelLargerThanTheMemory(t *testing.T) {
	build := func() *Model {
		return Sequential(Input(1000), Dense(60_000, ReLU), Dense(3, Softmax)).Compile(CategoricalCrossentropy, Adam(0.01))
	}
	limitTo(t, 100<<20)
	m := build()
	for range 2 {
		err := m.Err()
		if want := "Compile: expects parameters that fit in 104.9 MB, the limit of this program, GOMEMLIMIT, got 60 240 003 parameters in 241.0 MB; " +
			"layer 2 (Dense 60000) has 60 060 000 of them: give it fewer units"; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Fatalf("got %v\nwant %s", err, want)
		}
	}
	if _, err := m.Predict(vectors(3, 1000)); err == nil || !strings.HasPrefix(err.Error(), "Compile: ") {
		t.Errorf("got %v", err)
	}
	if s := m.String(); !strings.Contains(s, "60 240 003") || m.Layers()[1].Parameters != 60_060_000 || hasBegun(m) {
		t.Errorf("the table is %s, drawn: %v", s, hasBegun(m))
	}
	if m.WeightHash() != "" || m.Params() != nil {
		t.Error("there are weights")
	}
	limitTo(t, 300<<20) // enough to answer, not to learn
	if m = build(); m.Err() != nil {
		t.Error(m.Err())
	}
	_, err := m.Fit(clouds(3, 1000), Verbose(false))
	if want := "Fit: expects what fits in 314.6 MB, the limit of this program, GOMEMLIMIT, got 963.6 MB for the weights, their gradients and the optimizer's state and "; err == nil ||
		!strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), "for a batch of 3; take a smaller input or narrower layers, or a machine with more memory") {
		t.Errorf("got %v", err)
	}
}

// A batch that finds no memory is refused with the size that would, which then does.
func TestBatchLargerThanTheMemory(t *testing.T) {
	m := Sequential(Input(32, 32, 3), Conv2D(64, 3, Same, ReLU), Conv2D(64, 3, Same, ReLU), GlobalAveragePool(), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.01))
	d := clouds(1000, 32, 32, 3)
	limitTo(t, 64<<20)
	_, err := m.Fit(d, BatchSize(500), Verbose(false))
	training := pass{training: true, lodging: true}
	fit := m.rowsIn((64<<20)/bytesEach, 500, m.graph.layout(500, training), training)
	if want := "for a batch of 500; write nn.BatchSize("; err == nil || !strings.Contains(err.Error(), want) || fit < 10 || fit > 100 || !strings.HasSuffix(err.Error(), want+thousands(fit)+")") {
		t.Fatalf("got %v, would fit: %d", err, fit)
	}
	for rows, fits := range map[int]bool{fit: true, fit + 1: false} {
		if _, err := m.newBatchFor("Fit", d, rows, forTraining, training); (err == nil) != fits {
			t.Errorf("%d rows: %v", rows, err)
		}
	}
	if _, err := m.Fit(d, BatchSize(fit), Validation(clouds(9, 32, 32, 3)), Verbose(false)); err != nil {
		t.Error(err)
	}
	if m.evaluateRows() > 128 {
		t.Errorf("Evaluate takes %d rows", m.evaluateRows())
	}
	// Memory that is not the host's has other limits.
	if _, known := roomFor(ref.New()); known {
		t.Error("a backend that keeps its numbers elsewhere has the limit of the host")
	}
}

// card is a device with little memory.
type card struct {
	backend.Backend
	room int64
}

func (c card) Device() string { return "a small card" }
func (c card) Room() (bytes int64, of string, known bool) {
	return c.room, "the memory of a small card", true
}

// What does not fit on a device is refused before it is tried, with the layer, or with the
// batch that would fit, which does.
func TestRoomOnADevice(t *testing.T) {
	d := clouds(400, 8, 8, 3)
	compiled := func(room int64) *Model {
		return Sequential(Input(8, 8, 3), Conv2D(16, 3, ReLU), Flatten(), Dense(3, Softmax)).
			Compile(CategoricalCrossentropy, Adam(0.01), On(card{ref.New(), room}))
	}
	err := compiled(6000).Err()
	if got := fmt.Sprint(err); !strings.Contains(got, "parameters that fit in 6.0 kB, the memory of a small card") || !strings.Contains(got, "layer 4 (Dense 3) has 1 731 of them") {
		t.Errorf("got %v", err)
	}
	m := compiled(2 << 20)
	_, err = m.Fit(d, BatchSize(400), Verbose(false))
	var e *Error
	fit := 0
	if !errors.As(err, &e) || !strings.Contains(e.Expected, "what fits in 2.1 MB, the memory of a small card") || !strings.Contains(e.Got, "for a batch of 400") {
		t.Fatalf("got %v", err)
	}
	if _, err := fmt.Sscanf(e.Mend, "write nn.BatchSize(%d)", &fit); err != nil || fit < 1 {
		t.Fatalf("the mend is %q", e.Mend)
	}
	if _, err := m.Fit(d, BatchSize(fit), Verbose(false)); err != nil {
		t.Error(err)
	}
	if got := m.String(); !strings.Contains(got, "seed 1 · ref, a small card") {
		t.Errorf("the summary does not say where the model lives: %s", got)
	}
}

// full is a device that has no memory left for what its name says.
type full struct {
	card
	purpose string
	err     error
}

// nothing is a buffer that there was no memory for.
type nothing struct{ backend.Buffer }

func (nothing) Len() int { return 0 }

func (f *full) AllocFor(purpose string, n int) backend.Buffer {
	if purpose == f.purpose {
		f.err = fmt.Errorf("%w for %s", backend.ErrMemory, purpose)
		return nothing{f.Alloc(1)}
	}
	return f.Alloc(n)
}

func (f *full) Sync() error {
	err := f.err
	f.err = nil
	return err
}

// What finds no memory on a device, though there seemed to be room, is named by an error of
// whoever asked for it, and trains when there is memory again.
func TestFullDevice(t *testing.T) {
	f := &full{card: card{ref.New(), 1 << 30}}
	m := Sequential(Input(6), Dense(3, Softmax)).Compile(CategoricalCrossentropy, Adam(0.01), On(f))
	weights := m.Params()[0].Name
	for _, f.purpose = range []string{"the gradient of " + weights, "the outputs and gradients of a batch", "the optimizer's state of " + weights} {
		_, err := m.Fit(clouds(8, 6), Verbose(false))
		if err == nil || !strings.HasPrefix(err.Error(), "Fit: ") || !strings.Contains(err.Error(), "out of memory for "+f.purpose) {
			t.Errorf("got %v", err)
		}
	}
	f.purpose = ""
	if _, err := m.Fit(clouds(8, 6), Verbose(false)); err != nil {
		t.Error(err)
	}
	f.purpose = "the optimizer's state of " + weights
	for _, p := range m.Params() {
		p.slots = nil
	}
	for name, run := range map[string]func() error{
		"KeepVariable": func() error { _, err := m.KeepVariable(); return err },
		"Save":         func() error { return m.Save(filepath.Join(t.TempDir(), "m.safetensors")) },
	} {
		if err := run(); err == nil || !strings.HasPrefix(err.Error(), name+": ") || strings.Count(err.Error(), name) != 1 || !strings.Contains(err.Error(), "out of memory for "+f.purpose) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Weights that find no memory, whatever brings them, are an error, and stay as they are to be.
func TestFullDeviceWeights(t *testing.T) {
	f := &full{card: card{ref.New(), 1 << 30}}
	network := func(b backend.Backend) *Model {
		return Sequential(Input(6), Dense(4), Dense(3, Softmax)).Compile(CategoricalCrossentropy, Adam(0.01), On(b))
	}
	path := filepath.Join(t.TempDir(), "m.safetensors")
	saved := network(ref.New())
	if _, err := saved.Fit(clouds(8, 6), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	if err := saved.Save(path); err != nil {
		t.Fatal(err)
	}
	last := saved.Params()[2].Name
	m, resumed := network(f), network(f)
	drawn := network(f)
	moved := network(ref.New())
	drawn.Err()
	if err := moved.Load(path); err != nil {
		t.Fatal(err)
	}
	for name, run := range map[string]func() error{
		"Compile: the first":       func() error { return m.Err() },
		"Load":                     func() error { return m.Load(path) },
		"Compile: drawn anew":      func() error { return drawn.Reset() },
		"Compile: from the host's": func() error { return moved.Compile(CategoricalCrossentropy, Adam(0.01), On(f)).Err() },
	} {
		f.purpose = last
		err := run()
		where, _, _ := strings.Cut(name, ":")
		if err == nil || !strings.HasPrefix(err.Error(), where+": ") || strings.Count(err.Error(), where) != 1 || !strings.Contains(err.Error(), "out of memory for "+last) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.purpose = "the optimizer's state of " + last
	if err := resumed.Load(path); err == nil || !strings.Contains(err.Error(), "out of memory for "+f.purpose) {
		t.Errorf("Load: %v", err)
	}
	f.purpose = ""
	moved.Compile(CategoricalCrossentropy, Adam(0.01), On(f))
	for _, is := range []struct{ got, want *Model }{{m, network(ref.New())}, {resumed, network(ref.New())}, {drawn, network(ref.New())}, {moved, saved}} {
		if is.got.WeightHash() != is.want.WeightHash() {
			t.Error("with memory the weights are others")
		}
	}
}

// What only looks at the layers draws no weights.
func TestLookingDrawsNoWeights(t *testing.T) {
	m := Sequential(Input(6), Dense(3)).Compile(MSE, SGD(0.1))
	m.Layers()
	m.History()
	if _, err := m.MarshalJSON(); err != nil || m.String() == "" || hasBegun(m) {
		t.Errorf("%v, drawn: %v", err, hasBegun(m))
	}
	if m.Layers()[1].Params()[0].Value.Values()[0] == 0 {
		t.Error("nothing was drawn")
	}
}
