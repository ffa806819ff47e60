package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/internal/plan"
)

// Of a chain two neighbours are needed at a time, however long it is.
func TestInferenceMemoryOfAChain(t *testing.T) {
	size := func(depth int) int {
		layers := []Layer{Input(16)}
		for range depth {
			layers = append(layers, Dense(160, ReLU), Dropout(0.2), Reshape(4, 40), Flatten())
		}
		return Sequential(append(layers, Dense(32))...).Compile(MSE, SGD(0.1)).graph.layout(10, pass{}).size
	}
	// The input lives for ever, the output where an earlier one was; views need nothing.
	if got, want := size(20), 10*(16+160+160); got != want || size(2) != want {
		t.Errorf("%d numbers, want %d", got, want)
	}
}

// randomGraph has branches, merges, views, shared layers, layers with memory of their
// own, some that do not learn or are frozen, and outputs in the middle.
func randomGraph(seed uint64) *Model {
	r := rand.New(rand.NewPCG(seed, 7))
	in, other := Input(4, 4, 3), Input(4, 4, 3)
	all := []Source{in, other, Add(in, other)}
	any := func() Source { return all[len(all)-1-r.IntN(min(5, len(all)))] }
	same := Shared(Conv2D(3, 3, Same, Tanh))
	for range 20 {
		x := any()
		layers := [][]Layer{
			{Conv2D(3, 3, Same, ReLU)}, {same}, {same, same}, {BatchNorm(), Activation(Sigmoid)}, {Dropout(0.3)}, {SpatialDropout(0.3)},
			{Flatten(), Maxout(48, 2), Reshape(4, 4, 3)}, {Reshape(8, 6), Reshape(4, 4, 3)}, {Subsampling(2), UpSampling2D(2)}, {MaxPool2D(2), UpSampling2D(2)},
			{LayerNorm()}, {GaussianNoise(0.1)}, {LocalResponseNorm(3, 1e-2, 0.75, 1)},
			{GroupNorm(3)}, {PReLU(AlphaInitializer(Constant(0.25)))}, {BatchNorm(BNScale(false))}, {Slice(1, 3), Conv2D(3, 1)},
			{AdaptiveAveragePool2D(3, 2), UpSampling2D(2), AdaptiveMaxPool2D(4, 4)}, {MaxPool2D(2), Conv2DTranspose(3, 2, Strides(2), Tanh)},
			{PartialConv2D([][]int{{0, 2}, {1}, {0, 1, 2}}, 3, Same, ScaledTanh)}, {SCells(3, 3, 4, Same), Conv2D(3, 1)}, {Activation(ReLU), CCells(3, 0.5, Same)}, {Flatten(), RBF(48), Activation(Softmax), Reshape(4, 4, 3)},
		}
		switch y := any(); r.IntN(12) {
		case 0:
			all = append(all, Add(x, y))
		case 1:
			all = append(all, Multiply(x, y, any()))
		case 2:
			all = append(all, Maximum(x, y, any()))
		case 3:
			all = append(all, Average(x, y))
		case 4:
			all = append(all, Subtract(x, y))
		case 5:
			all = append(all, Concatenate(x, y).Then(Conv2D(3, 1)))
		case 6:
			all = append(all, Multiply(x.Then(Conv2D(3, 3, Same, Sigmoid)), x.Then(Conv2D(3, 1, Tanh), Conv2D(3, 1, Tanh)), x))
		default:
			all = append(all, x.Then(layers[r.IntN(len(layers))]...))
		}
	}
	auxiliary := any().Then(GlobalMaxPool(), Dense(3, Softmax))
	last := Concatenate(any().Then(Flatten()), auxiliary, in.Then(Flatten()), other.Then(Flatten())).Then(Dense(3, Softmax))
	compile := func(options ...CompileOption) *Model {
		return Graph(Inputs(in, other), Outputs(last, auxiliary)).Compile(CategoricalCrossentropy, Adam(0.01), append(options, Seed(seed), Accuracy)...)
	}
	m := compile()
	var frozen []string
	for _, l := range m.Layers() {
		if l.Parameters > 0 && l.Name != "dense" && r.IntN(3) == 0 {
			frozen = append(frozen, l.Name)
		}
	}
	if seed%2 == 0 || frozen == nil {
		return m
	}
	return compile(Freeze(frozen...))
}

// randomSegments are parts of a graph that are computed again, also such as nobody would
// choose: they begin and end within branches.
func randomSegments(g *graph, r *rand.Rand) (all []segment) {
	for i := 0; i < len(g.nodes); {
		to := min(len(g.nodes), i+1+r.IntN(8))
		if r.IntN(4) > 0 {
			all = append(all, segment{i, to})
		}
		i = to
	}
	return all
}

// Whatever the graph, sharing memory changes no bit of an output or of a weight, in
// training and outside: they are those of tensors that each have memory of their own, in
// which nothing is forgotten. Nor does computing outputs again change one, whichever they
// are. What others have left in the memory does not matter either.
func TestSharedMemoryChangesNothing(t *testing.T) {
	d := clouds(20, 4, 4, 3)
	multi := Multi{X: []Data{d, d}, Y: []Data{d, d}}
	saved, again, lodged := [4]int{}, 0, 0
	for seed := range uint64(100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 8))
			models := []*Model{randomGraph(seed), randomGraph(seed), randomGraph(seed), randomGraph(seed)}
			plans := []pass{{watched: true}, {lodging: true}, {again: randomSegments(models[2].graph, r), lodging: true}, {again: models[3].graph.segments()}}
			for step, use := range []use{forEvaluate, forTraining, forTraining, forEvaluate, forTraining} {
				var outputs, gradients [4][]float32
				apart := 0
				for i, m := range models {
					m.draw()
					p := plans[i]
					p.training = use == forTraining
					b, err := m.newBatchFor("test", multi, 7, use, p)
					if err != nil {
						t.Fatal(err)
					}
					blocks, together := blocksOf(b.layout), b.layout.size
					if err := plan.Check(blocks, together); err != nil {
						t.Fatal(err)
					}
					if i == 0 {
						moveApart(b.layout)
						apart = b.layout.size
					}
					saved[i] += apart - together
					for _, a := range b.layout.acts {
						if a.again {
							again++
						}
					}
					m.graph.use(b.layout, 1)
					m.backend.Fill(m.graph.memory.Len(), math.NaN(), m.graph.memory)
					lodged += len(b.layout.gradients)
					take(t, b, ascending(20)[step:][:7-step])
					c := &Context{Training: p.training, seed: 3, step: uint64(step)}
					b.loss(c, p.training)
					for _, h := range m.heads {
						outputs[i] = append(outputs[i], h.y.Values()...)
					}
					if p.training {
						if n := m.graph.firstNonFinite(c); n != nil { // computes all outputs again
							t.Fatalf("step %d: NaN in %s", step, n.where)
						}
						b.loss(c, true)
						u := newUpdate(m)
						u.setRate(0.01)
						m.graph.settle(c)
						u.backward(c)
						m.step++
					}
					for _, p := range m.learning {
						if step > 0 { // that of the last training, whatever came behind it
							gradients[i] = append(gradients[i], p.Grad.Values()...)
						}
					}
				}
				for i, m := range models[1:] {
					if !sameBits(outputs[0], outputs[i+1]) || !sameBits(gradients[0], gradients[i+1]) || models[0].WeightHash() != m.WeightHash() {
						t.Fatalf("step %d, training %v, plan %d: other bits", step, use == forTraining, i+1)
					}
				}
				if slices.ContainsFunc(outputs[0], func(v float32) bool { return v != v }) {
					t.Fatalf("step %d, training %v: NaN", step, use == forTraining)
				}
			}
		})
	}
	if saved[1] < saved[0]+1000 || saved[3] < saved[1]+1000 || again < 1000 || lodged < 30 {
		t.Errorf("sharing saved %v numbers, %d nodes computed again, %d gradients among outputs: the test says little", saved, again, lodged)
	}
}

func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
}

func blocksOf(l *layout) (blocks []*plan.Block) {
	for _, a := range l.areas {
		blocks = append(blocks, &a.Block)
	}
	for _, b := range l.gradients {
		blocks = append(blocks, b)
	}
	return blocks
}

// moveApart gives each area of a layout a place of its own.
func moveApart(l *layout) {
	l.size = 0
	for _, a := range l.areas {
		a.Place = l.size
		l.size += (a.Size + plan.Line - 1) / plan.Line * plan.Line
	}
}

// Batches of several sizes and kinds may take turns, as when a callback looks at the
// model in the middle of an epoch.
func TestBatchesTakeTurns(t *testing.T) {
	d := clouds(50, 6)
	look := func(e *Event) {
		if _, err := e.Model.Predict(d); err != nil {
			t.Error(err)
		}
		if _, err := e.Model.Activations(d, 3, 4, 5); err != nil {
			t.Error(err)
		}
	}
	quiet, watched := small(), small()
	for m, options := range map[*Model][]FitOption{quiet: nil, watched: {Callbacks(recorder(look))}} {
		if _, err := m.Fit(d, append(options, Epochs(2), BatchSize(8), Validation(d), Verbose(false))...); err != nil {
			t.Fatal(err)
		}
	}
	if quiet.WeightHash() != watched.WeightHash() {
		t.Error("looking at the model changed its training")
	}
}

// A model that is never trained has no memory for gradients and for the optimizer.
func TestMemoryOfTrainingIsMadeWhenNeeded(t *testing.T) {
	m, d := Sequential(Input(6), Dense(4), BatchNorm(), Dense(3, Softmax)).Compile(CategoricalCrossentropy, Adam(0.01)), clouds(9, 6)
	path := t.TempDir() + "/m.safetensors"
	if _, err := m.Evaluate(d); err != nil {
		t.Fatal(err)
	}
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	if err := m.Load(path); err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Params() {
		if p.Grad != nil || p.slots != nil {
			t.Errorf("%s has memory for training", p.Name)
		}
	}
	if _, err := m.Fit(d, Verbose(false)); err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Params() {
		if p.trainable() && (!p.Grad.Shape.Equal(p.Value.Shape) || len(p.slots) != 2) || !p.trainable() && (p.Grad != nil || p.slots != nil) {
			t.Errorf("%s has gradient %v and %d arrays", p.Name, p.Grad, len(p.slots))
		}
	}
}

// Gradients that stand among the outputs are there for whoever looks behind a step, whatever
// the model has done meanwhile, and take no memory of their own until then.
func TestGradientsAmongOutputs(t *testing.T) {
	d := clouds(24, 16, 16, 3)
	build := func() *Model {
		return Sequential(Input(16, 16, 3), Conv2D(16, 3, ReLU), Conv2D(16, 3, ReLU), Conv2D(32, 3, ReLU), GlobalAveragePool(), Dense(3, Softmax)).
			Compile(CategoricalCrossentropy, Adam(0.01), Seed(4))
	}
	const lodging = 1 // that of the last kernel: behind the others there is nothing left to come
	own, among := build(), build()
	for range 2 {
		for i := range 3 { // as Fit does it without shuffling
			if _, err := own.Step(d, ascending(24)[8*i:][:8]); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := among.Fit(d, Epochs(1), BatchSize(8), Shuffle(false), Verbose(false)); err != nil {
			t.Fatal(err)
		}
		compare := func() (lodging int) {
			t.Helper()
			for i, p := range among.Params() {
				if !sameBits(p.Grad.Values(), own.Params()[i].Grad.Values()) {
					t.Errorf("another gradient of %s", p.Name)
				}
				if p.lodges {
					lodging++
				}
			}
			return lodging
		}
		if n := compare(); n != lodging {
			t.Errorf("%d gradients stand among the outputs", n)
		}
		layout := among.graph.used
		if err := plan.Check(blocksOf(layout), layout.size); err != nil {
			t.Error(err)
		}
		// A second training finds them there again.
		if _, err := among.Fit(d, Epochs(1), BatchSize(8), Shuffle(false), Verbose(false)); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			if _, err := own.Step(d, ascending(24)[8*i:][:8]); err != nil {
				t.Fatal(err)
			}
		}
		if n := compare(); n != lodging {
			t.Errorf("%d gradients stand among the outputs", n)
		}
		if _, err := among.Predict(d); err != nil {
			t.Fatal(err)
		}
		if n := compare(); n != 0 {
			t.Errorf("%d gradients stand where Predict computes", n)
		}
		own, among = build(), build()
	}
}

// A network of large outputs is evaluated in smaller batches.
func TestEvaluateRows(t *testing.T) {
	rows := func(shape ...int) int {
		return Sequential(Input(shape...), Conv2D(64, 1), Activation(ReLU), GlobalMaxPool(), Dense(2)).Compile(MSE, SGD(0.1)).evaluateRows()
	}
	if a, b := rows(28, 28, 1), rows(224, 224, 3); a != 256 || b != (64<<20)/(224*224*(3+64)+64) { // the convolution does the ReLU, too
		t.Errorf("%d and %d rows", a, b)
	}
}
