package nn

import (
	"slices"
	"testing"
)

// Inputs and outputs are named in their own order, not in that of the layers, and a layer that
// shares says with which.
func TestNamesOfAGraph(t *testing.T) {
	left, right, same := Input(3), Input(3), Shared(Dense(3))
	a, b := left.Then(same), right.Then(same, same)
	m := Graph(Inputs(right, left), Outputs(Add(a, b).Named("sum"), a)).Compile(MSE, SGD(0.1))
	if got := m.InputNames(); !slices.Equal(got, []string{"input", "input_1"}) {
		t.Errorf("inputs %q", got)
	}
	if got := m.OutputNames(); !slices.Equal(got, []string{"sum", "dense"}) {
		t.Errorf("outputs %q", got)
	}
	shares := map[string]string{}
	for _, l := range m.Layers() {
		shares[l.Name] = l.Shares
	}
	if shares["dense"] != "" || shares["dense:2"] != "dense" || shares["dense:3"] != "dense" || shares["sum"] != "" {
		t.Errorf("%q", shares)
	}
	if wrong := Sequential(Input(3), Conv2D(1, 1)).Compile(MSE, SGD(0.1)); wrong.InputNames() != nil || wrong.OutputNames() != nil {
		t.Error("a model that cannot be built has names")
	}
}
