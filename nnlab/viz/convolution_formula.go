package viz

import (
	"fmt"
	"strings"
)

// formula is how the output at (row, column) comes about, with the numbers put in: a
// sentence for each channel where there are several, then their sum, then f of it.
func (c *sliding) formula(w words, row, column int) (sentences []string) {
	t := w.sliding()
	place := fmt.Sprintf("%s %d", t.column, column+1)
	if len(c.out[0]) > 1 {
		place = fmt.Sprintf("%s %d, %s", t.row, row+1, place)
	}
	sentences = append(sentences, place+":")
	if c.kernel == nil {
		for ch := range c.in {
			sentences = append(sentences, c.poolFormula(w, ch, row, column))
		}
		return sentences
	}
	sums := c.sums(row, column)
	name := t.net
	if c.f == "" {
		name = t.out
	}
	net := float64(c.bias)
	var parts []string
	for ch, sum := range sums {
		net += sum
		products := c.products(w, ch, row, column)
		if len(c.in) == 1 {
			parts = append(parts, products)
			continue
		}
		sentences = append(sentences, fmt.Sprintf("%s %d: %s = %s", t.channel, ch+1, products, w.digits(sum)))
		parts = append(parts, w.digits(sum))
	}
	if c.bias != 0 || len(c.in) > 1 {
		parts = append(parts, w.digits(float64(c.bias)))
	}
	sentences = append(sentences, fmt.Sprintf("%s = %s = %s", name, joined(parts), w.digits(net)))
	if c.f != "" {
		sentences = append(sentences, fmt.Sprintf("%s = %s(%s) = %s", t.out, c.f, w.digits(net), w.digits(float64(c.out[0][row][column]))))
	}
	return sentences
}

// joined is a sum, with a minus for the plus before a number below 0.
func joined(parts []string) string {
	return strings.ReplaceAll(strings.Join(parts, " + "), "+ −", "− ")
}

// sums are the sums of the products of each channel at a place.
func (c *sliding) sums(row, column int) []float64 {
	sums := make([]float64, len(c.in))
	for ch := range c.in {
		c.window(ch, row, column, func(i, j int, v float32, _ bool) { sums[ch] += float64(v) * float64(c.kernel[ch][i][j]) })
	}
	return sums
}

// products are "3·1 + 0·0 + 1·(−1)".
func (c *sliding) products(w words, channel, row, column int) string {
	var parts []string
	c.window(channel, row, column, func(i, j int, v float32, _ bool) {
		parts = append(parts, w.factor(float64(v))+"·"+w.factor(float64(c.kernel[channel][i][j])))
	})
	return strings.Join(parts, " + ")
}

// factor is a number in a product: one below 0 in brackets.
func (w words) factor(v float64) string {
	if v < 0 {
		return "(" + w.digits(v) + ")"
	}
	return w.digits(v)
}

// poolFormula is the maximum or the mean of a window of a channel: padding counts for
// neither.
func (c *sliding) poolFormula(w words, channel, row, column int) string {
	t := w.sliding()
	var parts []string
	c.window(channel, row, column, func(_, _ int, v float32, inside bool) {
		if inside {
			parts = append(parts, w.digits(float64(v)))
		}
	})
	out := w.digits(float64(c.out[channel][row][column]))
	name := t.out
	if len(c.in) > 1 {
		name = fmt.Sprintf("%s %d: %s", t.channel, channel+1, t.out)
	}
	if c.mean {
		return fmt.Sprintf("%s = (%s)/%d = %s", name, joined(parts), len(parts), out)
	}
	separator := ", "
	if strings.Contains(strings.Join(parts, ""), ",") {
		separator = "; "
	}
	return fmt.Sprintf("%s = %s(%s) = %s", name, t.maximum, strings.Join(parts, separator), out)
}
