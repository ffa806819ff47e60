package nn

import (
	"fmt"
	"strings"
)

type freeze []string

// Freeze keeps the weights of layers as they are while the others learn: transfer
// learning. A name is that of a layer ("dense_1") or of a [Block], with all layers in it;
// with a * at its end it is the beginning of names ("conv*"). Summary says which layers
// are frozen. A [BatchNorm] that is frozen normalises by its running means in training,
// too, as in Keras. To go on with all layers, Compile the model again without Freeze: it
// keeps its weights.
//
//	model.Compile(nn.CategoricalCrossentropy, nn.Adam(1e-3), nn.Accuracy, nn.Freeze("features"))
func Freeze(names ...string) CompileOption { return freeze(names) }

func (f freeze) applyCompile(m *Model) { m.frozen = append(m.frozen, f...) }

// A freezer computes otherwise where its parameters are frozen.
type freezer interface{ freeze() }

// freezes tells whether the node is one of those that are to be frozen.
func (a *assembly) freezes(n *node) bool {
	found := false
	for _, name := range a.frozen {
		prefix, many := strings.CutSuffix(name, "*")
		if n.name == name || many && strings.HasPrefix(n.name, prefix) || strings.HasPrefix(n.block, name+".") {
			a.froze[name], found = true, true
		}
	}
	return found
}

// checkFrozen finds names that no layer has.
func (a *assembly) checkFrozen() error {
	for _, name := range a.frozen {
		if a.froze[name] {
			continue
		}
		var known []string
		for _, l := range FoldBlocks(a.g.describeLayers(nil)) {
			known = append(known, l.Name)
		}
		return &Error{Where: "Compile: Freeze", Expected: "the name of a layer or a block: " + strings.Join(known, ", "), Got: fmt.Sprintf("%q", name),
			Mend: `write nn.Freeze("` + known[len(known)-1] + `"), or nn.Freeze("conv*") for all whose names begin so`}
	}
	return nil
}
