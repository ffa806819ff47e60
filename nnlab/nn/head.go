package nn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// head is an output of a model with its loss.
type head struct {
	*node
	loss   Loss
	weight float64            // of the loss in the sum of all
	taken  ActivationFunction // what the loss has taken over from the layer, else Linear
	prefix string             // of the head's numbers in logs: "main_", "" with one output
}

type losses []Loss

// Losses gives each output of a [Graph] a loss of its own, in the order of
// [Outputs]. Without it all have the loss that Compile was given.
func Losses(l ...Loss) CompileOption { return losses(l) }

func (l losses) applyCompile(m *Model) { m.losses = l }

type lossWeights []float64

// LossWeights is what the loss of each output of a [Graph] counts in the sum that
// training minimises, in the order of [Outputs]: 1 and 0.3 for an auxiliary head
// (slide "GoogLeNet"). Without it every loss counts 1.
func LossWeights(w ...float64) CompileOption { return lossWeights(w) }

func (w lossWeights) applyCompile(m *Model) { m.weights = w }

// newHeads gives each output its loss, and lets the loss take over a softmax or
// a sigmoid before it.
func (m *Model) newHeads(outputs []*node) ([]*head, error) {
	if err := cmp.Or(oneEach("Losses", len(m.losses), outputs), oneEach("LossWeights", len(m.weights), outputs)); err != nil {
		return nil, err
	}
	if m.weights != nil && (!finite(m.weights...) || !slices.ContainsFunc(m.weights, func(w float64) bool { return w != 0 })) {
		return nil, &Error{Where: "Compile: LossWeights", Expected: "finite numbers, one of them at least not 0", Got: fmt.Sprint(m.weights),
			Mend: "1 is the weight of a loss without it"}
	}
	var heads []*head
	for i, n := range outputs {
		h := &head{node: n, loss: m.loss, weight: 1}
		if m.losses != nil {
			h.loss = m.losses[i]
		}
		if m.weights != nil {
			h.weight = m.weights[i]
		}
		if len(outputs) > 1 {
			h.prefix = n.name + "_"
		}
		if err := h.joinLoss(); err != nil {
			err.Where = "Compile: the loss of " + n.where
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, nil
}

// oneEach says what is wrong with an option that has a number for each output.
func oneEach(option string, n int, outputs []*node) *Error {
	if n == 0 || n == len(outputs) {
		return nil
	}
	var places []string
	for _, o := range outputs {
		places = append(places, o.where)
	}
	return &Error{Where: "Compile: " + option, Expected: fmt.Sprintf("%d, one for each output", len(outputs)), Got: fmt.Sprint(n),
		Mend: "write one for each of: " + strings.Join(places, ", ")}
}

// joinLoss lets the loss take over the layer's activation function, if the two
// belong together, and checks the loss.
func (h *head) joinLoss() *Error {
	if h.loss.none {
		return nil
	}
	if own := h.loss.own; own != nil {
		return own.check(h.shape.Size())
	}
	if h.loss.ofClasses() && h.shape.Size() == 1 {
		return &Error{Expected: "at least 2 outputs, one a class, for " + h.loss.name, Got: "1 output", GotShape: h.shape,
			Mend: "compile with nn.BinaryCrossentropy behind nn.Dense(1, nn.Sigmoid)"}
	}
	l, ok := h.layer.(activated)
	f := new(Linear)
	if ok {
		f = l.function()
	}
	if err := h.loss.check(*f); err != nil {
		return err
	}
	if by := h.bounds(); by != nil {
		if doubt := h.loss.doubt(*by); doubt != nil {
			doubt.Where = "Compile: the loss of " + h.where
			warn(doubt)
		}
	}
	if !ok {
		return nil
	}
	// A function that other layers look at, too, must stay.
	if joined, ok := h.loss.takesOver(*f); ok && h.uses == 1 {
		h.loss, h.taken, *f = joined, *f, Linear
	}
	return nil
}

// bounds is the function between whose bounds the outputs lie: the layer's own, or that of one
// before it where the layers between move numbers, choose among them or take their mean; nil
// where another layer makes them.
func (n *node) bounds() *ActivationFunction {
	for {
		if l, ok := n.layer.(activated); ok {
			return l.function()
		}
		switch n.layer.(type) {
		case *flatten, *reshape, *permute, *pool, *globalPool, *adaptivePool:
			n = n.in[0]
		default:
			return nil
		}
	}
}

// answer writes what the output is for a reader to y, like the output: behind a
// softmax or sigmoid that the loss has taken over, probabilities.
func (h *head) answer(y *tensor.Tensor) { h.taken.apply(h.y, y) }
