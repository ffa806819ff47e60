package viz

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/internal/look"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Draw draws the network: a box for each layer with the shape of its output and
// its number of parameters, below all layers that it is connected to. The bars
// in a box suggest the size of the map and the number of channels. In a network
// of 60 layers and more, parts that repeat four times or oftener are drawn as
// the first, the last, and how many lie between. An [nn.Block] is one box. [AllLayers] draws every layer.
func Draw(m *nn.Model, options ...Option) (*Figure, error) {
	s, layers := newSettings(options), m.Layers()
	if layers == nil {
		return nil, m.Err()
	}
	if !s.allLayers {
		layers = nn.FoldBlocks(layers)
	}
	return drawNetwork(layers, s).show()
}

// AllLayers has [Draw] draw every layer of a deep network.
func AllLayers() Option { return func(s *settings) { s.allLayers = true } }

const (
	boxHeight  = 38.
	rankHeight = boxHeight + 26
	glyphWidth = 40.
	mostRunes  = 44 // of a recipe
)

func drawNetwork(layers []nn.LayerInfo, s settings) *Figure {
	parts := partsOf(layers, !s.allLayers)
	widths, from := make([]float64, len(parts)), make([][]int, len(parts))
	for i, p := range parts {
		title, facts := p.words(s.words)
		widths[i] = glyphWidth + 14 + max(7.6*float64(len([]rune(title))), 7*float64(len([]rune(facts)))) // the title is bold
		from[i] = p.from
	}
	l := newLayout(widths, from)
	left, right := math.Inf(1), math.Inf(-1)
	for _, rank := range l.ranks {
		left = min(left, rank[0].x-rank[0].width/2)
		last := rank[len(rank)-1]
		right = max(right, last.x+last.width/2)
	}
	const margin = 10
	shift := margin - left
	alt := describe(layers, s.words)
	d := newDrawing(int(max(240, right-left+2*margin)), int(rankHeight*float64(len(l.ranks))-26+2*margin), alt)
	top := func(p *place) float64 { return margin + rankHeight*float64(p.rank) }
	for _, e := range l.edges {
		drawEdge(d, e, shift, top)
	}
	for _, rank := range l.ranks {
		for _, p := range rank {
			if p.box >= 0 {
				parts[p.box].draw(d, p.x+shift-p.width/2, top(p), p.width, s.words)
			}
		}
	}
	return &Figure{SVG: d.end(), Alt: alt}
}

// drawEdge leads a curve from box to box, straight where it passes a rank.
func drawEdge(d *drawing, e []*place, shift float64, top func(*place) float64) {
	first, last := e[0], e[len(e)-1]
	fmt.Fprintf(d, `<path d="M%.1f %.1f`, first.x+shift, top(first)+boxHeight)
	for i, p := range e[1:] {
		x0, y0 := e[i].x+shift, top(e[i])+boxHeight
		x1, y1 := p.x+shift, top(p)
		fmt.Fprintf(d, "C%.1f %.1f %.1f %.1f %.1f %.1f", x0, (y0+y1)/2, x1, (y0+y1)/2, x1, y1)
		if p != last {
			fmt.Fprintf(d, "V%.1f", y1+boxHeight)
		}
	}
	fmt.Fprintf(d, `" stroke="%s" fill="none"/>`, ink)
	x, y := last.x+shift, top(last)
	fmt.Fprintf(d, `<path d="M%.1f %.1fl-4 -7h8z" fill="%s"/>`, x, y, ink)
}

// words are the two lines in a box.
func (p part) words(w words) (title, facts string) {
	if p.blocks > 0 {
		return fmt.Sprintf("… %d ×", p.blocks), fmt.Sprintf("%d %s", p.layers, w.layers)
	}
	title = p.layer.Recipe
	if !strings.HasPrefix(p.layer.Name, strings.ToLower(p.layer.Kind)) {
		title = p.layer.Name + " · " + title
	}
	if r := []rune(title); len(r) > mostRunes {
		title = string(r[:mostRunes-1]) + "…"
	}
	facts = strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(p.layer.Shape)), " ", "×"), "[]")
	if p.layer.Parameters > 0 {
		count := p.layer.Formula
		if _, sum, ok := strings.Cut(count, " = "); ok {
			count = sum
		}
		facts += " · " + count + " " + w.parameters
	}
	return title, facts
}

func (p part) draw(d *drawing, x, y, width float64, w words) {
	title, facts := p.words(w)
	colour, dash := colourOf(p.layer.Kind), ""
	if p.blocks > 0 {
		colour, dash = ink, ` stroke-dasharray="4 3"`
	}
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.0f" rx="5" fill-opacity="0" stroke="%s"%s/>`, x, y, width, boxHeight, colour, dash)
	if p.blocks == 0 {
		drawShape(d, p.layer.Shape, x+6, y+boxHeight/2, colour)
	}
	d.text(x+glyphWidth+4, y+16, "start", bold, title)
	d.text(x+glyphWidth+4, y+31, "start", "", facts)
}

// drawShape suggests an output: a map as high as it has rows and as thick as it
// has channels, a vector as a bar, both on a logarithmic scale.
func drawShape(d *drawing, s tensor.Shape, x, middle float64, colour string) {
	scale := func(n int, most float64) float64 { return min(most, 4+(most-4)*math.Log2(float64(max(1, n)))/10) }
	thick, high := 5., scale(s.Size(), boxHeight-8)
	if len(s) > 1 {
		thick, high = scale(s[len(s)-1], glyphWidth-12), scale(slices.Max(s[:len(s)-1]), boxHeight-8)
	}
	d.rect(x, middle-high/2, thick, high, colour)
}

// colourOf tells families of layers apart; their names stand beside.
func colourOf(kind string) string {
	return [...]string{look.Conv: blue, look.Dense: orange, look.Pool: teal, look.Merge: pink, look.Input: ochre, look.Regular: violet, look.Other: muted}[look.FamilyOf(kind)]
}

// describe says the network in words.
func describe(layers []nn.LayerInfo, w words) string {
	parameters := 0
	var kinds []string
	for _, l := range layers {
		parameters += l.Parameters
		if len(kinds) < 12 {
			kinds = append(kinds, l.Kind)
		}
	}
	if len(layers) > len(kinds) {
		kinds = append(kinds, "…")
	}
	return fmt.Sprintf("%s: %d %s, %d %s: %s", w.network, len(layers), w.layers, parameters, w.parameters, strings.Join(kinds, ", "))
}
