package viz

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
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
	if want := "matriz de confusão: 1 de 3 (33,33 %) · mais confundidos: 0 → 1 (2×); linhas: rótulo, colunas: resposta; 0: 0 2; 1: 0 1"; f.Alt != want {
		t.Errorf("got %q, want %q", f.Alt, want)
	}
	if got, want := strings.Join(wellFormed(t, f.SVG), "|"), "matriz de confusão: 1 de 3 (33,33 %) · mais|confundidos: 0 → 1 (2×)|resposta|rótulo|0|0|2|1|1|1|parte da linha|0 %|1 %|10 %|50 %|100 %"; got != want {
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
	if f.Alt != "filtros de conv2d: 1×1×1 → 2; w: −4 a 2; filtro 1: −4 a −4, Σ w = −4; filtro 2: 2 a 2, Σ w = 2" || strings.Count(f.SVG, "<image") != 2+1 {
		t.Errorf("%q, %d images", f.Alt, strings.Count(f.SVG, "<image"))
	}
	bank := bankOf(infoOf(m, "conv2d"), m.Params()[0].Value)
	tiles, _ := bank.tiles()
	if !slices.Equal(tiles[0].pixels, diverging(-1)) || !slices.Equal(tiles[1].pixels, diverging(0.5)) {
		t.Errorf("pixels %v and %v", tiles[0].pixels, tiles[1].pixels)
	}
	if _, err := Filters(m, "dense"); err == nil || !strings.Contains(err.Error(), "write one of: conv2d") {
		t.Errorf("got %v", err)
	}
	d := pictures{datasets.FromSlices([][]float32{{0, 0, 0, 1}, {0, 1, 0, 0}}, []int{0, 1})}
	f, err = FeatureMaps(m, d, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"mapas de ativação · exemplo 1 · rótulo 1 · resposta ", "; input, 2×2×1: 0 a 1; conv2d, 2×2×2: 0 a 2; dense, 2: ",
		"; conv2d · 2, linha 1, coluna 2: net = 1·2 + 0 (b) = 2 saída = relu(2) = 2",
	} {
		if !strings.Contains(f.Alt, want) {
			t.Errorf("no %q in %q", want, f.Alt)
		}
	}
	if n := strings.Count(f.SVG, "<image"); n != 1+2 {
		t.Errorf("%d images", n)
	}
	if _, err := FeatureMaps(nn.Sequential(nn.Input(4), nn.Dense(2)).Compile(nn.MSE, nn.SGD(0.1)), datasets.FromTargets([][]float32{{0, 0, 0, 1}}, [][]float32{{0, 1}}), 0); err == nil {
		t.Error("a network without images gave no error")
	}
}

// Beside a filter stands its own answer; of many channels those of the largest weights.
func TestAnswers(t *testing.T) {
	m := nn.Sequential(nn.Input(2, 2, 1), nn.Conv2D(2, 1, nn.ReLU), nn.Flatten(), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{-4, 2})
	d := pictures{datasets.FromSlices([][]float32{{0, 0, 0, 1}, {0, 1, 0, 0}}, []int{0, 1})}
	f, err := Filters(m, "conv2d", AnswersTo(d, 1))
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, f.SVG)
	if want := "filtros de conv2d: 1×1×1 → 2 · exemplo 1; mapas de ativação: 0 a 2; w: −4 a 2; filtro 1: −4 a −4, Σ w = −4; filtro 2: 2 a 2, Σ w = 2"; f.Alt != want || strings.Count(f.SVG, "<image") != 2*2+2 {
		t.Errorf("%q, %d images", f.Alt, strings.Count(f.SVG, "<image"))
	}
	for _, tile := range [][]float32{sequential(0), sequential(1)} { // of the first filter nothing, of the second the pixel
		pixels := slices.Repeat(sequential(0), 4)
		copy(pixels[3:], tile)
		picture, err := encode(tensor.Shape{2, 2, 3}, pixels)
		if err != nil || strings.Count(f.SVG, picture) != 1 {
			t.Errorf("the answer %v is not there, %v", pixels, err)
		}
	}
	large := f.alive.given["cells"].([]cell)[1]
	if texts := wellFormed(t, large.Drawing); strings.Join(texts, "|") != "filtro 2 · Σ w = 2|2|saída" || strings.Count(large.Drawing, "<image") != 1 || large.Says != "filtro 2 · w: 2 a 2, Σ w = 2" {
		t.Errorf("%q, %+v", texts, large)
	}
	kernel := tensor.New(ref.New(), 1, 1, 4, 2)
	kernel.Set([]float32{1, 0, -5, 0, 2, 0, -3, 0})
	bank := bankOf(nn.LayerInfo{Kind: "Conv2D"}, kernel)
	if got := bank.strongest(0, 2); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("the channels are %v", got)
	}
	if _, err := Filters(m, "conv2d", AnswersTo(d, 2)); err == nil {
		t.Error("an example that is not there gave no error")
	}
}

// A filter that is chosen shows its numbers; the numbers of large ones, and all of a layer,
// find room in the page.
func TestFiltersEnlarged(t *testing.T) {
	m := nn.Sequential(nn.Input(2, 3, 2), nn.Conv2D(2, [2]int{1, 2}), nn.Flatten(), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{1, -1, 0.25, 5, -0.5, 8, 3, 0}) // [1 2 2 2]
	f, err := Filters(m, "conv2d")
	if err != nil {
		t.Fatal(err)
	}
	cells := f.alive.given["cells"].([]cell)
	want := []struct{ name, texts string }{ // filter by filter, channel by channel
		{"filtro 1, canal 1", "canal 1 · Σ w = 0,5|1|−0,5"},
		{"filtro 1, canal 2", "canal 2 · Σ w = 3,25|0,25|3"},
		{"filtro 2, canal 1", "canal 1 · Σ w = 7|−1|8"},
		{"filtro 2, canal 2", "canal 2 · Σ w = 5|5|0"},
	}
	if len(cells) != len(want) {
		t.Fatalf("%d cells", len(cells))
	}
	for i, want := range want {
		c := cells[i]
		if texts := strings.Join(wellFormed(t, c.Drawing), "|"); c.Name != want.name || texts != want.texts || c.At != [2]int{0, i} {
			t.Errorf("%+v has %q", c, texts)
		}
	}
	if says := cells[2].Says; says != "filtro 2 · canal 1 · w: −1 a 8, Σ w = 7" {
		t.Errorf("%q", says)
	}
	for _, c := range []struct{ kernel, drawn int }{{3, 60}, {7, 30}, {11, 12}, {13, 0}} { // at least
		m := nn.Sequential(nn.Input(13, 13, 3), nn.Conv2D(64, c.kernel, nn.Same), nn.Flatten()).Compile(nn.MSE, nn.SGD(0.1), nn.Seed(1))
		f, err := Filters(m, "conv2d")
		if err != nil {
			t.Fatal(err)
		}
		size, drawn := bytesInNotebook(t, f), 0
		for _, c := range f.alive.given["cells"].([]cell) {
			if c.Drawing != "" {
				drawn++
			}
		}
		if size > 300_000 || drawn < c.drawn {
			t.Errorf("%d×%d: %d bytes, %d drawn", c.kernel, c.kernel, size, drawn)
		}
	}
}

// rowOf is the row of a layer of that kind that has made values.
func rowOf(kind string, values []float32, shape ...int) []*mapRow {
	out := tensor.Of(ref.New(), values, append([]int{1}, shape...)...)
	return mapRows([]nn.LayerInfo{{Name: "layer", Kind: kind}}, []nn.LayerOutput{{Name: "layer", Kind: kind, Output: out}})
}

// The units of a dense layer are pictures, counted from 0, the largest the darkest;
// more than ten are cells of one picture, row by row.
func TestMapsOfUnits(t *testing.T) {
	pixel := func(r *mapRow, picture, i int) []float32 {
		_, pixels := r.pixels(picture)
		return pixels[3*i : 3*i+3]
	}
	ten := make([]float32, 10)
	ten[7] = 0.5
	row := rowOf("Dense", ten, 10)[0]
	if row.pictures() != 10 || row.unitName(row.units[7], newSettings(nil)) != "7" || !slices.Equal(pixel(row, 7, 0), sequential(1)) || !slices.Equal(pixel(row, 6, 0), sequential(0)) {
		t.Errorf("the row is %v", row)
	}
	if got := row.inWords(portuguese); got != "0 a 0,5" {
		t.Errorf("its values are %q", got)
	}
	many := make([]float32, 128)
	many[17] = 2
	row = rowOf("Dense", many, 128)[0]
	if shape, _ := row.pixels(0); row.pictures() != 1 || !shape.Equal(tensor.Shape{8, 16, 3}) || !slices.Equal(pixel(row, 0, 17), sequential(1)) {
		t.Errorf("the row is %v", row)
	}
	many[17] = -2
	if row = rowOf("Dense", many, 128)[0]; !slices.Equal(pixel(row, 0, 17), diverging(-1)) {
		t.Errorf("below 0 the row is %v", row)
	}
	if len(rowOf("Flatten", many, 128)) > 0 {
		t.Error("Flatten has a row")
	}
}
