package nn

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
)

// hasBegun tells whether the first values of a model's weights were drawn.
func hasBegun(m *Model) bool { return m.graph.params[0].draw == nil }

// A kept model's weights and optimizer's state are those of its file, which never
// changes: what training writes is the process's own, and a new file replaces it.
func TestKeptStateIsMapped(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("NNLAB_STATE", folder)
	path := filepath.Join(folder, "mlp.safetensors")
	cell(t, func(m *Model) { train(t, m, 1) })
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if at := 8 + int(binary.LittleEndian.Uint64(first)); at%safetensors.PageSize != 0 {
		t.Errorf("the numbers begin at byte %d", at)
	}
	old, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	cell(t, func(m *Model) {
		if m.Err() != nil {
			t.Fatal(m.Err())
		}
		before := m.WeightHash()
		if runtime.GOOS == "linux" {
			maps, err := os.ReadFile("/proc/self/maps")
			if err != nil || !strings.Contains(string(maps), path) {
				t.Errorf("the file is not mapped: %v", err)
			}
		}
		// It may be replaced and removed while it is mapped.
		if err := os.WriteFile(path+".new", []byte("another"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if m.WeightHash() != before {
			t.Error("the weights have gone with the file")
		}
		train(t, m, 1)
		if m.WeightHash() == before {
			t.Error("training has changed nothing")
		}
		is := make([]byte, len(first))
		if n, err := old.ReadAt(is, 0); n < len(is) || !bytes.Equal(is, first) {
			t.Errorf("the file that was mapped has changed: %v", err)
		}
	})
	cell(t, func(m *Model) {
		if m.History().Epochs() != 2 {
			t.Errorf("%d epochs are kept", m.History().Epochs())
		}
	})
}

// First weights are drawn when they are needed and not before.
func TestWeightsAreDrawnLazily(t *testing.T) {
	m := Sequential(Input(6), Dense(3)).Compile(MSE, SGD(0.1))
	if hasBegun(m) {
		t.Error("Compile has drawn the weights")
	}
	if m.Params()[0].Value.Values()[0] == 0 || !hasBegun(m) {
		t.Error("nothing was drawn")
	}
	t.Setenv("NNLAB_STATE", t.TempDir())
	cell(t, func(m *Model) { train(t, m, 1) })
	cell(t, func(m *Model) {
		for _, p := range []func() error{m.Err, m.Reset} {
			if err := p(); err != nil || !hasBegun(m) {
				t.Errorf("%v, drawn %v", err, hasBegun(m))
			}
		}
	})
}
