package viz

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// answer is what the model says of image i: the class, −1 for none, and that in words.
func (n *now) answer(i int) (class int, said string) {
	a := n.answers[i]
	switch p := n.outcomes[i]; {
	case math.IsNaN(p[0]):
		return -1, noNumbers
	case math.IsNaN(a.Probability):
		return a.Class, n.words.certainty(a)
	default:
		return a.Class, n.words.sure(p[a.Class])
	}
}

// says is the answer with the name of its class before it.
func (n *now) says(i int, between string) string {
	class, said := n.answer(i)
	if class < 0 {
		return said
	}
	return n.class(class) + between + said
}

// figure draws the panel.
func (n *now) figure(epoch int) *Figure {
	w := n.words
	title := fmt.Sprintf("%s · %s %d", w.present, w.epoch, epoch)
	said := []string{title}
	for i := range n.outcomes {
		said = append(said, fmt.Sprintf("%s %s: %s %s", w.label, n.class(n.labels[i]), w.says, n.says(i, ", ")))
	}
	for _, l := range n.layers {
		said = append(said, "‖∂E/∂W‖ "+l.name+" "+w.digits(l.norm))
	}
	const most = 10 // classes that have their names
	classes, named := len(n.outcomes[0]), 0.
	for c := range classes {
		named = max(named, textWidth(n.class(c), small))
	}
	strip := nowTop + nowImage + nowBars + 2*lineHeight + 2*space
	if classes <= most && named > small {
		strip = nowTop + nowImage + nowRow*float64(classes) + 3*lineHeight + 2*space
	}
	d := newDrawing(widest, int(strip+2*lineHeight+26+lineHeight+space), strings.Join(append(said, n.verdict()), "; "))
	d.title(title, space, widest-2*space)
	if classes <= most && named > small {
		n.lying(d, min(named, nowNames))
	} else {
		n.standing(d, classes <= most)
	}
	n.strip(d, strip)
	return d.figure()
}

// The parts of the panel, from top to bottom.
const (
	nowTop   = 4 + lineHeight + captionHeight
	nowSide  = 48.         // of an image
	nowImage = nowSide + 6 // with the room below it
	nowBars  = 56.         // of bars that stand
	nowRow   = 15.         // of one that lies
	nowNames = 110.        // the most that the names of classes take
)

// shade is the colour of the bar of a class.
func (n *now) shade(image, class, answer int) string {
	switch class {
	case n.labels[image]:
		return blue
	case answer:
		return orange
	}
	return rule
}

// answerColour is that of an answer in words.
func (n *now) answerColour(image, answer int) string {
	if answer != n.labels[image] {
		return orange
	}
	return blue
}

// lying draws the answers as rows of bars, whose classes have their names at the left, once for
// all images: a name has more letters than a bar that stands is wide.
func (n *now) lying(d *drawing, names float64) {
	w := n.words
	names = max(names, textWidth(w.label, small), textWidth(w.says, small))
	left, pitch := 2*space+names, (widest-2*space-names)/nowImages
	top, classes := nowTop+nowImage, len(n.outcomes[0])
	foot := top + nowRow*float64(classes)
	d.text(space, nowTop-captionHeight+13, "start", quiet, w.label)
	for c := range classes {
		d.within(names, space+names, top+nowRow*float64(c)+11, "end", quiet, n.class(c), "")
	}
	d.text(space, foot+lineHeight, "start", quiet, w.says)
	_, dy, wide, high := fit(n.shape[0], n.shape[1], nowSide)
	for i, p := range n.outcomes {
		x, room := left+pitch*float64(i), pitch-2*space
		d.within(room, x, nowTop-captionHeight+13, "start", "", n.class(n.labels[i]), "")
		d.picture(n.images[i], x, nowTop+dy, wide, high)
		a, said := n.answer(i)
		d.line(x, top, x, foot, rule)
		for c, v := range p {
			if a >= 0 {
				d.rect(x, top+nowRow*float64(c)+2, max(1, room*v), nowRow-4, n.shade(i, c, a))
			}
		}
		colour := fmt.Sprintf(` fill="%s"`, n.answerColour(i, a))
		if a < 0 {
			d.text(x+room/2, (top+foot)/2+4, "middle", "", said)
			d.text(x, foot+lineHeight, "start", colour, said)
			continue
		}
		d.within(room, x, foot+lineHeight, "start", colour, n.class(a), "")
		d.text(x, foot+2*lineHeight, "start", colour, said)
	}
}

// standing draws the answers as bars that stand side by side, with the classes' names, of a
// letter, below them where these are told apart.
func (n *now) standing(d *drawing, digits bool) {
	const pitch, bars, barsTop = (widest - space) / nowImages, nowBars, nowTop + nowImage
	w := n.words
	_, dy, wide, high := fit(n.shape[0], n.shape[1], nowSide)
	for i, p := range n.outcomes {
		x := space + pitch*float64(i)
		d.within(pitch-space, x, nowTop-captionHeight+13, "start", quiet, w.label+" "+n.class(n.labels[i]), "")
		d.picture(n.images[i], x, nowTop+dy, wide, high)
		a, said := n.answer(i)
		width := (pitch - 2*space) / float64(len(p))
		d.line(x, barsTop+bars, x+width*float64(len(p)), barsTop+bars, rule)
		for c, v := range p {
			if a >= 0 {
				d.rect(x+width*float64(c)+1, barsTop+bars*(1-v), max(1, width-2), bars*v, n.shade(i, c, a))
			}
			if digits {
				d.text(x+width*(float64(c)+0.5), barsTop+bars+14, "middle", quiet, n.class(c))
			}
		}
		if a < 0 {
			d.text(x+(pitch-2*space)/2, barsTop+bars/2+4, "middle", "", noNumbers)
		}
		name := ""
		if a >= 0 {
			name, said = n.class(a), ": "+said
		}
		d.within(pitch-space, x, barsTop+bars+14+lineHeight, "start", fmt.Sprintf(` fill="%s"`, n.answerColour(i, a)), name, said)
	}
}

// strip draws the layers' gradients, six powers of ten from white to dark.
func (n *now) strip(d *drawing, top float64) {
	const decades, height = 6., 26.
	y := top + 2*lineHeight
	w := n.words
	d.text(space, top+12, "start", quiet, w.gradientOf)
	if len(n.layers) == 0 {
		return
	}
	most := 0.
	for _, l := range n.layers {
		most = max(most, l.norm)
	}
	width := min(140, (widest-2*space)/float64(len(n.layers)))
	named := width >= 40 // of shorter names nothing is left
	for i, l := range n.layers {
		share := 0.
		if l.norm > 0 {
			share = min(1, max(0, 1+math.Log10(l.norm/most)/decades))
		}
		x := space + width*float64(i)
		// As in a cell of a matrix: never so much colour that its text could not be read.
		fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%g" fill="%s" fill-opacity="%.3f" stroke="%s"/>`, x, y, width, height, blue, 0.55*share, rule)
		if named {
			d.within(width-4, x+width/2, y-5, "middle", quiet, l.name, "")
		}
		if text := w.digits(l.norm); textWidth(text, small) < width-4 {
			d.text(x+width/2, y+17, "middle", "", text)
		}
	}
	extra := quiet
	if layer, _ := n.vanishing(); layer != "" {
		extra = bold + ` fill="` + orange + `"`
		i := slices.IndexFunc(n.layers, func(l layerGradient) bool { return l.name == layer })
		fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%g" fill="none" stroke="%s" stroke-width="%g"/>`, space+width*float64(i), y, width, height, orange, thick)
	}
	d.text(space, y+height+16, "start", extra, cut(n.verdict(), small, widest-2*space))
}
