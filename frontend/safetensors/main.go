// Command safetensors is the Go side of test_safetensors.py: it saves a small
// trained model to a file, or loads a file into such a model, and prints the
// model's parameters as JSON, by name: their shape and the SHA-256 of their
// numbers, little-endian.
//
//	go run ./frontend/safetensors save FILE
//	go run ./frontend/safetensors load FILE
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("expected save FILE or load FILE")
	}
	model := nn.Sequential(nn.Input(3), nn.Dense(5, nn.Tanh), nn.Dense(2)).Compile(nn.MSE, nn.Adam(0.01))
	var err error
	switch path := os.Args[2]; os.Args[1] {
	case "save":
		if _, err = model.Fit(points{}, nn.Epochs(3), nn.Verbose(false)); err == nil {
			err = model.Save(path)
		}
	case "load":
		err = model.Load(path)
	default:
		err = fmt.Errorf("expected save or load, got %q", os.Args[1])
	}
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(parameters(model)); err != nil {
		log.Fatal(err)
	}
}

type parameter struct {
	Shape  []int  `json:"shape"`
	SHA256 string `json:"sha256"`
}

func parameters(m *nn.Model) map[string]parameter {
	all := map[string]parameter{}
	for _, p := range m.Params() {
		sum := sha256.New()
		binary.Write(sum, binary.LittleEndian, p.Value.Values()) // a hash takes everything
		all[p.Name] = parameter{p.Value.Shape, fmt.Sprintf("%x", sum.Sum(nil))}
	}
	return all
}

// points are the corners of a cube, with two sums of their coordinates.
type points struct{}

func (points) Open() error         { return nil }
func (points) Len() int            { return 8 }
func (points) Shape() tensor.Shape { return tensor.Shape{3} }
func (points) Classes() int        { return 0 }
func (points) TargetSize() int     { return 2 }

func (points) Batch(index []int, x, y []float32) {
	for row, i := range index {
		a, b, c := float32(i&1), float32(i>>1&1), float32(i>>2&1)
		copy(x[3*row:], []float32{a, b, c})
		copy(y[2*row:], []float32{a + b, b + c})
	}
}
