package nn

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

func TestSaveLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.safetensors")
	d := clouds(60, 6)
	a := small()
	train(t, a, 2)
	if err := a.Save(path); err != nil {
		t.Fatal(err)
	}
	b := small(Seed(9))
	if err := b.Load(path); err != nil {
		t.Fatal(err)
	}
	if a.WeightHash() != b.WeightHash() || b.History().Epochs() != 2 {
		t.Error("what was loaded is not what was saved")
	}
	// With another optimizer the weights come, its state does not.
	c := Sequential(Input(6), Dense(8, ReLU), Dense(3, Softmax)).Compile(CategoricalCrossentropy, Adam(0.01), Accuracy)
	if err := c.Load(path); err != nil {
		t.Fatal(err)
	}
	want, _ := a.Evaluate(d)
	got, err := c.Evaluate(d)
	if err != nil || got.String() != want.String() {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	// A file of other layers changes nothing.
	other := Sequential(Input(6), Dense(7), Dense(3)).Compile(MSE, SGD(0.1))
	before := other.WeightHash()
	err = other.Load(path)
	if err == nil || !strings.Contains(err.Error(), "dense/kernel is [6 8] instead of [6 7]") || other.WeightHash() != before {
		t.Errorf("got %v", err)
	}
	if err := a.Save(filepath.Join(t.TempDir(), "missing", "x.safetensors")); err == nil {
		t.Error("saved into a folder that is not there")
	}
}

// Each optimizer goes on after Load as if it had never stopped, bit for bit.
func TestLoadResumesEveryOptimizer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.safetensors")
	for _, o := range everyOptimizer() {
		build := func(seed Seed) *Model {
			return Sequential(Input(6), Dense(8, Tanh), Dense(3, Softmax)).Compile(CategoricalCrossentropy, o, Accuracy, seed)
		}
		a, b := build(1), build(1)
		train(t, a, 2)
		if err := a.Save(path); err != nil {
			t.Fatal(err)
		}
		train(t, b, 1) // must leave no trace
		if err := b.Load(path); err != nil {
			t.Fatal(err)
		}
		train(t, a, 2)
		train(t, b, 2)
		if a.WeightHash() != b.WeightHash() {
			t.Errorf("%v goes on in another way", o)
		}
	}
}

func TestCheckpoint(t *testing.T) {
	dir := t.TempDir()
	best, last := filepath.Join(dir, "best.safetensors"), filepath.Join(dir, "last.safetensors")
	var hash string
	lowest := math.Inf(1)
	remember := recorder(func(e *Event) {
		if v, _ := e.Get("loss"); e.Phase == EpochEnd && v < lowest {
			lowest, hash = v, e.Model.WeightHash()
		}
	})
	m := small()
	// The last epochs make it worse.
	rise := LearningRateSchedule(func(epoch int, rate float64) float64 {
		if epoch >= 3 {
			return 3
		}
		return rate
	})
	if _, err := m.Fit(clouds(60, 6), Epochs(6), rise, Callbacks(remember), Checkpoint(best, SaveBestOnly(), Monitor("loss")), Checkpoint(last), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{best: hash, last: m.WeightHash()} {
		n := small()
		if err := n.Load(path); err != nil || n.WeightHash() != want {
			t.Errorf("%s: %v, or other weights", filepath.Base(path), err)
		}
	}
	if hash == m.WeightHash() {
		t.Error("the last epoch was the best: the test says nothing")
	}
	if _, err := m.Fit(clouds(60, 6), Checkpoint(filepath.Join(dir, "no", "x")), Verbose(false)); err == nil {
		t.Error("a checkpoint that could not be written was passed over")
	}
}

// A disk that fails in the middle of an array is an error that names it.
func TestReadErrorNamesTheArray(t *testing.T) {
	x := tensor.New(ref.New(), 1<<17)
	f := &safetensors{from: io.NewSectionReader(strings.NewReader(strings.Repeat("x", 4<<16)), 0, 4<<17)}
	if err := f.read(array{name: "dense/kernel"}, x); err == nil || !strings.Contains(err.Error(), `"dense/kernel"`) {
		t.Errorf("got %v", err)
	}
}

func FuzzSafetensors(f *testing.F) {
	path := filepath.Join(f.TempDir(), "x.safetensors")
	b := ref.New()
	if err := writeSafetensors(path, []namedTensor{{"a/b", tensor.Of(b, []float32{1, -2}, 2, 1)}}, map[string]string{"k": "v"}); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255})
	f.Add([]byte("\x35\x00\x00\x00\x00\x00\x00\x00" + `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseSafetensors(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for name, a := range s.arrays {
			if !a.shape.Valid() {
				continue // an array of nothing, or a single number
			}
			if err := s.read(a, tensor.New(b, a.shape...)); err != nil {
				t.Errorf("%q of shape %v: %v", name, a.shape, err)
			}
		}
	})
}
