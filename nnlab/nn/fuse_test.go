package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/internal/plan"
)

// convolutionalGraph is made of what layers that are computed at once are made of, and of
// what forbids it: outputs that are read twice or not by the next layer.
func convolutionalGraph(seed uint64, options ...CompileOption) *Model {
	r := rand.New(rand.NewPCG(seed, 9))
	in := Input(6, 6, 4)
	all := []Source{in, in.Then(Conv2D(4, 3, Same))}
	any := func() Source { return all[len(all)-1-r.IntN(min(4, len(all)))] }
	bias := func() ConvOption { return []ConvOption{NoBias(), BiasInitializer(Constant(0.3))}[r.IntN(2)] }
	same := Shared(Conv2D(4, 1))
	branch := func() Source {
		layers := [][]Layer{
			{Conv2D(4, 3, Same, bias()), BatchNorm()}, {Conv2D(4, 1, bias()), BatchNorm(BNScale(false))}, {Conv2D(4, 3, Same, Groups(2), bias())},
			{DepthwiseConv2D(3, Same), BatchNorm(BNCenter(false))}, {Conv2D(4, 1, Tanh), BatchNorm()}, {same}, {same, BatchNorm()},
			{Conv2DTranspose(4, 1), BatchNorm()}, {PartialConv2D([][]int{{0, 2}, {1}, {3}, {0, 1, 2, 3}}, 3, Same), BatchNorm()},
			{Conv2D(4, 1), Dropout(0.3), BatchNorm()}, {Flatten(), Dense(144, NoBias()), BatchNorm(), Reshape(6, 6, 4)}, {BatchNorm()}, {MaxPool2D(3, Strides(1), Same)},
		}
		x := any().Then(layers[r.IntN(len(layers))]...)
		if f := r.IntN(3); f > 0 {
			x = x.Then(Activation([]ActivationFunction{ReLU, Softmax, Tanh}[f]))
		}
		return x
	}
	for range 12 {
		switch r.IntN(5) {
		case 0:
			all = append(all, Add(branch(), any()).Then(Activation(ReLU)))
		case 1:
			all = append(all, Add(branch(), branch()))
		case 2:
			all = append(all, Concatenate(branch(), branch(), any()).Then(Conv2D(4, 1)))
		case 3:
			all = append(all, Concatenate(branch(), Concatenate(branch(), branch())).Then(Conv2D(4, 1, ReLU)))
		default:
			all = append(all, branch())
		}
	}
	flat := Concatenate(any().Then(Flatten(), Dense(5), BatchNorm()), any().Then(GlobalMaxPool(), Dense(7, ReLU)))
	return Graph(Inputs(in), Outputs(flat.Then(Dense(3, Softmax)), any().Then(GlobalAveragePool(), Dense(3, Softmax)))).
		Compile(CategoricalCrossentropy, SGD(0.01), append(options, Seed(seed))...)
}

// stir gives the vectors of a model values: means that are 0, and deviations and factors
// that are 1, would hide that one of them is left out.
func stir(t *testing.T, m *Model, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 10))
	for _, p := range m.Params() {
		if len(p.Value.Shape) > 1 {
			continue
		}
		x := p.Value.Values()
		for i := range x {
			x[i] = 0.5 + r.Float32()
		}
		p.Value.Set(x)
	}
	if err := m.Err(); err != nil {
		t.Fatal(err)
	}
}

// answersOf are the outputs for some examples, in memory that was full of NaN.
func answersOf(t *testing.T, m *Model, d Data, p pass) (outputs []float32) {
	t.Helper()
	b, err := m.newBatchFor("test", d, 7, forPredict, p)
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Check(blocksOf(b.layout), b.layout.size); err != nil {
		t.Fatal(err)
	}
	m.graph.use(b.layout, 1)
	m.backend.Fill(m.graph.memory.Len(), math.NaN(), m.graph.memory)
	take(t, b, ascending(5))
	m.graph.forward(&Context{})
	for _, h := range m.heads {
		outputs = append(outputs, h.y.Values()...)
	}
	return outputs
}

// Whatever the graph, layers that are computed at once make what they make one by one, but
// for rounding.
func TestFusedLayersMakeTheSame(t *testing.T) {
	one := clouds(10, 6, 6, 4)
	d := clouds(10, 4, 4, 3)
	two := Multi{X: []Data{d, d}, Y: []Data{d, d}}
	norms, sums, functions, placed := 0, 0, 0, 0
	count := func(c *course) {
		for _, f := range c.fusions {
			if f == nil {
				continue
			}
			for n, is := range map[*int]bool{&norms: f.norm != nil, &sums: f.other != nil, &functions: f.f != f.sum.layer.(summer).function().elementwise, &placed: f.into != nil} {
				if is {
					*n++
				}
			}
		}
	}
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			for _, c := range []struct {
				m         *Model
				d         Data
				tolerance float64
			}{
				{convolutionalGraph(seed, On(ref.New())), one, 1e-6}, // of float32, in which they are read
				{convolutionalGraph(seed, On(cpu.New())), one, 2e-5},
				{randomGraph(seed), two, 2e-5},
			} {
				stir(t, c.m, seed)
				want := answersOf(t, c.m, c.d, pass{})
				got := answersOf(t, c.m, c.d, pass{answers: true})
				largest := 0.0
				for _, v := range want {
					largest = max(largest, math.Abs(float64(v)))
				}
				for i, v := range want {
					if !(math.Abs(float64(v-got[i])) <= c.tolerance*max(1, largest)) {
						t.Fatalf("%s: output %d is %v, one by one %v", c.m.backend.Name(), i, got[i], v)
					}
				}
				count(c.m.graph.course())
			}
		})
	}
	if least := min(norms, sums, functions, placed); least < 50 {
		t.Errorf("%d norms, %d sums, %d activations and %d parts of others were computed with what is before them: the test says little", norms, sums, functions, placed)
	}
}

// fusions are the names of the layers that are computed at once, and where they stand.
func fusions(m *Model) (all []string) {
	c := m.graph.course()
	for _, f := range c.fusions {
		if f == nil {
			continue
		}
		var names []string
		for _, n := range m.graph.nodes {
			if c.within[n.number] == f {
				names = append(names, n.name)
			}
		}
		s := strings.Join(names, "+")
		if f.into != nil {
			s += fmt.Sprintf("→%s:%d", f.into.name, f.first)
		}
		all = append(all, s)
	}
	return all
}

// What others see stays: an output that is read twice, or that the model returns, ends it.
func TestWhatIsFused(t *testing.T) {
	in := Input(6, 6, 4)
	conv := func(x Source, layers ...Layer) Source { return x.Then(append([]Layer{Conv2D(4, 1)}, layers...)...) }
	relu := func() Layer { return Activation(ReLU) }
	read := conv(in)
	normed := conv(in, BatchNorm())
	for _, c := range []struct {
		what    string
		outputs []Source
		want    []string
	}{
		{"a residual block", []Source{Add(conv(in, BatchNorm(), relu(), Conv2D(4, 3, Same), BatchNorm()), in).Then(relu())},
			[]string{"conv2d+batchnorm+activation", "conv2d_1+batchnorm_1+add+activation_1"}},
		{"a shortcut with a convolution", []Source{Add(conv(in, BatchNorm()), conv(in, BatchNorm()))},
			[]string{"conv2d+batchnorm", "conv2d_1+batchnorm_1+add"}},
		{"a convolution that is read twice", []Source{Add(read.Then(BatchNorm()), read)}, nil},
		{"a norm that is read twice", []Source{Add(normed.Then(relu()), normed)}, []string{"conv2d+batchnorm"}},
		{"an output of the model", []Source{normed, normed.Then(relu())}, []string{"conv2d+batchnorm"}},
		{"a norm behind an activation", []Source{in.Then(Conv2D(4, 1, ReLU), BatchNorm())}, nil},
		{"a norm behind a sum", []Source{Add(conv(in), in).Then(BatchNorm())}, []string{"conv2d+add"}},
		{"a softmax", []Source{conv(in, BatchNorm(), Activation(Softmax))}, []string{"conv2d+batchnorm"}},
		{"three summands", []Source{Add(conv(in), in, in)}, nil},
		{"an inception", []Source{Concatenate(conv(in, relu()), Concatenate(conv(in), conv(in, BatchNorm())), in.Then(MaxPool2D(3, Strides(1), Same)))},
			[]string{"conv2d+activation→concatenate_1:0", "conv2d_1→concatenate_1:4", "conv2d_2+batchnorm→concatenate_1:8"}},
		{"a Concatenate within another, one part of which must be copied", []Source{Concatenate(conv(in), Concatenate(conv(in), in))},
			[]string{"conv2d→concatenate_1:0", "conv2d_1→concatenate:0"}},
		{"one part twice", []Source{Concatenate(normed, normed)}, []string{"conv2d+batchnorm"}},
		{"neurons", []Source{in.Then(Flatten(), Dense(4), BatchNorm(), relu(), Dense(4))}, []string{"dense+batchnorm+activation"}},
	} {
		m := Graph(Inputs(in), Outputs(c.outputs...)).Compile(MSE, SGD(0.1), On(cpu.New()))
		if err := m.Err(); err != nil {
			t.Errorf("%s: %v", c.what, err)
		} else if got := fusions(m); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// Training computes layer by layer: it has the same bits on a backend that can do several at
// once, and answers in between change nothing.
func TestNothingIsFusedInTraining(t *testing.T) {
	train := clouds(24, 6, 6, 4)
	d := Multi{X: []Data{train}, Y: []Data{train, train}}
	b := cpu.New()
	for seed := range uint64(4) {
		fused, apart := convolutionalGraph(seed, On(b)), convolutionalGraph(seed, On(unheld{b}))
		if len(fusions(fused)) == 0 || fusions(apart) != nil {
			t.Fatalf("seed %d: %d and %d fusions", seed, len(fusions(fused)), len(fusions(apart)))
		}
		for _, m := range []*Model{fused, apart} {
			if _, err := m.Fit(d, Epochs(2), BatchSize(8), Validation(d), Verbose(false)); err != nil {
				t.Fatal(err)
			}
		}
		if fused.WeightHash() != apart.WeightHash() {
			t.Errorf("seed %d: other weights", seed)
		}
	}
}

// Predict and Evaluate see weights that have changed, whoever changed them, and agree to the
// bit.
func TestFusedAnswersAreFresh(t *testing.T) {
	d := clouds(9, 6, 6, 4)
	m := Sequential(Input(6, 6, 4), Conv2D(8, 3, NoBias()), BatchNorm(), Activation(ReLU), Flatten(), Dense(3)).Compile(MSE, SGD(0.1), On(cpu.New()))
	twin := Sequential(Input(6, 6, 4), Conv2D(8, 3, NoBias()), BatchNorm(), Activation(ReLU), Flatten(), Dense(3)).
		Compile(MSE, SGD(0.1), On(struct{ backend.Backend }{cpu.New()}))
	for round := range uint64(6) { // each of the parameters, one after the other
		y, err := m.Predict(d)
		if err != nil {
			t.Fatal(err)
		}
		want, err := twin.Predict(d)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := y.Values(), want.Values(); !slices.EqualFunc(a, b, func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-4 }) {
			t.Fatalf("round %d: %v, want %v", round, a, b)
		}
		p := m.Params()[round%uint64(len(m.Params()))]
		x := p.Value.Values()
		for i := range x {
			x[i] = 2*x[i] + 0.1*float32(i%5)
		}
		p.Value.Set(x)
		twin.Params()[round%uint64(len(m.Params()))].Value.Set(x)
	}
}
