package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// LoadKeras reads the weights of a Keras model from a safetensors file into this one, whose
// layers are those of the file: those of keras.applications, for example. In Python:
//
//	from safetensors.numpy import save_file
//	save_file({w.path: w.numpy() for w in model.weights}, "model.safetensors")
//
// rename says what the file calls a layer, given its name here; nil leaves the names as they
// are, and a layer that it calls "" keeps its weights. Keras lays numbers out as we do, and
// calls them so: "block1_conv1/kernel" [kh kw in out], "fc1/kernel" [in out], "bn/gamma",
// "bn/moving_mean", … An array that is missing, or of another shape, is an error that lists
// all of them; nothing has changed then. Arrays that no layer has are said once.
func (m *Model) LoadKeras(path string, rename func(layer string) string) error {
	if err := m.readyForWeights(); err != nil {
		return show(err)
	}
	err := m.loadForeign(path, func(n *node, p *Param) (foreign, error) { return n.inKeras(p, rename), nil })
	if err != nil {
		err = &Error{Where: "LoadKeras", Err: err, Mend: mendForeign}
	}
	return show(err)
}

// inKeras is where Keras has a parameter. The numbers stand in the same order; some shapes are
// written otherwise.
func (n *node) inKeras(p *Param, rename func(string) string) foreign {
	layer, array := namesThere(p, rename)
	if layer == "" {
		return foreign{}
	}
	a := foreign{param: p, name: layer + "/" + array, shape: p.Value.Shape, at: func(i int) int { return i }}
	switch l := n.layer.(type) {
	case *conv:
		if s := a.shape; array == "kernel" && l.multiplier > 0 { // [kh kw channels multiplier]
			a.shape = tensor.Shape{s[0], s[1], s[3] / l.multiplier, l.multiplier}
		}
	case *prelu: // with an axis for each that shares the slopes
		a.shape = append(slices.Repeat(tensor.Shape{1}, len(n.shape)-1), a.shape...)
	}
	return a
}
