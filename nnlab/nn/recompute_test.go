package nn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// preActivation is the ResNet of pre-activation bottlenecks for 32×32 of He, Zhang, Ren &
// Sun 2016, "Identity Mappings in Deep Residual Networks", with 9·n + 2 layers: n blocks in
// each of three stages of 64, 128 and 256 channels, times width/16.
func preActivation(n, size, width, classes int) *Model {
	conv := func(filters, kernel int, options ...ConvOption) Layer {
		return Conv2D(filters, kernel, append(options, Same, NoBias())...)
	}
	in := Input(size, size, 3)
	x := in.Then(conv(width, 3))
	for stage := range 3 {
		for i := range n {
			inner, stride := width<<stage, 1
			if i == 0 && stage > 0 {
				stride = 2
			}
			x = x.Then(Block(fmt.Sprintf("stage%d_block%d", stage+1, i+1), func(x Source) *Node {
				a := x.Then(BatchNorm(), Activation(ReLU))
				f := a.Then(conv(inner, 1, Strides(stride)), BatchNorm(), Activation(ReLU), conv(inner, 3), BatchNorm(), Activation(ReLU), conv(4*inner, 1))
				if i == 0 {
					return Add(f, a.Then(conv(4*inner, 1, Strides(stride))))
				}
				return Add(f, x)
			}))
		}
	}
	out := x.Then(BatchNorm(), Activation(ReLU), GlobalAveragePool(), Dense(classes, Softmax))
	return Graph(Inputs(in), Outputs(out)).Compile(CategoricalCrossentropy, SGD(0.1, Momentum(0.9)))
}

// What the tensors of a training step of deep networks need, in MB of 10⁶ bytes: of what no
// Backward reads nothing is kept, and with parts computed again there is little. When all
// outputs were kept, ResNet-1001 needed 2247 MB.
func TestMemoryOfDeepNetworks(t *testing.T) {
	for _, c := range []struct {
		name             string
		m                *Model
		params           int // that learn
		kept, recomputed float64
		whole, parts     float64 // the same with the weights, their gradients and momenta
	}{
		{"ResNet-164", preActivation(18, 32, 16, 10), 1_703_258, 202, 40, 217, 55},
		{"ResNet-1001", preActivation(111, 32, 16, 10), 10_327_706, 1227, 100, 1311, 204},
	} {
		if err := c.m.built(); err != nil {
			t.Fatal(err)
		}
		params := 0
		for _, p := range c.m.graph.params {
			if p.trainable() {
				params += p.Value.Size()
			}
		}
		if params != c.params { // those of the paper's table 4: 1.7 and 10.2 million
			t.Errorf("%s has %d parameters, want %d", c.name, params, c.params)
		}
		segments := c.m.graph.segments()
		for _, p := range []struct {
			pass
			most, all float64
		}{{pass{training: true, lodging: true}, c.kept, c.whole}, {pass{training: true, lodging: true, again: segments}, c.recomputed, c.parts}} {
			l := c.m.graph.layout(8, p.pass)
			if mb := bytesEach * float64(l.size) / 1e6; mb > p.most {
				t.Errorf("%s needs %.0f MB with %d segments, want at most %.0f", c.name, mb, len(p.again), p.most)
			}
			if mb := bytesEach * float64(l.size+c.m.fixedNumbers(l, true)) / 1e6; mb > p.all {
				t.Errorf("%s needs %.0f MB with %d segments, weights included, want at most %.0f", c.name, mb, len(p.again), p.all)
			}
		}
		// It cuts between blocks.
		for _, s := range segments[:len(segments)-1] {
			n := c.m.graph.nodes[s.to-1]
			if behind := c.m.graph.nodes[s.to]; n.block != "" && n.block == behind.block {
				t.Errorf("%s: a segment ends in %s, behind %s", c.name, n.block, n.name)
			}
		}
	}
}

// Fit computes parts again without changing a bit: of the weights, of the running means,
// which count each batch once, and of what is dropped.
func TestRecompute(t *testing.T) {
	build := func() *Model {
		in := Input(8, 8, 3)
		x := in.Then(Conv2D(4, 3, Same))
		for i := range 6 {
			x = x.Then(Block(fmt.Sprintf("block%d", i), func(x Source) *Node {
				f := x.Then(BatchNorm(), Activation(ReLU), Dropout(0.2), Conv2D(4, 3, Same, Tanh), GaussianNoise(0.1), GroupNorm(2), SpatialDropout(0.2))
				return Add(f, x)
			}))
		}
		return Graph(Inputs(in), Outputs(x.Then(Flatten(), Dense(3, Softmax)))).Compile(CategoricalCrossentropy, Adam(0.01), GlobalClipNorm(5))
	}
	d := clouds(20, 8, 8, 3)
	fit := func(options ...FitOption) (hash string, size, again int) {
		t.Helper()
		m := build()
		look := recorder(func(e *Event) { // as a chart does in the middle of an epoch
			if e.Phase != BatchEnd {
				return
			}
			size = max(size, m.graph.used.size)
			for _, a := range m.graph.used.acts {
				if a.again {
					again++
				}
			}
			if _, err := m.Predict(d); err != nil {
				t.Error(err)
			}
		})
		if _, err := m.Fit(d, append(options, Epochs(2), BatchSize(6), Verbose(false), Callbacks(look))...); err != nil {
			t.Fatal(err)
		}
		return m.WeightHash(), size, again
	}
	want, whole, none := fit()
	if none != 0 {
		t.Errorf("%d nodes computed again without being asked", none)
	}
	for name, options := range map[string][]FitOption{
		"chosen": {Recompute()}, "all": {Recompute("block*")}, "three": {Recompute("block1", "block2"), Recompute("block4")},
	} {
		if hash, size, again := fit(options...); hash != want || size >= whole || again == 0 {
			t.Errorf("%s: same weights: %v, %d numbers instead of %d, %d nodes again", name, hash == want, size, whole, again)
		}
	}
	// Each block is computed by itself.
	segments, err := build().graph.blocks([]string{"block1", "block2"})
	if err != nil || len(segments) != 2 || segments[0].to != segments[1].from || segments[0].to-segments[0].from != 8 {
		t.Errorf("%v, %v", segments, err)
	}
	for want, options := range map[string][]FitOption{
		`Fit: Recompute: expects the name of a block: block0, block1, block2, block3, block4, block5, got "block9"; write nn.Recompute()`: {Recompute("block9")},
		"Fit: expects Recompute or Observe, got both; leave out one":                                                                      {Recompute(), Observe(func(*Observation) {})},
	} {
		if _, err := build().Fit(d, options...); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A block within blocks is one unit with the outermost that is named.
func TestRecomputeNestedBlocks(t *testing.T) {
	inner := func(name string) Layer { return Block(name, Chain(Dense(4, Tanh), Dense(4, ReLU))) }
	m := Sequential(Input(4), Block("a", Chain(inner("b"), inner("c"))), inner("b"), Dense(2)).Compile(MSE, SGD(0.1))
	for _, c := range []struct {
		names []string
		want  []segment
	}{
		{[]string{"a"}, []segment{{1, 5}}}, {[]string{"a", "a.b"}, []segment{{1, 5}}}, {[]string{"a.*"}, []segment{{1, 3}, {3, 5}}},
		{[]string{"a.c", "b"}, []segment{{3, 5}, {5, 7}}}, {[]string{"*"}, []segment{{1, 5}, {5, 7}}},
	} {
		if got, err := m.graph.blocks(c.names); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v, want %v", c.names, got, err, c.want)
		}
	}
}

// A chain of equal layers is divided into about as many parts as the square root of their
// number, and needs as many outputs at once, twice.
func TestSegmentsOfAChain(t *testing.T) {
	const layers = 400
	m := Sequential(append(append([]Layer{Input(10)}, slices.Repeat([]Layer{Dense(10, Tanh)}, layers)...), Dense(2))...).Compile(MSE, SGD(0.1))
	segments := m.graph.segments()
	if n := len(segments); n < 12 || n > 32 {
		t.Errorf("%d segments of %d layers", n, layers)
	}
	numbers := m.graph.layout(16, pass{training: true, again: segments}).size / 160
	if kept := m.graph.layout(16, pass{training: true}).size / 160; kept < layers || numbers > 50 {
		t.Errorf("%d outputs at once, %d without", numbers, kept)
	}
	if s := Sequential(Input(4), Dense(2)).Compile(MSE, SGD(0.1)).graph.segments(); s != nil {
		t.Errorf("a single layer is computed again: %v", s)
	}
}
