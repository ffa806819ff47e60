package nn

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Summary prints a table of the layers: the shape of an example behind each,
// the number of parameters with the formula it comes from, and the
// multiply-accumulates (MACs) of one example's forward pass.
func (m *Model) Summary() { fmt.Println(m) }

// String is the table that [Model.Summary] prints, or the model's error.
func (m *Model) String() string {
	if err := show(m.ready()); err != nil {
		return err.Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Model %s · %s\n", m.name, m.compiledWith())
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "Layer\tOutput shape\tParameters\tMACs")
	params, macs := 0, 0
	for _, n := range m.graph.nodes {
		p, k := n.parameters(), n.macs()
		params, macs = params+p, macs+k
		fmt.Fprintf(w, "%s (%s)\t%v\t%s\t%s\n", n.name, kind(n.layer), n.shape, n.formula(), thousands(k))
	}
	fmt.Fprintf(w, "Total\t\t%s\t%s", thousands(params), thousands(macs))
	w.Flush()
	return b.String()
}

// compiledWith tells the loss, the optimizer and the rest of Compile.
func (m *Model) compiledWith() string {
	loss := m.loss.name
	if m.joined {
		loss += " joined with the softmax before it"
	}
	parts := []string{loss, m.optimizer.String()}
	for _, a := range m.metrics {
		parts = append(parts, a.name)
	}
	parts = append(parts, fmt.Sprintf("seed %d", m.seed), m.backend.Name())
	return strings.Join(parts, " · ")
}

func (n *node) parameters() int {
	sum := 0
	for _, p := range n.params {
		sum += p.Value.Size()
	}
	return sum
}

func (n *node) macs() int {
	if c, ok := n.layer.(counter); ok {
		return c.MACs()
	}
	return 0
}

// formula is "784·512 + 512 = 401 920".
func (n *node) formula() string {
	s := thousands(n.parameters())
	if f, ok := n.layer.(formulator); ok {
		s = f.ParameterFormula() + " = " + s
	}
	return s
}

// thousands groups the digits of n: "401 920".
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
