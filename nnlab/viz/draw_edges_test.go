package viz

import (
	"regexp"
	"strings"
	"testing"
)

// A line that passes a rank is upright or level all along, at its ends too.
func TestSkipsDoNotSlant(t *testing.T) {
	l := newLayout([]float64{100, 200, 60, 100}, [][]int{nil, {0}, {1}, {2, 0, 1}})
	top := func(p *place) float64 { return rankHeight * float64(p.rank) }
	skips := 0
	for _, e := range l.edges {
		if len(e) < 3 {
			continue
		}
		skips++
		d := newDrawing(400, 400, "")
		drawEdge(d, e, 300, top, thin)
		path := regexp.MustCompile(`<path d="(M[^"]+)" stroke`).FindStringSubmatch(d.String())[1]
		if strings.ContainsAny(path, "L") || !regexp.MustCompile(`^M[\d.]+ [\d.]+V[VH\d.]*V[\d.]+$`).MatchString(path) {
			t.Errorf("a skip goes %s", path)
		}
	}
	if skips != 2 {
		t.Errorf("%d skips", skips)
	}
}
