package nn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

type recompute []string

// Recompute has Fit train in less memory and more time: outputs within parts of the
// network are not kept for the backward pass, but computed again there, part by part. The
// weights are those of the training without it, to the bit; a step takes up to a third
// longer. The parts are the blocks with these names (see [Block]), each by itself; a * at
// the end of a name stands for all that begin so. Without a name the network is divided
// where it needs least, for a deep one in about as many parts as the square root of its
// layers.
//
//	model.Fit(train, nn.BatchSize(8), nn.Recompute())
func Recompute(blocks ...string) FitOption { return recompute(blocks) }

func (r recompute) applyFit(f *fit) {
	f.recompute = append(f.recompute, r...)
	f.recomputes, f.divides = true, f.divides || len(r) == 0
}

// pass is what the tensors of this training are planned for.
func (f *fit) pass() (pass, error) {
	p := pass{training: true, watched: len(f.observers) > 0, lodging: len(f.observers) == 0}
	switch {
	case !f.recomputes:
	case p.watched:
		return p, &Error{Where: "Fit", Expected: "Recompute or Observe", Got: "both", Mend: "leave out one: an observer sees what Recompute does not keep"}
	case f.divides:
		p.again = f.model.graph.segments()
	default:
		var err error
		if p.again, err = f.model.graph.blocks(f.recompute); err != nil {
			return p, err
		}
	}
	return p, nil
}

// blocks are the segments of the blocks with these names.
func (g *graph) blocks(names []string) ([]segment, error) {
	var all []segment
	found, before := map[string]bool{}, ""
	for i, n := range g.nodes {
		block := ""
		for _, path := range paths(n.block) {
			for _, name := range names {
				if calls(path, name) {
					found[name] = true
					block = cmp.Or(block, path) // the outermost
				}
			}
		}
		switch {
		case block == "":
		case block == before:
			all[len(all)-1].to = i + 1
		default:
			all = append(all, segment{i, i + 1})
		}
		before = block
	}
	for _, name := range names {
		if !found[name] {
			return nil, &Error{Where: "Fit: Recompute", Expected: "the name of a block: " + strings.Join(g.blockNames(), ", "), Got: fmt.Sprintf("%q", name),
				Mend: "write nn.Recompute(), which chooses the parts itself, or put layers in an nn.Block"}
		}
	}
	return all, nil
}

// calls tells whether a name, or its beginning with a *, is that of a block.
func calls(block, name string) bool {
	prefix, many := strings.CutSuffix(name, "*")
	return block == name || many && strings.HasPrefix(block, prefix)
}

// paths are the names of the blocks around a node in "stage2.block1.", the outermost first:
// "stage2", "stage2.block1".
func paths(within string) (all []string) {
	for i, c := range within {
		if c == '.' {
			all = append(all, within[:i])
		}
	}
	return all
}

func (g *graph) blockNames() (all []string) {
	for _, n := range g.nodes {
		for _, path := range paths(n.block) {
			if !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	if all == nil {
		return []string{"the model has none"}
	}
	return all
}
