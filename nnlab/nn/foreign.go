package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// mendForeign is the mend where the file of another program has other arrays than the model.
const mendForeign = "the model must have the layers of the one that was saved: look at both lists of names"

// foreign is a parameter with the array of a file that it is there.
type foreign struct {
	param *Param
	name  string              // "": the file has none for it
	shape tensor.Shape        // there
	at    func(index int) int // where element index of ours stands there
}

// namesThere splits the name of a parameter into what the file calls its layer and what we call
// the array.
func namesThere(p *Param, rename func(string) string) (layer, array string) {
	layer, array, _ = strings.Cut(p.Name, "/")
	if rename != nil {
		layer = rename(layer)
	}
	return layer, array
}

// loadForeign reads the parameters from where find tells that they are in the file of another
// program. Unless all are there nothing has changed.
func (m *Model) loadForeign(path string, find func(*node, *Param) (foreign, error)) (err error) {
	defer catch("", &err)
	f, err := safetensors.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	arrays := map[string]safetensors.Array{}
	for name, a := range f.Arrays {
		arrays[strings.TrimSuffix(name, ":0")] = a // as TensorFlow ends the names of variables
	}
	var all []foreign
	var wrong []string
	taken := map[string]bool{}
	for _, n := range m.graph.nodes {
		for _, p := range n.params {
			a, err := find(n, p)
			if err != nil {
				return err
			}
			if a.name == "" {
				continue
			}
			taken[a.name] = true
			switch array, ok := arrays[a.name]; {
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
		return fmt.Errorf("%s; %s", listed(wrong), surplusOf(arrays, taken))
	}
	for _, a := range all {
		there := tensor.New(m.backend, a.shape...)
		if err := f.Read(arrays[a.name], there); err != nil {
			return err
		}
		values := there.Values()
		makeRoom(a.param)
		a.param.Value.SetEach(func(i int) float32 { return values[a.at(i)] })
	}
	m.goOnFrom(0, 0, &History{})
	if s := surplusOf(arrays, taken); s != "" {
		sayOf(path, s)
	}
	return nil
}

// surplusOf names the arrays of a file that no layer has, but for counters of batches.
func surplusOf(arrays map[string]safetensors.Array, taken map[string]bool) string {
	var surplus []string
	for name := range arrays {
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
