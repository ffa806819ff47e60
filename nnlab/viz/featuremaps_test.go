package viz

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Each number of a figure whose way is told is what the layer has made, when it is made anew
// of the told numbers alone: to the digits in which they are told.
func TestFeatureMapsAreTrue(t *testing.T) {
	digits, test := digitsCNN(t)
	random := rand.New(rand.NewPCG(1, 2))
	pixels := make([]float32, 11*9*3)
	for i := range pixels {
		pixels[i] = random.Float32()
	}
	shaped := datasets.FromSlices([][]float32{pixels}, []int{0})
	// Every geometry, colours, more maps than are told, a pool of everything.
	odd := nn.Sequential(nn.Input(11, 9, 3),
		nn.Conv2D(12, [2]int{3, 2}, nn.Strides(2, 1), nn.Padding(1, 2), nn.Sigmoid), nn.MaxPool2D(3, nn.Strides(1), nn.Same),
		nn.Conv2D(5, 2, nn.Dilation(2), nn.Same), nn.Activation(nn.Tanh), nn.AveragePool2D(2, nn.Same), nn.Conv2D(13, 2, nn.NoBias(), nn.ReLU), nn.GlobalAveragePool(), nn.Dense(30, nn.ELU), nn.Dense(12, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	f := map[string]func(float64) float64{"": func(x float64) float64 { return x }, "relu": func(x float64) float64 { return max(0, x) }, "tanh": math.Tanh,
		"sigmoid": func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, "elu": func(x float64) float64 {
			if x < 0 {
				return math.Expm1(x)
			}
			return x
		}}
	for name, c := range map[string]struct {
		model *nn.Model
		data  nn.Data
		kinds string
	}{
		"digits": {digits, test, " conv max conv each each mean dense dense"},
		"odd":    {odd, colourful{shaped}, " conv max conv each mean conv mean dense dense"},
	} {
		figure, err := FeatureMaps(c.model, c.data, 0)
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, figure.SVG)
		all := figure.alive.given["layers"].([]*mapSource)
		var kinds []string
		for _, m := range all {
			kinds = append(kinds, m.Kind)
			softmax := 0.
			for _, v := range m.Net.values {
				softmax += math.Exp(float64(v))
			}
			for p := range m.Maps {
				for i := range m.High {
					for j := range m.Wide {
						at := m.at(p, i, j)
						out, index := float64(m.Values.values[at]), m.row.index(p, i, j)
						if real := float64(m.row.values[index]); math.Abs(out-real) > m.Values.Unit {
							t.Fatalf("%s, %s: %v is told as %v", name, m.Name, real, out)
						}
						want := out
						switch m.Kind {
						case "conv":
							from, sum := all[m.Below], m.bias(p)
							for ch := range from.Maps {
								m.window(i, j, func(cell, row, column int, inside bool) {
									if inside {
										sum += float64(from.Values.values[from.at(ch, row, column)]) * float64(m.Kernel.values[(p*from.Maps+ch)*m.Size[0]*m.Size[1]+cell])
									}
								})
							}
							if from.Maps == m.Inputs && math.Abs(sum-m.result(p, i, j)) > 1e-3 {
								t.Fatalf("%s, %s: the products make %v, net is %v", name, m.Name, sum, m.result(p, i, j))
							}
							want = f[m.F](m.result(p, i, j))
						case "dense":
							want = math.Exp(m.result(p, i, j)) / softmax
							if m.F != "softmax" {
								want = f[m.F](m.result(p, i, j))
							} else if m.Maps < len(m.row.values) {
								want = out // some of the sum are not told
							}
						case "each":
							if m.F != "" {
								want = f[m.F](float64(all[m.Below].Values.values[all[m.Below].at(p, i, j)]))
							}
						case "max", "mean":
							n := 0.
							if want = 0; m.Kind == "max" {
								want = math.Inf(-1)
							}
							from, channel := all[m.Below], m.channel(p, i, j)
							m.window(m.position(i), m.position(j), func(_, row, column int, inside bool) {
								if !inside {
									return
								}
								v := float64(from.row.values[(row*from.Wide+column)*from.row.shape[2]+channel])
								if m.Kind == "max" {
									want = max(want, v)
								} else {
									want, n = want+v, n+1
								}
							})
							if m.Kind == "mean" {
								want /= n
							}
						}
						if math.Abs(out-want) > 1e-3 {
							t.Fatalf("%s, %s at %d, %d, %d: %v, made anew %v", name, m.Name, p, i, j, out, want)
						}
					}
				}
			}
			if err := checkMarks(m, all); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := strings.Join(kinds, " "); got != c.kinds {
			t.Errorf("%s: the layers are %q, want %q", name, got, c.kinds)
		}
	}
}

// checkMarks finds marks that lie outside the pictures below, or stand for other pixels.
func checkMarks(m *mapSource, all []*mapSource) error {
	for p := range m.Maps {
		for i := range m.High {
			for j := range m.Wide {
				for _, b := range m.marks(all, p, i, j) {
					from := all[m.Below]
					inside := false
					for _, at := range from.Pictures {
						const little = 1e-6
						inside = inside || b[0] >= at[0]-little && b[1] >= at[1]-little && b[0]+b[2] <= at[0]+from.Shown[0]+little && b[1]+b[3] <= at[1]+from.Shown[1]+little && b[2] > 0 && b[3] > 0
					}
					if !inside {
						return fmt.Errorf("%s at %d, %d, %d marks %v", m.Name, p, i, j, b)
					}
				}
			}
		}
	}
	return nil
}

// colourful has examples of 11×9 in colours.
type colourful struct{ *datasets.Set }

func (colourful) Shape() tensor.Shape { return tensor.Shape{11, 9, 3} }

// A figure of a network for photographs stays below 300 KB as well: with fewer maps, and
// those that are told first of its smaller layers.
func TestFeatureMapsAreSmall(t *testing.T) {
	large := nn.Sequential(nn.Input(224, 224, 3), nn.Conv2D(16, 7, nn.Strides(2), nn.Same, nn.ReLU), nn.Conv2D(16, 3, nn.Same, nn.ReLU), nn.MaxPool2D(2),
		nn.Conv2D(16, 3, nn.Same, nn.ReLU), nn.Conv2D(16, 3, nn.Same, nn.ReLU), nn.MaxPool2D(2), nn.Conv2D(16, 3, nn.Same, nn.ReLU), nn.MaxPool2D(2), nn.Flatten(), nn.Dense(1000, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	digits, test := digitsCNN(t)
	for name, c := range map[string]struct {
		model *nn.Model
		data  nn.Data
	}{"digits": {digits, test}, "photograph": {large, noise{224}}} {
		f, err := FeatureMaps(c.model, c.data, 0)
		if err != nil {
			t.Fatal(err)
		}
		size := bytesInNotebook(t, f)
		told := 0
		for _, m := range f.alive.given["layers"].([]*mapSource) {
			if m.Maps > 0 {
				told++
			}
		}
		t.Logf("%s: %d bytes, %d layers are told", name, size, told)
		if size > 300_000 || told < 5 {
			t.Errorf("%s: %d bytes, %d layers are told", name, size, told)
		}
	}
}

// noise is a picture in colours of which nothing repeats.
type noise struct{ side int }

func (noise) Open() error           { return nil }
func (noise) Len() int              { return 1 }
func (n noise) Shape() tensor.Shape { return tensor.Shape{n.side, n.side, 3} }
func (noise) Classes() int          { return 1000 }
func (noise) TargetSize() int       { return 1 }
func (noise) Batch(_ []int, x, y []float32) {
	random := rand.New(rand.NewPCG(3, 4))
	for i := range x {
		x[i] = random.Float32()
	}
	y[0] = 7
}

// saveFormulas writes what is said of a sample of the numbers of a figure, with where they
// are pointed at, for the script to say the same.
func saveFormulas(f *Figure, w words, path string) error {
	type said struct {
		X         float64  `json:"x"`
		Y         float64  `json:"y"`
		Sentences []string `json:"sentences"`
	}
	all := f.alive.given["layers"].([]*mapSource)
	random := rand.New(rand.NewPCG(5, 6))
	var sample []said
	for _, m := range all {
		for range 8 {
			p, i, j := random.IntN(min(m.Maps, len(m.Pictures))), random.IntN(m.High), random.IntN(m.Wide)
			b := m.box(p, i, j, 1, 1)
			sample = append(sample, said{b[0] + b[2]/2, b[1] + b[3]/2, m.formula(w, all, p, i, j)})
		}
	}
	text, err := json.Marshal(sample)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o666)
}
