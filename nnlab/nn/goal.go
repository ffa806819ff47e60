package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// goal is what an output of the model should be for the examples of a batch, and
// how far it is from it.
type goal struct {
	*head
	means   meaning // of the output
	source  *source
	classes int  // of the targets, 0 for vectors
	indices bool // the targets are class indices of which one-hot rows are made
	doubted bool // that the outputs can reach a target, which is said once

	labels  *tensor.Tensor     // [N] class indices
	target  *tensor.Tensor     // [N × outputs]
	soft    *tensor.Tensor     // what the loss asks for: target, or its smoothed labels
	losses  *tensor.Tensor     // [N]
	largest *tensor.Tensor     // [N] a row's largest column
	answers *tensor.Tensor     // [N × outputs], made when a metric asks for it
	applied ActivationFunction // what of the outputs stands there,
	done    bool               // if anything of this batch does
	n       int                // examples in it now
	mean    backend.Scalars    // the mean loss of the batch

	wanted []float32 // [N × TargetSize] the targets on the host
	// The others are read when a confusion matrix asks for them.
	judgement, targets, argmax, argmaxTarget reading
}

// reading is a copy of numbers of the batch on the host.
type reading struct {
	done   bool // it is that of this batch
	values []float32
}

func newGoal(m *Model, h *head, s *source, rows int) *goal {
	d := s.data
	target := tensor.New(m.backend, rows, h.shape.Size())
	soft := target
	if h.loss.smoothing != 0 {
		soft = tensor.New(m.backend, rows, h.shape.Size())
	}
	return &goal{
		head: h, means: h.meaning(), source: s, classes: d.Classes(), indices: d.Classes() > 0 && !h.takesLabels(d),
		labels:  tensor.New(m.backend, rows),
		target:  target,
		soft:    soft,
		losses:  tensor.New(m.backend, rows),
		largest: tensor.New(m.backend, rows),
		wanted:  make([]float32, rows*d.TargetSize()),
	}
}

// load brings the targets of n examples to the backend.
func (t *goal) load(n int) error {
	t.n = n
	t.done, t.judgement.done, t.targets.done, t.argmax.done, t.argmaxTarget.done = false, false, false, false, false
	t.target.SetRows(n)
	t.losses.SetRows(n)
	t.largest.SetRows(n)
	t.wanted = append(t.wanted[:0], t.source.targets()...)
	if err := t.checkTargets(); err != nil {
		return err
	}
	if t.indices {
		t.labels.Set(t.wanted)
		t.target.Backend.OneHot(n, t.target.Cols(), t.labels.Buffer, t.target.Buffer)
	} else {
		t.target.Set(t.wanted)
	}
	if t.soft != t.target {
		t.soft.SetRows(n)
		t.head.loss.smooth(t.target, t.soft)
	}
	return nil
}

// loss writes the mean loss of the batch to t.mean, by the examples' weights unless these
// are nil. With a gradient it leaves ∂E/∂y in the output.
func (t *goal) loss(weight *tensor.Tensor, gradient bool) {
	b := t.target.Backend
	var dy *tensor.Tensor
	if gradient && t.learns {
		dy = t.dy
	}
	t.head.loss.compute(t.y, t.soft, t.losses, dy)
	if weight != nil {
		b.ScaleRows(t.n, 1, weight.Buffer, t.losses.Buffer)
		if dy != nil {
			tensor.ScaleRows(weight, dy)
		}
	}
	if dy != nil && t.weight != 1 {
		tensor.Scale(t.weight, dy)
	}
	b.Reduce(backend.Sum, t.n, 1/float64(t.n), t.losses.Buffer, 0, t.mean)
}

// measure adds to a metric's counters what it counts of the batch.
func (t *goal) measure(a Metric, counters backend.Scalars) {
	m, y := backend.Measure{Kind: a.kind, K: a.k, Border: float64(t.means.border)}, t.y
	switch {
	case a.kind == backend.Chosen && t.single():
		m.Kind, y = backend.Sides, t.judged()
	case a.kind == backend.FoundChosen && (t.single() || !t.indices && t.means.each):
		m.Kind, y = backend.Found, t.judged()
	case a.kind == backend.Sides || a.kind == backend.Found:
		y = t.judged()
	case a.kind == backend.Intervals && !t.means.probability && t.means.border == 0:
		y = t.apply(Sigmoid) // scores, in their order between the thresholds
	case a.kind == backend.Intervals:
		y = t.judged()
	case a.kind == backend.Top || a.kind == backend.Distance || a.kind == backend.Residuals:
		y = t.apply(t.taken)
	}
	y.Backend.Measure(m, t.n, y.Cols(), y.Buffer, t.target.Buffer, counters)
}

// judged [N × outputs] is what the outputs mean: see [meaning]. It differs from what the
// model answers where that is logits.
func (t *goal) judged() *tensor.Tensor { return t.apply(t.means.by) }

// apply [N × outputs] is f of the outputs, valid until the next call.
func (t *goal) apply(f ActivationFunction) *tensor.Tensor {
	if f == Linear {
		return t.y
	}
	if !t.done || t.applied != f {
		if t.answers == nil {
			t.answers = tensor.New(t.y.Backend, append([]int{t.losses.Buffer.Len()}, t.shape...)...)
		}
		t.answers.SetRows(t.n)
		f.apply(t.y, t.answers)
		t.applied, t.done = f, true
	}
	return t.answers
}

// The following are for a confusion matrix: numbers of the batch on the host.

// judgedRows [N × outputs] is judged.
func (t *goal) judgedRows() []float32 {
	if !t.judgement.done {
		t.judgement.read(t.judged())
	}
	return t.judgement.values
}

// single tells whether the goal has one output, which says yes or no.
func (t *goal) single() bool { return t.shape.Size() == 1 }

// targetRows [N × outputs] are the targets, one-hot for classes.
func (t *goal) targetRows() []float32 {
	if !t.targets.done {
		t.targets.read(t.target)
	}
	return t.targets.values
}

// chosen [N] is the largest output of each example.
func (t *goal) chosen() []float32 { return t.largestOf(t.y, &t.argmax) }

// right [N] is the class that each example is of.
func (t *goal) right() []float32 {
	if t.indices {
		return t.wanted
	}
	return t.largestOf(t.target, &t.argmaxTarget)
}

func (t *goal) largestOf(x *tensor.Tensor, r *reading) []float32 {
	if !r.done {
		x.Backend.ArgMax(x.Rows(), x.Cols(), x.Buffer, t.largest.Buffer)
		r.read(t.largest)
	}
	return r.values
}

func (r *reading) read(x *tensor.Tensor) {
	r.done = true
	r.values = slices.Grow(r.values[:0], x.Size())[:x.Size()]
	x.Backend.Download(r.values, x.Buffer)
}
