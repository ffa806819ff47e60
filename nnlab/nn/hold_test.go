package nn

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// holds is a backend that counts what is held.
type holds struct {
	backend.Backend
	now, ever int
}

func (h *holds) Hold(weights ...backend.Buffer) func() {
	h.now, h.ever = h.now+len(weights), h.ever+len(weights)
	release := h.Backend.(backend.Holder).Hold(weights...)
	return func() {
		h.now -= len(weights)
		release()
	}
}

// broken is data that cannot be taken from some example on.
type broken struct {
	Data
	from int
}

func (d broken) Batch(index []int, x, y []float32) {
	if slices.Max(index) >= d.from {
		panic("broken")
	}
	d.Data.Batch(index, x, y)
}

// TestHold tests that answers for several batches are given while the parameters are
// held, those for one batch without, and that the parameters are released whatever
// happens: at the end, with an error, with a panic.
func TestHold(t *testing.T) {
	b := &holds{Backend: cpu.New()}
	m := small(On(b))
	rows := m.evaluateRows()
	sick := clouds(3*rows, 6)
	sick.x[2*rows] = slices.Repeat([]float32{float32(math.NaN())}, 6)
	d := clouds(3*rows, 6)
	for _, c := range []struct {
		what    string
		batches int
		answer  func() error
		fails   bool
	}{
		{"one batch", 1, func() error { _, err := m.Predict(clouds(rows, 6)); return err }, false},
		{"Predict", 3, func() error { _, err := m.Predict(d); return err }, false},
		{"Evaluate", 3, func() error { _, err := m.Evaluate(d); return err }, false},
		{"Evaluate with NaN", 3, func() error { _, err := m.Evaluate(sick); return err }, true},
		{"Predict with a panic", 3, func() (err error) {
			defer func() { err = fmt.Errorf("%v", recover()) }()
			m.Predict(broken{d, 2 * rows})
			return nil
		}, true},
	} {
		b.ever = 0
		if err := c.answer(); (err != nil) != c.fails {
			t.Errorf("%s: got the error %v", c.what, err)
		}
		if want := len(m.Params()); c.batches > 1 && b.ever != want || c.batches == 1 && b.ever != 0 {
			t.Errorf("%s: %d parameters were held, of %d batches for a model with %d", c.what, b.ever, c.batches, want)
		}
		if b.now != 0 {
			t.Errorf("%s: %d parameters are still held", c.what, b.now)
		}
	}
}

// unheld is a backend that nothing can be held on.
type unheld struct{ backend.Backend }

// TestHeldIsFresh tests that a model whose parameters are held while it answers and
// change in between learns and answers as one whose parameters never are.
func TestHeldIsFresh(t *testing.T) {
	train, test := clouds(64, 10, 10, 4), clouds(600, 10, 10, 4)
	b := cpu.New()
	var models []*Model
	for _, b := range []backend.Backend{b, unheld{b}} {
		models = append(models, Sequential(Input(10, 10, 4), Conv2D(32, 3, ReLU), Conv2D(32, 3, Same, ReLU), Flatten(), Dense(40, ReLU), Dense(3, Softmax)).
			Compile(CategoricalCrossentropy, SGD(0.1), Accuracy, On(b)))
	}
	for epoch := range 3 {
		var answers [][]float32
		for _, m := range models {
			y, err := m.Predict(test)
			if err != nil {
				t.Fatal(err)
			}
			answers = append(answers, y.Values())
			if _, err := m.Fit(train, Validation(test), Verbose(false)); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(answers[0], answers[1]) {
			t.Fatalf("after %d epochs the answers differ", epoch)
		}
	}
	if a, b := models[0].History().Series, models[1].History().Series; !reflect.DeepEqual(a, b) {
		t.Errorf("the histories differ: %v and %v", a, b)
	}
}

// BenchmarkHold evaluates networks in turns with held parameters and without, and
// reports the first time as a share of the second: the median of all turns.
func BenchmarkHold(b *testing.B) {
	digits := clouds(2048, 784)
	for i, x := range digits.x { // of MNIST's pixels as many are 0
		for j := range x {
			if (i+j*7)%10 < 8 {
				x[j] = 0
			}
		}
	}
	maps := clouds(32, 14, 14, 256)
	mlp := []Layer{Input(784), Dense(512, ReLU), Dense(512, ReLU), Dense(3, Softmax)}
	c := cpu.New()
	for _, run := range []struct {
		name   string
		layers []Layer
		data   Data
		rows   int
	}{
		{"MLP/16", mlp, digits, 16},
		{"MLP/32", mlp, digits, 32},
		{"MLP/64", mlp, digits, 64},
		{"convolution/8", []Layer{Input(14, 14, 256), Conv2D(256, 3, Same, ReLU), GlobalAveragePool(), Dense(3, Softmax)}, maps, 8},
	} {
		b.Run(run.name, func(b *testing.B) {
			var models []*Model
			for _, on := range []backend.Backend{c, unheld{c}} {
				models = append(models, Sequential(run.layers...).Compile(CategoricalCrossentropy, SGD(0.1), On(on)))
				if err := models[len(models)-1].Err(); err != nil {
					b.Fatal(err)
				}
			}
			var shares []float64
			for b.Loop() {
				var seconds [2]float64
				for i, m := range models {
					began := time.Now()
					if _, err := m.evaluate("Evaluate", run.data, run.rows, nil); err != nil {
						b.Fatal(err)
					}
					seconds[i] = time.Since(began).Seconds()
				}
				shares = append(shares, seconds[0]/seconds[1])
			}
			slices.Sort(shares)
			b.ReportMetric(shares[len(shares)/2], "held/not")
		})
	}
}
