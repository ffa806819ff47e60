package viz

import (
	"fmt"
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// glyphs draw what layers put out, all of a network on one scale.
type glyphs struct {
	largest int // the longest side of a map
	vector  int // the longest vector
}

const (
	glyphSize = 32. // of the largest map
	sheet     = 2.5 // from one map of a stack to the next
	mostMaps  = 5   // of a stack
)

func newGlyphs(layers []nn.LayerInfo) glyphs {
	g := glyphs{1, 2}
	for _, l := range layers {
		if n := len(l.Shape); n > 1 {
			g.largest = max(g.largest, slices.Max(l.Shape[:n-1]))
		} else {
			g.vector = max(g.vector, l.Shape.Size())
		}
	}
	return g
}

// sheets is how many sheets a stack has: each map where they are few, and then one more for
// four times as many.
func sheets(channels int) int {
	if channels <= 3 {
		return channels
	}
	return min(mostMaps, 2+int(math.Log2(float64(channels))/4))
}

// draw puts a map as a stack of sheets whose sides are in proportion to those of the
// largest map, on the front one the window of the layer behind, in that layer's colour; a
// vector is a bar, its height on a logarithmic scale.
func (g glyphs) draw(d *drawing, s tensor.Shape, window []int, x, middle float64, colour, windowColour string) {
	if len(s) < 2 {
		high := 4 + (glyphSize-4)*math.Log2(float64(max(1, s.Size())))/math.Log2(float64(g.vector))
		d.rect(x+glyphSize/2-3, middle-high/2, 6, high, colour)
		return
	}
	side := func(n int) float64 { return max(2, glyphSize*float64(n)/float64(g.largest)) }
	high := side(s[0])
	wide := high
	if len(s) == 2 { // along one axis
		wide = 4
	} else {
		wide = side(s[1])
	}
	n := sheets(s[len(s)-1])
	left := x + (glyphSize-wide)/2
	top := middle - high/2 + sheet*float64(n-1)/2
	for i := n - 1; i >= 0; i-- { // the front one last
		fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" stroke="%s"/>`, left+sheet*float64(i), top-sheet*float64(i), wide, high, paper, colour)
	}
	if len(window) == len(s)-1 && len(window) <= 2 {
		h, w := side(window[0]), wide
		if len(window) == 2 {
			w = side(window[1])
		}
		const least = 3 // pixels, or it could not be seen
		d.rect(left, top, min(max(least, w), wide), min(max(least, h), high), windowColour)
	}
}

// windowOf is the window that a layer slides over its input, nil for a layer without one.
func windowOf(l nn.LayerInfo) []int {
	for _, name := range []string{"kernel_size", "pool_size"} {
		if w := l.Config.Ints(name); w != nil {
			return w
		}
	}
	return nil
}
