package viz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// filterBank is a kernel as pictures: of each filter one for each channel that it sees.
type filterBank struct {
	high, wide, channels, filters int
	weights                       []float32 // [high wide channels filters], 0 where a filter does not see a channel
	sees                          [][]int   // the channels of each filter
	span                                    // of the weights that there are
	end                           float32   // the largest of them, or its negative
}

// bankOf reads a kernel as its layer has it: that of a transposed convolution has its filters
// before its channels, that of a PartialConv2D a picture for each connection of its table.
func bankOf(layer nn.LayerInfo, kernel *tensor.Tensor) filterBank {
	s, values := kernel.Shape, kernel.Values()
	b := filterBank{high: s[0], wide: s[1], channels: s[2], filters: s[3], weights: values, span: spanOf(values), end: extreme(values)}
	cells := s[0] * s[1]
	maps, each := layer.Config.Ints("maps"), layer.Config.Ints("maps_per_filter")
	switch {
	case layer.Kind == "Conv2DTranspose":
		b.channels, b.filters = s[3], s[2]
		b.weights = make([]float32, len(values))
		for i := range cells {
			for f := range b.filters {
				for c := range b.channels {
					b.weights[(i*b.channels+c)*b.filters+f] = values[(i*b.filters+f)*b.channels+c]
				}
			}
		}
	case layer.Kind == "PartialConv2D" && len(maps) == s[3]:
		b.channels, b.filters = slices.Max(maps)+1, len(each)
		b.weights = make([]float32, cells*b.channels*b.filters)
		connection := 0
		for f, n := range each {
			seen := maps[connection : connection+n]
			for _, c := range seen {
				for i := range cells {
					b.weights[(i*b.channels+c)*b.filters+f] = values[i*len(maps)+connection]
				}
				connection++
			}
			b.sees = append(b.sees, seen)
		}
		return b
	}
	for range b.filters {
		all := make([]int, b.channels)
		for c := range all {
			all[c] = c
		}
		b.sees = append(b.sees, all)
	}
	return b
}

// inDetail says the weights of all, and of some filters those of each, as who sees them compares
// them.
func (b *filterBank) inDetail(w words) string {
	const most = 16
	said := []string{"w: " + b.inWords(w)}
	for f, channels := range b.sees {
		if f == most {
			said = append(said, fmt.Sprintf(w.more, count(b.filters-f)))
			break
		}
		var own []float32
		sum := 0.
		for _, c := range channels {
			own = append(own, b.of(f, c)...)
		}
		for _, v := range own {
			sum += float64(v)
		}
		said = append(said, fmt.Sprintf("%s %d: %s, Σ w = %s", w.sliding().filter, f+1, spanOf(own).inWords(w), w.digits(sum)))
	}
	return strings.Join(said, "; ")
}

// pictures is how many there are.
func (b *filterBank) pictures() (n int) {
	for _, channels := range b.sees {
		n += len(channels)
	}
	return n
}

// of are the weights of a filter for a channel, row by row.
func (b *filterBank) of(filter, channel int) []float32 {
	own := make([]float32, b.high*b.wide)
	for i := range own {
		own[i] = b.weights[(i*b.channels+channel)*b.filters+filter]
	}
	return own
}

// pixels are those of the picture of a filter for a channel.
func (b *filterBank) pixels(filter, channel int) (tensor.Shape, []float32) {
	var pixels []float32
	for _, v := range b.of(filter, channel) {
		pixels = append(pixels, diverging(v/b.end)...)
	}
	return tensor.Shape{b.high, b.wide, 3}, pixels
}
