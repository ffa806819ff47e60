package state

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/internal/whole"
)

func TestState(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	order := func(words ...string) string {
		t.Helper()
		said, err := Order(folder, words, now)
		if err != nil {
			return said + "erro: " + err.Error()
		}
		return said
	}
	if got := order(); got != "nada está guardado\n" {
		t.Errorf("an absent folder: %q", got)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]struct {
		bytes int
		age   time.Duration
	}{
		"mlp.safetensors": {1234, 5 * time.Second}, "cnn-pequena.safetensors": {2_500_000, 90 * time.Minute},
		".mlp.safetensors.part": {600_000, 70 * time.Second}, ".lost.safetensors.part": {6, time.Hour},
		"cnn-pequena.safetensors.old": {3, 0}, "new.safetensors": {12, 72 * time.Hour}, "other.txt": {1, 0},
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, make([]byte, f.bytes), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-f.age), now.Add(-f.age)); err != nil {
			t.Fatal(err)
		}
	}
	want := "nome                                        tamanho    guardado há\n" +
		"cnn-pequena                                 2,5 MB     1 h\n" +
		"lost (sobra de uma gravação interrompida)   6 B        1 h\n" +
		"mlp (sobra de uma gravação interrompida)    600,0 kB   1 min\n" +
		"mlp                                         1,2 kB     5 s\n" +
		"new                                         12 B       3 dias\n"
	if got := order(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := order("drop", "mlp", "lost", "cnn-pequena", "none"); got != "mlp foi esquecido\nlost foi esquecido\ncnn-pequena foi esquecido\nerro: não há um modelo guardado com o nome \"none\"" {
		t.Errorf("got %q", got)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 2 {
		t.Errorf("left: %v, %v", left, err)
	}
	for _, words := range [][]string{{"drop"}, {"list"}, {"drop", "../x"}} {
		if got := order(words...); got[:4] != "erro" {
			t.Errorf("%v: %q", words, got)
		}
	}
}

// What is being written at this moment is no leftover, and is not dropped.
// A model's name is shown and does nothing.
func TestNamesDoNothing(t *testing.T) {
	const name = "a\x1b[31mb\u202e"
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, name+".safetensors"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	listed, err := Order(folder, nil, time.Now())
	if err != nil || !strings.Contains(listed, "\na·b·  ") || strings.ContainsAny(listed, "\x1b\u202e") {
		t.Errorf("%q, %v", listed, err)
	}
	if said, err := Order(folder, []string{"drop", name}, time.Now()); err != nil || said != "a·b· foi esquecido\n" {
		t.Errorf("%q, %v", said, err)
	}
	if _, err := Order(folder, []string{"drop", name}, time.Now()); err == nil || strings.ContainsAny(err.Error(), "\x1b\u202e") {
		t.Errorf("got %v", err)
	}
}

func TestStateWhileAModelIsWritten(t *testing.T) {
	folder := t.TempDir()
	err := whole.Write(filepath.Join(folder, "mlp.safetensors"), 0o600, func(io.Writer) error {
		if said, err := Order(folder, nil, time.Now()); said != "nada está guardado\n" || err != nil {
			t.Errorf("%q, %v", said, err)
		}
		if err := Drop(folder, "mlp"); err == nil || !strings.Contains(err.Error(), "está sendo gravado") {
			t.Errorf("got %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
