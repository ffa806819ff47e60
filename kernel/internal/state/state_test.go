package state

import (
	"os"
	"path/filepath"
	"testing"
	"time"
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
	want := "nome          tamanho   guardado há\n" +
		"cnn-pequena   2,5 MB    1 h\n" +
		"mlp           1,2 kB    5 s\n" +
		"new           12 B      3 dias\n"
	if got := order(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := order("drop", "mlp", "cnn-pequena", "none"); got != "mlp foi esquecido\ncnn-pequena foi esquecido\nerro: não há um modelo guardado com o nome \"none\"" {
		t.Errorf("got %q", got)
	}
	left, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("left: %v, %v", left, err)
	}
	for _, words := range [][]string{{"drop"}, {"list"}, {"drop", "../x"}} {
		if got := order(words...); got[:4] != "erro" {
			t.Errorf("%v: %q", words, got)
		}
	}
}
