package viz

import (
	"maps"
	"math"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// everyFigure is the gallery and the figures that are gone through, or that a training draws.
func everyFigure(t *testing.T, options []Option) map[string]func() (*Figure, error) {
	all := gallery(t, options)
	maps.Copy(all, lessons(options))
	maps.Copy(all, longNames(t, options))
	return all
}

// clothes and objects are the classes of Fashion-MNIST and of CIFAR-10, in both languages.
var (
	clothes = map[bool][]string{true: {"camiseta", "calça", "suéter", "vestido", "casaco", "sandália", "camisa", "tênis", "bolsa", "bota"},
		false: {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}}
	objects = map[bool][]string{true: {"avião", "automóvel", "pássaro", "gato", "cervo", "cachorro", "sapo", "cavalo", "navio", "caminhão"},
		false: {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}}
)

// longNames are figures with the names of classes below bars and beside them.
func longNames(t *testing.T, options []Option) map[string]func() (*Figure, error) {
	all := map[string]func() (*Figure, error){}
	for kind, names := range map[string]map[bool][]string{"clothes": clothes, "objects": objects} {
		named := append(options[:len(options):len(options)], Names(names[newSettings(options).words.comma]...))
		all["now-"+kind] = func() (*Figure, error) { return presentOf(newSettings(named)) }
		all["features-"+kind] = func() (*Figure, error) {
			cnn, digits := digitsCNN(t)
			return FeatureMaps(cnn, digits, 0, named...)
		}
	}
	return all
}

func lessons(options []Option) map[string]func() (*Figure, error) {
	s := newSettings(options)
	flat := datasets.FromSlices([][]float32{{0, 1}, {1, 0}, {-1, 0.5}, {1, -1}}, []int{0, 1, 2, 1})
	return map[string]func() (*Figure, error){
		"inspect": func() (*Figure, error) {
			return Inspect(nn.Sequential(nn.Input(2), nn.Dense(3, nn.Tanh), nn.Dense(2, nn.Sigmoid), nn.Dense(3, nn.Softmax)).
				Compile(nn.CategoricalCrossentropy, nn.SGD(0.1, nn.Momentum(0.9)), nn.Seed(3)), flat, 3, options...)
		},
		"race": func() (*Figure, error) {
			runs := []*runner{{name: "η = 0,1", history: overfitted(0), ended: true}, {name: "η = 0,01", history: overfitted(0.3), ended: true}, {name: "α = 0,9", history: overfitted(0.8), ended: true}}
			return (&race{settings: s, runners: runs}).figure(), nil
		},
		"now":       func() (*Figure, error) { return presentOf(s) },
		"embedding": func() (*Figure, error) { return movingPoints(s) },
		"diverged":  func() (*Figure, error) { return divergedChart(s), nil },
		"diverged-race": func() (*Figure, error) {
			runs := []*runner{{name: "η = 0,1", history: overfitted(0), ended: true}, {name: "η = 1000", history: &nn.History{}, lost: 0.2, ended: true},
				{name: "η = 10 e um nome bem comprido", history: &nn.History{Seconds: make([]float64, 2), Series: []nn.Series{{Name: "loss", Values: []float64{3, 4e17}}}}, lost: 2.5, ended: true}}
			return (&race{settings: s, runners: runs}).figure(), nil
		},
		"lost": func() (*Figure, error) {
			nan := math.NaN()
			e := &embedding{settings: s, layer: "dense", data: flat, index: []int{0, 1, 2, 3}, labels: []int{0, 1, 2, 1}, epochs: []int{0, 1, 2},
				made: [][][]float64{{{0, 1}, {1, 0}, {0, 2}, {2, 2}}, {{0, 1}, {2, 0}, {0, nan}, {2, 3}}, {{nan, 1}, {nan, 0}, {nan, nan}, {2, 3}}}}
			return e.figure()
		},
		"playground": func() (*Figure, error) {
			m := nn.Sequential(nn.Input(2), nn.Dense(6, nn.Tanh), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.3), nn.Seed(1))
			return Playground(m, datasets.Moons(200, 0.1, 1), options...)
		},
	}
}

// divergedChart is what a training that left the numbers in its third epoch has drawn.
func divergedChart(s settings) *Figure {
	l := &training{settings: s}
	var f *Figure
	regressor(1).Fit(scores(200, 1), nn.Epochs(6), nn.BatchSize(50), nn.Validation(scores(100, 2)), nn.Verbose(false), nn.Callbacks(told(func(e *nn.Event) {
		l.note(e)
		if e.Phase == nn.FitEnd {
			f = l.chart(e).judged()
		}
	})))
	return f
}

// overfitted is a training whose validation becomes worse, the later the larger the delay.
func overfitted(delay float64) *nn.History {
	h := &nn.History{Seconds: make([]float64, 20), Series: []nn.Series{{Name: "loss"}, {Name: "accuracy"}, {Name: "val_loss"}, {Name: "val_accuracy"}}}
	for i := range 20 {
		x := float64(i) * (1 - delay)
		for j, v := range []float64{2 * math.Exp(-x/4), 1 - 0.8*math.Exp(-x/4), 2*math.Exp(-x/4) + 0.06*x, 1 - 0.8*math.Exp(-x/4) - 0.006*x} {
			h.Series[j].Values = append(h.Series[j].Values, v)
		}
	}
	return h
}

// presentOf is the present moment of a deep network whose sigmoids let the gradient vanish.
func presentOf(s settings) (*Figure, error) {
	_, test := datasets.MNIST()
	s.now = test.Take(200)
	n, err := newNow(s)
	if err != nil {
		return nil, err
	}
	layers := []nn.Layer{nn.Input(28, 28, 1), nn.Flatten()}
	for range 6 {
		layers = append(layers, nn.Dense(16, nn.Sigmoid))
	}
	m := nn.Sequential(append(layers, nn.Dense(10, nn.Softmax))...).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.Seed(1))
	_, err = m.Fit(test.Take(200), nn.Epochs(3), nn.Verbose(false), nn.Callbacks(told(func(e *nn.Event) {
		if e.Phase == nn.BatchEnd {
			if err := n.look(e.Model); err != nil {
				e.Fail(err)
			}
		}
	})))
	return n.figure(3), err
}

// movingPoints is what a layer makes of digits before a training and behind two epochs.
func movingPoints(s settings) (*Figure, error) {
	_, test := datasets.MNIST()
	e := &embedding{settings: s, layer: "dense", data: test.Take(600)}
	m := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(32, nn.ReLU), nn.Dense(10, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.Adam(0.003), nn.Seed(1))
	if err := e.begin(m); err != nil {
		return nil, err
	}
	if err := e.add(m, 0); err != nil {
		return nil, err
	}
	_, err := m.Fit(test.Take(2000), nn.Epochs(2), nn.Verbose(false), nn.Callbacks(told(func(v *nn.Event) {
		if v.Phase == nn.EpochEnd {
			if err := e.add(v.Model, v.Epoch); err != nil {
				v.Fail(err)
			}
		}
	})))
	if err != nil {
		return nil, err
	}
	return e.figure()
}
