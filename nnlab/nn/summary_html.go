package nn

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/internal/look"
)

// The table of a summary in a page. Its colours are those that read on light and on dark
// ground; everything else is the page's own, so that it follows the page's theme. Styles
// stand at the elements, where a page that trusts nobody leaves them.
const (
	cellStyle   = "padding:2px 8px;white-space:nowrap;vertical-align:top;text-align:left"
	numberStyle = "padding:2px 8px;white-space:nowrap;vertical-align:top;text-align:right;font-variant-numeric:tabular-nums"
	noteStyle   = "opacity:.8"
	totalStyle  = ";border-top:1px solid #808080;font-weight:600"
	shareWidth  = 64 // pixels of all parameters
)

// column is a column of the table: its name, what stands in it for a layer, as HTML, and for
// several together; without sum nothing does.
type column struct {
	name, style string
	cell        func(l *LayerInfo) string
	sum         func(s *sumRow) string
}

// sumRow is a row of what several layers have together.
type sumRow struct{ name, params, macs string }

// summaryHTML is the table of the layers, in which a block can be opened.
func (m *Model) summaryHTML(layers, inner []LayerInfo, windows, branches bool) string {
	params, macs := 0, 0
	for _, l := range layers {
		params, macs = params+l.Parameters, macs+l.MACs
	}
	w := summaryPortuguese
	sums := []sumRow{{w.total, together(thousands(params)), together(thousands(macs))}}
	if frozen := m.frozenParameters(); frozen > 0 {
		sums = append(sums, sumRow{w.learn, together(thousands(params - frozen)), ""}, sumRow{w.frozen, together(thousands(frozen)), ""})
	}
	columns := []column{
		{w.columns[0], cellStyle, func(l *LayerInfo) string { return layerCell(l, inner) }, func(s *sumRow) string { return s.name }},
		{w.columns[1], cellStyle, shapeText, nil},
	}
	if windows {
		columns = append(columns, column{w.columns[2], cellStyle, func(l *LayerInfo) string { return plain.HTML(l.MapSize) }, nil})
	}
	columns = append(columns,
		column{w.columns[3], numberStyle, func(l *LayerInfo) string { return formulaCell(l.Formula) }, func(s *sumRow) string { return s.params }},
		column{"parte", cellStyle, func(l *LayerInfo) string { return shareCell(l, params) }, nil},
		column{"MACs", numberStyle, func(l *LayerInfo) string { return together(thousands(l.MACs)) }, func(s *sumRow) string { return s.macs }})
	if windows {
		columns = append(columns, column{w.columns[4], cellStyle, func(l *LayerInfo) string { return plain.HTML(l.ReceptiveField) }, nil})
	}
	if branches {
		columns = append(columns, column{w.columns[5], cellStyle, func(l *LayerInfo) string { return plain.HTML(strings.Join(l.From, ", ")) }, nil})
	}
	var b strings.Builder
	row := func(tag, extra string, cell func(c *column) string) {
		b.WriteString("<tr>")
		for i := range columns {
			c := &columns[i]
			fmt.Fprintf(&b, `<%s style="%s%s">%s</%s>`, tag, c.style, extra, cell(c), strings.Fields(tag)[0])
		}
		b.WriteString("</tr>")
	}
	fmt.Fprintf(&b, `<div style="overflow-x:auto"><table style="border-collapse:collapse;font-size:13px"><caption style="text-align:left;white-space:nowrap;padding:2px 8px">%s</caption><thead>`,
		plain.HTML(m.compiledWith(w)))
	row(`th scope="col"`, "", func(c *column) string { return c.name })
	b.WriteString("</thead><tbody>")
	for i := range layers {
		row("td", "", func(c *column) string { return c.cell(&layers[i]) })
	}
	extra := totalStyle // above which a line is drawn
	for i := range sums {
		row("td", extra, func(c *column) string {
			if c.sum == nil {
				return ""
			}
			return c.sum(&sums[i])
		})
		extra = ""
	}
	b.WriteString("</tbody></table></div>")
	return b.String()
}

// layerCell is a layer's name with its family's colour; that of a block opens to the
// layers in it.
func layerCell(l *LayerInfo, inner []LayerInfo) string {
	kind := l.Kind
	if l.Frozen && l.Parameters > 0 {
		kind += summaryPortuguese.isFrozen
	}
	text := fmt.Sprintf(`<span style="display:inline-block;width:10px;height:10px;margin-right:6px;border-radius:2px;background:%s"></span>%s <span style="%s">(%s)</span>`,
		look.OnAnyGround[look.FamilyOf(l.Kind)], plain.HTML(l.Name), noteStyle, plain.HTML(kind))
	if l.Kind != "Block" {
		return text
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<details><summary>%s</summary>", text)
	for i := range inner {
		if outer, _, _ := strings.Cut(inner[i].Block, "."); outer == l.Name {
			fmt.Fprintf(&b, `<div style="padding-left:24px">%s · %s · %s</div>`, plain.HTML(portugueseNumbers(inner[i].Recipe)), shapeText(&inner[i]), plain.HTML(together(summaryPortuguese.formula(inner[i].Formula))))
		}
	}
	return b.String() + "</details>"
}

// shapeText is "26×26×32".
func shapeText(l *LayerInfo) string { return times(l.Shape) }

// formulaCell is the number of parameters, with how it comes about before it.
func formulaCell(formula string) string {
	if how, n, ok := strings.Cut(formula, " = "); ok {
		return fmt.Sprintf(`<span style="%s">%s =</span> %s`, noteStyle, plain.HTML(together(how)), together(n))
	}
	return plain.HTML(together(summaryPortuguese.formula(formula)))
}

// together keeps the groups of a number's digits on one line.
func together(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] == ' ' && i > 0 && leadingDigits(s[i-1:i]) == 1 && leadingDigits(s[i+1:]) == 3 {
			b.WriteString("\u00a0")
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// portugueseNumbers has the numbers in a layer's or an optimizer's recipe as Portuguese writes
// them: "SGD(0,1)".
func portugueseNumbers(s string) string { return look.Numbers(s, true) }

// leadingDigits is how many decimal digits a string begins with.
func leadingDigits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// shareCell is a bar as long as the layer's part of all parameters, and the part.
func shareCell(l *LayerInfo, all int) string {
	if l.Parameters == 0 {
		return ""
	}
	share := float64(l.Parameters) / float64(all)
	return fmt.Sprintf(`<span style="display:inline-block;width:%.0fpx;height:9px;margin-right:6px;background:%s"></span>%s %%`,
		max(1, shareWidth*share), look.OnAnyGround[look.FamilyOf(l.Kind)], portugueseNumbers(fmt.Sprintf("%.1f", 100*share)))
}
