package viz

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// TestGallery draws every figure there is, in Portuguese and in English. With
// NNLAB_GALLERY it saves them in that folder, what ECharts is told of those that have
// an interactive form, and what a notebook gets of all of them; the front-end tests
// look at them in a browser.
func TestGallery(t *testing.T) {
	t.Setenv("NNLAB_ECHARTS", "1") // as under the kernel, which has the library
	for suffix, options := range map[string][]Option{"": nil, "-en": {English()}} {
		for name, draw := range everyFigure(t, options) {
			f, err := draw()
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			wellFormed(t, f.SVG)
			if folder := os.Getenv("NNLAB_GALLERY"); folder != "" {
				if err := save(f, filepath.Join(folder, name+suffix)); err != nil {
					t.Error(err)
				}
				if name == "features" {
					if err := saveFormulas(f, newSettings(options).words, filepath.Join(folder, name+suffix+"-formulas.json")); err != nil {
						t.Error(err)
					}
				}
			}
		}
	}
}

func save(f *Figure, path string) error {
	if f.interactive != nil {
		option, err := f.interactive.option()
		var setting []byte
		if err == nil {
			setting, err = json.Marshal(f.setting("chart", option))
		}
		if err == nil {
			err = os.WriteFile(path+".json", setting, 0o666)
		}
		if err != nil {
			return err
		}
	}
	if f.alive != nil {
		page, err := f.alive.page(f, "figure")
		if err == nil {
			err = os.WriteFile(path+".html", []byte(page), 0o666)
		}
		if err != nil {
			return err
		}
	}
	bundle, err := f.bundle(notebook.NewID())
	var forms []byte
	if err == nil {
		forms, err = json.Marshal(bundle)
	}
	if err == nil {
		err = os.WriteFile(path+".bundle", forms, 0o666)
	}
	if err != nil {
		return err
	}
	return f.Save(path + ".svg")
}

func gallery(t *testing.T, options []Option) map[string]func() (*Figure, error) {
	s := newSettings(options)
	named := append(options[:len(options):len(options)], Names("Ana", "Bruno Castro"))
	language := append(options[:len(options):len(options)], Option{})[0]
	x := [][]float32{{0, 1, 1, 0}, {1, 0, 0, 1}, {0.2, 0.5, 1, 0}, {1, 0, 0, 0}}
	d := pictures{datasets.FromSlices(x, []int{0, 1, 0, 0})}
	m := nn.Sequential(nn.Input(2, 2, 1), nn.Conv2D(64, 1, nn.ReLU), nn.Flatten(), nn.Dense(2, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.Accuracy, nn.Seed(1))
	flat := datasets.FromSlices([][]float32{{0, 1}, {1, 0}, {-1, 0.5}, {1, -1}}, []int{0, 1, 2, 1})
	small := nn.Sequential(nn.Input(2), nn.Dense(8, nn.Tanh), nn.Dense(3, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.Adam(0.05), nn.Seed(1))
	gradients := &gradientNorms{figure: &Gradients{settings: s, title: s.words.gradients}}
	first := FirstGradients(options...)
	shared := &gradientNorms{figure: first, name: "cross-entropy"}
	live := &training{settings: s, told: facts{"lot": "2"}, before: []past{{facts{"lot": "4"}, history()}}}
	var chart *Figure
	watch := nn.Callbacks(told(func(e *nn.Event) {
		switch e.Phase {
		case nn.FitBegin:
			gradients.start(e)
			shared.start(e)
		case nn.BatchEnd:
			gradients.measure(e)
			shared.measure(e)
			live.note(e)
			c := live.chart(e)
			chart = c.figure(c.title)
		}
	}))
	if _, err := m.Fit(d, nn.Epochs(2), nn.BatchSize(2), nn.Verbose(false)); err != nil {
		t.Fatal(err)
	}
	if _, err := small.Fit(flat, nn.Epochs(20), nn.BatchSize(2), nn.Verbose(false), watch); err != nil {
		t.Fatal(err)
	}
	cnn, digits := digitsCNN(t)
	some := digits.(*datasets.Set).Take(1000)
	plane := &boundary{settings: s, data: flat}
	return map[string]func() (*Figure, error){
		"curves": func() (*Figure, error) { return Curves(overfitted(0.1), options...) },
		"live":   func() (*Figure, error) { return chart, nil },
		"functions": func() (*Figure, error) {
			return language.Functions(-1, 1, Function{"x", func(x float64) float64 { return x }})
		},
		"legend": func() (*Figure, error) {
			var many []Function
			for i := range 8 {
				many = append(many, Function{fmt.Sprintf("SGD %d · momentum, Nesterov, dropout", i+1), func(x float64) float64 { return x * float64(i) }})
			}
			return language.Functions(0, 1, append(many, Function{strings.Repeat("SGD momentum Nesterov ", 6), math.Sqrt})...)
		},
		"scales": func() (*Figure, error) {
			return language.Functions(-2e-5, 3e-5, Function{"x·10¹¹", func(x float64) float64 { return 1e11 * x }})
		},
		"activations": func() (*Figure, error) { return language.ActivationCurves(nn.Step, nn.Sigmoid, nn.Tanh, nn.LeakyReLU) },
		"losses":      func() (*Figure, error) { return LossCurves(options...) },
		"gradients":   func() (*Figure, error) { return gradients.figure.draw(), nil },
		"first":       func() (*Figure, error) { return first.draw(), nil },
		"histograms":  func() (*Figure, error) { return Histograms(small, options...) },
		"boundary":    func() (*Figure, error) { return plane.draw(small, 20) },
		"report":      func() (*Figure, error) { return ClassReport(m, d, named...) },
		"confusion":   func() (*Figure, error) { return Confusion(m, d, named...) },
		"filters":     func() (*Figure, error) { return Filters(cnn, "conv2d_1", options...) },
		"answers":     func() (*Figure, error) { return Filters(cnn, "conv2d", append(options, AnswersTo(digits, 0))...) },
		"maps":        func() (*Figure, error) { return FeatureMaps(m, d, 0, options...) },
		"images":      func() (*Figure, error) { return Images(digits, 20, options...) },
		"network":     func() (*Figure, error) { return Draw(branching(), options...) },
		"blocks":      func() (*Figure, error) { return Draw(blocks(), options...) },
		"deep":        func() (*Figure, error) { return Draw(residual(20), options...) },
		"receptive":   func() (*Figure, error) { return ReceptiveField(cnn, digits, 0, options...) },
		"features":    func() (*Figure, error) { return FeatureMaps(cnn, digits, 0, options...) },
		"convolution": func() (*Figure, error) {
			return Convolution(nn.Conv2D(1, 3), slideImage, append(options, Kernel(1, 0, -1, 1, 0, -1, 1, 0, -1))...)
		},
		"channels": func() (*Figure, error) {
			return Convolution(nn.Conv2D(1, 3, nn.Same, nn.ReLU), slideColours, append(options, Kernel(slideKernel...), Bias(1))...)
		},
		"signal": func() (*Figure, error) {
			return Convolution(nn.Conv1D(1, 3, nn.Strides(2), nn.ReLU), []float32{0, 0, 1, 1, 1, 0, 0}, append(options, Kernel(-1, 0, 1))...)
		},
		"pooling": func() (*Figure, error) { return Convolution(nn.MaxPool2D(2), slideImage, options...) },
		"wrong":   func() (*Figure, error) { return Wrong(cnn, some, 10, options...) },
		"digits":  func() (*Figure, error) { return Confusion(cnn, some, options...) },
		"classes": func() (*Figure, error) {
			return Confusion(cnn, some, append(options, Names("camiseta", "calça", "pulôver", "vestido longo", "casaco", "sandália", "camisa social", "tênis", "bolsa", "bota com cano curto"))...)
		},
		"oblong": func() (*Figure, error) {
			return FeatureMaps(nn.Sequential(nn.Input(12, 28, 1), nn.Conv2D(4, 3, nn.ReLU), nn.MaxPool2D(2), nn.Flatten(), nn.Dense(20, nn.Tanh), nn.Dense(10, nn.Softmax)).
				Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.Seed(1)), middles(digits), 0, options...)
		},
	}
}

// bands are images of 12×28.
type bands struct{ *datasets.Set }

func (bands) Shape() tensor.Shape { return tensor.Shape{12, 28, 1} }

// middles are the middle rows of some digits.
func middles(digits nn.Data) nn.Data {
	var x [][]float32
	var y []int
	for i := range 20 {
		pixels, target := example(digits, i)
		x, y = append(x, pixels[8*28:20*28]), append(y, int(target[0]))
	}
	return bands{datasets.FromSlices(x, y)}
}

// blocks is a network of two equal blocks with a skip each, in two stages.
func blocks() *nn.Model {
	in := nn.Input(16, 16, 3)
	x := in.Then(nn.Conv2D(8, 3, nn.Same))
	for _, name := range []string{"bloco1", "bloco2"} {
		x = x.Then(nn.Block(name, func(x nn.Source) *nn.Node {
			return nn.Add(x.Then(nn.Conv2D(8, 3, nn.Same), nn.BatchNorm(), nn.Activation(nn.ReLU), nn.Conv2D(8, 3, nn.Same)), x)
		}))
	}
	return nn.Graph(nn.Inputs(in), nn.Outputs(x.Then(nn.GlobalAveragePool(), nn.Dense(10, nn.Softmax)))).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
}

// digitsCNN is a small network that has learned a little of MNIST, and digits.
var digitsCNN = func() func(t *testing.T) (*nn.Model, nn.Data) {
	var m *nn.Model
	return func(t *testing.T) (*nn.Model, nn.Data) {
		train, test := datasets.MNIST()
		if m == nil {
			m = nn.Sequential(nn.Input(28, 28, 1), nn.Conv2D(8, 3, nn.ReLU), nn.MaxPool2D(2), nn.Conv2D(16, 3, nn.Strides(2), nn.Same),
				nn.BatchNorm(nn.BNMomentum(0.5)), nn.Activation(nn.ReLU), nn.AveragePool2D(2), nn.Dropout(0.2), nn.Flatten(), nn.Dense(32, nn.ReLU), nn.Dense(10, nn.Softmax)).
				Compile(nn.CategoricalCrossentropy, nn.Adam(0.003), nn.Accuracy, nn.Seed(1))
			if _, err := m.Fit(train.Take(2000), nn.Epochs(2), nn.BatchSize(50), nn.Verbose(false)); err != nil {
				t.Fatal(err)
			}
		}
		return m, test
	}
}()
