package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// seen are the numbers of an observation, copied.
type seen struct {
	phase                       StepPhase
	name                        string
	x, net, out, delta          []float32
	weights, gradients, changes [][]float32
}

func record(all *[]seen) interface {
	FitOption
	StepOption
} {
	return Observe(func(o *Observation) {
		s := seen{phase: o.Phase, name: o.Layer.Name}
		if o.Out != nil {
			s.out = o.Out.Values()
		}
		if len(o.X) > 0 {
			s.x = o.X[0].Values()
		}
		if o.Net != nil {
			s.net = o.Net.Values()
		}
		if o.Delta != nil {
			s.delta = o.Delta.Values()
		}
		for i, p := range o.Params {
			s.weights = append(s.weights, p.Value.Values())
			if o.Phase != FeedForward && p.Grad != nil {
				s.gradients = append(s.gradients, p.Grad.Values())
			}
			if o.Change != nil && o.Change[i] != nil {
				s.changes = append(s.changes, o.Change[i].Values())
			}
		}
		*all = append(*all, s)
	})
}

func close32(t *testing.T, what string, got float32, want float64) {
	t.Helper()
	if math.Abs(float64(got)-want) > 1e-6 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// An MLP 2-2-1 by hand, by the slides' formulas: net = Σ w·out, out = σ(net), δ at the
// output −(d − y)·σ'(net) for E = ½(d − y)², here times 2 for the MSE, δ = σ'(net)·Σ δ·w below, Δw = −η·δ·out.
func TestObserveByHand(t *testing.T) {
	for name, b := range map[string]CompileOption{"ref": On(ref.New()), "cpu": On(cpu.New())} {
		t.Run(name, func(t *testing.T) {
			m := Sequential(Input(2), Dense(2, Sigmoid), Dense(1, Sigmoid)).Compile(MSE.Unfused(), SGD(0.5), b)
			w, v := []float64{0.15, 0.25, 0.2, 0.3}, []float64{0.4, 0.45} // w [2×2]: from input i to unit j at 2·i + j
			bw, bv := []float64{0.35, 0.35}, 0.6
			set := func(p *Param, values ...float64) {
				p.Value.SetEach(func(i int) float32 { return float32(values[i]) })
			}
			for i, values := range [][]float64{w, bw, v, {bv}} {
				set(m.Params()[i], values...)
			}
			x, d := []float64{0.05, 0.1}, 0.01
			data := &toy{shape: []int{2}, x: [][]float32{{0.05, 0.1}}, y: [][]float32{{0.01}}}
			var all []seen
			logs, err := m.Step(data, []int{0}, record(&all))
			if err != nil {
				t.Fatal(err)
			}
			σ := func(net float64) float64 { return 1 / (1 + math.Exp(-net)) }
			var net, h [2]float64
			for j := range 2 {
				net[j] = x[0]*w[j] + x[1]*w[2+j] + bw[j]
				h[j] = σ(net[j])
			}
			last := h[0]*v[0] + h[1]*v[1] + bv
			y := σ(last)
			δ := 2 * (y - d) * y * (1 - y)
			var order []string
			for _, s := range all {
				order = append(order, fmt.Sprint(s.phase, " ", s.name))
			}
			if got, want := strings.Join(order, ", "), "feed-forward dense, feed-forward dense_1, feed-backward dense_1, weight update dense_1, feed-backward dense, weight update dense"; got != want {
				t.Fatalf("told %s, want %s", got, want)
			}
			if e, _ := logs.Get("loss"); math.Abs(e-(y-d)*(y-d)) > 1e-6 {
				t.Errorf("the loss is %v, want %v", e, (y-d)*(y-d))
			}
			close32(t, "net of the output", all[1].net[0], last)
			close32(t, "out", all[1].out[0], y)
			close32(t, "δ of the output", all[2].delta[0], δ)
			for j := range 2 {
				below := δ * v[j] * h[j] * (1 - h[j])
				close32(t, "net", all[0].net[j], net[j])
				close32(t, "out", all[0].out[j], h[j])
				close32(t, "x of the output", all[1].x[j], h[j])
				close32(t, "δ", all[4].delta[j], below)
				close32(t, "∂E/∂v", all[2].gradients[0][j], δ*h[j])
				close32(t, "Δv", all[3].changes[0][j], -0.5*δ*h[j])
				close32(t, "v behind the update", all[3].weights[0][j], v[j]-0.5*δ*h[j])
				close32(t, "Δb", all[5].changes[1][j], -0.5*below)
				for i := range 2 {
					close32(t, "∂E/∂w", all[4].gradients[0][2*i+j], below*x[i])
					close32(t, "Δw", all[5].changes[0][2*i+j], -0.5*below*x[i])
				}
			}
		})
	}
}

// An observer changes no bit, whatever the layers and however gradients are clipped; and a Step is that of Fit.
func TestObserveChangesNothing(t *testing.T) {
	d := clouds(10, 4, 4, 3)
	multi := Multi{X: []Data{d, d}, Y: []Data{d, d}}
	for seed := range uint64(12) {
		three := []*Model{randomGraph(seed), randomGraph(seed), randomGraph(seed)}
		if seed%2 == 0 {
			for _, m := range three {
				m.Compile(CategoricalCrossentropy, Adam(0.01), Seed(seed), GlobalClipNorm(0.1))
			}
		}
		var all []seen
		for i, m := range three {
			options := []FitOption{BatchSize(10), Shuffle(false), Verbose(false)}
			if i == 1 {
				options = append(options, record(&all))
			}
			if i < 2 {
				if _, err := m.Fit(multi, options...); err != nil {
					t.Fatal(err)
				}
			} else if _, err := m.Step(multi, ascending(10)); err != nil {
				t.Fatal(err)
			}
		}
		if a, b, c := three[0].WeightHash(), three[1].WeightHash(), three[2].WeightHash(); a != b || a != c {
			t.Errorf("graph %d: weights %.6s, observed %.6s, by Step %.6s", seed, a, b, c)
		}
		changed, forward := map[string]int{}, map[string]seen{}
		for _, s := range all {
			if f := forward[s.name]; s.phase == FeedForward {
				forward[s.name] = s
			} else if s.phase == FeedBackward && (!slices.Equal(f.x, s.x) || !slices.Equal(f.out, s.out)) {
				t.Errorf("graph %d: x or out of %s is another one in the backward phase", seed, s.name)
			}
			if s.phase == WeightUpdate {
				changed[s.name]++
			}
		}
		for _, l := range three[0].Layers() {
			learns := slices.ContainsFunc(l.Params(), (*Param).trainable)
			if n := changed[l.Name]; learns && n > 1 || !learns && n > 0 {
				t.Errorf("graph %d: %s was updated %d times", seed, l.Name, n)
			}
		}
	}
}

// Behind a softmax that the loss has taken over a reader sees probabilities, and as δ p − t.
func TestObserveSoftmax(t *testing.T) {
	m := Sequential(Input(2), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	d := clouds(4, 2)
	var all []seen
	if _, err := m.Step(d, []int{0, 1}, record(&all)); err != nil {
		t.Fatal(err)
	}
	for r := range 2 {
		sum := 0.0
		for c := range 3 {
			e := 0.0
			for k := range 3 {
				e += math.Exp(float64(all[0].net[3*r+k]))
			}
			p := math.Exp(float64(all[0].net[3*r+c])) / e
			close32(t, "a probability", all[0].out[3*r+c], p)
			sum += float64(all[1].delta[3*r+c])
		}
		if math.Abs(sum) > 1e-6 {
			t.Errorf("the δ of an example sum to %v, want 0", sum)
		}
	}
}

// A rule of one's own learns without a loss and without targets: Hebb's, Δw = η·x·out.
func TestNoLoss(t *testing.T) {
	m := Sequential(Input(3), Dense(1, NoBias(), KernelInitializer(Constant(0.5)))).Compile(NoLoss, SGD(1))
	d := &toy{shape: []int{3}, x: [][]float32{{1, 0, 2}, {0, 1, 0}}, y: [][]float32{{float32(math.NaN())}, {0}}}
	hebb := Observe(func(o *Observation) {
		if o.Phase != FeedForward {
			t.Errorf("a %v of a network without a loss", o.Phase)
			return
		}
		x, out, w := o.X[0].Values(), o.Out.Values(), o.Params[0].Value.Values()
		for i := range w {
			w[i] += 0.1 * x[i] * out[0]
		}
		o.Params[0].Value.Set(w)
	})
	h, err := m.Fit(d, hebb, BatchSize(1), Shuffle(false), Verbose(false))
	if err != nil {
		t.Fatal(err)
	}
	// out = 0.5 + 2·0.5 = 1.5: w becomes 0.65, 0.5, 0.8; then out = 0.5: w₁ becomes 0.55.
	for i, want := range []float64{0.65, 0.55, 0.8} {
		close32(t, "w", m.Params()[0].Value.Values()[i], want)
	}
	if h.Epochs() != 1 {
		t.Errorf("%d epochs", h.Epochs())
	}
	if _, err := m.Evaluate(d); err == nil || !strings.Contains(err.Error(), "Evaluate: expects a model with a loss, got NoLoss") {
		t.Errorf("got %v", err)
	}
	if _, err := m.Fit(d, Validation(d)); err == nil || !strings.Contains(err.Error(), "Fit: validation data: expects a model with a loss") {
		t.Errorf("got %v", err)
	}
	if err := Sequential(Input(3), Dense(1)).Compile(NoLoss, SGD(1), Accuracy).Err(); err == nil || !strings.Contains(err.Error(), "a loss beside metrics") {
		t.Errorf("got %v", err)
	}
	in := Input(3)
	two := Graph(Inputs(in), Outputs(in.Then(Dense(1)), in.Then(Dense(2)))).Compile(MSE, SGD(1), Losses(MSE, NoLoss))
	if err := two.Err(); err == nil || !strings.Contains(err.Error(), "a loss for each output, got NoLoss") {
		t.Errorf("got %v", err)
	}
}

func TestStepRefuses(t *testing.T) {
	m := Sequential(Input(2), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	d := clouds(4, 2)
	for want, index := range map[string][]int{
		"Step: expects the indices of at least one example, got none":   nil,
		"Step: expects at most 4 indices from 0 to 3, got [4]; write 0": {4},
		"Step: expects at most 4 indices from 0 to 3, got [-1]":         {-1},
		"Step: expects at most 4 indices from 0 to 3, got [0 0 0 0 0]":  {0, 0, 0, 0, 0},
	} {
		if _, err := m.Step(d, index); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	d.x[0][0] = float32(math.Inf(1))
	told := 0
	if _, err := m.Step(d, []int{0}, Observe(func(*Observation) { told++ })); err == nil {
		t.Error("a step on an infinity")
	}
	before := told
	d.x[0][0] = 1
	if _, err := m.Predict(d); err != nil || told != before {
		t.Errorf("the observer of a step that failed was told of a Predict: %v, %d", err, told-before)
	}
}
