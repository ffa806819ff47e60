package viz

import (
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// One weight of a line y = w·x: E = (w·x − t)², ∂E/∂w = 2·(w·x − t)·x.
func TestGradientNorm(t *testing.T) {
	m := nn.Sequential(nn.Input(1), nn.Dense(1)).Compile(nn.MSE, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{3})
	m.Params()[1].Value.Set([]float32{0})
	s := newSettings(nil)
	g := &gradientNorms{figure: &Gradients{settings: s, title: s.words.gradients}}
	_, err := m.Fit(datasets.FromTargets([][]float32{{2}}, [][]float32{{1}}), nn.Epochs(2), nn.BatchSize(1), nn.Callbacks(told(func(e *nn.Event) {
		switch e.Phase {
		case nn.FitBegin:
			g.start(e)
		case nn.BatchEnd:
			if !g.measure(e) {
				t.Errorf("step %d was not measured", e.Epoch)
			}
		}
	})))
	if err != nil {
		t.Fatal(err)
	}
	// 2·(3·2 − 1)·2 = 20; then w = 3 − 0.1·20 = 1, b = −0.1·10 = −1 and the error is 0.
	l := g.figure.lines
	if len(l) != 1 || l[0].name != "dense" || len(l[0].points) != 2 || math.Abs(l[0].points[0].y-20) > 1e-5 {
		t.Errorf("lines %+v", l)
	}
	f := g.figure.draw()
	texts := strings.Join(wellFormed(t, f.SVG), "|")
	for _, want := range []string{"norma do gradiente", "10¹", "10²", "dense", "época"} {
		if !strings.Contains(texts, want) {
			t.Errorf("no %q among %s", want, texts)
		}
	}
}

// Two trainings share a figure; a training with its name replaces its curve, and
// of a long one no more than 400 steps are measured.
func TestFirstGradients(t *testing.T) {
	d := datasets.FromSlices([][]float32{{0, 1}, {1, 0}}, []int{0, 1})
	figure := FirstGradients(English())
	for _, name := range []string{"MSE", "cross-entropy", "MSE"} {
		m := nn.Sequential(nn.Input(2), nn.Dense(3, nn.Tanh), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.01))
		g := &gradientNorms{figure: figure, name: name}
		_, err := m.Fit(d, nn.Epochs(500), nn.BatchSize(1), nn.Verbose(false), nn.Callbacks(told(func(e *nn.Event) {
			switch e.Phase {
			case nn.FitBegin:
				g.start(e)
			case nn.BatchEnd:
				g.measure(e)
			}
		})))
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := len(figure.lines); n != 2 || len(figure.lines[0].points) != 334 || len(figure.lines[1].points) != 334 { // every third of 1000
		t.Fatalf("%d curves, %d points", n, len(figure.lines[0].points))
	}
	if f := figure.draw(); !strings.HasPrefix(f.Alt, "gradient that reaches the first layer ‖∂E/∂W‖: MSE 0.") || len(heights(t, f.SVG, 1)) != 334 {
		t.Errorf("got %q", f.Alt)
	}
	figure.lines[0].points = []point{{1, 0.01}, {2, 0}} // a norm of 0.01, and one of 0
	option, err := figure.draw().interactive.option()
	if text := string(option); err != nil || !strings.Contains(text, `"type":"log"`) || !strings.Contains(text, `[1,0.01]`) || !strings.Contains(text, `[2,null]`) ||
		!strings.Contains(text, `"name":"MSE · 0"`) || !strings.Contains(text, "save as image") {
		t.Errorf("the interactive form is %v, %s", err, option)
	}
}
