package nn

import (
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// StepPhase is a part of a training step in which an observer is told of a layer.
type StepPhase int

// The phases of a step, in which it comes by every layer (slide "Processo de
// aprendizado").
const (
	FeedForward  StepPhase = iota // fase 1, from the input to the output: the data flow
	FeedBackward                  // fase 2, from the output to the input: the errors flow
	WeightUpdate                  // behind a layer's FeedBackward, when its gradients are complete
)

// String is "feed-forward".
func (p StepPhase) String() string {
	return [...]string{"feed-forward", "feed-backward", "weight update"}[p]
}

// Observation is what an observer sees of one layer in one phase of a step, for a batch of
// N examples. The tensors are the model's own: they are valid until the observer returns,
// and changing the weights is the only change that is allowed.
type Observation struct {
	Phase StepPhase
	Layer LayerInfo // its name, kind and shapes
	Step  int       // the steps before this one

	// X are the inputs, one but for a merge, and Out the output [N × Layer.Shape]: what a
	// reader sees, probabilities behind a softmax. Both are nil in WeightUpdate.
	X   []*tensor.Tensor
	Out *tensor.Tensor
	// Net is the net input of the layer's activation function, out = f(net). It is nil
	// where the layer has none, and behind FeedForward.
	Net *tensor.Tensor
	// Delta is δ = ∂E/∂net, where the layer has no activation function ∂E/∂out; only in
	// FeedBackward.
	Delta *tensor.Tensor
	// Params are the layer's own parameters: in FeedBackward their Grad is what the layer
	// has added to ∂E/∂w, and in WeightUpdate all of it, regularizers and clips included.
	Params []*Param
	// Change has Δw = w(n+1) − w(n) for each of Params; nil for one that does not learn,
	// and but for WeightUpdate.
	Change []*tensor.Tensor
}

type observer func(*Observation)

// Observe has f told of each layer in each phase of a step, of [Model.Fit] or
// [Model.Step]: for a look at back-propagation, and for rules of learning that look at a
// layer alone. It sees the numbers that the training computes, which stay the same to the
// bit; it costs a second forward pass.
func Observe(f func(*Observation)) interface {
	FitOption
	StepOption
} {
	return observer(f)
}

func (o observer) applyFit(f *fit) { f.observers = append(f.observers, o) }

// watch is what a graph tells observers.
type watch struct {
	observers []observer
	heads     map[*node]*head
	layers    []LayerInfo
	step      int
	before    map[*Param]*tensor.Tensor // the weights that are about to change
}

func newWatch(m *Model, observers []observer) *watch {
	if len(observers) == 0 {
		return nil
	}
	w := &watch{observers: observers, heads: map[*node]*head{}, layers: m.graph.describeLayers(m), before: map[*Param]*tensor.Tensor{}}
	for _, h := range m.heads {
		w.heads[h.node] = h
	}
	return w
}

// at is the watch of a step; nil where nobody observes.
func (w *watch) at(step int) *watch {
	if w != nil {
		w.step = step
		clear(w.before) // of a step that failed
	}
	return w
}

func (g *graph) unwatch() { g.watch = nil }

func (w *watch) tell(o *Observation) {
	o.Step = w.step
	for _, f := range w.observers {
		f(o)
	}
}

// forward tells what node i has computed.
func (w *watch) forward(c *Context, n *node, i int) {
	o := &Observation{Phase: FeedForward, Layer: w.layers[i], X: n.x, Out: w.out(n), Params: n.params}
	if o.Out != n.y {
		o.Net = n.y
	} else if l, ok := n.layer.(activated); ok {
		o.Net = netOf(c, n, l)
	}
	w.tell(o)
}

// out is the output as a reader sees it: the node's own is the net input where a loss
// has taken over the activation function.
func (w *watch) out(n *node) *tensor.Tensor {
	h := w.heads[n]
	if h == nil || h.taken == Linear {
		return n.y
	}
	out := tensor.New(n.y.Backend, n.y.Shape...)
	h.answer(out)
	return out
}

// netOf computes the net input anew: f is applied while it is still in a register.
func netOf(c *Context, n *node, l activated) *tensor.Tensor {
	layer, isLayer := n.layer.(Layer)
	if !isLayer {
		return nil
	}
	net, f := tensor.New(n.y.Backend, n.y.Shape...), l.function()
	kept := *f
	*f = Linear
	layer.Forward(c, n.x[0], net)
	*f = kept
	return net
}

// backward tells δ, which a layer's Backward leaves in dy.
func (w *watch) backward(n *node, i int) {
	w.tell(&Observation{Phase: FeedBackward, Layer: w.layers[i], X: n.x, Out: w.out(n), Delta: n.dy, Params: n.params})
}

// keep keeps what parameters are before they change.
func (w *watch) keep(params []*Param) {
	for _, p := range params {
		t := tensor.New(p.Value.Backend, p.Value.Shape...)
		tensor.Copy(p.Value, t)
		w.before[p] = t
	}
}

// updated tells what has become of a layer's parameters.
func (w *watch) updated(n *node, i int) {
	o := &Observation{Phase: WeightUpdate, Layer: w.layers[i], Params: n.params}
	changed := false
	for _, p := range n.params {
		was := w.before[p]
		if was == nil {
			o.Change = append(o.Change, nil)
			continue
		}
		change := tensor.New(p.Value.Backend, p.Value.Shape...)
		tensor.Copy(p.Value, change)
		tensor.Subtract(was, change)
		o.Change, changed = append(o.Change, change), true
		delete(w.before, p)
	}
	if changed {
		w.tell(o)
	}
}
