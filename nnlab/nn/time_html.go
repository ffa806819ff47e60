package nn

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/internal/look"
)

// html is the table of the times for a page, in Portuguese, with a bar for each layer's part.
func (t *Timing) html() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<div style="overflow-x:auto"><table style="border-collapse:collapse;font-size:13px"><caption style="text-align:left;white-space:nowrap;padding:2px 8px">%s</caption><thead><tr>`,
		plain.HTML(fmt.Sprintf("Tempo de %s em %s · lote de %d · um passo leva %s", t.Model, t.Home, t.Rows, inPortuguese(milliseconds(t.Step)))))
	for i, name := range []string{"camada", "ida", "volta", "parte", "saída, diferença de float64", "gradiente, diferença de float64"} {
		fmt.Fprintf(&b, `<th scope="col" style="%s">%s</th>`, timeStyle(i), name)
	}
	b.WriteString("</tr></thead><tbody>")
	for _, l := range t.Layers {
		info := t.kinds[l.Name]
		share := t.share(l)
		part := fmt.Sprintf(`<span style="display:inline-block;width:%.0fpx;height:9px;margin-right:6px;background:%s"></span>%s %%`,
			max(1, shareWidth*share/100), look.OnAnyGround[look.FamilyOf(l.Kind)], inPortuguese(fmt.Sprintf("%.1f", share)))
		timeRow(&b, "", layerCell(&info, nil), inPortuguese(milliseconds(l.Forward)), inPortuguese(milliseconds(l.Backward)), part,
			inPortuguese(difference(l.Output)), inPortuguese(difference(l.Gradient)))
	}
	timeRow(&b, totalStyle, "maior diferença", "", "", "", inPortuguese(difference(t.Largest())), "")
	b.WriteString("</tbody></table></div>")
	return b.String()
}

func timeRow(b *strings.Builder, extra string, cells ...string) {
	b.WriteString("<tr>")
	for i, c := range cells {
		fmt.Fprintf(b, `<td style="%s%s">%s</td>`, timeStyle(i), extra, c)
	}
	b.WriteString("</tr>")
}

// timeStyle is that of a column: texts stand left, numbers right.
func timeStyle(column int) string {
	if column == 0 || column == 3 {
		return cellStyle
	}
	return numberStyle
}

// inPortuguese writes a number's point as a comma.
func inPortuguese(number string) string { return strings.Replace(number, ".", ",", 1) }
