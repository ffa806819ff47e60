package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"text/tabwriter"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// GradReport is what [GradCheck] found, an element a parameter.
type GradReport []GradResult

// GradResult compares the back-propagated gradient of one parameter with
// differences of the loss.
type GradResult struct {
	Name    string  // "dense/kernel"
	Checked int     // elements compared
	Kinks   int     // elements left out because the loss bends there
	Error   float64 // the largest relative error
}

// gradTolerance is far above what central differences in float64 miss by
// (about 1e-8 with the steps below), and far below what a wrong formula does.
const gradTolerance = 1e-5

// GradCheck compares the gradient that the layers' Backward computes with
// central differences of the loss, (E(w+h) − E(w−h))/2h, in float64 on the
// reference backend, with the model's present weights, on the first examples of
// d, dropout included (the units that are dropped stay the same). Of each
// parameter up to 40 elements are taken. Where the loss bends within h, as at
// the corner of a ReLU, there is no derivative to compare with and the element
// is counted in Kinks. The model itself does not change.
//
// The error, if any, names the parameters whose relative error is over 1e-5, or says
// that there was nothing to compare.
func GradCheck(m *Model, d Data) (report GradReport, err error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	defer func() { err = show(err) }()
	defer catch("GradCheck", &err)
	if m.lossless() {
		return nil, needsLoss("GradCheck")
	}
	batch, c, err := m.inFloat64("GradCheck", d, 8, func() []int { return ascending(min(8, d.Len())) })
	if err != nil {
		return nil, err
	}
	oracle := batch.model
	oracle.graph.backward(c, nil)
	var wrong []string
	checked, kinks := 0, 0
	for _, p := range oracle.graph.params {
		if !p.trainable() {
			continue
		}
		p.regularizer.addGradient(oracle.backend, p)
		r := batch.checkParam(c, p)
		report = append(report, r)
		checked, kinks = checked+r.Checked, kinks+r.Kinks
		if !(r.Error <= gradTolerance) { // NaN is wrong too
			wrong = append(wrong, fmt.Sprintf("%s (%.1e)", p.Name, r.Error))
		}
	}
	if wrong != nil {
		return report, &Error{Where: "GradCheck", Expected: fmt.Sprintf("relative errors up to %.0e", gradTolerance),
			Got: strings.Join(wrong, ", "), Mend: "the Backward of that layer or of one behind it is wrong"}
	}
	switch {
	case len(report) == 0:
		return nil, &Error{Where: "GradCheck", Expected: "a parameter that learns", Got: "none", Mend: "add a layer with weights, or compile without nn.Freeze"}
	case checked == 0:
		return report, &Error{Where: "GradCheck", Expected: "an element at which the loss has a derivative", Got: fmt.Sprintf("a bend at each of %d", kinks),
			Mend: "draw other weights: compile with nn.Seed(2), and no layer with nn.KernelInitializer(nn.Zeros)"}
	}
	return report, nil
}

// inFloat64 loads a batch of at most so many examples into a copy of the model on the
// reference backend and computes its loss, keeping what a backward pass needs. Which
// examples they are is asked when the data are known to fit.
func (m *Model) inFloat64(caller string, d Data, most int, examples func() []int) (*batch, *Context, error) {
	oracle := m.onReference()
	if oracle.err != nil {
		return nil, nil, oracle.err
	}
	batch, err := oracle.newBatch(caller, d, most, forTraining)
	if err != nil {
		return nil, nil, err
	}
	index := examples()
	batch.fetch(index)
	if err := batch.load(); err != nil {
		return nil, nil, at(caller, err)
	}
	c := &Context{Training: true, seed: m.seed, step: uint64(m.step)}
	batch.loss(c, true)
	if err := batch.unusableTargets(index); err != nil {
		return nil, nil, at(caller, err)
	}
	if err := batch.unusableExamples(index); err != nil {
		return nil, nil, at(caller, err)
	}
	return batch, c, nil
}

// onReference is a copy of the model, weights included, on the float64 backend.
func (m *Model) onReference() *Model { return m.copyOn(ref.New()) }

// copyOn is a copy of the model, weights included, on a backend.
func (m *Model) copyOn(b backend.Backend) *Model {
	oracle := &Model{inputs: m.inputs, outputs: m.outputs}
	oracle.Compile(m.loss, m.optimizer, On(b), Seed(m.seed), Losses(m.losses...), LossWeights(m.weights...), Freeze(m.frozen...))
	if oracle.ready() == nil {
		for i, p := range oracle.graph.params {
			p.Value.Set(m.graph.params[i].Value.Values())
		}
	}
	return oracle
}

// lossNow is the mean loss of the batch with the parameters as they are.
func (batch *batch) lossNow(c *Context) float64 {
	var e [1]float64
	batch.loss(c, false)
	batch.model.backend.ReadScalars(e[:], batch.mean)
	return e[0]
}

// lossAt is the same with w in place of element i of p, which it puts back.
func (batch *batch) lossAt(c *Context, p *Param, i int, w float64) float64 {
	b := batch.model.backend.(backend.Float64)
	element, kept := batch.model.backend.Slice(p.Value.Buffer, i, i+1), make([]float64, 1)
	b.Download64(kept, element)
	b.Upload64(element, []float64{w})
	e := batch.lossNow(c)
	b.Upload64(element, kept)
	return e
}

// checkParam compares up to 40 elements of one gradient with differences.
func (batch *batch) checkParam(c *Context, p *Param) GradResult {
	values, gradient := make([]float64, p.Value.Size()), make([]float64, p.Value.Size())
	b := batch.model.backend.(backend.Float64)
	b.Download64(values, p.Value.Buffer)
	b.Download64(gradient, p.Grad.Buffer)
	r := GradResult{Name: p.Name}
	here := batch.lossNow(c)
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(values))
	for _, i := range order[:min(40, len(order))] {
		e, kink := compare(gradient[i], here, values[i], func(w float64) float64 { return batch.lossAt(c, p, i, w) })
		if kink {
			r.Kinks++
			continue
		}
		r.Error = math.Max(r.Error, e)
		r.Checked++
	}
	return r
}

// compare returns the relative error of a gradient against the central
// difference of the loss around w, and whether the loss has a kink there. It
// has one when the error vanishes as the step shrinks past it, or when the
// gradient lies between two one-sided differences that stay apart.
func compare(gradient, here, w float64, loss func(w float64) float64) (relative float64, kink bool) {
	for i, h := range []float64{1e-5, 1e-6, 1e-7} {
		up, down := loss(w+h), loss(w-h)
		left, right := (here-down)/h, (up-here)/h
		numeric := (up - down) / (2 * h)
		e := math.Abs(numeric-gradient) / math.Max(math.Abs(numeric)+math.Abs(gradient), 1e-3)
		if i == 0 {
			relative = e
		}
		tolerance := gradTolerance * math.Pow(10, float64(i)) // rounding grows as h shrinks
		apart := math.Abs(right-left) > 1e-2*(math.Abs(left)+math.Abs(right))
		between := math.Min(left, right) <= gradient && gradient <= math.Max(left, right)
		if e <= tolerance || apart && between && i == 2 {
			return e, i > 0
		}
	}
	return relative, false
}

// String is a table of the parameters.
func (r GradReport) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "Parameter\tChecked\tKinks\tLargest relative error")
	for _, p := range r {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.1e\n", p.Name, p.Checked, p.Kinks, p.Error)
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}
