package onnx

import (
	"path/filepath"
	"testing"

	"github.com/nnlab-go/lab/internal/nils"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// A nil in any place where the compiler allows one is refused in words.
func TestNils(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.onnx")
	file := filled(t, "squeezenet1_1")
	m := nn.Sequential(nn.Input(4), nn.Dense(2)).Compile(nn.MSE, nn.SGD(0.1))
	nils.Check(t, "github.com/nnlab-go/lab/nnlab/onnx", map[string]nils.Row{
		"Save.m":       {Says: "a model", Call: func() error { return Save(nil, path) }},
		"Save.options": {Says: "onnx.Save", Call: func() error { return Save(m, path, nil) }},
		"Load.options": {Says: "onnx.Load", Call: func() error { _, err := Load(file, nil); return err }},
	}, nil)
}
