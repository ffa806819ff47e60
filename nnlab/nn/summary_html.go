package nn

import (
	"fmt"
	"html"
	"strings"

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

// column is a column of the table: its name, whether it holds numbers, and what stands in
// it for a layer and for the whole.
type column struct {
	name   string
	number bool
	cell   func(l *LayerInfo) string // HTML
	total  string
}

// summaryHTML is the table of the layers, in which a block can be opened.
func (m *Model) summaryHTML(layers, inner []LayerInfo, windows, branches bool) string {
	params, macs := 0, 0
	for _, l := range layers {
		params, macs = params+l.Parameters, macs+l.MACs
	}
	columns := []column{
		{"camada", false, func(l *LayerInfo) string { return layerCell(l, inner) }, "total"},
		{"saída", false, func(l *LayerInfo) string { return shapeText(l) }, ""},
		{"tamanho do mapa", false, func(l *LayerInfo) string { return html.EscapeString(l.MapSize) }, ""},
		{"parâmetros", true, func(l *LayerInfo) string { return formulaCell(l.Formula) }, thousands(params)},
		{"parte", false, func(l *LayerInfo) string { return shareCell(l, params) }, ""},
		{"MACs", true, func(l *LayerInfo) string { return thousands(l.MACs) }, thousands(macs)},
		{"campo receptivo", false, func(l *LayerInfo) string { return html.EscapeString(l.ReceptiveField) }, ""},
		{"ligada a", false, func(l *LayerInfo) string { return html.EscapeString(strings.Join(l.From, ", ")) }, ""},
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<div style="overflow-x:auto"><table style="border-collapse:collapse;font-size:13px"><caption style="text-align:left;white-space:nowrap;padding:2px 8px">%s</caption><thead><tr>`,
		html.EscapeString("Model "+m.name+" · "+m.compiledWith()))
	row := func(tag string, extra string, cell func(c *column) string) {
		for i := range columns {
			c := &columns[i]
			if !windows && (c.name == "tamanho do mapa" || c.name == "campo receptivo") || !branches && c.name == "ligada a" {
				continue
			}
			style := cellStyle
			if c.number {
				style = numberStyle
			}
			fmt.Fprintf(&b, `<%s style="%s%s">%s</%s>`, tag, style, extra, cell(c), strings.Fields(tag)[0])
		}
	}
	row(`th scope="col"`, "", func(c *column) string { return c.name })
	b.WriteString("</tr></thead><tbody>")
	for i := range layers {
		b.WriteString("<tr>")
		row("td", "", func(c *column) string { return c.cell(&layers[i]) })
		b.WriteString("</tr>")
	}
	b.WriteString("<tr>")
	row("td", totalStyle, func(c *column) string { return c.total })
	b.WriteString("</tr>")
	if frozen := m.frozenParameters(); frozen > 0 {
		for _, part := range []struct {
			name string
			n    int
		}{{"aprendem", params - frozen}, {"congelados", frozen}} {
			b.WriteString("<tr>")
			row("td", "", func(c *column) string {
				switch c.name {
				case "camada":
					return part.name
				case "parâmetros":
					return thousands(part.n)
				}
				return ""
			})
			b.WriteString("</tr>")
		}
	}
	b.WriteString("</tbody></table></div>")
	return b.String()
}

// layerCell is a layer's name with its family's colour; that of a block opens to the
// layers in it.
func layerCell(l *LayerInfo, inner []LayerInfo) string {
	kind := l.Kind
	if l.Frozen && l.Parameters > 0 {
		kind += ", congelada"
	}
	text := fmt.Sprintf(`<span style="display:inline-block;width:10px;height:10px;margin-right:6px;border-radius:2px;background:%s"></span>%s <span style="%s">(%s)</span>`,
		look.OnAnyGround[look.FamilyOf(l.Kind)], html.EscapeString(l.Name), noteStyle, html.EscapeString(kind))
	if l.Kind != "Block" {
		return text
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<details><summary>%s</summary>", text)
	for i := range inner {
		if outer, _, _ := strings.Cut(inner[i].Block, "."); outer == l.Name {
			fmt.Fprintf(&b, `<div style="padding-left:24px">%s · %s · %s</div>`, html.EscapeString(inner[i].Recipe), shapeText(&inner[i]), html.EscapeString(inner[i].Formula))
		}
	}
	return b.String() + "</details>"
}

// shapeText is "26×26×32".
func shapeText(l *LayerInfo) string { return times(l.Shape) }

// formulaCell is the number of parameters, with how it comes about before it.
func formulaCell(formula string) string {
	if how, n, ok := strings.Cut(formula, " = "); ok {
		return fmt.Sprintf(`<span style="%s">%s =</span> %s`, noteStyle, html.EscapeString(how), n)
	}
	return html.EscapeString(formula)
}

// shareCell is a bar as long as the layer's part of all parameters, and the part.
func shareCell(l *LayerInfo, all int) string {
	if l.Parameters == 0 {
		return ""
	}
	share := float64(l.Parameters) / float64(all)
	return fmt.Sprintf(`<span style="display:inline-block;width:%.0fpx;height:9px;margin-right:6px;background:%s"></span>%s %%`,
		max(1, shareWidth*share), look.OnAnyGround[look.FamilyOf(l.Kind)], strings.Replace(fmt.Sprintf("%.1f", 100*share), ".", ",", 1))
}
