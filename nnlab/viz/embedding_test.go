package viz

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// A layer that passes three numbers on, and examples on a plane among them: along (1, 1, 0)/√2
// they lie ±2 from the middle, along (0, 0, 1) ±1; nothing is left for a third component.
func TestEmbeddingByHand(t *testing.T) {
	m := nn.Sequential(nn.Input(3), nn.Dense(3), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{1, 0, 0, 0, 1, 0, 0, 0, 1})
	r := float32(math.Sqrt2)
	d := datasets.FromSlices([][]float32{{5 + r, 5 + r, 1}, {5 - r, 5 - r, 1}, {5 + r, 5 + r, -1}, {5 - r, 5 - r, -1}}, []int{1, 0, 1, 0})
	e := &embedding{settings: newSettings(nil), layer: "dense", data: d}
	if err := e.begin(m); err != nil {
		t.Fatal(err)
	}
	if err := e.add(m, 0); err != nil {
		t.Fatal(err)
	}
	m.Params()[0].Value.Set([]float32{2, 0, 0, 0, 2, 0, 0, 0, 2}) // all twice as far
	if err := e.add(m, 1); err != nil {
		t.Fatal(err)
	}
	p, err := e.project()
	if err != nil {
		t.Fatal(err)
	}
	// Of the last epoch: ±4 and ±2, so that the variances are as 16 to 4.
	if math.Abs(p.shares[0]-0.8) > 1e-6 || math.Abs(p.shares[1]-0.2) > 1e-6 {
		t.Errorf("the components have %v of the variance", p.shares)
	}
	for i, q := range p.at[1] {
		if math.Abs(math.Abs(q[0])-4) > 1e-5 || math.Abs(math.Abs(q[1])-2) > 1e-5 {
			t.Errorf("example %d is at %v", i, q)
		}
	}
	// The epoch before is seen on the same plane, from the same middle, which is (10, 10, 0):
	// its own is half as far from 0, 10/√2 less along the first axis.
	if got := math.Abs(p.at[0][0][0]+p.at[0][1][0]) / 2; math.Abs(got-10/math.Sqrt2) > 1e-5 {
		t.Errorf("the middle of the epoch before is at %v", got)
	}
	f, err := e.figure()
	if err != nil {
		t.Fatal(err)
	}
	texts := strings.Join(wellFormed(t, f.SVG), "|")
	if !strings.Contains(texts, "o que dense fez de 4 exemplos|") || !strings.Contains(texts, "|época 1|") || !strings.HasPrefix(f.Alt, "o que dense fez de 4 exemplos · época 1; ") || !strings.Contains(texts, "componente 1 (80\u00a0% da variância)|componente 2 (20\u00a0% da variância)") || strings.Count(f.SVG, "data-point=") != 4 {
		t.Errorf("%s", texts)
	}
	if !strings.Contains(f.Alt, "distância média ao centro 2, a mais próxima: 0 (8)") {
		t.Errorf("%s", f.Alt)
	}
	if at := f.alive.given["positions"].([][]*[2]float64); len(at) != 2 || len(at[0]) != 4 {
		t.Errorf("%v", at)
	}
	if f.alive.given["sheet"] != nil || !slices.Equal(f.alive.given["epochs"].([]string), []string{"época 0", "época 1"}) {
		t.Errorf("%v", f.alive.given)
	}
}

// Of images each point has its own, and the examples are spread over the data.
func TestEmbeddingOfImages(t *testing.T) {
	_, test := datasets.MNIST()
	m := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(16, nn.ReLU), nn.Dense(10, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	f, err := Embedding(m, "dense", test)
	if err != nil {
		t.Fatal(err)
	}
	names := f.alive.given["names"].([]string)
	if len(names) != 300 || names[1] != "exemplo 33: classe "+string('0'+rune(test.Label(33))) || f.alive.given["sheet"] == "" {
		t.Errorf("%d, %q", len(names), names[1])
	}
	if size := bytesInNotebook(t, f); size > 300_000 {
		t.Errorf("%d bytes", size)
	}
	// What all examples have alike has no components.
	m.Params()[0].Value.Set(make([]float32, 784*16))
	if f, err := Embedding(m, "dense", test); err != nil || strings.Contains(f.SVG, "NaN") {
		t.Errorf("a layer that tells nothing apart: %v", err)
	}
}
