package viz

import (
	"fmt"
	"html"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
)

// The colours read on white and on dark grey; blue and orange also apart for
// eyes that see no red or green. The ink's contrast is 4.3 both with white and
// with the #111111 of JupyterLab's dark theme; no one colour has more with both.
const (
	ink    = "#797979"
	faint  = "#88888844"
	blue   = "#4a90d9"
	orange = "#e6862e"
	teal   = "#2a9d8f"
	pink   = "#c05fb0"
	ochre  = "#b08a2e"
	violet = "#8a78d0"
	font   = "system-ui, -apple-system, 'Segoe UI', sans-serif"
)

// palette tells the lines of one panel apart.
var palette = []string{blue, orange, teal, pink, ochre, violet}

// drawing is an SVG in the making.
type drawing struct{ strings.Builder }

func newDrawing(width, height int, alt string) *drawing {
	d := &drawing{}
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s" font-family="%s" font-size="12" fill="%s">`,
		width, height, width, height, escape(alt), font, ink)
	return d
}

func (d *drawing) end() string {
	d.WriteString("</svg>")
	return d.String()
}

// text writes s at (x, y); anchor is "start", "middle" or "end".
func (d *drawing) text(x, y float64, anchor, extra, s string) {
	fmt.Fprintf(d, `<text x="%.1f" y="%.1f" text-anchor="%s" %s>%s</text>`, x, y, anchor, extra, escape(s))
}

func (d *drawing) line(x1, y1, x2, y2 float64, colour string) {
	fmt.Fprintf(d, `<path d="M%.1f %.1fL%.1f %.1f" stroke="%s" fill="none"/>`, x1, y1, x2, y2, colour)
}

func (d *drawing) rect(x, y, w, h float64, colour string) {
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="2" fill="%s"/>`, x, y, w, h, colour)
}

// escape makes a text one that stands in a picture as it is written: what comes from
// outside, as names of classes do, is no markup, and no characters that XML does not have.
func escape(s string) string { return html.EscapeString(plain.Text(s)) }
