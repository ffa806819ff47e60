package nn

import (
	"fmt"
	"slices"
)

// cutOff finds weights that no gradient can reach: between them and each loss stands a
// [Step], or a function of somebody's own, whose derivative is 0. They would stay as they were drawn.
func (g *graph) cutOff() *Error {
	reached := map[*node]bool{} // a gradient arrives at the output
	cut := map[*node]*node{}    // the step that keeps it off
	learns := map[string]bool{} // weights that a gradient reaches, by the layer's name
	for _, n := range g.outputs {
		reached[n] = true
	}
	for _, n := range slices.Backward(g.nodes) {
		flat := n.flat()
		for _, in := range n.in {
			if reached[n] && !flat {
				reached[in] = true
			} else if flat {
				cut[in] = n
			} else {
				cut[in] = cut[n]
			}
		}
		if flat {
			cut[n] = n
		} else if reached[n] {
			learns[n.weights()] = true
		}
	}
	for _, n := range g.nodes {
		if step := cut[n]; len(n.learning) > 0 && !learns[n.weights()] {
			mend := "write nn.Sigmoid, a soft step; for a rule that needs no gradient compile with nn.NoLoss"
			if slices.Contains(g.outputs, step) {
				mend = "compile with nn.PerceptronLoss, by whose rule a last step learns; or write nn.Sigmoid, a soft step"
			}
			return &Error{Where: step.where, Layer: step.number, Expected: "an activation function with a slope to learn by",
				Got:  fmt.Sprintf("%v, whose derivative is 0: no gradient reaches the weights of %s", step.layer.(activated).function(), n.name),
				Mend: mend}
		}
	}
	return nil
}

// flat tells whether the layer ends in a function without a slope.
func (n *node) flat() bool {
	l, ok := n.layer.(activated)
	return ok && l.function().flat()
}

// weights is the name of the layer whose weights these are: of a shared layer that of
// its first use.
func (n *node) weights() string {
	if n.shares != "" {
		return n.shares
	}
	return n.name
}
