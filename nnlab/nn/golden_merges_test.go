package nn

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// readGoldenFile reads what a script in testdata made.
func readGoldenFile(t *testing.T, name string, to any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestGoldenMerges holds merges of two, three and four inputs against real
// Keras: y and the gradient with respect to each input.
func TestGoldenMerges(t *testing.T) {
	merges := map[string]func(of ...Source) *Node{"Add": Add, "Multiply": Multiply, "Average": Average, "Maximum": Maximum,
		"Concatenate": Concatenate, "Subtract": func(of ...Source) *Node { return Subtract(of[0], of[1]) }}
	var file struct {
		Cases []struct {
			Name   string
			Shapes []tensor.Shape
			Y      []float64
			DX     [][]float64
		}
	}
	readGoldenFile(t, "keras_merges.json", &file)
	if len(file.Cases) != 3*len(merges) {
		t.Errorf("%d cases for %d merges", len(file.Cases), len(merges))
	}
	for _, c := range file.Cases {
		for _, b := range []backend.Backend{ref.New(), cpu.New()} {
			t.Run(fmt.Sprint(c.Name, c.Shapes, b.Name()), func(t *testing.T) {
				const batch = 2
				var inputs []Source
				for range c.Shapes {
					inputs = append(inputs, Input(1))
				}
				merge := fresh(merges[c.Name](inputs...).layer).(Merger)
				builder := &Builder{backend: b}
				out, err := merge.Build(builder, c.Shapes)
				if err != nil {
					t.Fatal(err)
				}
				allocate(builder, batch)
				var x, dx []*tensor.Tensor
				for i, s := range c.Shapes {
					shape := append([]int{batch}, s...)
					x = append(x, tensor.Of(b, formula(uint32(100+10*i), batch*s.Size(), 1), shape...))
					dx = append(dx, tensor.New(b, shape...))
				}
				ends := append([]int{batch}, out...)
				y, dy := tensor.New(b, ends...), tensor.Of(b, formula(101, batch*out.Size(), 1), ends...)
				merge.Forward(&Context{}, x, y)
				merge.Backward(&Context{}, x, y, dy, dx)
				if !near(y.Values(), c.Y, 1e-6) {
					t.Errorf("y is %v, want %v", y, c.Y)
				}
				for i, want := range c.DX {
					if !near(dx[i].Values(), want, 1e-6) {
						t.Errorf("∂E/∂x%d is %v, want %v", i, dx[i], want)
					}
				}
			})
		}
	}
}
