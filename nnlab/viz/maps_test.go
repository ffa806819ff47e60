package viz

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

func TestConfusion(t *testing.T) {
	// A model that says 1 for every image.
	m := nn.Sequential(nn.Input(4), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set(make([]float32, 8))
	m.Params()[1].Value.Set([]float32{0, 3})
	d := datasets.FromSlices([][]float32{{0, 0, 0, 1}, {0, 1, 0, 0}, {1, 0, 0, 0}}, []int{0, 1, 0})
	f, err := Confusion(m, d)
	if err != nil {
		t.Fatal(err)
	}
	if want := "matriz de confusão: 1 de 3 (33,33 %); a confusão mais frequente: 0 → 1 (2×)"; f.Alt != want {
		t.Errorf("got %q, want %q", f.Alt, want)
	}
	if got, want := strings.Join(wellFormed(t, f.SVG), "|"), "resposta|rótulo|0|0|2|1|1|1"; got != want {
		t.Errorf("texts %q, want %q", got, want)
	}
	if _, err := Confusion(m, nil); err == nil {
		t.Error("no data gave no error")
	}
}

func TestMaps(t *testing.T) {
	m := nn.Sequential(nn.Input(2, 2, 1), nn.Conv2D(2, 1, nn.ReLU), nn.Dropout(0.5), nn.Flatten(), nn.Dense(2, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{-4, 2})
	f, err := Filters(m, "conv2d")
	if err != nil {
		t.Fatal(err)
	}
	if f.Alt != "filtros de conv2d: [1 1 1 2]" || strings.Count(f.SVG, "<image") != 2 {
		t.Errorf("%q, %d images", f.Alt, strings.Count(f.SVG, "<image"))
	}
	tiles := filterTiles(m.Params()[0].Value)
	if !slices.Equal(tiles[0].pixels, diverging(-1)) || !slices.Equal(tiles[1].pixels, diverging(0.5)) {
		t.Errorf("pixels %v and %v", tiles[0].pixels, tiles[1].pixels)
	}
	if _, err := Filters(m, "dense"); err == nil || !strings.Contains(err.Error(), "the model has: conv2d") {
		t.Errorf("got %v", err)
	}
	d := pictures{datasets.FromSlices([][]float32{{0, 0, 0, 1}, {0, 1, 0, 0}}, []int{0, 1})}
	f, err = FeatureMaps(m, d, 1)
	if err != nil {
		t.Fatal(err)
	}
	if f.Alt != "mapas de ativação: input, conv2d" || strings.Count(f.SVG, "<image") != 20 {
		t.Errorf("%q, %d images", f.Alt, strings.Count(f.SVG, "<image"))
	}
}
