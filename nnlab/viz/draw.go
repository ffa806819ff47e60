package viz

import (
	"fmt"
	"math"
	"strings"

	"github.com/nnlab-go/lab/nnlab/internal/look"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Draw draws the network: a box for each layer with the shape of its output and
// its number of parameters, below all layers that it is connected to. Maps are stacks
// of sheets in proportion to their size, with the window of the layer behind on them;
// the line to a dense layer is the thicker the more weights it has. In a network
// of 60 layers and more, parts that repeat four times or oftener are drawn as
// the first, the last, and how many lie between. An [nn.Block] is one box,
// which a click or Enter opens where the page has scripts. [AllLayers] draws every layer.
func Draw(m *nn.Model, options ...Option) (*Figure, error) {
	s, layers := newSettings(options), m.Layers()
	if layers == nil {
		return nil, m.Err()
	}
	if s.allLayers {
		return drawNetwork(layers, s).show()
	}
	f, blocks := drawParts(nn.FoldBlocks(layers), describe(s.words.network, layers, s.words), s)
	openBlocks(f, blocks, layers, s)
	return f.show()
}

// AllLayers has [Draw] draw every layer of a deep network.
func AllLayers() Option { return Option{of: everyLayer} }

const (
	boxHeight  = 46.
	rankGap    = 20.
	rankHeight = boxHeight + rankGap
	glyphWidth = glyphSize + mostMaps*sheet + 2*space
	textRoom   = 450. // of a box at most
	thickest   = 7.   // line, of the most weights
)

func drawNetwork(layers []nn.LayerInfo, s settings) *Figure {
	f, _ := drawParts(layers, describe(s.words.network, layers, s.words), s)
	return f
}

// drawParts draws the layers under a title, and says where the blocks among them stand.
func drawParts(layers []nn.LayerInfo, title string, s settings) (f *Figure, blocks []opened) {
	parts := partsOf(layers, !s.allLayers)
	widths, from := make([]float64, len(parts)), make([][]int, len(parts))
	windows := make([]int, len(parts)) // by the part whose output they slide over, the part they are of
	most := 1
	for i, p := range parts {
		title, facts := p.words(s.words)
		widths[i] = glyphWidth + space + max(boldWidth(title), textWidth(facts, small))
		from[i] = p.from
		for _, f := range p.from {
			if w := windowOf(p.layer); w != nil && (windows[f] == 0 || w[0] > windowOf(parts[windows[f]].layer)[0]) {
				windows[f] = i // of several the largest
			}
		}
		if look.FamilyOf(p.layer.Kind) == look.Dense {
			most = max(most, p.layer.Parameters)
		}
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
	width := max(360, right-left+2*margin)
	head := 4 + lineHeight*float64(len(wrap(title, large, width-2*space))) + space
	d := newDrawing(int(width), int(head+rankHeight*float64(len(l.ranks))-rankGap+margin), title+"; "+inWords(layers, s.words))
	d.title(title, space, width-2*space)
	shift += (width - (right - left + 2*margin)) / 2
	top := func(p *place) float64 { return head + rankHeight*float64(p.rank) }
	for _, e := range l.edges {
		weight := thin
		if to := parts[e[len(e)-1].box].layer; look.FamilyOf(to.Kind) == look.Dense {
			weight += (thickest - thin) * math.Sqrt(float64(to.Parameters)/float64(most))
		}
		drawEdge(d, e, shift, top, weight)
	}
	g := newGlyphs(layers)
	for _, rank := range l.ranks {
		for _, p := range rank {
			if p.box >= 0 {
				var behind *nn.LayerInfo
				if w := windows[p.box]; w > 0 {
					behind = &parts[w].layer
				}
				x, l := p.x+shift-p.width/2, parts[p.box].layer
				parts[p.box].draw(d, g, behind, x, top(p), p.width, s.words)
				if l.Kind == "Block" && parts[p.box].blocks == 0 {
					blocks = append(blocks, opened{Box: [4]float64{round(x), round(top(p)), round(p.width), boxHeight}, Name: l.Name})
				}
			}
		}
	}
	return d.figure(), blocks
}

// boldWidth is how wide bold letters are.
func boldWidth(s string) float64 { return 1.12 * textWidth(s, small) }

// drawEdge leads a line from box to box. One that passes ranks goes upright and level only, so
// that it is followed by eye: it leaves and enters a box as near to where it passes as the box is
// wide. The more weights the line stands for, the thicker it is.
func drawEdge(d *drawing, e []*place, shift float64, top func(*place) float64, weight float64) {
	first, last := e[0], e[len(e)-1]
	begin, end := first.x, last.x
	skips := len(e) > 2
	if skips {
		begin, end = first.nearest(e[1].x), last.nearest(e[len(e)-2].x)
	}
	x, y := begin+shift, top(first)+boxHeight
	fmt.Fprintf(d, `<path d="M%.1f %.1f`, x, y)
	for _, p := range e[1:] {
		to, at := p.x+shift, top(p)
		if p == last {
			to, at = end+shift, at-6
		}
		switch {
		case !skips:
			fmt.Fprintf(d, "L%.1f %.1f", to, at)
		case math.Abs(to-x) > 0.05:
			fmt.Fprintf(d, "V%.1fH%.1fV%.1f", y+(rankGap-6)/2, to, at)
		default:
			fmt.Fprintf(d, "V%.1f", at)
		}
		if x, y = to, at; p != last {
			y += boxHeight
			fmt.Fprintf(d, "V%.1f", y)
		}
	}
	fmt.Fprintf(d, `" stroke="%s" stroke-width="%.1f" fill="none"/>`, rule, weight)
	half := 4 + weight/2
	fmt.Fprintf(d, `<path d="M%.1f %.1fl-%.1f -7h%.1fz" fill="%s"/>`, x, top(last), half, 2*half, rule)
}

// nearest is where at a box a line ends that comes from x: not at its corner.
func (p *place) nearest(x float64) float64 {
	room := max(0, p.width/2-14)
	return min(p.x+room, max(p.x-room, x))
}

// words are the two lines in a box.
func (p part) words(w words) (title, facts string) {
	if p.blocks > 0 {
		return fmt.Sprintf("… %d ×", p.blocks), fmt.Sprintf("%s %s", count(p.layers), w.layers)
	}
	title = w.recipe(p.layer)
	size := 0
	if n, _ := fmt.Sscanf(p.layer.Recipe, "Block(%d layers)", &size); n == 1 {
		title = fmt.Sprintf("%s · %s %s %s", p.layer.Name, w.block, count(size), w.layers)
	} else if !strings.HasPrefix(p.layer.Name, strings.ToLower(p.layer.Kind)) {
		title = p.layer.Name + " · " + title
	}
	title = cut(title, small, textRoom/1.12)
	facts = shapeText(p.layer.Shape)
	if p.layer.Parameters > 0 {
		facts += " · " + count(p.layer.Parameters) + " " + w.parameters
	}
	return title, cut(facts, small, textRoom)
}

// recipe is how a layer was made, without the activation that does nothing, its numbers
// written as the language does.
func (w words) recipe(l nn.LayerInfo) string {
	return look.Numbers(strings.Replace(l.Recipe, ", linear", "", 1), w.comma)
}

// shapeText is "26×26×32".
func shapeText(s tensor.Shape) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(s)), " ", "×"), "[]")
}

// draw draws the box, with the window of the layer behind it on its map.
func (p part) draw(d *drawing, g glyphs, behind *nn.LayerInfo, x, y, width float64, w words) {
	title, facts := p.words(w)
	colour, dash := colourOf(p.layer.Kind), ""
	if p.blocks > 0 {
		colour, dash = muted, ` stroke-dasharray="4 3"`
	}
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.0f" rx="5" fill="%s" stroke="%s"%s/>`, x, y, width, boxHeight, paper, colour, dash)
	if p.blocks == 0 {
		var window []int
		windowColour := ""
		if behind != nil {
			window, windowColour = windowOf(*behind), colourOf(behind.Kind)
		}
		g.draw(d, p.layer.Shape, window, x+space, y+boxHeight/2, colour, windowColour)
	}
	d.text(x+glyphWidth, y+19, "start", bold, title)
	d.text(x+glyphWidth, y+36, "start", quiet, facts)
}

// colourOf tells families of layers apart; their names stand beside.
func colourOf(kind string) string {
	return [...]string{look.Conv: blue, look.Dense: orange, look.Pool: teal, look.Merge: pink, look.Input: ochre, look.Regular: violet, look.Other: muted}[look.FamilyOf(kind)]
}

// describe says how large a network is, and where it computes unless that is here.
func describe(name string, layers []nn.LayerInfo, w words) string {
	parameters := 0
	for _, l := range layers {
		parameters += l.Parameters
	}
	text := fmt.Sprintf("%s: %s %s, %s %s", name, count(len(layers)), w.layers, count(parameters), w.parameters)
	if device := layers[0].Device; device != "" {
		text += ", " + w.on + " " + device
	}
	return text
}

// inWords are the layers one by one, as many as one listens to.
func inWords(layers []nn.LayerInfo, w words) string {
	const most = 40
	var said []string
	for i, l := range layers {
		if i == most {
			said = append(said, fmt.Sprintf(w.more, count(len(layers)-i)))
			break
		}
		said = append(said, fmt.Sprintf("%s (%s) %s", l.Name, l.Kind, shapeText(l.Shape)))
	}
	return strings.Join(said, "; ")
}
