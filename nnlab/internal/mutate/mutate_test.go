package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestMutate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "layer.go")
	source := `package layer

func (l *layer) Forward() { y = a + b }

func (l *layer) Backward() {
	tensor.MatMulTN(l.W.Grad, x, dy, 0)
	x[i+1] = -dy * (1 - y)
}
`
	if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	mutants, err := mutate(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mutants {
		got = append(got, m.what[len(file):])
	}
	want := []string{":6: tensor.MatMulTN(l.W.Grad, x, dy, 0)", ":7: -dy", ":7: 1 - y"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
