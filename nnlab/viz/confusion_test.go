package viz

import (
	"encoding/base64"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// brightest is a model that says which of three pixels is the brightest, the surer the more.
func brightest() *nn.Model {
	m := nn.Sequential(nn.Input(1, 3, 1), nn.Flatten(), nn.Dense(3, nn.Softmax, nn.KernelInitializer(nn.Zeros))).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{5, 0, 0, 0, 5, 0, 0, 0, 5})
	return m
}

// strips are images of 1×3.
type strips struct{ *datasets.Set }

func (strips) Shape() tensor.Shape { return tensor.Shape{1, 3, 1} }

func TestMistakesByCertainty(t *testing.T) {
	d := strips{datasets.FromSlices([][]float32{{0.6, 0.4, 0}, {1, 0, 0}, {0, 1, 0}, {0.8, 0.2, 0}, {0, 0, 1}}, []int{1, 1, 1, 1, 2})}
	f, err := Wrong(brightest(), d, 2)
	if err != nil {
		t.Fatal(err)
	}
	// e⁵/(e⁵ + 2) = 98.7 %, and e⁴/(e⁴ + e + 1) = 93.6 %
	if got := strings.Join(wellFormed(t, f.SVG), "|"); got != "3 erros de 5 · os de mais certeza primeiro|era 1, disse 0|99\u00a0%|era 1, disse 0|94\u00a0%" {
		t.Errorf("got %q", got)
	}
}

func TestConfusionCells(t *testing.T) {
	d := strips{datasets.FromSlices([][]float32{{0.6, 0.4, 0}, {1, 0, 0}, {0, 1, 0}, {0.8, 0.2, 0}, {0, 0, 1}}, []int{1, 1, 1, 1, 2})}
	f, err := Confusion(brightest(), d)
	if err != nil {
		t.Fatal(err)
	}
	cells := f.alive.given["cells"].([]cell)
	c := cells[3]
	if len(cells) != 9 || c.At != [2]int{1, 0} || len(c.Images) != 3 || c.Name != "rótulo 1, resposta 0: 3" || c.Says != "" || f.alive.given["first"] != c.At {
		t.Fatalf("%+v, first %v", cells, f.alive.given["first"])
	}
	if last := cells[6]; last.Name != "rótulo 2, resposta 0: 0" || last.Images != nil || !strings.Contains(f.SVG, fmt.Sprintf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"`, last.Box[0], last.Box[1], last.Box[2], last.Box[3])) {
		t.Errorf("%+v", last)
	}
	if first := c.Images[0]; first.Alt != "exemplo 1: era 1, disse 0" || first.Says != "99\u00a0%" {
		t.Errorf("%+v", first)
	}
	img, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(c.Images[0].Source)))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, _ := img.At(0, 0).RGBA(); r != 0 {
		t.Errorf("ink is %d", r)
	}
	// 3 of 4 of the row, 1 of 4, all
	for _, share := range []float64{0.75, 0.25, 1} {
		if want := fmt.Sprintf(`fill-opacity="%.3f"`, shade(share)); !strings.Contains(f.SVG, want) {
			t.Errorf("no cell has %s", want)
		}
	}
}

// However many images there are, and however large, the notebook stays small.
func TestConfusionCellsAreBounded(t *testing.T) {
	_, test := datasets.MNIST()
	m := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(10, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	f, err := Confusion(m, test.Take(3000))
	if err != nil {
		t.Fatal(err)
	}
	if size := bytesInNotebook(t, f); size > 300_000 {
		t.Errorf("%d bytes", size)
	}
	images, cut := 0, false
	for _, c := range f.alive.given["cells"].([]cell) {
		images += len(c.Images)
		cut = cut || strings.Contains(c.Says, "imagens, as de mais certeza")
	}
	if images < 100 || !cut {
		t.Errorf("%d images, and none is said to be left out", images)
	}
	if s, pixels := shrunk(tensor.Shape{2, 112, 1}, make([]float32, 224)); !s.Equal(tensor.Shape{1, 56, 1}) || len(pixels) != 56 {
		t.Errorf("%v", s)
	}
	half, values := shrunk(tensor.Shape{1, 113, 1}, append(make([]float32, 112), 1))
	if !half.Equal(tensor.Shape{1, 38, 1}) || values[37] != 0.5 { // of three, the last two are there
		t.Errorf("%v %v", half, values)
	}
}

// A matrix shows the names of its classes whole: its cells become wider for them, or they
// stand upright over the columns.
func TestConfusionNamesAreWhole(t *testing.T) {
	for name, c := range map[string]struct {
		classes []string
		upright int
		cell    float64
	}{
		"short": {[]string{"0", "1", "2"}, 0, 44},
		"wide":  {[]string{"setosa", "versicolor", "virginica"}, 0, textWidth("versicolor", small) + 4},
		"many":  {strings.Fields("avião automóvel pássaro gato veado cachorro sapo cavalo navio caminhão"), 10, 44},
		"long":  {[]string{"cachorro", "um gato de três cores"}, 2, 44},
	} {
		counts := make([][]int, len(c.classes))
		for i := range counts {
			counts[i] = make([]int, len(c.classes))
		}
		s := newSettings([]Option{Names(c.classes...)})
		f, x := drawConfusion(&nn.ConfusionMatrix{Counts: counts}, 0, s)
		texts := wellFormed(t, f.SVG)
		for _, class := range c.classes {
			n := 0
			for _, text := range texts {
				if text == class {
					n++
				}
			}
			if n != 2 {
				t.Errorf("%s: %q is there %d times", name, class, n)
			}
		}
		if got := strings.Count(f.SVG, `transform="rotate(-90 `); got != c.upright || x.cell != c.cell {
			t.Errorf("%s: %d names stand upright over cells of %v", name, got, x.cell)
		}
	}
}
