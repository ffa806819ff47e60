package viz

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// A legend has as many rows as its names need, within its panel; a name that is longer than a row
// is shortened, and told whole by its title.
func TestLegendWraps(t *testing.T) {
	long := strings.Repeat("longo ", 20)
	for _, n := range []int{1, 3, 9, 40} {
		var lines []line
		for i := range n {
			lines = append(lines, line{name: fmt.Sprintf("série número %d", i+1), colour: blue, points: []point{{0, 0}, {1, 1}}})
		}
		lines = append(lines, line{name: long, colour: orange})
		c := &chart{done: -1, xMax: 1, words: portuguese, panels: []panel{{name: "f(x)", lines: lines}}}
		width, height, _ := c.size()
		texts := wellFormed(t, c.svg(""))
		rows := c.panels[0].legendRows(float64(width-marginRight)-space, portuguese)
		if len(rows) > mostLegendRows || c.legendRow() != lineHeight*len(rows) || height != panelHeight+lineHeight*len(rows) {
			t.Errorf("%d names: %d rows, %d pixels of %d", n, len(rows), c.legendRow(), height)
		}
		named := 0
		for _, row := range rows {
			sum := 0.
			for _, l := range row {
				sum += math.Min(textWidth(l.name, small)+legendGap, float64(width-marginRight)-space)
				if l.colour != "" {
					named++
				}
			}
			if sum > float64(width-marginRight)-space {
				t.Errorf("%d names: a row is %.0f wide", n, sum)
			}
		}
		all := strings.Join(texts, "|")
		if rest := n + 1 - named; rest > 0 && !strings.Contains(all, fmt.Sprintf("|e mais %d|", rest)) || !strings.Contains(all, "|série número 1|") {
			t.Errorf("%d names, %d of them in the legend: %s", n, named, all)
		}
		if n < 9 && (!strings.Contains(c.svg(""), "<title>"+long+"</title>") || strings.Contains(all, long)) {
			t.Errorf("%d names: the long one is not shortened: %s", n, all)
		}
	}
}

// A name is shortened, what stands behind it is not.
func TestWithin(t *testing.T) {
	d := newDrawing(200, 20, "")
	d.within(100, 0, 0, "start", "", "vestido muito longo", ": 89\u00a0%")
	d.within(100, 0, 0, "start", "", "bota", ": 89\u00a0%")
	texts := wellFormed(t, d.end())
	if len(texts) != 2 || !strings.HasSuffix(texts[0], "…: 89\u00a0%") || textWidth(texts[0], small) > 101 || texts[1] != "bota: 89\u00a0%" || !strings.Contains(d.String(), "<title>vestido muito longo: 89") {
		t.Errorf("%q", texts)
	}
}
