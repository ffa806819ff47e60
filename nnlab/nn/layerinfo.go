package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// LayerInfo is what [Model.Summary] tells about a layer.
type LayerInfo struct {
	Name           string       // "conv2d_1"
	Kind           string       // "Conv2D"
	Recipe         string       // "Conv2D(32, 3×3, relu)"
	Config         Config       // the same as data, nil where a layer of another package does not say it
	Shape          tensor.Shape // of one example behind it
	Parameters     int          // without those of another layer that it shares
	Formula        string       // how they come about: "784·512 + 512 = 401 920"
	MACs           int          // multiply-accumulates of one example's forward pass
	MapSize        string       // how the size of the map comes about: "(28 − 3 + 2·0)/1 + 1 = 26"
	ReceptiveField string       // "5×5", "" where it means nothing
	From           []string     // the names of the layers that it is connected to
	Frozen         bool         // its parameters do not learn, see [Freeze]
	Block          string       // in which it stands, "conv2_1", or "stage2.block1" within a block; "" for none
	Shares         string       // the name of the earlier layer whose parameters it has, see [Shared]; "" for none
	Device         string       // where it computes, "cuda, NVIDIA T4"; "" in this process

	model  *Model
	params []*Param
	inner  int // layers that a folded block has
}

// String is the layer in one line: "dense_1: Dense(10, softmax), [10], 84·10 + 10 = 850".
func (l LayerInfo) String() string {
	text := fmt.Sprintf("%s: %s, %v", l.Name, l.Recipe, l.Shape)
	if l.Formula != "" {
		text += ", " + l.Formula
	}
	return plain.Line(text)
}

// Params are the layer's parameters, which it does not share with an earlier layer; nil where
// the model cannot be used.
func (l *LayerInfo) Params() []*Param {
	if l.model.ready() != nil {
		return nil
	}
	if begin(l.params) != nil { // of a model that has been compiled anew since
		return nil
	}
	return l.params
}

// Layers describes the layers in the order in which they compute, or returns nil
// when the model could not be built. It needs no weights, and draws none.
func (m *Model) Layers() []LayerInfo {
	if m.built() != nil {
		return nil
	}
	return m.graph.describeLayers(m)
}

func (g *graph) describeLayers(of *Model) (all []LayerInfo) {
	device := ""
	if _, elsewhere := g.backend.(backend.Device); elsewhere {
		device = of.home()
	}
	for _, n := range g.nodes {
		mapSize := ""
		if l, ok := n.layer.(mapper); ok {
			mapSize = l.mapFormula()
		}
		all = append(all, LayerInfo{
			Name: n.name, Kind: kind(n.layer), Recipe: n.recipe, Config: n.config, Shape: n.shape,
			Parameters: n.parameters(), Formula: n.formula(), MACs: n.macs(),
			MapSize: mapSize, ReceptiveField: n.receptiveField(), From: n.from(), model: of, params: n.params, Frozen: n.frozen, Block: strings.TrimSuffix(n.block, "."), Shares: n.shares, Device: device,
		})
	}
	return all
}

// InputNames are the names of the layers where examples enter, in the order of [Inputs], or nil
// when the model could not be built.
func (m *Model) InputNames() []string {
	if m.built() != nil {
		return nil
	}
	return namesOf(m.graph.inputs)
}

// OutputNames are the names of the layers whose outputs are the model's, in the order of
// [Outputs], or nil when the model could not be built.
func (m *Model) OutputNames() []string {
	if m.built() != nil {
		return nil
	}
	return namesOf(m.graph.outputs)
}

// FoldBlocks shows each outermost [Block] as one layer of the kind "Block": with the shape
// behind its last layer and the sum of all parameters and MACs. What was connected to a
// layer of a block is connected to the block.
func FoldBlocks(layers []LayerInfo) []LayerInfo {
	var folded []LayerInfo
	stands := map[string]string{} // the name under which a layer is shown
	for _, l := range layers {
		outer, _, _ := strings.Cut(l.Block, ".")
		if outer == "" {
			stands[l.Name] = l.Name
			l.From = shownAs(stands, l.From)
			folded = append(folded, l)
			continue
		}
		stands[l.Name] = outer
		i := slices.IndexFunc(folded, func(f LayerInfo) bool { return f.Name == outer && f.Kind == "Block" })
		if i < 0 {
			folded = append(folded, LayerInfo{Name: outer, Kind: "Block", Frozen: true, model: l.model})
			i = len(folded) - 1
		}
		f := &folded[i]
		f.inner++
		f.Frozen = f.Frozen && (l.Frozen || len(l.params) == 0)
		f.Recipe, f.Formula = fmt.Sprintf("Block(%d layers)", f.inner), thousands(f.Parameters+l.Parameters)
		f.Shape, f.ReceptiveField = l.Shape, l.ReceptiveField
		f.Parameters, f.MACs, f.params = f.Parameters+l.Parameters, f.MACs+l.MACs, append(f.params, l.params...)
		for _, from := range shownAs(stands, l.From) {
			if from != outer && !slices.Contains(f.From, from) {
				f.From = append(f.From, from)
			}
		}
	}
	return folded
}

// shownAs are the names under which layers are shown, each block's once.
func shownAs(stands map[string]string, names []string) (shown []string) {
	for _, n := range names {
		if s := stands[n]; s == n || !slices.Contains(shown, s) {
			shown = append(shown, s)
		}
	}
	return shown
}
