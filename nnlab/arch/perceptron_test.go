package arch_test

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// updates counts the steps that change a weight.
func updates(count *int) nn.FitOption {
	return nn.Observe(func(o *nn.Observation) {
		if o.Phase != nn.WeightUpdate {
			return
		}
		for _, change := range o.Change {
			for _, v := range change.Values() {
				if v != 0 {
					*count++
					return
				}
			}
		}
	})
}

// byRule trains a perceptron by its rule, counts its updates in each pass, and returns it.
func byRule(t testing.TB, d nn.Data, passes int, options ...arch.Option) (m *nn.Model, counts []int) {
	m = arch.Perceptron(options...).Compile(nn.PerceptronLoss, nn.SGD(1), nn.Accuracy)
	for range passes {
		n := 0
		if _, err := m.Fit(d, nn.BatchSize(1), nn.Shuffle(false), nn.Verbose(false), updates(&n)); err != nil {
			t.Fatal(err)
		}
		counts = append(counts, n)
	}
	return m, counts
}

// Rosenblatt's rule by hand: w = w + (target − answer)·x, in the same order, makes the same
// weights, which are whole numbers.
func TestPerceptronRule(t *testing.T) {
	d := datasets.Blobs(40, 2, 0.1, 3)
	m, counts := byRule(t, d, 5)
	var w [3]float32
	for pass := range 5 {
		n := 0
		for i := range d.Len() {
			x, target := d.Example(i), float32(d.Label(i))
			answer := float32(0)
			if w[0]*x[0]+w[1]*x[1]+w[2] >= 0 {
				answer = 1
			}
			if answer != target {
				n++
			}
			w[0] += (target - answer) * x[0]
			w[1] += (target - answer) * x[1]
			w[2] += target - answer
		}
		if counts[pass] != n {
			t.Errorf("pass %d: %d updates, by hand %d", pass, counts[pass], n)
		}
	}
	kernel, bias := m.Params()[0].Value.Values(), m.Params()[1].Value.Values()
	if [3]float32{kernel[0], kernel[1], bias[0]} != w {
		t.Errorf("weights %v %v, by hand %v", kernel, bias, w)
	}
	if counts[0] == 0 || counts[4] != 0 {
		t.Errorf("updates %v: the blobs are separable, and not from the start", counts)
	}
}

// What a plane parts, the perceptron learns: AND is right behind a few passes, in which
// updates are counted, and nothing changes from then on. XOR is never right.
func ExamplePerceptron() {
	and := datasets.FromSlices([][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, []int{0, 0, 0, 1})
	for _, c := range []struct {
		name string
		data *datasets.Set
	}{{"AND", and}, {"XOR", datasets.XOR()}} {
		m, counts := byRule(nil, c.data, 10)
		logs, err := m.Evaluate(c.data)
		if err != nil {
			fmt.Println(err)
		}
		right, _ := logs.Get("accuracy")
		fmt.Println(c.name, "updates", counts, "right", right)
	}
	// Output:
	// AND updates [2 3 3 2 1 0 0 0 0 0] right 1
	// XOR updates [3 3 4 4 4 4 4 4 4 4] right 0.5
}

// The demonstration of 1958 (slide "Início"): it tells left from right behind at most fifty
// cards, each shown once, on a thousand others.
func TestPunchCards(t *testing.T) {
	for seed := range uint64(3) {
		m := arch.Perceptron(arch.Input(12, 80, 1), arch.Association(12, 10)).Compile(nn.PerceptronLoss, nn.SGD(1), nn.Accuracy)
		n := 0
		if _, err := m.Fit(datasets.PunchCards(50, seed), nn.BatchSize(1), nn.Verbose(false), updates(&n)); err != nil {
			t.Fatal(err)
		}
		logs, err := m.Evaluate(datasets.PunchCards(1000, seed+100))
		if err != nil {
			t.Fatal(err)
		}
		if right, _ := logs.Get("accuracy"); right < 0.99 || n > 25 {
			t.Errorf("seed %d: %v behind %d updates", seed, logs, n)
		}
	}
}

// The delta rule of a step by hand, and its answer to XOR: ½ everywhere, the least squared
// error that a sum can have.
func TestAdaline(t *testing.T) {
	const η = 0.1
	m := arch.Adaline().Compile(nn.MSE, nn.SGD(η))
	x, y := []float32{0.5, -2}, float32(1)
	if _, err := m.Step(datasets.FromTargets([][]float32{x}, [][]float32{{y}}), []int{0}); err != nil {
		t.Fatal(err)
	}
	w, b := m.Params()[0].Value.Values(), m.Params()[1].Value.Values()
	δ := y // from weights of 0
	for i, want := range []float32{2 * η * δ * x[0], 2 * η * δ * x[1], 2 * η * δ} {
		if got := append(w, b...)[i]; got-want > 1e-6 || want-got > 1e-6 {
			t.Errorf("weight %d is %v, want %v", i, got, want)
		}
	}
	xor := datasets.XOR()
	m = arch.Adaline().Compile(nn.MSE, nn.SGD(η))
	if _, err := m.Fit(xor, nn.Epochs(300), nn.BatchSize(4), nn.Verbose(false)); err != nil {
		t.Fatal(err)
	}
	answers, err := m.Predict(xor)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range answers.Values() {
		if v < 0.499 || v > 0.501 {
			t.Errorf("answers %v", answers)
		}
	}
}

// The two rules on one set: the perceptron's stops where every side is right; the delta
// rule's least squared error leaves two wrong, since examples far from the border pull at it.
func TestDeltaAgainstPerceptron(t *testing.T) {
	d := datasets.FromSlices([][]float32{{-1, 0}, {-1.2, 0}, {-1.1, 0}, {1, 0}, {1.1, 0}, {30, 0}, {31, 0}}, []int{0, 0, 0, 1, 1, 1, 1})
	right := func(m *nn.Model) float64 {
		logs, err := m.Evaluate(d)
		if err != nil {
			t.Fatal(err)
		}
		accuracy, _ := logs.Get("accuracy")
		return accuracy
	}
	m, counts := byRule(t, d, 20)
	if right(m) != 1 || counts[19] != 0 {
		t.Errorf("the perceptron: %v right, updates %v", right(m), counts)
	}
	delta := arch.Adaline().Compile(nn.MSE, nn.SGD(0.002), nn.Accuracy)
	if _, err := delta.Fit(d, nn.Epochs(5000), nn.BatchSize(7), nn.Verbose(false)); err != nil {
		t.Fatal(err)
	}
	if r := right(delta); r > 0.9 {
		t.Errorf("the delta rule: %v right", r)
	}
}

// Slide "Aprendizado profundo x MLP": Y = softmax(X·W + b) in batches of 32 is right on at
// least 92 of 100 digits it has not seen.
func TestSoftmaxRegression(t *testing.T) {
	train, test := datasets.MNIST()
	m := arch.SoftmaxRegression().Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.Accuracy)
	if _, err := m.Fit(train, nn.Epochs(5), nn.BatchSize(32), nn.Verbose(false)); err != nil {
		t.Fatal(err)
	}
	logs, err := m.Evaluate(test)
	if err != nil {
		t.Fatal(err)
	}
	if right, _ := logs.Get("accuracy"); right < 0.92 {
		t.Error(logs)
	}
}
