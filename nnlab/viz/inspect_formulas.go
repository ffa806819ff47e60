package viz

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The formulas of a step with its numbers put in.

// exact writes a number with four digits behind the comma, of a small one with three that
// count: what is multiplied by hand gives what stands behind the equals sign.
func (w words) exact(v float64) string {
	a := math.Abs(v)
	if a != 0 && (a < 1e-3 || a >= 1e4) || math.IsNaN(v) || math.IsInf(v, 0) {
		return w.digits(v)
	}
	digits := 4
	if a < 0.1 && a > 0 {
		digits = 2 - int(math.Floor(math.Log10(a)))
	}
	return w.written(strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', digits, 64), "0"), "."))
}

// bracketed is a number within a formula, where a negative one stands in brackets.
func (w words) bracketed(v float64) string {
	if v < 0 {
		return "(" + w.exact(v) + ")"
	}
	return w.exact(v)
}

// plus adds a term to a sum.
func (w words) plus(v float64) string {
	if v < 0 {
		return w.minus(-v)
	}
	return " + " + w.exact(v)
}

// minus takes one away.
func (w words) minus(v float64) string {
	if v < 0 {
		return " + " + w.exact(-v)
	}
	return " − " + w.exact(v)
}

// product is "0,5·(−0,2)".
func (w words) product(factors ...float64) string {
	parts := make([]string, len(factors))
	for i, v := range factors {
		parts[i] = w.bracketed(v)
	}
	return strings.Join(parts, "·")
}

// neuron is "h₂", the second one of a layer.
func neuron(letter string, j int) string { return letter + string('₁'+rune(j)) }

// functionOf writes f(net).
func (l *inspectedLayer) functionOf(net string) string {
	switch l.function {
	case "sigmoid":
		return "σ(" + net + ")"
	case "relu":
		return "max(0;\u00a0" + net + ")"
	case "softmax": // of all net of the layer
		return "softmax(net)"
	}
	return strings.ReplaceAll(l.function, "_", " ") + "(" + net + ")"
}

// forward is what neuron j does in phase 1.
func (l *inspectedLayer) forward(w words, j int) string {
	var terms []string
	for k, v := range l.in {
		terms = append(terms, w.product(v, l.weight(k, j)))
	}
	sum := strings.Join(terms, " + ")
	if l.bias.value != nil {
		sum += w.plus(l.bias.value[j])
	}
	out := "out = " + l.functionOf(w.exact(l.net[j])) + " = " + w.exact(l.out[j])
	if l.function == "linear" {
		out = "out = net"
	}
	return fmt.Sprintf("%s: net = %s = %s; %s", neuron(l.letter, j), sum, w.exact(l.net[j]), out)
}

// like tells whether a formula gives what the step has computed, in the float32 of a
// network: where a loss, a weight of a class or a clip makes it another one, it is not shown.
func like(formula, computed float64) bool {
	return math.Abs(formula-computed) <= 1e-4*math.Abs(computed)+1e-7
}

// backward is δ of neuron j in phase 2, above the next layer, nil for the output.
func (e *inspection) backward(w words, l, next *inspectedLayer, j int) string {
	name, delta := neuron(l.letter, j), l.delta[j]
	slope, known := l.slope(j)
	said := fmt.Sprintf("%s: δ = ", name)
	if next != nil {
		var terms []string
		sum := 0.
		for k, v := range next.delta {
			terms = append(terms, w.product(v, next.weight(j, k)))
			sum += v * next.weight(j, k)
		}
		factors := "f′(net)"
		if known {
			factors = w.exact(slope)
		} else if sum != 0 {
			slope = delta / sum
			factors = w.exact(slope)
		}
		if like(slope*sum, delta) {
			return said + fmt.Sprintf("f′(net)·Σ δ·w = %s·(%s) = %s", factors, strings.Join(terms, " + "), w.exact(delta))
		}
		return said + "∂E/∂net = " + w.exact(delta)
	}
	n := float64(len(l.out))
	miss, difference := l.out[j]-e.target[j], "("+w.exact(l.out[j])+w.minus(e.target[j])+")"
	switch {
	case known && like(2/n*miss*slope, delta) && slope != 0:
		if n == 1 {
			return said + fmt.Sprintf("2·(out − y)·f′(net) = 2·%s·%s = %s", difference, w.exact(slope), w.exact(delta))
		}
		return said + fmt.Sprintf("(2/%d)·(out − y)·f′(net) = (2/%[1]d)·%s·%s = %s", len(l.out), difference, w.exact(slope), w.exact(delta))
	case like(miss, delta):
		return said + fmt.Sprintf("out − y = %s = %s", strings.Trim(difference, "()"), w.exact(delta))
	case like(miss/n, delta):
		return said + fmt.Sprintf("(out − y)/%d = %s/%[1]d = %s", len(l.out), difference, w.exact(delta))
	}
	return said + "∂E/∂net = " + w.exact(delta)
}

// weightRow is a line of the table of weights: its name, w, ∂E/∂w with the formula, the same
// by differences, Δw with the formula, and the weight behind the step.
type weightRow [6]string

// rows are those of all weights of a layer, then of its biases.
func (e *inspection) rows(w words, l *inspectedLayer) (rows []weightRow) {
	for j := range l.out {
		for k, in := range l.in {
			product := w.product(l.delta[j], in)
			if !like(l.delta[j]*in, element(l.kernel.gradient, k*len(l.out)+j)) {
				product = ""
			}
			rows = append(rows, e.row(w, fmt.Sprintf("%s→%s", neuron(l.weightsOf, k), neuron(l.letter, j)), product, &l.kernel, k*len(l.out)+j))
		}
		if l.bias.value != nil {
			rows = append(rows, e.row(w, "b→"+neuron(l.letter, j), "", &l.bias, j))
		}
	}
	return rows
}

// element is element i, 0 of a parameter that does not learn.
func element(values []float64, i int) float64 {
	if values == nil {
		return 0
	}
	return values[i]
}

func (e *inspection) row(w words, name, product string, p *inspectedParam, i int) weightRow {
	if p.gradient == nil { // it is frozen
		return weightRow{name, w.exact(p.value[i]), "–", "–", "–", w.exact(p.value[i])}
	}
	g, change := p.gradient[i], p.change[i]
	gradient, moved := w.exact(g), w.exact(change)
	if product != "" {
		gradient = product + " = " + gradient
	}
	if r := e.rule; r.Kind == "SGD" && !r.Nesterov {
		last := element(p.last, i)
		if like(-r.LearningRate*g+r.Momentum*last, change) {
			step := "−" + w.product(r.LearningRate, g)
			if r.Momentum != 0 && last != 0 {
				step += " + " + w.product(r.Momentum, last)
			}
			moved = step + " = " + moved
		}
	}
	return weightRow{name, w.exact(p.value[i]), gradient, w.exact(p.slope[i]), moved, w.exact(p.value[i] + change)}
}
