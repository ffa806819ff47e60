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
