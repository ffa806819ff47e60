package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Where PyTorch has the numbers of an example. A map stands [height width channels] here,
// [channels height width] there: behind a Flatten they come in another order, which every
// layer with a parameter a number must know.

// numbering is how PyTorch counts what a node makes of an example.
type numbering struct {
	of    tensor.Shape // the map that was flattened, whose channels it counts first; nil: as here
	data  bool         // the numbers are the data's own, which are laid out as the layers say
	mixed *node        // behind which the order is not known any more
}

// numberings follow the order of numbers through the network.
func (g *graph) numberings() map[*node]numbering {
	all := map[*node]numbering{}
	for _, n := range g.nodes {
		all[n] = n.numbering(all)
	}
	return all
}

func (n *node) numbering(all map[*node]numbering) numbering {
	if len(n.in) == 0 {
		return numbering{data: true}
	}
	in, before := n.in[0].shape, all[n.in[0]]
	for _, i := range n.in[1:] {
		if before.data = before.data && all[i].data; before.mixed == nil {
			before.mixed = all[i].mixed
		}
	}
	mixed := numbering{mixed: n}
	if before.mixed != nil {
		mixed = before
	}
	switch n.layer.(type) {
	case *dense, *maxout, *conv, *transposedConv, *globalPool:
		return numbering{}
	case *flatten, *reshape:
		switch {
		case before.mixed != nil || in.Equal(n.shape):
			return before
		case len(n.shape) == 1 && len(in) > 1:
			if !countsAlike(in) {
				before.of = in
			}
			return before
		case before.data && before.of == nil, before.of == nil && countsAlike(in) && countsAlike(n.shape):
			return before
		case before.of.Equal(n.shape):
			return numbering{data: before.data}
		}
		return mixed
	case *activation, *dropout, *spatialDropout, *gaussianNoise, *batchNorm, *layerNorm, *prelu,
		*add, *average, *subtract, *multiply, *maximum: // number by number
		if slices.ContainsFunc(n.in, func(i *node) bool { return !all[i].of.Equal(before.of) }) {
			return mixed
		}
		return before
	case *permute:
		if before.data && before.of == nil {
			return before
		}
		return mixed
	}
	// What else there is does not know of an order, and keeps maps as they are.
	if slices.ContainsFunc(n.in, func(i *node) bool { return all[i].of != nil }) || len(n.shape) == 1 && len(in) > 1 {
		return mixed
	}
	return before
}

// countsAlike tells whether a map has its numbers in the same order with its channels first.
func countsAlike(s tensor.Shape) bool {
	channels := s[len(s)-1]
	return channels == 1 || channels == s.Size()
}

// place is where PyTorch has number i.
func (o numbering) place(i int) int {
	if o.of == nil {
		return i
	}
	channels := o.of[len(o.of)-1]
	return i%channels*(o.of.Size()/channels) + i/channels
}

// unnumbered refuses a layer with a parameter of which is not known to which number it
// belongs there, behind the one that mixed them.
func (n *node) unnumbered(mixed *node) error {
	return &Error{Where: "LoadPyTorch", Layer: n.number, Expected: "numbers for " + n.where + " that PyTorch has in a known order",
		Got: "numbers whose order " + mixed.where + " changes", Mend: "flatten behind that layer, or set the weights by Params, in the order height, width, channels"}
}
