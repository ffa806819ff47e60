package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// goal is what an output of the model should be for the examples of a batch, and
// how far it is from it.
type goal struct {
	*head
	source  *source
	classes int  // of the targets, 0 for vectors
	indices bool // the targets are class indices of which one-hot rows are made

	labels  *tensor.Tensor // [N] class indices
	target  *tensor.Tensor // [N × outputs]
	losses  *tensor.Tensor // [N]
	largest *tensor.Tensor // [N] a row's largest column
	answers *tensor.Tensor // [N × outputs], made when a metric asks for it
	rows    int            // room for so many examples
	n       int            // examples in it now
	mean    float64        // the mean loss of the batch

	// wanted [N × TargetSize] are the targets on the host. The others are read
	// when a metric asks for them.
	wanted, output, targets, argmax, argmaxTarget []float32
	read                                          readings
}

// readings tells which numbers are on the host already.
type readings struct{ output, targets, argmax, argmaxTarget bool }

func newGoal(m *Model, h *head, s *source, rows int) *goal {
	d := s.data
	return &goal{
		head: h, source: s, rows: rows, classes: d.Classes(), indices: d.Classes() > 0 && !h.takesLabels(d),
		labels:  tensor.New(m.backend, rows),
		target:  tensor.New(m.backend, rows, h.shape.Size()),
		losses:  tensor.New(m.backend, rows),
		largest: tensor.New(m.backend, rows),
		wanted:  make([]float32, rows*d.TargetSize()),
	}
}

// load brings the targets of n examples to the backend.
func (t *goal) load(n int) error {
	t.n, t.read = n, readings{}
	t.target.SetRows(n)
	t.losses.SetRows(n)
	t.largest.SetRows(n)
	t.wanted = append(t.wanted[:0], t.source.targets()...)
	if t.classes > 0 {
		for _, c := range t.wanted {
			if !(c >= 0 && c < float32(t.classes) && c == float32(int(c))) {
				return &Error{Expected: fmt.Sprintf("labels that are whole numbers from 0 to %d", t.classes-1), Got: fmt.Sprint(c),
					Mend: "number the classes from 0, and say how many there are"}
			}
		}
	}
	if t.indices {
		t.labels.Set(t.wanted)
		t.target.Backend.OneHot(n, t.target.Cols(), t.labels.Buffer, t.target.Buffer)
	} else {
		t.target.Set(t.wanted)
	}
	return nil
}

// loss returns the mean loss of the batch, by the examples' weights unless these
// are nil. With a gradient it leaves ∂E/∂y in the output.
func (t *goal) loss(weight *tensor.Tensor, gradient bool) float64 {
	b := t.target.Backend
	var dy *tensor.Tensor
	if gradient && t.learns {
		dy = t.dy
	}
	t.head.loss.compute(t.joined, t.y, t.target, t.losses, dy)
	if weight != nil {
		b.ScaleRows(t.n, 1, weight.Buffer, t.losses.Buffer)
		if dy != nil {
			tensor.ScaleRows(weight, dy)
		}
	}
	if dy != nil && t.weight != 1 {
		tensor.Scale(t.weight, dy)
	}
	t.mean = b.Sum(t.n, t.losses.Buffer) / float64(t.n)
	return t.mean
}

// The following are for metrics: numbers of the batch on the host.

// outputs [N × outputs] is what the model answers.
func (t *goal) outputs() []float32 {
	if t.answers == nil {
		t.answers = tensor.New(t.y.Backend, append([]int{t.rows}, t.shape...)...)
	}
	t.answers.SetRows(t.n)
	if !t.read.output {
		t.answer(t.answers)
	}
	return t.download(&t.read.output, &t.output, t.answers)
}

// targetRows [N × outputs] are the targets, one-hot for classes.
func (t *goal) targetRows() []float32 { return t.download(&t.read.targets, &t.targets, t.target) }

// chosen [N] is the largest output of each example.
func (t *goal) chosen() []float32 { return t.largestOf(&t.read.argmax, &t.argmax, t.y) }

// right [N] is the class that each example is of.
func (t *goal) right() []float32 {
	if t.indices {
		return t.wanted
	}
	return t.largestOf(&t.read.argmaxTarget, &t.argmaxTarget, t.target)
}

func (t *goal) download(read *bool, to *[]float32, x *tensor.Tensor) []float32 {
	if !*read {
		*read = true
		*to = slices.Grow((*to)[:0], x.Size())[:x.Size()]
		x.Backend.Download(*to, x.Buffer)
	}
	return *to
}

func (t *goal) largestOf(read *bool, to *[]float32, x *tensor.Tensor) []float32 {
	if !*read {
		x.Backend.ArgMax(x.Rows(), x.Cols(), x.Buffer, t.largest.Buffer)
		t.download(read, to, t.largest)
	}
	return *to
}
