package onnx

import (
	"path/filepath"
	"testing"

	"github.com/nnlab-go/lab/internal/nils"
)

// A nil in any place where the compiler allows one is refused in words.
func TestNils(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.onnx")
	nils.Check(t, "github.com/nnlab-go/lab/nnlab/onnx", map[string]nils.Row{
		"Save.m": {Says: "a model", Call: func() error { return Save(nil, path) }},
	}, nil)
}
