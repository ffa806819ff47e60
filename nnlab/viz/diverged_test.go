package viz

import (
	"fmt"
	"math"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// shapedData are vectors seen as what a model takes.
type shapedData struct {
	*datasets.Set
	shape tensor.Shape
}

func (s shapedData) Shape() tensor.Shape { return s.shape }

// everyModel is each system of the lecture, small, compiled and with data that it takes.
func everyModel(t *testing.T) map[string]struct {
	m *nn.Model
	d nn.Data
} {
	small := func(side int, width float64) []arch.Option {
		return []arch.Option{arch.Input(side, side, 1), arch.Classes(4), arch.Width(width)}
	}
	entropy := nn.CategoricalCrossentropy
	models := map[string]struct {
		m    *nn.Model
		loss nn.Loss
	}{
		"Perceptron":          {arch.Perceptron(arch.Input(12, 80, 1)), nn.PerceptronLoss},
		"Adaline":             {arch.Adaline(arch.Input(12, 80, 1)), nn.MSE},
		"SoftmaxRegression":   {arch.SoftmaxRegression(), entropy},
		"MLP1986":             {arch.MLP1986(2, 2, 1), nn.MSE},
		"encoder":             {arch.MLP1986(8, 3, 8), nn.MSE},
		"PlainMLP":            {arch.PlainMLP(), nn.MSE},
		"MLP":                 {arch.MLP(), entropy},
		"CNN":                 {arch.CNN(), entropy},
		"SmallCNN":            {arch.SmallCNN(), entropy},
		"LeNet":               {arch.LeNet(), entropy},
		"LeNet1989":           {arch.LeNet1989(), entropy},
		"LeNet5":              {arch.LeNet5(), entropy},
		"LeNet5Original":      {arch.LeNet5Original(), entropy},
		"LeNet5 distances":    {arch.LeNet5Original(arch.Distances()), arch.LeNet5Loss(0.1)},
		"Neocognitron":        {arch.Neocognitron(arch.Planes(2, 2, 2)), entropy},
		"DeepNet":             {arch.DeepNet(4, nn.Sigmoid), entropy},
		"AlexNet":             {arch.AlexNet(small(67, 1./8)...), entropy},
		"VGG11":               {arch.VGG11(small(32, 1./8)...), entropy},
		"GoogLeNet":           {arch.GoogLeNet(small(80, 1./8)...), entropy},
		"InceptionV2":         {arch.InceptionV2(small(107, 1./16)...), entropy},
		"InceptionV3":         {arch.InceptionV3(append(small(75, 1./16), arch.Keras())...), entropy},
		"ResNet18":            {arch.ResNet18(small(32, 1./8)...), entropy},
		"ResNet50":            {arch.ResNet50(small(32, 1./8)...), entropy},
		"ResNetCIFAR":         {arch.ResNetCIFAR(20, small(28, 1./4)...), entropy},
		"PreActivationResNet": {arch.PreActivationResNet(11, small(28, 1./4)...), entropy},
		// What no architecture has: scores behind hinge, and logits.
		"hinge":  {nn.Sequential(nn.Input(2), nn.Dense(3, nn.Tanh), nn.Dense(1)), nn.Hinge},
		"logits": {nn.Sequential(nn.Input(6, 6, 3), nn.Conv2D(2, 3), nn.Flatten(), nn.Dense(3)), nn.CategoricalCrossentropyFromLogits},
	}
	all := map[string]struct {
		m *nn.Model
		d nn.Data
	}{}
	for name, c := range models {
		m := c.m.Compile(c.loss, nn.SGD(0.01), nn.Seed(1))
		layers := m.Layers()
		if layers == nil {
			t.Fatalf("%s: %v", name, m.Err())
		}
		shape, out := layers[0].Shape, 0
		for _, l := range layers {
			out = l.Shape.Size()
		}
		var x [][]float32
		var labels []int
		for i := range 6 {
			row := make([]float32, shape.Size())
			for j := range row {
				row[j] = float32(math.Mod(float64(i+1)*0.37+float64(j)*0.61, 1))
			}
			x, labels = append(x, row), append(labels, i%max(2, out))
		}
		all[name] = struct {
			m *nn.Model
			d nn.Data
		}{m, shapedData{datasets.FromSlices(x, labels).WithClasses(max(2, out)), shape}}
	}
	return all
}

// figuresOfModel are all figures that are made of a model and data.
func figuresOfModel(m *nn.Model, d nn.Data) map[string]func() (*Figure, error) {
	figures := map[string]func() (*Figure, error){
		"Confusion":      func() (*Figure, error) { return Confusion(m, d) },
		"ClassReport":    func() (*Figure, error) { return ClassReport(m, d) },
		"Wrong":          func() (*Figure, error) { return Wrong(m, d, 3) },
		"FeatureMaps":    func() (*Figure, error) { return FeatureMaps(m, d, 1) },
		"Histograms":     func() (*Figure, error) { return Histograms(m) },
		"Draw":           func() (*Figure, error) { return Draw(m) },
		"ReceptiveField": func() (*Figure, error) { return ReceptiveField(m, d, 1) },
		"Inspect":        func() (*Figure, error) { return Inspect(m, d, 2) },
		"Playground":     func() (*Figure, error) { return Playground(m, d) },
		"DecisionBoundary": func() (*Figure, error) {
			b := &boundary{settings: newSettings(nil), data: d}
			return b.draw(m, 2)
		},
		"Now": func() (*Figure, error) {
			n, err := newNow(newSettings([]Option{Now(d)}))
			if err != nil {
				return nil, err
			}
			if err := n.look(m); err != nil {
				return nil, err
			}
			return n.figure(3), nil
		},
	}
	var kernels []string
	for _, p := range m.Params() {
		if layer, ok := strings.CutSuffix(p.Name, "/kernel"); ok && len(p.Value.Shape) == 4 {
			kernels = append(kernels, layer)
		}
	}
	if len(kernels) > 4 {
		kernels = append(kernels[:3], kernels[len(kernels)-1])
	}
	for _, layer := range kernels {
		figures["Filters "+layer] = func() (*Figure, error) { return Filters(m, layer) }
		figures["AnswersTo "+layer] = func() (*Figure, error) { return Filters(m, layer, AnswersTo(d, 1)) }
	}
	for _, l := range m.Layers() {
		if l.Kind == "Dense" && l.Shape.Size() > 1 {
			figures["Embedding "+l.Name] = func() (*Figure, error) { return Embedding(m, l.Name, d) }
		}
	}
	return figures
}

// nonsense is what no picture has in its numbers, and no sentence: a place that is no number, and
// a value that Go writes and nobody reads.
var nonsense = regexp.MustCompile(`="[^"]*\b(NaN|Inf)\b[^"]*"|[ML]NaN|\+Inf|-Inf|%!|−Inf`)

// label is what a picture is told in words by.
var label = regexp.MustCompile(` aria-label="[^"]*"`)

// Every figure of every architecture is drawn, of one that has diverged, too: what is no number
// is drawn as none.
func TestDiverged(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, c := range everyModel(t) {
		for _, weight := range []float32{1, nan, inf, -inf, 1e30} {
			if weight != 1 {
				if len(c.m.Layers()) > 12 && !math.IsNaN(float64(weight)) {
					continue // as the others, for minutes
				}
				for _, p := range c.m.Params() {
					if strings.Contains(p.Name, "/moving_") {
						continue // which nn refuses
					}
					values := make([]float32, p.Value.Size())
					for i := range values {
						values[i] = weight
					}
					p.Value.Set(values)
				}
			}
			for figure, draw := range figuresOfModel(c.m, c.d) {
				t.Run(fmt.Sprintf("%s/%v/%s", name, weight, figure), func(t *testing.T) {
					defer func() {
						if r := recover(); r != nil {
							t.Fatalf("it panics: %v\n%s", r, debug.Stack())
						}
					}()
					f, err := draw()
					if err != nil {
						t.Log(err)
						return
					}
					wellFormed(t, f.SVG)
					body := label.ReplaceAllString(f.SVG, "")
					if found := nonsense.FindString(body); found != "" {
						t.Errorf("the picture has %.200s", found)
					}
					if found := nonsense.FindString(strings.ReplaceAll(f.Alt, `"`, "")); found != "" {
						t.Errorf("the words have %.200s: %.300s", found, f.Alt)
					}
					if math.IsNaN(float64(weight)) && slices.Contains([]string{"Now", "Confusion", "ClassReport", "Wrong", "DecisionBoundary", "Histograms", "FeatureMaps"}, figure) && !strings.Contains(f.Alt, "NaN") {
						t.Errorf("the words do not say NaN: %.300s", f.Alt)
					}
					if f.alive != nil {
						if _, err := f.alive.page(f, "id"); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
	}
}

// A training whose losses have left the numbers has a chart and words for it.
func TestDivergedCurves(t *testing.T) {
	h := &nn.History{Series: []nn.Series{
		{Name: "loss", Values: []float64{1, math.Inf(1), math.NaN()}}, {Name: "val_loss", Values: []float64{1, math.NaN(), math.Inf(-1)}},
		{Name: "accuracy", Values: []float64{0.5, math.NaN(), math.NaN()}},
	}}
	f, err := Curves(h)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, f.SVG)
	if want := " · perda NaN · perda (validação) −∞ · acurácia NaN; perda 1,0000, melhor época 1; perda (treino): NaN/∞, época 2; perda (validação): NaN/∞, época 2; acurácia"; !strings.Contains(f.Alt+"; acurácia", want) || nonsense.MatchString(label.ReplaceAllString(f.SVG, "")) {
		t.Errorf("%q", f.Alt)
	}
	if _, err := f.interactive.option(); err != nil {
		t.Error(err)
	}
}

// Each filter of LeNet-5's C3 stands beside its own map, with the maps that it sees by the table of
// the paper: 60 connections of 16 filters with 6 maps.
func TestAnswersOfPartialConv(t *testing.T) {
	m := arch.LeNet5Original().Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.Seed(1))
	bank := bankOf(infoOf(m, "C3"), m.Params()[4].Value)
	if m.Params()[4].Name != "C3/kernel" || bank.filters != 16 || bank.channels != 6 || bank.pictures() != 60 || !slices.Equal(bank.sees[0], []int{0, 1, 2}) || len(bank.sees[15]) != 6 {
		t.Errorf("%s: %d filters of %d maps, %v", m.Params()[4].Name, bank.filters, bank.channels, bank.sees)
	}
	// The second connection of the second filter is number 3 + 1 of the kernel [5 5 1 60].
	kernel := m.Params()[4].Value.Values()
	if own := bank.of(1, bank.sees[1][1]); own[7] != kernel[7*60+4] {
		t.Errorf("a weight is %v, want %v", own[7], kernel[7*60+4])
	}
	_, digits := datasets.MNIST()
	f, err := Filters(m, "C3", AnswersTo(digits, 0))
	if err != nil {
		t.Fatal(err)
	}
	if cells := f.alive.given["cells"].([]cell); len(cells) == 0 || !strings.HasPrefix(f.Alt, "filtros de C3: 5×5×6 → 16 · exemplo 0 · ") {
		t.Errorf("%d filters, %s", len(cells), f.Alt)
	}
}

// A transposed convolution has its filters before its channels.
func TestFiltersOfTransposed(t *testing.T) {
	m := nn.Sequential(nn.Input(2, 2, 3), nn.Conv2DTranspose(2, 1), nn.Flatten(), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{1, 2, 3, 4, 5, 6}) // [1 1 filters channels]
	bank := bankOf(infoOf(m, "conv2dtranspose"), m.Params()[0].Value)
	if bank.filters != 2 || bank.channels != 3 || bank.of(1, 2)[0] != 6 || bank.of(0, 1)[0] != 2 {
		t.Errorf("%+v", bank)
	}
}
