package nn

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// values are the numbers of each parameter by its name.
func values(m *Model) map[string][]float32 {
	all := map[string][]float32{}
	for _, p := range m.Params() {
		all[p.Name] = p.Value.Values()
	}
	return all
}

func frozenModel(frozen ...string) *Model {
	return Sequential(Input(4, 4, 2), Conv2D(3, 3, Same, Tanh),
		Block("middle", Chain(BatchNorm(), Conv2D(3, 3, Tanh), GroupNorm(3), LayerNorm(), PReLU(AlphaInitializer(Constant(0.25))))),
		Flatten(), Maxout(6, 2), Dense(3, Softmax)).
		Compile(CategoricalCrossentropy, Adam(0.01), Accuracy, Freeze(frozen...), On(ref.New()))
}

// What is frozen keeps its bits, all else learns, and the gradients of what learns
// before and behind are right.
func TestFreeze(t *testing.T) {
	d := clouds(12, 4, 4, 2)
	for _, c := range []struct {
		frozen []string
		is     func(name string) bool
	}{
		{[]string{"middle"}, func(name string) bool { return strings.HasPrefix(name, "middle.") }},
		{[]string{"conv2d", "maxout"}, func(name string) bool {
			return strings.HasPrefix(name, "conv2d/") || strings.HasPrefix(name, "maxout/")
		}},
		{[]string{"middle.conv*"}, func(name string) bool { return strings.HasPrefix(name, "middle.conv2d/") }},
		{[]string{"*"}, func(name string) bool { return true }},
		{nil, func(name string) bool { return false }},
	} {
		m := frozenModel(c.frozen...)
		if len(c.frozen) != 1 || c.frozen[0] != "*" {
			if _, err := GradCheck(m, d); err != nil {
				t.Errorf("%q: %v", c.frozen, err)
			}
		}
		before := values(m)
		if _, err := m.Fit(d, Epochs(2), BatchSize(5), Verbose(false)); err != nil {
			t.Fatal(err)
		}
		for name, v := range values(m) {
			if same := slices.Equal(v, before[name]); same != c.is(name) {
				t.Errorf("%q: %s kept its values: %v", c.frozen, name, same)
			}
		}
	}
}

// The summary says what is frozen, and how many parameters that are.
func TestFreezeInSummary(t *testing.T) {
	m := frozenModel("middle", "dense")
	s := m.String()
	for _, want := range []string{"middle (Block, frozen)", "dense (Dense, frozen)", "conv2d (Conv2D)  ", "Trainable", "Frozen"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is not in\n%s", want, s)
		}
	}
	// 4·3 + 84 + 2·3 + 2·3 + 3 in the block, 6·3 + 3 in the dense layer.
	if line := s[strings.LastIndex(s, "\n")+1:]; strings.Join(strings.Fields(line), " ") != "Frozen 132" {
		t.Errorf("the last line is %q", line)
	}
	if s := frozenModel().String(); strings.Contains(s, "rozen") {
		t.Errorf("nothing is frozen in\n%s", s)
	}
	if n := again(t, m); n.String() != strings.Replace(s, " · ref", " · cpu", 1) {
		t.Errorf("through JSON:\n%v", n)
	}
}

func TestFreezeRefuses(t *testing.T) {
	err := frozenModel("midle").Err()
	want := `Compile: Freeze: expects the name of a layer or a block: input, conv2d, middle, flatten, maxout, dense, got "midle"; write nn.Freeze("dense")`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// Compiling again keeps weights and history; another seed, and Reset, draw anew.
func TestCompileAgain(t *testing.T) {
	d := clouds(12, 4, 4, 2)
	m := frozenModel("middle")
	first := m.WeightHash()
	if _, err := m.Fit(d, Epochs(2), BatchSize(5), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	learned := m.WeightHash()
	m.Compile(CategoricalCrossentropy, SGD(0.1), Accuracy)
	if m.WeightHash() != learned || m.History().Epochs() != 2 || m.step != 0 {
		t.Errorf("weights changed or %d epochs or step %d", m.History().Epochs(), m.step)
	}
	if strings.Contains(m.String(), "rozen") {
		t.Error("still frozen")
	}
	if _, err := m.Fit(d, Epochs(1), BatchSize(5), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	if m.History().Epochs() != 3 {
		t.Errorf("%d epochs", m.History().Epochs())
	}
	if m.Reset(); m.WeightHash() != first || m.History().Epochs() != 0 {
		t.Error("Reset kept something")
	}
	if m.Compile(CategoricalCrossentropy, SGD(0.1), Seed(2)); m.WeightHash() == first {
		t.Error("another seed drew the same weights")
	}
}

// What Compile refuses costs no weights: those that were trained are there for the next.
func TestCompileAgainBehindAnError(t *testing.T) {
	m := small()
	train(t, m, 2)
	trained := m.WeightHash()
	for _, o := range [][]CompileOption{{nil}, {Seed(1), Seed(1)}, {TopK(0)}, {Seed(7), Losses(MSE, MSE)}} {
		if err := m.Compile(CategoricalCrossentropy, SGD(0.1), o...).Err(); err == nil {
			t.Fatalf("%v is compiled", o)
		}
	}
	if err := m.Compile(CategoricalCrossentropy, SGD(0.2)).Err(); err != nil || m.WeightHash() != trained || m.History().Epochs() != 2 {
		t.Errorf("other weights, or %d epochs; %v", m.History().Epochs(), err)
	}
	if m.Compile(CategoricalCrossentropy, SGD(0.2), Seed(7)); m.WeightHash() == trained {
		t.Error("another seed draws the same weights")
	}
}

// A model that is compiled for another backend takes its weights there.
func TestCompileForAnotherBackend(t *testing.T) {
	d := clouds(12, 4, 4, 2)
	m := frozenModel()
	y, err := m.Predict(d)
	if err != nil {
		t.Fatal(err)
	}
	want := y.Values()
	m.Compile(CategoricalCrossentropy, SGD(0.1), On(cpu.New()))
	y, err = m.Predict(d)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range y.Values() {
		if diff := v - want[i]; diff > 1e-5 || diff < -1e-5 {
			t.Fatalf("output %d is %v on the CPU and %v in float64", i, v, want[i])
		}
	}
}
