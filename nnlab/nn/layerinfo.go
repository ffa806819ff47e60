package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// LayerInfo is what [Model.Summary] tells about a layer.
type LayerInfo struct {
	Name           string       // "conv2d_1"
	Kind           string       // "Conv2D"
	Recipe         string       // "Conv2D(32, 3×3, relu)"
	Shape          tensor.Shape // of one example behind it
	Parameters     int          // without those of another layer that it shares
	Formula        string       // how they come about: "784·512 + 512 = 401 920"
	MACs           int          // multiply-accumulates of one example's forward pass
	ReceptiveField string       // "5×5", "" where it means nothing
	From           []string     // the names of the layers that it is connected to
	Params         []*Param
}

// Layers describes the layers in the order in which they compute, or returns nil
// when the model could not be built.
func (m *Model) Layers() []LayerInfo {
	if m.ready() != nil {
		return nil
	}
	var all []LayerInfo
	for _, n := range m.graph.nodes {
		all = append(all, LayerInfo{
			Name: n.name, Kind: kind(n.layer), Recipe: n.recipe, Shape: n.shape,
			Parameters: n.parameters(), Formula: n.formula(), MACs: n.macs(),
			ReceptiveField: n.receptiveField(), From: n.from(), Params: n.params,
		})
	}
	return all
}
