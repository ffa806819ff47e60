package viz

import (
	"cmp"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// branching is a network with an Inception-like module, a long skip, an auxiliary
// head and two inputs.
func branching() *nn.Model {
	in, other := nn.Input(16, 16, 3), nn.Input(4)
	stem := in.Then(nn.Conv2D(8, 3, nn.Same, nn.ReLU))
	a := stem.Then(nn.Conv2D(4, 1, nn.ReLU))
	b := stem.Then(nn.Conv2D(4, 1, nn.ReLU), nn.Conv2D(6, 3, nn.Same, nn.ReLU))
	c := stem.Then(nn.Conv2D(2, 1, nn.ReLU), nn.Conv2D(3, 5, nn.Same, nn.ReLU))
	p := stem.Then(nn.MaxPool2D(3, nn.Strides(1), nn.Same), nn.Conv2D(3, 1, nn.ReLU))
	module := nn.Concatenate(a, b, c, p)
	skip := module.Then(nn.Conv2D(16, 3, nn.Same), nn.BatchNorm(), nn.Activation(nn.ReLU), nn.Conv2D(16, 3, nn.Same), nn.BatchNorm())
	sum := nn.Add(skip, module).Then(nn.Activation(nn.ReLU))
	aux := module.Then(nn.GlobalAveragePool(), nn.Named("auxiliar", nn.Dense(3, nn.Softmax)))
	main := nn.Concatenate(sum.Then(nn.GlobalAveragePool()), other.Then(nn.Dense(8, nn.ReLU))).Then(nn.Dense(3, nn.Softmax))
	return nn.Graph(nn.Inputs(in, other), nn.Outputs(main, aux)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.LossWeights(1, 0.3))
}

// residual is a network of blocks of eight layers with a skip each.
func residual(blocks int) *nn.Model {
	in := nn.Input(8, 8, 4)
	x := in.Then(nn.Conv2D(4, 3, nn.Same))
	for range blocks {
		y := x.Then(nn.BatchNorm(), nn.Activation(nn.ReLU), nn.Conv2D(4, 3, nn.Same), nn.BatchNorm(), nn.Activation(nn.ReLU), nn.Conv2D(4, 3, nn.Same))
		x = nn.Add(y, x)
	}
	out := x.Then(nn.GlobalAveragePool(), nn.Dense(10, nn.Softmax))
	return nn.Graph(nn.Inputs(in), nn.Outputs(out)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
}

// checkLayout finds boxes that overlap, edges that pass through boxes, and
// connections that are not drawn.
func checkLayout(t *testing.T, layers []nn.LayerInfo, fold bool) *layout {
	t.Helper()
	parts := partsOf(layers, fold)
	widths, from := make([]float64, len(parts)), make([][]int, len(parts))
	for i, p := range parts {
		widths[i], from[i] = 100+float64(i%3)*40, p.from
	}
	l := newLayout(widths, from)
	for _, rank := range l.ranks {
		for i, p := range rank[1:] {
			if distance := p.x - rank[i].x; distance < (p.width+rank[i].width)/2+gap-1e-9 {
				t.Errorf("in rank %d places are %v apart", p.rank, distance)
			}
		}
	}
	drawn := map[[2]int]bool{}
	for _, e := range l.edges {
		for i, p := range e {
			// A curve between two ranks lies in the space between them; within a
			// rank it needs a place of its own.
			if i > 0 && p.rank != e[i-1].rank+1 || i > 0 && i < len(e)-1 && p.box >= 0 {
				t.Errorf("the edge from %d to %d passes rank %d without a place", e[0].box, e[len(e)-1].box, p.rank)
			}
		}
		drawn[[2]int{e[0].box, e[len(e)-1].box}] = true
	}
	for i, p := range parts {
		for _, f := range p.from {
			if f >= i || !drawn[[2]int{f, i}] {
				t.Errorf("%d is connected to %d, which is not drawn", i, f)
			}
		}
	}
	return l
}

func TestLayout(t *testing.T) {
	for name, m := range map[string]*nn.Model{"cnn": arch.CNN().Compile(nn.MSE, nn.SGD(0.1)), "branching": branching(), "residual": residual(20)} {
		if err := m.Err(); err != nil {
			t.Fatal(err)
		}
		for _, fold := range []bool{true, false} {
			t.Run(fmt.Sprint(name, fold), func(t *testing.T) { checkLayout(t, m.Layers(), fold) })
		}
	}
}

// A chain is one straight column.
func TestLayoutOfAChain(t *testing.T) {
	for _, rank := range checkLayout(t, arch.CNN().Compile(nn.MSE, nn.SGD(0.1)).Layers(), false).ranks {
		if len(rank) != 1 || rank[0].x != 0 {
			t.Fatalf("a rank has %d places, the first at %v", len(rank), rank[0].x)
		}
	}
}

// A thousand layers are folded to the first block, the last, and their number.
func TestDrawFolds(t *testing.T) {
	layers := residual(142).Layers() // 2 + 142·7 + 2
	if len(layers) != 998 {
		t.Fatal(len(layers))
	}
	parts := partsOf(layers, true)
	if len(parts) > 25 {
		t.Errorf("%d boxes", len(parts))
	}
	folded, blocks, left := 0, 0, 0
	for _, p := range parts {
		if p.blocks > 0 {
			folded++
			blocks, left = p.blocks, p.layers
		}
	}
	if folded != 1 || blocks != 140 || left != 7 {
		t.Errorf("%d foldings, the last of %d blocks of %d layers", folded, blocks, left)
	}
	f := drawNetwork(layers, newSettings(nil))
	wellFormed(t, f.SVG)
	for _, want := range []string{"… 140 ×", "7 camadas", "rede: 998 camadas"} {
		if !strings.Contains(f.SVG, want) {
			t.Errorf("the drawing does not say %q", want)
		}
	}
	all := drawNetwork(layers, newSettings([]Option{AllLayers(), English()}))
	if n := strings.Count(all.SVG, `rx="5"`); n != 998 {
		t.Errorf("%d boxes for 998 layers", n)
	}
	if !strings.Contains(all.Alt, "network: 998 layers") {
		t.Error(all.Alt)
	}
}

func BenchmarkDraw(b *testing.B) {
	layers := residual(142).Layers()
	for _, o := range []struct {
		name    string
		options []Option
	}{{"folded", nil}, {"all", []Option{AllLayers()}}} {
		b.Run(o.name, func(b *testing.B) {
			for b.Loop() {
				drawNetwork(layers, newSettings(o.options))
			}
		})
	}
}

// What goes straight on is drawn straight: the trunk of a network, whatever branches from it,
// and the edges that pass layers by.
func TestLayoutIsStraight(t *testing.T) {
	for name, m := range map[string]*nn.Model{"GoogLeNet": arch.GoogLeNet(), "Inception-v3": arch.InceptionV3(), "residual": residual(20)} {
		l := checkLayout(t, nn.FoldBlocks(m.Compile(nn.CategoricalCrossentropy, nn.SGD(0.1)).Layers()), true)
		passing := 0
		for p := l.ranks[0][0]; len(p.below) > 0; {
			next := slices.MaxFunc(p.below, func(a, b *place) int { return cmp.Compare(a.tail, b.tail) })
			if next.x != p.x {
				t.Errorf("%s: from rank %d to the next the trunk goes from %v to %v", name, p.rank, p.x, next.x)
			}
			p = next
		}
		for _, e := range l.edges {
			for i := 2; i < len(e)-1; i++ {
				passing++
				if e[i].x != e[1].x {
					t.Errorf("%s: the edge from %d bends", name, e[0].box)
				}
			}
		}
		if (passing > 0) != (name == "residual") {
			t.Errorf("%s: %d places are passed", name, passing)
		}
	}
}

// Numbers of a recipe are written as the language does, with all their digits.
func TestRecipes(t *testing.T) {
	for recipe, want := range map[string]string{
		"BatchNorm(momentum 0.9, ε 1e-05)": "BatchNorm(momentum 0,9, ε 10⁻⁵)", "Dense(10, linear)": "Dense(10)", "Dropout(0.2)": "Dropout(0,2)",
		"Conv2D(64, 7×7, strides 2×2)": "Conv2D(64, 7×7, strides 2×2)", "LocalResponseNorm(5, α 0.9999)": "LocalResponseNorm(5, α 0,9999)", "X(2.5e-06) b": "X(2,5·10⁻⁶) b",
	} {
		if got := portuguese.recipe(nn.LayerInfo{Recipe: recipe}); got != want {
			t.Errorf("%q is written %q, want %q", recipe, got, want)
		}
	}
	if got := english.recipe(nn.LayerInfo{Recipe: "Dropout(0.2)"}); got != "Dropout(0.2)" {
		t.Errorf("%q", got)
	}
}

// The systems of the lecture fit two screens of 1280×900, as wide as JupyterLab's cells are,
// and nothing in them is cut.
func TestDrawFitsTwoScreens(t *testing.T) {
	for name, m := range map[string]*nn.Model{"AlexNet": arch.AlexNet(), "GoogLeNet": arch.GoogLeNet(), "Inception-v3": arch.InceptionV3(), "ResNet-1001": arch.PreActivationResNet(1001)} {
		f, err := Draw(m.Compile(nn.CategoricalCrossentropy, nn.SGD(0.1)))
		if err != nil {
			t.Fatal(err)
		}
		var width, height int
		if _, err := fmt.Sscanf(f.SVG, `<svg xmlns="http://www.w3.org/2000/svg" class="nnlab" width="%d" height="%d"`, &width, &height); err != nil || width > 1000 || height > 2*800 {
			t.Errorf("%s is drawn %d×%d, %v", name, width, height, err)
		}
		for _, text := range wellFormed(t, f.SVG) {
			if strings.HasSuffix(text, "…") {
				t.Errorf("%s: %q is cut", name, text)
			}
		}
	}
}

// A map of half the side is drawn with half the side, and a window in proportion to both.
func TestGlyphsAreTrue(t *testing.T) {
	g := newGlyphs([]nn.LayerInfo{{Shape: tensor.Shape{64, 64, 1}}, {Shape: tensor.Shape{32, 16, 1}}, {Shape: tensor.Shape{10}}})
	for _, c := range []struct {
		shape  tensor.Shape
		window []int
		want   string
	}{
		{tensor.Shape{64, 64, 1}, nil, "32.0×32.0"},
		{tensor.Shape{32, 16, 1}, nil, "8.0×16.0"},
		{tensor.Shape{64, 64, 1}, []int{8, 16}, "32.0×32.0 8.0×4.0"},
		{tensor.Shape{64, 64, 3}, nil, "32.0×32.0 32.0×32.0 32.0×32.0"},
		{tensor.Shape{10}, nil, "6.0×32.0"},
	} {
		d := newDrawing(64, 64, "x")
		start := d.Len()
		g.draw(d, c.shape, c.window, 0, 32, blue, orange)
		var got []string
		for _, size := range regexp.MustCompile(`width="([\d.]+)" height="([\d.]+)"`).FindAllStringSubmatch(d.String()[start:], -1) {
			got = append(got, size[1]+"×"+size[2])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%v with the window %v is drawn %v, want %s", c.shape, c.window, got, c.want)
		}
	}
}

// A block is one box, unless all layers are asked for.
func TestDrawBlocks(t *testing.T) {
	m := nn.Sequential(nn.Input(4), nn.Block("meio", nn.Chain(nn.Dense(5, nn.ReLU), nn.Dense(6, nn.ReLU))), nn.Dense(2, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	for _, c := range []struct {
		options    []Option
		has, lacks string
	}{
		{nil, "meio · bloco de 2 camadas", "Dense(6"}, {[]Option{AllLayers()}, "Dense(6", "bloco"},
	} {
		f, err := Draw(m, c.options...)
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, f.SVG)
		if !strings.Contains(f.SVG, c.has) || strings.Contains(f.SVG, c.lacks) {
			t.Errorf("the drawing lacks %q or has %q:\n%s", c.has, c.lacks, f.SVG)
		}
	}
}

// What is in a block can be opened: its layers, connected as they are, each inside once; and
// the lecture's systems, with all that is in their blocks, stay small.
func TestDrawOpensBlocks(t *testing.T) {
	for name, c := range map[string]struct {
		model *nn.Model
		alike int // blocks that have no inside of their own
		says  []string
	}{
		"gallery":      {blocks(), 1, []string{">x<", "BatchNorm", "Add"}},
		"ResNet-50":    {arch.ResNet50(), 0, []string{">0 · bloco de ", ">x<", ">bloco de 42 camadas<"}},
		"GoogLeNet":    {arch.GoogLeNet(), 0, []string{"Concatenate", "MaxPool2D"}},
		"Inception-v3": {arch.InceptionV3(), 1, []string{"Concatenate"}},
	} {
		f, err := Draw(c.model.Compile(nn.CategoricalCrossentropy, nn.SGD(0.1)))
		if err != nil {
			t.Fatal(err)
		}
		told := f.alive.given
		boxes, insides := told["boxes"].([]opened), told["insides"].([]string)
		folded := 0
		for _, l := range nn.FoldBlocks(c.model.Layers()) {
			if l.Kind == "Block" {
				folded++
			}
		}
		if len(boxes) != folded || len(insides) != folded-c.alike {
			t.Errorf("%s: of %d blocks %d can be opened, with %d insides", name, folded, len(boxes), len(insides))
		}
		for _, b := range boxes {
			if texts := strings.Join(wellFormed(t, insides[b.Inside]), "|"); strings.Contains(texts, b.Name+" · ") || !strings.Contains(f.SVG, b.Name+" · ") {
				t.Errorf("%s: in %s is %s", name, b.Name, texts)
			}
		}
		for _, want := range c.says {
			if !strings.Contains(strings.Join(insides, ""), want) {
				t.Errorf("%s: nothing says %q", name, want)
			}
		}
		if size := bytesInNotebook(t, f); size > 300_000 {
			t.Errorf("%s: %d bytes", name, size)
		}
	}
}

// Draw needs no weights: a model that is larger than the memory is drawn.
func TestDrawNeedsNoWeights(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(100 << 20))
	m := nn.Sequential(nn.Input(1000), nn.Dense(60_000, nn.ReLU), nn.Dense(10, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	if f, err := Draw(m); err != nil || !strings.Contains(f.SVG, "60000 · 60 060 000 parâmetros") {
		t.Errorf("%v", err)
	}
	if m.Err() == nil {
		t.Error("the weights find memory: the test says nothing")
	}
}

// card is a backend whose numbers are elsewhere.
type card struct{ backend.Backend }

var _ backend.Device = card{}

func (card) Device() string              { return "a card" }
func (card) Room() (int64, string, bool) { return 0, "", false }

// A drawing says where the network computes, unless that is here.
func TestDrawSaysWhere(t *testing.T) {
	for where, b := range map[string]backend.Backend{"rede: 2 camadas, 8 parâmetros": ref.New(), "rede: 2 camadas, 8 parâmetros, em ref, a card": card{ref.New()}} {
		m := nn.Sequential(nn.Input(3), nn.Dense(2)).Compile(nn.MSE, nn.SGD(0.1), nn.On(b))
		if got := describe(portuguese.network, m.Layers(), portuguese); got != where {
			t.Errorf("got %q, want %q", got, where)
		}
	}
}
