package main

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/internal/made"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx"
)

// What the lab has written as ONNX it reads again: the model computes the same. The
// operators that some layers are written with have no layer of the lab's.
func TestLoad(t *testing.T) {
	refused := []string{"Neg", "Sqrt", "GreaterOrEqual", "Resize", "Pow", "the lab has", "the lab's layer has", "multiplies what layers", "channels has no middle", "divides one layer", "works along the axes"}
	for _, cases := range []func() []testCase{layers, graphs, systems} {
		all := cases()
		taken := 0
		for _, c := range all {
			stir(c.model, rand.New(rand.NewPCG(1, 2)))
			path := filepath.Join(t.TempDir(), c.name+".onnx")
			if c.last {
				c.options = append(c.options, onnx.ChannelsLast())
			}
			if err := onnx.Save(c.model, path, c.options...); err != nil {
				t.Fatal(err)
			}
			m, err := onnx.Load(path)
			if err != nil {
				if !slices.ContainsFunc(refused, func(why string) bool { return strings.Contains(err.Error(), why) }) {
					t.Errorf("%s: %v", c.name, err)
				}
				t.Log(c.name, err)
				continue
			}
			taken++
			if m = compiled(m, 2); m.Err() != nil {
				t.Errorf("%s: %v", c.name, m.Err())
				continue
			}
			for k, difference := range differences(t, c, m) {
				if difference > 1e-4 {
					t.Errorf("%s: output %d is %g away", c.name, k+1, difference)
				}
			}
		}
		t.Logf("%d of %d are taken", taken, len(all))
	}
}

// differences are how far the outputs are from those of the model that was written.
func differences(t *testing.T, c testCase, m *nn.Model) (all []float64) {
	var data nn.Multi
	r := rand.New(rand.NewPCG(3, 4))
	for _, l := range c.model.Layers() {
		if l.Kind == "Input" {
			data.X = append(data.X, made.Examples{Of: l.Shape, Values: normal(r, 2*l.Shape.Size())})
		}
	}
	data.Y = data.X[:1]
	want, err := c.model.PredictAll(data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.PredictAll(data)
	if err != nil {
		t.Errorf("%s: %v", c.name, err)
		return nil
	}
	for k := range got {
		if !slices.Equal(got[k].Shape, want[k].Shape) {
			t.Errorf("%s: output %d has the shape %v, want %v", c.name, k+1, got[k].Shape, want[k].Shape)
			continue
		}
		far, large := 0.0, 1e-6
		w := want[k].Values()
		for i, v := range got[k].Values() {
			far, large = max(far, math.Abs(float64(v-w[i]))), max(large, math.Abs(float64(w[i])))
		}
		all = append(all, far/large)
	}
	return all
}

func normal(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}
