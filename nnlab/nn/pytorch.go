package nn

import (
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// LoadPyTorch reads the weights of a PyTorch model from a safetensors file into this one,
// whose layers are those of the file: pretrained weights of torchvision, for example.
// rename says what the file calls a layer, given its name here; nil leaves the names as
// they are, and a layer that it calls "" keeps its weights. PyTorch's ways to lay numbers
// out are turned into ours:
//
//	here                        PyTorch
//	"fc/kernel"  [in out]       "fc.weight" [out in], in the order channels, height, width behind a Flatten of an image
//	"c/kernel"   [kh kw in out] "c.weight"  [out in kh kw]
//	"c/bias"                    "c.bias"
//	"bn/gamma", "bn/beta"       "bn.weight", "bn.bias"
//	"bn/moving_mean"            "bn.running_mean"
//	"bn/moving_variance"        "bn.running_var"
//
// An array that is missing, or of another shape, is an error that lists all of them;
// nothing has changed then. Arrays that no layer has are said once.
func (m *Model) LoadPyTorch(path string, rename func(layer string) string) error {
	if err := m.readyForWeights(); err != nil {
		return show(err)
	}
	err := m.loadPyTorch(path, rename)
	if _, said := err.(*Error); err != nil && !said {
		err = &Error{Where: "LoadPyTorch", Err: err, Mend: mendForeign}
	}
	return show(err)
}

// Pretrained has load bring the weights before the model is used for the first time, in
// the place of those that are drawn: for functions that return a model which is yet to be
// compiled. It returns the model. What load does not bring is drawn. Its error is the
// model's. Weights that come before, by [Model.Load] or what [Keep] has kept, need no
// load; [Model.Reset] draws the weights, as for any model.
func (m *Model) Pretrained(load func(*Model) error) *Model {
	if m == nil {
		return Refused("model", noModel())
	}
	if load == nil {
		load = func(*Model) error {
			return &Error{Where: "Pretrained", Expected: "a function that loads the weights", Got: "nil", Mend: "leave it out"}
		}
	}
	m.pretrain = load
	return m
}

var pyTorchNames = map[string]string{"kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias", "alpha": "weight",
	"moving_mean": "running_mean", "moving_variance": "running_var"}

func (m *Model) loadPyTorch(path string, rename func(string) string) error {
	counts := m.graph.numberings()
	for _, n := range m.graph.nodes {
		if _, ok := n.layer.(*reshape); ok && counts[n].mixed == n && len(n.in[0].shape) == 1 {
			return n.unnumbered(n) // what makes the features has its weights in another order
		}
	}
	return m.loadForeign(path, func(n *node, p *Param) (foreign, error) { return n.inPyTorch(p, counts[n.in[0]], counts[n], rename) })
}

// inPyTorch is where PyTorch has a parameter of a layer whose inputs and outputs it counts so.
func (n *node) inPyTorch(p *Param, in, out numbering, rename func(string) string) (foreign, error) {
	layer, array := namesThere(p, rename)
	if layer == "" {
		return foreign{}, nil
	}
	a := foreign{param: p, name: layer + "." + pyTorchNames[array], shape: p.Value.Shape, at: func(i int) int { return i }}
	s, numbered := p.Value.Shape, true
	switch {
	case array == "kernel" && len(s) == 2:
		a.shape = tensor.Shape{s[1], s[0]}
		a.at = func(i int) int { return i%s[1]*s[0] + in.place(i/s[1]) }
	case array == "kernel": // [k… in out] there [out in k…]
		cells, in, out := s[:len(s)-2].Size(), s[len(s)-2], s[len(s)-1]
		a.shape = append(tensor.Shape{out, in}, s[:len(s)-2]...)
		a.at = func(i int) int { return (i%out*in+i/out%in)*cells + i/(out*in) }
		numbered = false
	case len(n.shape) == 1 && !n.hasKernel(): // a number for each input
		a.at = out.place
	default:
		numbered = false
	}
	switch {
	case out.mixed == n:
		return a, n.unnumbered(n)
	case numbered && in.mixed != nil:
		return a, n.unnumbered(in.mixed)
	}
	return a, nil
}

func (n *node) hasKernel() bool {
	return slices.ContainsFunc(n.params, func(p *Param) bool { return strings.HasSuffix(p.Name, "/kernel") })
}
