package viz

import (
	"fmt"
	"strings"
)

// mostProducts is how many products, or numbers of a pool, are written out.
const mostProducts = 25

// mapWords are what the formulas are made of; the script has them too.
type mapWords struct {
	Row      string `json:"row"`
	Column   string `json:"column"`
	Unit     string `json:"unit"`
	Net      string `json:"net"`
	Out      string `json:"out"`
	In       string `json:"in"`
	Channel  string `json:"channel"`
	Channels string `json:"channels"` // "os outros % canais"
	Terms    string `json:"terms"`
	Max      string `json:"max"`
	Mean     string `json:"mean"`
	Of       string `json:"of"`
	Hint     string `json:"hint"`
	Comma    bool   `json:"comma"`
}

func (w words) ofMaps() mapWords {
	if w.comma {
		return mapWords{"linha", "coluna", "unidade", "net", "saída", "entrada", "canal", "os outros % canais", "os outros % termos", "máx", "média", "de % números",
			"passe o mouse sobre um pixel, ou use Tab, as setas e PgUp/PgDn", true}
	}
	return mapWords{"row", "column", "unit", "net", "output", "input", "channel", "the other % channels", "the other % terms", "max", "mean", "of % numbers",
		"move the mouse over a pixel, or use Tab, the arrow keys and PgUp/PgDn", false}
}

// at is where the number of a pixel stands among those that are told.
func (m *mapSource) at(p, i, j int) int { return (p*m.High+i)*m.Wide + j }

// formula is how a number comes about, in sentences; maps.js writes the same.
func (m *mapSource) formula(w words, all []*mapSource, p, i, j int) []string {
	t := w.ofMaps()
	out := w.digits(float64(m.Values.values[m.at(p, i, j)]))
	if m.Bars {
		out = w.sure(float64(m.Values.values[m.at(p, i, j)]))
	}
	name := t.Net
	if m.F == "" {
		name = t.Out
	}
	var sentences []string
	switch m.Kind {
	case "conv":
		sentences = m.convolved(w, all[m.Below], name, p, i, j)
	case "dense":
		sentences = []string{m.summed(w, name, p, i, j)}
	case "max", "mean":
		return []string{m.head(w, p, i, j), m.pooled(w, all[m.Below], p, i, j) + " = " + out}
	case "each":
		from := all[m.Below]
		if p >= from.Maps {
			break
		}
		x := w.digits(float64(from.Values.values[from.at(p, i, j)]))
		if m.F == "" {
			return []string{m.head(w, p, i, j), t.In + " = " + x, t.Out + " = " + out}
		}
		return []string{m.head(w, p, i, j), t.Out + " = " + m.F + "(" + x + ") = " + out}
	}
	sentences = append([]string{m.head(w, p, i, j)}, sentences...)
	switch {
	case m.Kind == "" || m.Kind == "each":
		sentences = append(sentences, t.Out+" = "+out)
	case m.F != "":
		sentences = append(sentences, fmt.Sprintf("%s = %s(%s) = %s", t.Out, m.F, w.digits(float64(m.Net.values[m.at(p, i, j)])), out))
	}
	return sentences
}

// head names the number: "conv2d · 3, linha 5, coluna 7:".
func (m *mapSource) head(w words, p, i, j int) string {
	t := w.ofMaps()
	if m.Names == nil {
		return fmt.Sprintf("%s · %s %d:", m.Name, t.Unit, i*m.Wide+j)
	}
	head := m.Name + " · " + m.Names[p]
	if m.High*m.Wide > 1 {
		head += fmt.Sprintf(", %s %d, %s %d", t.Row, i+1, t.Column, j+1)
	}
	return head + ":"
}

// result is the number before f.
func (m *mapSource) result(p, i, j int) float64 {
	if m.F == "" {
		return float64(m.Values.values[m.at(p, i, j)])
	}
	return float64(m.Net.values[m.at(p, i, j)])
}

// convolved are the products of the channel that says the most, and the sum of all.
func (m *mapSource) convolved(w words, from *mapSource, name string, p, i, j int) (sentences []string) {
	t := w.ofMaps()
	cells := m.Size[0] * m.Size[1]
	sums, most := make([]float64, from.Maps), 0
	total := 0.
	for c := range from.Maps {
		m.window(i, j, func(cell, row, column int, inside bool) {
			if inside {
				sums[c] += float64(from.Values.values[from.at(c, row, column)]) * float64(m.Kernel.values[(p*from.Maps+c)*cells+cell])
			}
		})
		if max(sums[c], -sums[c]) > max(sums[most], -sums[most]) {
			most = c
		}
		total += sums[c]
	}
	var products []string
	m.window(i, j, func(cell, row, column int, inside bool) {
		x := 0.
		if inside {
			x = float64(from.Values.values[from.at(most, row, column)])
		}
		products = append(products, w.factor(x)+"·"+w.factor(float64(m.Kernel.values[(p*from.Maps+most)*cells+cell])))
	})
	if len(products) > mostProducts {
		products = append(products[:mostProducts], "…")
	}
	result := m.result(p, i, j)
	var parts []string
	if m.Inputs == 1 {
		parts = products
	} else {
		sentences = append(sentences, fmt.Sprintf("%s %s: %s = %s", t.Channel, from.Names[most], strings.Join(products, " + "), w.digits(sums[most])))
		for _, s := range sums {
			parts = append(parts, w.digits(s))
		}
	}
	bias := m.bias(p)
	if others := m.Inputs - from.Maps; others > 0 {
		parts = append(parts, w.digits(result-bias-total)+" ("+strings.Replace(t.Channels, "%", count(others), 1)+")")
	}
	if len(m.Bias.values) > 0 {
		parts = append(parts, w.digits(bias)+" (b)")
	}
	return append(sentences, name+" = "+joined(parts)+" = "+w.digits(result))
}

func (m *mapSource) bias(unit int) float64 {
	if len(m.Bias.values) == 0 {
		return 0
	}
	return float64(m.Bias.values[unit])
}

// summed are the largest products of a dense unit, and the sum of all.
func (m *mapSource) summed(w words, name string, p, i, j int) string {
	t := w.ofMaps()
	unit := m.at(p, i, j)
	result, bias := m.result(p, i, j), m.bias(unit)
	rest := result - bias
	var parts []string
	for _, term := range m.Terms[unit] {
		parts = append(parts, w.factor(float64(term.X))+"·"+w.factor(float64(term.W)))
		rest -= float64(term.X) * float64(term.W)
	}
	if others := m.Inputs - len(m.Terms[unit]); others > 0 {
		parts = append(parts, w.digits(rest)+" ("+strings.Replace(t.Terms, "%", count(others), 1)+")")
	}
	if len(m.Bias.values) > 0 {
		parts = append(parts, w.digits(bias)+" (b)")
	}
	return name + " = " + joined(parts) + " = " + w.digits(result)
}

// pooled is the maximum or the mean of a window.
func (m *mapSource) pooled(w words, from *mapSource, p, i, j int) string {
	t := w.ofMaps()
	channel := m.channel(p, i, j)
	var numbers []string
	n := 0
	m.window(m.position(i), m.position(j), func(_, row, column int, inside bool) {
		if !inside {
			return
		}
		if n++; channel < from.Maps {
			numbers = append(numbers, w.digits(float64(from.Values.values[from.at(channel, row, column)])))
		}
	})
	what := t.Max
	if m.Kind == "mean" {
		what = t.Mean
	}
	switch {
	case len(numbers) == 0 || n > mostProducts:
		return t.Out + " = " + what + " " + strings.Replace(t.Of, "%", count(n), 1)
	case m.Kind == "mean":
		return fmt.Sprintf("%s = (%s)/%d", t.Out, joined(numbers), n)
	}
	return t.Out + " = " + what + "(" + strings.Join(numbers, "; ") + ")"
}

// channel is the channel below that a pooled number is of: its picture, or, of a global pool
// whose numbers are cells of one picture, the cell.
func (m *mapSource) channel(p, i, j int) int {
	if m.Names == nil {
		return i*m.Wide + j
	}
	return p
}

// position is the row or column of the window: a global pool has one.
func (m *mapSource) position(i int) int {
	if m.Names == nil {
		return 0
	}
	return i
}

// box is that of a pixel, or of several, of a picture.
func (m *mapSource) box(picture, row, column, high, wide int) [4]float64 {
	at := m.Pictures[picture]
	dy, dx := m.Shown[1]/float64(m.High), m.Shown[0]/float64(m.Wide)
	return [4]float64{at[0] + dx*float64(column), at[1] + dy*float64(row), dx * float64(wide), dy * float64(high)}
}

// marks are the boxes around what a number comes from, as maps.js finds them.
func (m *mapSource) marks(all []*mapSource, p, i, j int) (boxes [][4]float64) {
	if m.Below < 0 {
		return nil
	}
	from := all[m.Below]
	window := func(picture, i, j int) {
		first := func(a, at, length int) (low, high int) {
			low = at*m.Stride[a] - m.Front[a]
			return max(0, low), min(length, low+(m.Size[a]-1)*m.Spread[a]+1)
		}
		top, bottom := first(0, i, from.High)
		left, right := first(1, j, from.Wide)
		if top >= bottom || left >= right { // all padding
			return
		}
		boxes = append(boxes, from.box(picture, top, left, bottom-top, right-left))
	}
	switch m.Kind {
	case "conv":
		for c := range min(from.Maps, len(from.Pictures)) {
			window(c, i, j)
		}
	case "max", "mean":
		if c := m.channel(p, i, j); c < len(from.Pictures) {
			window(c, m.position(i), m.position(j))
		}
	case "each":
		boxes = append(boxes, from.box(p, i, j, 1, 1))
	case "dense":
		for _, t := range m.Terms[m.at(p, i, j)] {
			if t.Picture >= 0 {
				boxes = append(boxes, from.box(t.Picture, t.I, t.J, 1, 1))
			}
		}
	}
	return boxes
}
