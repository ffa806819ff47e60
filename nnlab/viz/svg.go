package viz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// drawing is an SVG in the making.
type drawing struct {
	strings.Builder
	width int
	alt   string
}

// newDrawing begins a figure on its paper, told in words by alt.
func newDrawing(width, height int, alt string) *drawing {
	d := &drawing{width: width, alt: alt}
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" class="nnlab" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s" font-family="%s" font-size="%g" fill="%s">%s<rect width="%d" height="%d" fill="%s"/>`,
		width, height, width, height, escape(alt), font, small, ink, style(), width, height, paper)
	return d
}

// figure is the drawing at its end.
func (d *drawing) figure() *Figure { return &Figure{SVG: d.end(), Alt: d.alt, width: d.width} }

// figureWith is the same, unless something has gone wrong.
func (d *drawing) figureWith(err error) (*Figure, error) {
	if err != nil {
		return nil, err
	}
	return d.figure(), nil
}

func (d *drawing) end() string {
	d.WriteString("</svg>")
	return d.String()
}

// Attributes of texts.
const (
	bold      = ` font-weight="600"`
	sizeLarge = ` font-size="13"`
	quiet     = ` fill="` + muted + `"`
	onLines   = ` stroke="` + paper + `" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
)

// text writes s at (x, y); anchor is "start", "middle" or "end", and extra is made of
// attributes.
func (d *drawing) text(x, y float64, anchor, extra, s string) {
	fmt.Fprintf(d, `<text x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>`, x, y, anchor, extra, escape(s))
}

// within writes s as far as it has room in width, and then "…" with rest behind it: a percentage
// is not lost to a long name. What is shortened is told whole by a title.
func (d *drawing) within(width, x, y float64, anchor, extra, s, rest string) {
	short := cut(s, small, width-textWidth(rest, small))
	if short == s {
		d.text(x, y, anchor, extra, s+rest)
		return
	}
	fmt.Fprintf(d, `<text x="%.1f" y="%.1f" text-anchor="%s"%s><title>%s</title>%s</text>`, x, y, anchor, extra, escape(s+rest), escape(short+rest))
}

func (d *drawing) line(x1, y1, x2, y2 float64, colour string) {
	fmt.Fprintf(d, `<path d="M%.1f %.1fL%.1f %.1f" stroke="%s" fill="none"/>`, x1, y1, x2, y2, colour)
}

func (d *drawing) rect(x, y, w, h float64, colour string) {
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="2" fill="%s"/>`, x, y, w, h, colour)
}

// frame is an outline around pixels or a cell.
func (d *drawing) frame(x, y, w, h float64) {
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="none" stroke="%s"/>`, x, y, w, h, rule)
}

// image puts pixels into a frame, which they fill.
func (d *drawing) image(shape tensor.Shape, pixels []float32, x, y, w, h float64) error {
	data, err := encode(shape, pixels)
	if err != nil {
		return err
	}
	d.picture(data, x, y, w, h)
	return nil
}

// picture puts a PNG in base64 into a frame, which it fills.
func (d *drawing) picture(data string, x, y, w, h float64) {
	fmt.Fprintf(d, `<image x="%.1f" y="%.1f" width="%.1f" height="%.1f" preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,%s"/>`, x, y, w, h, data)
	d.frame(x, y, w, h)
}

// fit is where a picture has room in a square: as large as can be, in its middle, with square
// pixels, unless it would become a line.
func fit(high, wide int, side float64) (x, y, w, h float64) {
	const least = 6.
	scale := side / float64(max(high, wide))
	w, h = max(least, scale*float64(wide)), max(least, scale*float64(high))
	return (side - w) / 2, (side - h) / 2, w, h
}

// fitted puts pixels into a square as fit says.
func (d *drawing) fitted(shape tensor.Shape, pixels []float32, x, y, side float64) error {
	dx, dy, w, h := fit(shape[0], shape[1], side)
	return d.image(shape, pixels, x+dx, y+dy, w, h)
}

// scale is a bar of the colours from low to high with numbers at its ends, and at 0
// where that lies between.
func (d *drawing) scale(w words, x, y float64, low, high float32, colour func(v float32) []float32) error {
	const width, height = 140, 10
	var pixels []float32
	for i := range width {
		v := low + (high-low)*float32(i)/(width-1)
		pixels = append(pixels, colour(v/max(high, -low))...)
	}
	if err := d.image(tensor.Shape{1, width, 3}, pixels, x, y, width, height); err != nil {
		return err
	}
	for _, v := range slices.Compact([]float32{low, min(0, high), high}) {
		d.text(x+width*float64((v-low)/(high-low)), y+height+14, "middle", quiet, w.digits(float64(v)))
	}
	return nil
}

// weightScale is the scale of the weights in a span, at the left.
func (d *drawing) weightScale(w words, y float64, weights span) error {
	end := max(1e-12, weights.most, -weights.least)
	d.text(space, y+10, "start", quiet, "w")
	return d.spanScale(w, 5*space, y, -end, end, weights, diverging)
}

// spanScale is a scale of values, and below it the colour of those that are no numbers, where
// there are some; it is that alone where there are no others. It takes scaleRoom.
func (d *drawing) spanScale(w words, x, y float64, low, high float32, values span, colour func(v float32) []float32) error {
	if values.left > 0 {
		at := y + 32
		if values.numbers == 0 {
			at = y
		}
		d.rect(x, at, 12, 10, noNumber)
		d.text(x+12+space, at+10, "start", quiet, noNumbers+": "+count(values.left))
		if values.numbers == 0 {
			return nil
		}
	}
	return d.scale(w, x, y, low, high, colour)
}

// scaleRoom is how high the scales of some values are.
func scaleRoom(all ...span) float64 {
	const alone = 34.
	for _, s := range all {
		if s.left > 0 && s.numbers > 0 {
			return alone + lineHeight
		}
	}
	return alone
}

// title writes s at the top, in as many lines as it needs, and returns where they end.
func (d *drawing) title(s string, left, width float64) (y float64) {
	y = 4
	for _, line := range wrap(s, large, width) {
		y += lineHeight
		d.text(left, y-4, "start", sizeLarge, line)
	}
	return y
}

// escape makes a text one that stands in a picture as it is written: what comes from
// outside, as names of classes do, is no markup, and no characters that XML does not have.
func escape(s string) string { return plain.HTML(plain.Text(s)) }
