package nn

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	if said := captureStderr(t, func() { err = other.Load(path) }); said != "" {
		t.Errorf("of what is refused it says %s", said)
	}
	if err == nil || !strings.Contains(err.Error(), "dense/kernel is [6 8] instead of [6 7]") || other.WeightHash() != before {
		t.Errorf("got %v", err)
	}
	if err := a.Save(filepath.Join(t.TempDir(), "missing", "x.safetensors")); err == nil {
		t.Error("saved into a folder that is not there")
	}
	folder := filepath.Dir(path)
	for name, want := range map[string]string{
		"":     `Save: expects the name of a file, got ""; write model.Save("model.safetensors")`,
		folder: fmt.Sprintf("Save: expects the name of a file, got %q; write model.Save(%q)", folder, filepath.Join(folder, "model.safetensors")),
	} {
		if err := a.Save(name); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
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
	full := filepath.Join(dir, "no")
	remove := recorder(func(e *Event) { // the folder becomes a file while it trains
		if e.Phase == BatchEnd && os.Remove(full) == nil {
			if err := os.WriteFile(full, nil, 0o666); err != nil {
				t.Error(err)
			}
		}
	})
	if _, err := m.Fit(clouds(60, 6), Checkpoint(filepath.Join(full, "x")), Callbacks(remove), Verbose(false)); err == nil {
		t.Error("a checkpoint that could not be written was passed over")
	}
}

// What another program wrote is taken, and what was not taken as it stands is said once.
func TestLoadSaysWhatIsUnlike(t *testing.T) {
	path := filepath.Join(t.TempDir(), "torch.safetensors")
	header := `{"dense/kernel":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]},"dense/bias":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]},` +
		`"bn.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[6,14]},"\u001b[2J":{"dtype":"U8","shape":[0],"data_offsets":[14,14]},` +
		`"optimizer/dense/bias/velocity":{"dtype":"F64","shape":[1],"data_offsets":[14,22]}}`
	file := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	file = append(file, header...)
	file = append(file, 0x00, 0x3c, 0x00, 0xc0, 0x40, 0x40, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	m := Sequential(Input(2), Dense(1)).Compile(MSE, SGD(0.1))
	said := captureStderr(t, func() {
		if err := m.Load(path); err != nil {
			t.Error(err)
		}
	})
	if want := "nnlab: " + path + ": BF16, F16 is converted to F32; no layer has, and so was passed over, \\x1b[2J (U8), bn.num_batches_tracked (I64)\n"; said != want {
		t.Errorf("said %q, want %q", said, want)
	}
	if k, b := m.Params()[0].Value.Values(), m.Params()[1].Value.Values(); k[0] != 1 || k[1] != -2 || b[0] != 3 {
		t.Errorf("%v, %v", k, b)
	}
	// An array that a layer needs must have numbers that it can have.
	integers := bytes.Replace(bytes.Replace(file, []byte(`"F16","shape":[2,1]`), []byte(`"I16","shape":[2,1]`), 1), []byte("batches"), []byte("BATCHES"), 1)
	if err := os.WriteFile(path, integers, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := m.Load(path); err == nil || !strings.Contains(err.Error(), "dense/kernel has numbers of type I16 instead of floating-point ones; the file has \\x1b[2J, bn.num_BATCHES_tracked, dense/bias,") {
		t.Errorf("got %v", err)
	}
}
