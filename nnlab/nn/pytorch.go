package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// LoadPyTorch reads the weights of a PyTorch model from a safetensors file into this one,
// whose layers are those of the file: pretrained weights of torchvision, for example.
// rename says what the file calls a layer, given its name here; nil leaves the names as
// they are. PyTorch's ways to lay numbers out are turned into ours:
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
	if err := m.ready(); err != nil {
		return show(err)
	}
	if err := m.loadPyTorch(path, rename); err != nil {
		return show(&Error{Where: "LoadPyTorch", Err: err, Mend: "the model must have the layers of the one that was saved: look at both lists of names"})
	}
	return nil
}

// Pretrained has load bring the weights before the model is used for the first time, in
// the place of those that are drawn: for functions that return a model which is yet to be
// compiled. It returns the model.
func (m *Model) Pretrained(load func(*Model) error) *Model {
	m.pretrain = load
	return m
}

// foreign is a parameter with the array of a file that it is there.
type foreign struct {
	param *Param
	name  string
	shape tensor.Shape        // there
	at    func(index int) int // where element index of ours stands there
}

var pyTorchNames = map[string]string{"kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias", "alpha": "weight",
	"moving_mean": "running_mean", "moving_variance": "running_var"}

func (m *Model) loadPyTorch(path string, rename func(string) string) error {
	f, err := safetensors.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var all []foreign
	var wrong []string
	taken := map[string]bool{}
	for _, n := range m.graph.nodes {
		for _, p := range n.params {
			a := n.inPyTorch(p, rename)
			taken[a.name] = true
			switch array, ok := f.Arrays[a.name]; {
			case !ok:
				wrong = append(wrong, fmt.Sprintf("%s is missing (for %s)", a.name, p.Name))
			case !array.Shape.Equal(a.shape):
				wrong = append(wrong, fmt.Sprintf("%s is %v instead of %v", a.name, array.Shape, a.shape))
			case !array.Reads():
				wrong = append(wrong, fmt.Sprintf("%s has numbers of type %s instead of floating-point ones", a.name, array.DType))
			}
			all = append(all, a)
		}
	}
	if wrong != nil {
		return fmt.Errorf("%s; %s", listed(wrong), surplusOf(f, taken))
	}
	for _, a := range all {
		there := tensor.New(m.backend, a.shape...)
		if err := f.Read(f.Arrays[a.name], there); err != nil {
			return err
		}
		values := there.Values()
		a.param.Value.SetEach(func(i int) float32 { return values[a.at(i)] })
	}
	m.step, m.epoch, m.history = 0, 0, History{}
	if s := surplusOf(f, taken); s != "" {
		sayOf(path, s)
	}
	return nil
}

// surplusOf names the arrays of a file that no layer has, but for counters of batches.
func surplusOf(f *safetensors.File, taken map[string]bool) string {
	var surplus []string
	for name := range f.Arrays {
		if !taken[name] && !strings.HasSuffix(name, ".num_batches_tracked") {
			surplus = append(surplus, name)
		}
	}
	if surplus == nil {
		return ""
	}
	slices.Sort(surplus)
	return "no layer has " + listed(surplus)
}

// inPyTorch is where PyTorch has a parameter.
func (n *node) inPyTorch(p *Param, rename func(string) string) foreign {
	layer, array, _ := strings.Cut(p.Name, "/")
	if rename != nil {
		layer = rename(layer)
	}
	a := foreign{param: p, name: layer + "." + pyTorchNames[array], shape: p.Value.Shape, at: func(i int) int { return i }}
	s := p.Value.Shape
	switch {
	case array != "kernel":
	case len(s) == 2:
		order := n.flattened(s[0])
		a.shape = tensor.Shape{s[1], s[0]}
		a.at = func(i int) int { return i%s[1]*s[0] + order(i/s[1]) }
	case len(s) > 2: // [k… in out] there [out in k…]
		cells, in, out := s[:len(s)-2].Size(), s[len(s)-2], s[len(s)-1]
		a.shape = append(tensor.Shape{out, in}, s[:len(s)-2]...)
		a.at = func(i int) int { return (i%out*in+i/out%in)*cells + i/(out*in) }
	}
	return a
}

// flattened tells where PyTorch has input i of a dense layer: behind a Flatten of [height
// width channels] it counts the channels first.
func (n *node) flattened(inputs int) func(i int) int {
	from := n.in[0]
	for len(from.shape) == 1 && len(from.in) == 1 && len(from.params) == 0 && from.shape.Size() == from.in[0].shape.Size() { // flattens, drops or activates
		from = from.in[0]
	}
	if len(from.shape) < 2 || from.shape.Size() != inputs {
		return func(i int) int { return i }
	}
	channels := from.shape[len(from.shape)-1]
	positions := inputs / channels
	return func(i int) int { return i%channels*positions + i/channels }
}
