package nn

import "testing"

// LossName is the function that is measured, however it is computed.
func TestLossName(t *testing.T) {
	sequential := func(l Loss) *Model { return Sequential(Input(2), Dense(3, Softmax)).Compile(l, SGD(0.1)) }
	two := Graph(Inputs(), Outputs())
	for want, m := range map[string]*Model{
		"MSE": sequential(MSE), "Huber(0.3)": sequential(Huber(0.3)), "CategoricalCrossentropy": sequential(SparseCategoricalCrossentropy.Unfused()),
		"CategoricalCrossentropy(label smoothing 0.1)": sequential(CategoricalCrossentropy.LabelSmoothing(0.1)),
		"BinaryCrossentropy":                           sequential(BinaryCrossentropyFromLogits), "KLDivergence + MSE": two.Compile(MSE, SGD(0.1), Losses(KLDivergence, MSE)),
	} {
		if got := m.LossName(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := Sequential(Input(2), Dense(3)).LossName() + (*Model)(nil).LossName(); got != "" {
		t.Errorf("got %q before Compile", got)
	}
}
