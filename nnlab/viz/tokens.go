package viz

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/nnlab-go/lab/internal/late"
)

// The tokens of all figures: every colour, width and size that a figure has is one
// of these. What they must fulfil is computed in tokens_test.go.

// Colours are written as on light ground; on dark ground the style that each figure
// begins with, and the script of a live chart, put those of dark in their place. A
// figure has its own paper, so that it can be read on whatever ground it is put.
const (
	paper  = "#ffffff" // the ground of a figure
	ink    = "#24292f" // titles, names, numbers
	muted  = "#57606a" // ticks, captions, notes
	rule   = "#848d97" // axes, frames, lines between boxes
	faint  = "#d8dee4" // grids and tints, which carry no meaning of their own
	blue   = "#1767b8" // the first series, what is right, weights above 0
	orange = "#b45309" // the second series, what is wrong, weights below 0
	teal   = "#1aa25f"
	pink   = "#63134c"
	ochre  = "#4f481c"
	violet = "#4f1cb4"
)

// dark is the colour on dark ground in place of each on light ground.
var dark = map[string]string{
	paper: "#111111", ink: "#e3e6ea", muted: "#a5adb6", rule: "#76808a", faint: "#30363d",
	blue: "#6cb0f5", orange: "#f5a04a", teal: "#28f5cc", pink: "#d14089", ochre: "#847a40", violet: "#a242ec",
}

// series are the colours of training and validation, palette those of many lines.
var (
	series  = [2]string{blue, orange}
	palette = []string{blue, orange, teal, pink, ochre, violet}
)

// Pictures made of pixels are the same on every ground; a frame surrounds them. The
// scale of weights goes from weightLow over white to weightHigh, that of activations
// from white to active, that of input images from white to black.
const (
	weightLow  = "#b45309" // −w
	weightHigh = "#1767b8" // +w
	active     = "#0b3c6f"
	noNumber   = "#2dff2d" // NaN and ∞ among pixels
	onPixels   = "#24292e" // letters over light pixels, on dark ground too
	outline    = "#e8590c" // outlines over pixels of any colour, on any ground
)

// Sizes in pixels. A figure is as wide as a page of 800 pixels leaves room for, less a
// little by which it may shrink: its letters are then still 11 pixels high.
const (
	widest     = 648
	small      = 12. // the least size of letters
	large      = 13.
	thin       = 1. // frames, axes, grids
	thick      = 2. // curves
	space      = 8.
	lineHeight = 18.
	font       = "system-ui, -apple-system, 'Segoe UI', sans-serif"
)

// style puts the dark colours in place of the light ones where the page is dark.
func style() string { return inDark.Get(darkStyle) }

var inDark late.Value[string]

func darkStyle() string {
	var b strings.Builder
	b.WriteString("<style>@media (prefers-color-scheme:dark){")
	for _, light := range slices.Sorted(maps.Keys(dark)) {
		fmt.Fprintf(&b, `svg.nnlab [fill="%s"],svg.nnlab[fill="%[1]s"]{fill:%s}svg.nnlab [stroke="%[1]s"]{stroke:%[2]s}`, light, dark[light])
	}
	b.WriteString("}</style>")
	return b.String()
}

// textWidth is the most pixels that s takes in letters of that size: those of DejaVu
// Sans, one of the widest fonts that a page may find, with some room.
func textWidth(s string, size float64) float64 {
	sum := 0.
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijlI.,:;|'·  ", r):
			sum += 0.35
		case strings.ContainsRune("mwMWÆ—→%∂‖…", r):
			sum += 1
		case strings.ContainsRune("+−=×∗<>±", r):
			sum += 0.84
		case unicode.IsUpper(r):
			sum += 0.75
		case strings.ContainsRune("frt()[]/-", r):
			sum += 0.42
		case r > 0x2e80: // Chinese, Japanese, pictures
			sum += 1.05
		default:
			sum += 0.64
		}
	}
	return sum * size
}

// wrap breaks s at spaces into lines that are at most width wide.
func wrap(s string, size, width float64) (lines []string) {
	line := ""
	for word := range strings.SplitSeq(s, " ") {
		if line != "" && textWidth(line+" "+word, size) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// cut shortens s to what fits into width.
func cut(s string, size, width float64) string {
	if textWidth(s, size) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && textWidth(string(r)+"…", size) > width {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}
