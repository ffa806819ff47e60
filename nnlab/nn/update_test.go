package nn

import (
	"fmt"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// recurrent uses one layer three times, the third behind the second behind the
// first, and another beside it: its gradients are complete behind the first alone.
func recurrent(options ...CompileOption) *Model {
	in := Input(6)
	cell := Shared(Dense(6, Tanh, KernelRegularizer(L2(0.01)), BiasRegularizer(L1(0.01))))
	a := in.Then(Dense(6, Tanh), cell)
	b := a.Then(BatchNorm(), cell)
	y := Concatenate(Add(a, b).Then(cell), in.Then(cell), a).Then(Dropout(0.2), Dense(3, Softmax))
	return Graph(Inputs(in), Outputs(y)).Compile(CategoricalCrossentropy, Adam(0.01), append(options, Accuracy)...)
}

// Parameters that change right behind their layer get the bits, and keep the
// gradients, that they have when all change behind the whole backward pass.
func TestUpdateBehindEachLayer(t *testing.T) {
	d := clouds(40, 6)
	for _, clip := range [][]CompileOption{nil, {ClipValue(0.01)}, {ClipNorm(0.05)}, {GlobalClipNorm(0.05)}} {
		for name, build := range map[string]func(...CompileOption) *Model{"chain": small, "shared layer": recurrent} {
			t.Run(fmt.Sprint(name, clip), func(t *testing.T) {
				now, late := build(clip...), build(clip...)
				for step := range 4 {
					index := ascending(40)[10*step:][:10]
					for _, m := range []*Model{now, late} {
						b := training(t, m, d, 10)
						take(t, b, index)
						c := &Context{Training: true, seed: m.seed, step: uint64(m.step)}
						b.loss(c, true)
						u := newUpdate(m)
						u.setRate(0.01)
						m.step++
						if m == now {
							u.backward(c)
							continue
						}
						m.graph.backward(c, nil)
						u.of(m.learning)
					}
					for i, p := range now.Params() {
						q := late.Params()[i]
						if !slices.Equal(p.Value.Values(), q.Value.Values()) {
							t.Fatalf("step %d: other values of %s", step+1, p.Name)
						}
						if p.trainable() && !slices.Equal(p.Grad.Values(), q.Grad.Values()) {
							t.Fatalf("step %d: another gradient of %s", step+1, p.Name)
						}
					}
				}
			})
		}
	}
}

// Each parameter that learns is changed once in a step, wherever its layer stands.
func TestEachParameterIsChangedOnce(t *testing.T) {
	m := recurrent()
	counted := &counting{Optimizer: m.optimizer, changes: map[string]int{}}
	m.optimizer = counted
	if _, err := m.Fit(clouds(20, 6), BatchSize(20), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Params() {
		want := 0
		if p.trainable() {
			want = 1
		}
		if got := counted.changes[p.Name]; got != want {
			t.Errorf("%s was changed %d times, want %d", p.Name, got, want)
		}
	}
}

// counting counts how often each parameter is changed.
type counting struct {
	Optimizer
	changes map[string]int
}

func (o *counting) update(b backend.Backend, p *Param, control backend.Scalars) {
	o.changes[p.Name]++
	o.Optimizer.update(b, p, control)
}
