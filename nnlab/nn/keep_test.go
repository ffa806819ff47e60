package nn

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cell plays one cell of a notebook: the declarations run again, and the model
// is used by what the cell does.
func cell(t *testing.T, do func(m *Model), layers ...Layer) {
	t.Helper()
	if layers == nil {
		layers = []Layer{Input(6), Dense(8, ReLU), Dropout(0.1), Dense(3, Softmax)}
	}
	defer anotherProcess("mlp")()
	m := Keep("mlp", func() *Model {
		return Sequential(layers...).Compile(CategoricalCrossentropy, Adam(0.01), Accuracy)
	})
	do(m)
}

// anotherProcess forgets that a model has the name, as a process that begins does; end
// goes back to the process before.
func anotherProcess(name string) (end func()) {
	path := filepath.Join(stateFolder(), name+".safetensors")
	before, used := inUse.LoadAndDelete(path)
	return func() {
		inUse.Delete(path)
		if used {
			inUse.Store(path, before)
		}
	}
}

func train(t *testing.T, m *Model, epochs int) {
	t.Helper()
	if _, err := m.Fit(clouds(50, 6), Epochs(epochs), Verbose(false)); err != nil {
		t.Fatal(err)
	}
}

func TestKeepGoesOnFromCellToCell(t *testing.T) {
	t.Setenv("NNLAB_STATE", filepath.Join(t.TempDir(), "state"))
	var together, apart string
	var epochs int
	cell(t, func(m *Model) { train(t, m, 2) })
	cell(t, func(m *Model) {}) // a cell that does not use the model leaves it alone
	cell(t, func(m *Model) { train(t, m, 3); apart, epochs = m.WeightHash(), m.History().Epochs() })
	cell(t, func(m *Model) {
		if m.WeightHash() != apart {
			t.Error("a cell that only looks sees other weights")
		}
	})
	// Two and three epochs in two cells are five in one: the optimizer's state
	// and the position in the random sequence came along.
	t.Setenv("NNLAB_STATE", t.TempDir())
	cell(t, func(m *Model) { train(t, m, 2); train(t, m, 3); together = m.WeightHash() })
	if apart != together || epochs != 5 {
		t.Errorf("weights %s and %s, %d epochs", apart, together, epochs)
	}
}

func TestKeepIsLazy(t *testing.T) {
	t.Setenv("NNLAB_STATE", t.TempDir())
	Keep("never", func() *Model { t.Error("built although nothing uses it"); return nil })
}

func TestKeepStartsAnewWithAnotherArchitecture(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("NNLAB_STATE", folder)
	cell(t, func(m *Model) { train(t, m, 1) })
	said := captureStderr(t, func() {
		cell(t, func(m *Model) {
			if n := m.History().Epochs(); n != 0 {
				t.Errorf("a new architecture has %d epochs behind it", n)
			}
		}, Input(6), Dense(9, ReLU), Dense(3, Softmax))
	})
	if !strings.Contains(said, `the model "mlp" starts anew: its architecture has changed`) || !strings.Contains(said, "Dense(9, relu)") {
		t.Errorf("said %q", said)
	}
	if _, err := os.Stat(filepath.Join(folder, "mlp.safetensors.old")); err != nil {
		t.Errorf("the old state is gone: %v", err)
	}
}

func TestKeepStartsAnewFromADamagedState(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("NNLAB_STATE", folder)
	if err := os.WriteFile(filepath.Join(folder, "mlp.safetensors"), []byte("not ours"), 0o666); err != nil {
		t.Fatal(err)
	}
	said := captureStderr(t, func() { cell(t, func(m *Model) { train(t, m, 1) }) })
	if !strings.Contains(said, "its state cannot be read") || !strings.Contains(said, "mlp.safetensors") {
		t.Errorf("said %q", said)
	}
}

func TestKeepSavesEachEpoch(t *testing.T) {
	t.Setenv("NNLAB_STATE", t.TempDir())
	cell(t, func(m *Model) {
		// A kernel that is killed in the second epoch loses the second epoch only.
		killed := recorder(func(e *Event) {
			if e.Phase == BatchEnd && e.Epoch == 2 {
				cell(t, func(other *Model) {
					if n := other.History().Epochs(); n != 1 {
						t.Errorf("in mid-epoch the state has %d epochs", n)
					}
				})
			}
		})
		if _, err := m.Fit(clouds(50, 6), Epochs(2), Callbacks(killed), Verbose(false)); err != nil {
			t.Fatal(err)
		}
	})
}

func TestReset(t *testing.T) {
	t.Setenv("NNLAB_STATE", t.TempDir())
	var first string
	cell(t, func(m *Model) { train(t, m, 1); first = m.WeightHash() })
	cell(t, func(m *Model) {
		if err := m.Reset(); err != nil {
			t.Fatal(err)
		}
	})
	cell(t, func(m *Model) {
		if m.History().Epochs() != 0 {
			t.Error("the history is still there")
		}
		if train(t, m, 1); m.WeightHash() != first {
			t.Error("the same training from the same seed gives other weights")
		}
	})
}

func TestErrorIsShownOnceInANotebook(t *testing.T) {
	t.Setenv("NNLAB_STATE", t.TempDir())
	said := captureStderr(t, func() {
		m := Sequential(Input(2, 3), Dense(4)).Compile(MSE, SGD(0.1))
		_, err := m.Fit(vectors(3, 6))
		if err == nil || m.Err() == nil {
			t.Fatal("no error")
		}
		os.Stderr.WriteString(err.Error())
	})
	if n := strings.Count(said, "expects [features]"); n != 1 {
		t.Errorf("shown %d times: %q", n, said)
	}
}

func captureStderr(t *testing.T, do func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = w
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		text <- string(b)
	}()
	defer func() { os.Stderr = old }()
	do()
	w.Close()
	return <-text
}

// After the stop button, what the cell would train next does not start.
func TestInterruptStopsTheWholeCell(t *testing.T) {
	t.Setenv("NNLAB_STATE", t.TempDir())
	defer cellInterrupted.Store(false)
	cell(t, func(m *Model) {
		cellInterrupted.Store(true)
		h, err := m.Fit(clouds(50, 6), Epochs(2), Verbose(false))
		if err != nil || h.Stopped != "interrupted" || m.step != 0 {
			t.Errorf("%v, stopped %q after %d steps", err, h.Stopped, m.step)
		}
	})
}

// What is kept is the user's alone, and what a killed save has left goes with the next.
func TestKeptModelsArePrivate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	t.Setenv("NNLAB_STATE", folder)
	path := filepath.Join(folder, "mlp.safetensors")
	cell(t, func(m *Model) { train(t, m, 1) })
	for range 2 {
		for p, want := range map[string]os.FileMode{folder: 0o700 | os.ModeDir, path: 0o600} {
			if info, err := os.Stat(p); err != nil || info.Mode() != want {
				t.Errorf("%s: %v, %v", p, info.Mode(), err)
			}
		}
		if all, err := os.ReadDir(folder); err != nil || len(all) != 1 {
			t.Errorf("%v, %v", all, err)
		}
		// As an older program left it, and as one that is killed does.
		if err := errors.Join(os.Chmod(path, 0o644), os.WriteFile(filepath.Join(folder, ".mlp.safetensors.part"), []byte("half"), 0o644)); err != nil {
			t.Fatal(err)
		}
		cell(t, func(m *Model) { train(t, m, 1) })
	}
}
