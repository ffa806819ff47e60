package viz

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Five images, of as many classes as there are, with the model's answers; and the gradients
// of a step by hand.
func TestNow(t *testing.T) {
	s := newSettings([]Option{Now(strips{datasets.FromSlices([][]float32{{1, 0, 0}, {0.9, 0, 0}, {0, 1, 0}, {0, 0.2, 1}, {0, 0.5, 1}, {1, 1, 0.9}}, []int{0, 0, 1, 2, 2, 2})})})
	n, err := newNow(s)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(n.labels, []int{0, 1, 2, 0, 2}) {
		t.Errorf("the images are of the classes %v", n.labels)
	}
	m := brightest()
	if _, err := m.Step(s.now, []int{0}); err != nil {
		t.Fatal(err)
	}
	m.Params()[0].Value.Set([]float32{5, 0, 0, 0, 5, 0, 0, 0, 5})
	m.Params()[1].Value.Set([]float32{0, 0, 0})
	if err := n.look(m); err != nil {
		t.Fatal(err)
	}
	// e⁵/(e⁵ + 2); ∂E/∂W = x·(p − t) with p of the one example: p₀ − 1 = −2/(e⁵ + 2), the others 1/(e⁵ + 2).
	e5 := math.Exp(5)
	if got := n.outcomes[0][0]; math.Abs(got-e5/(e5+2)) > 1e-6 {
		t.Errorf("of the first image %v", got)
	}
	if got, want := n.layers[0].norm, math.Sqrt(6)/(e5+2); math.Abs(got-want) > 1e-6 || n.layers[0].name != "dense" {
		t.Errorf("‖∂E/∂W‖ is %v, want %v", got, want)
	}
	f := n.figure(7)
	if texts := strings.Join(wellFormed(t, f.SVG), "|"); !strings.Contains(texts, "agora · época 7|rótulo 0|0|1|2|0: 99\u00a0%|rótulo 1|") || !strings.Contains(f.Alt, "rótulo 1: resposta 1, 99\u00a0%; ") {
		t.Errorf("%s; %s", texts, f.Alt)
	}
}

func TestVanishing(t *testing.T) {
	for want, norms := range map[string][]float64{
		"em nenhuma camada o gradiente some":                         {0.002, 1, 0.5},
		"o gradiente some em b (5\u00a0000 vezes menor que o maior)": {0.5, 1e-4, 0.2},
		"o gradiente some em a (0)":                                  {0, 1, 0.5},
		"o gradiente some em a (2,0·10⁷ vezes menor que o maior)":    {5e-8, 1, 0.5},
	} {
		n := &now{settings: newSettings(nil), shape: tensor.Shape{1, 1, 1}, outcomes: [][]float64{{1, 0}}, answers: []nn.Answer{{Probability: 1}}, labels: []int{0}, images: []string{""}}
		for i, v := range norms {
			n.layers = append(n.layers, layerGradient{string('a' + rune(i)), v})
		}
		if got := n.verdict(); got != want && got != strings.ReplaceAll(want, "\u00a0", "") {
			t.Errorf("%v: got %q, want %q", norms, got, want)
		}
		if f := n.figure(1); !strings.HasSuffix(f.Alt, n.verdict()) || !slices.Contains(wellFormed(t, f.SVG), n.verdict()) {
			t.Errorf("%q does not say %q", f.Alt, n.verdict())
		}
	}
}

func TestShares(t *testing.T) {
	for name, c := range map[string]struct {
		out   []float32
		loss  nn.Loss
		want  []float64
		class int
	}{
		"probabilities": {[]float32{0.2, 0.5, 0.3}, nn.CategoricalCrossentropy, []float64{0.2, 0.5, 0.3}, 1},
		"yes or no":     {[]float32{0.9}, nn.BinaryCrossentropy, []float64{0.1, 0.9}, 1},
		"logits":        {[]float32{0, float32(math.Log(3))}, nn.CategoricalCrossentropyFromLogits, []float64{0.25, 0.75}, 1},
		"a logit":       {[]float32{float32(math.Log(3))}, nn.BinaryCrossentropyFromLogits, []float64{0.25, 0.75}, 1},
		"many logits":   {[]float32{float32(math.Log(3)), 0, float32(-math.Log(3))}, nn.BinaryCrossentropyFromLogits, []float64{0.75, 0.5, 0.25}, 0},
		"a score":       {[]float32{0.3}, nn.Hinge, []float64{0.35, 0.65}, 1}, // above 0 is yes
		"no score":      {[]float32{-3}, nn.Hinge, []float64{1, 0}, 0},
		"scores":        {[]float32{0, float32(math.Log(3))}, nn.MSE, []float64{0.25, 0.75}, 1},
		"large scores":  {[]float32{1000, -1000}, nn.MSE, []float64{1, 0}, 0},
		"no number":     {[]float32{1, float32(math.NaN())}, nn.MSE, []float64{math.NaN(), math.NaN()}, -1},
		"an infinity":   {[]float32{float32(math.Inf(1))}, nn.MSE, []float64{math.NaN(), math.NaN()}, -1},
	} {
		m := nn.Sequential(nn.Input(1), nn.Dense(len(c.out))).Compile(c.loss, nn.SGD(0.1))
		m.Params()[0].Value.Set(make([]float32, len(c.out)))
		m.Params()[1].Value.Set(c.out)
		d := datasets.FromSlices([][]float32{{1}}, []int{0}).WithClasses(max(2, len(c.out)))
		n := &now{settings: newSettings(nil), data: d, labels: []int{0}}
		if err := n.look(m); err != nil {
			t.Fatal(err)
		}
		for i, v := range n.outcomes[0] {
			if math.Abs(v-c.want[i]) > 1e-6 || math.IsNaN(v) != math.IsNaN(c.want[i]) {
				t.Errorf("%s: %v, want %v", name, n.outcomes[0], c.want)
			}
		}
		if class, said := n.answer(0); class != c.class {
			t.Errorf("%s: class %d, %s", name, class, said)
		}
	}
}

// Looking at the present moment changes no training.
func TestNowLeavesTraining(t *testing.T) {
	_, d := datasets.MNIST()
	var hashes []string
	for _, look := range []bool{false, true} {
		n, err := newNow(newSettings([]Option{Now(d)}))
		if err != nil {
			t.Fatal(err)
		}
		m := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(8, nn.ReLU), nn.Dropout(0.5), nn.Dense(10, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.Adam(0.01), nn.Seed(3))
		if _, err := m.Fit(d.Take(100), nn.Epochs(2), nn.BatchSize(20), nn.Verbose(false), nn.Callbacks(told(func(e *nn.Event) {
			if look && e.Phase == nn.BatchEnd {
				if err := n.look(e.Model); err != nil {
					t.Error(err)
				}
			}
		}))); err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, m.WeightHash())
	}
	if hashes[0] != hashes[1] {
		t.Error("the figure has changed the training")
	}
}

// Drawing that would take more than its part of a training waits, but not for ever, and not in
// the first seconds, which are not counted.
func TestLiveHasABudget(t *testing.T) {
	now, before := time.Now().Add(time.Hour), time.Now().Add(-longestWait)
	for _, c := range []struct {
		spent, last, elapsed time.Duration
		updated              time.Time
		want                 bool
	}{
		{100 * time.Millisecond, 0, 4 * time.Second, now, false},
		{100 * time.Millisecond, 0, 7 * time.Second, now, true},
		{90 * time.Millisecond, 20 * time.Millisecond, 7 * time.Second, now, false},
		{90 * time.Millisecond, 20 * time.Millisecond, 8 * time.Second, now, true},
		{100 * time.Millisecond, time.Hour, time.Second, now, true},
		{time.Hour, time.Hour, 4 * time.Second, before, true},
	} {
		l := &training{spent: c.spent, last: c.last, updated: c.updated}
		if got := l.ready(&nn.Event{Elapsed: c.elapsed}); got != c.want {
			t.Errorf("%v and %v of %v are spent: %v", c.spent, c.last, c.elapsed, got)
		}
	}
	l := &training{}
	l.drawn(&nn.Event{Elapsed: time.Second}, before)
	if l.spent != 0 || l.last < longestWait {
		t.Errorf("in the first seconds %v are spent, the last time %v", l.spent, l.last)
	}
	l.drawn(&nn.Event{Elapsed: freeSpan}, before)
	if l.spent < longestWait || l.spent != l.last {
		t.Errorf("%v are spent, the last time %v", l.spent, l.last)
	}
}

// BenchmarkLive trains Exemplo 1 on a tenth of MNIST, every second epoch with all that Live,
// alone and with Now, computes and draws, and says what that costs: the median of how much
// longer such an epoch takes than the one before. The line to the notebook is not in it.
func BenchmarkLive(b *testing.B) {
	_, test := datasets.MNIST()
	b.Run("alone", func(b *testing.B) { benchmarkLive(b) })
	b.Run("Now", func(b *testing.B) { benchmarkLive(b, Now(test)) })
}

func benchmarkLive(b *testing.B, options ...Option) {
	train, _ := datasets.MNIST()
	l := &training{settings: newSettings(options)}
	m := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(512, nn.ReLU), nn.Dropout(0.2), nn.Dense(512, nn.ReLU), nn.Dropout(0.2), nn.Dense(10, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001), nn.Accuracy)
	draw := func(e *nn.Event) {
		c := l.chart(e)
		drawn := []*Figure{c.figure(c.title)}
		if l.present != nil {
			if err := l.present.look(e.Model); err != nil {
				b.Fatal(err)
			}
			drawn = append(drawn, l.present.figure(e.Epoch))
		}
		for _, f := range drawn {
			if _, err := f.bundle(notebook.NewID()); err != nil {
				b.Fatal(err)
			}
		}
	}
	var took []float64 // seconds of each epoch
	var began time.Time
	var elapsed time.Duration // of the epochs with drawing, as if there were no others
	var counted bool          // the first seconds are not
	drawing, all := 0., 0.
	watch := told(func(e *nn.Event) {
		switch {
		case e.Phase == nn.FitBegin:
			l.told = factsOf(e)
			if l.showsNow {
				l.chooseImages(e)
			}
		case e.Phase == nn.EpochBegin:
			began, counted = time.Now(), elapsed >= freeSpan && e.Epoch%2 == 0
		case e.Phase == nn.BatchEnd && e.Epoch%2 == 0:
			own := *e
			if own.Elapsed = elapsed + time.Since(began); !l.ready(&own) {
				return
			}
			start := time.Now()
			draw(e)
			l.drawn(&own, start)
			if counted {
				drawing += l.last.Seconds()
			}
		case e.Phase == nn.EpochEnd:
			took = append(took, time.Since(began).Seconds())
			if e.Epoch%2 == 0 {
				elapsed += time.Since(began)
			}
			if counted {
				all += took[len(took)-1]
			}
		}
	})
	if _, err := m.Fit(train.Take(6000), nn.Epochs(2*b.N), nn.BatchSize(128), nn.Verbose(false), nn.Callbacks(watch)); err != nil {
		b.Fatal(err)
	}
	ratios := make([]float64, b.N)
	for i := range ratios {
		ratios[i] = took[2*i+1] / took[2*i]
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[b.N/2], "with/without")
	if all > 0 { // the epochs have come past the first seconds: -benchtime 60x
		b.ReportMetric(100*drawing/all, "%drawing")
	}
}
