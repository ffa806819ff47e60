package nn

import (
	"strings"
	"testing"
)

// fromVariable is the model as the next cell finds it.
func fromVariable(t *testing.T, m *Model) *Model {
	t.Helper()
	state, err := m.KeepVariable()
	if err != nil {
		t.Fatal(err)
	}
	again := &Model{}
	if err := again.RestoreVariable(state); err != nil {
		t.Fatal(err)
	}
	return again
}

// A model without a loss is a variable like others, and one that Compile has refused keeps
// its error.
func TestVariables(t *testing.T) {
	own := Sequential(Input(6), Dense(3)).Compile(NoLoss, SGD(1))
	own.Params()[0].Value.SetEach(func(i int) float32 { return float32(i) })
	if got := fromVariable(t, own); got.WeightHash() != own.WeightHash() || !got.lossless() {
		t.Errorf("got %v, %v", got, got.Err())
	}
	refused := Sequential(Input(6, 6, 1), Dense(3)).Compile(MSE, SGD(1))
	if got := fromVariable(t, refused).Err(); got == nil || got.Error() != refused.Err().Error() {
		t.Errorf("got %v, want %v", got, refused.Err())
	}
}

// What cannot be made again is an error, not a model that is yet to be compiled.
func TestRestoreVariableRefuses(t *testing.T) {
	state, err := small().KeepVariable()
	if err != nil {
		t.Fatal(err)
	}
	text := state.(map[string]any)["recipe"].(string)
	for change, want := range map[string]string{
		`"CategoricalCrossentropy"→"Cubism"`: "a loss that is known", `"SGD"→"Chance"`: "an optimizer that is known",
		`"accuracy"→"beauty"`: "a metric that is known", `"units":8→"units":"8"`: "Dense with units that is 8 instead of a whole number",
	} {
		old, new, _ := strings.Cut(change, "→")
		if !strings.Contains(text, old) {
			t.Fatalf("%s is not in %s", old, text)
		}
		err := (&Model{}).RestoreVariable(map[string]any{"recipe": strings.Replace(text, old, new, 1)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", change, err, want)
		}
	}
}

// Why a model cannot be made stays its error, whatever is called.
func TestRefused(t *testing.T) {
	t.Setenv("NNLAB_STATE", t.TempDir())
	said := func(m *Model) error { return m.Err() }
	for want, m := range map[string]*Model{
		"tower: expects stones, got sand; bake them": Refused("tower", &Error{Where: "tower", Expected: "stones", Got: "sand", Mend: "bake them"}),
		"LoadModel nowhere: ":                        LoadModel("nowhere"),
		"FromJSON: expects a model as JSON":          FromJSON([]byte("{")),
		"NewLayer: expects a kind":                   FromJSON([]byte(`{"layers":[{"config":{"kind":"Nothing"}}]}`)),
	} {
		for _, err := range []error{said(m), said(m.Compile(MSE, SGD(0.1))), said(m.Compile(MSE, SGD(0.1), Seed(2))), said(Keep(m.name, func() *Model { return m.Compile(MSE, SGD(0.1)) }))} {
			if e, ok := err.(*Error); !ok || !strings.HasPrefix(e.text(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if state, err := m.KeepVariable(); err == nil {
			t.Errorf("%s is kept as %v", want, state)
		}
		if m.Layers() != nil || m.History().Epochs() != 0 {
			t.Errorf("%s has layers, or a history", want)
		}
	}
}
