package main

import "testing"

// What a student has in variables besides models and sets: answers, figures, what
// models are made of, and results of several trainings.
func TestVariablesOfAStudent(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"train, test := datasets.MNIST()\ntrain = train.Take(500)\ntrain", "execute_result text/plain 500 examples [28 28 1] · 10 classes"},
		{"train := train.Take(100)\ntrain.Len()", "execute_result text/plain 100"},
		{"train := train.Take(50)\ntrain.Len()", "execute_result text/plain 50"},

		// One list of options, one optimizer, one layer for several models.
		{"layers := []nn.Layer{nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(8, nn.ReLU)}\noptions := []nn.FitOption{nn.Epochs(1), nn.Verbose(false)}", "idle"},
		{"layers = append(layers, nn.Dense(10, nn.Softmax))\noptimizer := nn.SGD(0.1)\nmodel := nn.Sequential(layers...).Named(\"one\")\nmodel.Compile(nn.CategoricalCrossentropy, optimizer, nn.Accuracy)\nmodel.Fit(train, options...)\nmodel.Name()", "execute_result text/plain one"},
		{"model.Fit(train, options...)\nmodel.History()", "execute_result text/plain   epoch"},
		{"history := model.History()\nhistory.Epochs()", "execute_result text/plain 2"},
		{"model.Fit(train, options...)\nhistory.Epochs()", "execute_result text/plain 3"},
		{"fmt.Print(history.Epochs(), model.History() == history)", `stdout "3 true"`},

		// Answers, which lie in the backend's memory.
		{"y, err := model.Predict(test.Take(2))\nother, first := y, y.Values()[0]", "idle"},
		{"fmt.Print(y.Shape, y == other, y.Values()[0] == first)", `stdout "[2 10] true true"`},
		{"other.Set(make([]float32, 20))", "idle"},
		{"fmt.Print(y.Values()[0], \" \", y.Backend.Name())", `stdout "0 cpu"`},

		// What models are told when they are compiled.
		{"metric, loss := nn.Accuracy, nn.MSE\nmetrics := map[string]nn.Metric{\"top\": nn.TopK(3), \"f1\": nn.F1}\nslower := []nn.FitOption{nn.StepDecay(0.5, 2), nn.CosineDecay(4, 0.1)}", "idle"},
		{"fmt.Print(metric == nn.Accuracy, metrics[\"f1\"] == nn.F1, metrics[\"top\"], loss, slower[0] == nn.StepDecay(0.5, 2), slower[1] == nn.CosineDecay(4, 0.1))", `stdout "true true top_3_accuracy MSE true true"`},

		// A figure is shown again by the cell that ends with it, and once by the cell that makes it.
		{"figure, err := viz.Images(test, 3)\nfigure", "display_data"},
		{"figure", "execute_result image/svg+xml,text/html,text/plain 3 de 10 000"},
		{"curves, err := viz.LossCurves()", "display_data"},
		{"curves", "execute_result image/svg+xml,text/html,text/plain entropia cruzada"},

		// What is shown of them.
		{"type mark struct{ Name string }\nmarks := []*mark{{\"ana\"}}", "idle"},
		{"marks", "execute_result text/plain [&{Name:ana}]"},
		{"A := mat.NewDense(1, 2, []float64{1, 2})", "idle"},
		{"A", "execute_result text/plain 1 × 2\n1  2"},

		// Rates and what they led to.
		{`type result struct {
	rate  float64
	model *nn.Model
}
var results []result
best := map[string]result{}
for _, rate := range []float64{0.1, 0.0001} {
	m := nn.Sequential(layers...).Compile(nn.CategoricalCrossentropy, nn.SGD(rate), nn.Accuracy)
	m.Fit(train, nn.Epochs(3), nn.Verbose(false))
	results = append(results, result{rate, m})
}`, "idle"},
		{`loss := func(m *nn.Model) float64 {
	l, _ := m.History().Last("loss")
	return l
}
sort.Slice(results, func(i, j int) bool { return loss(results[i].model) < loss(results[j].model) })
best["all"] = results[0]
fmt.Print(best["all"].rate)`, `stdout "0.1"`},
		{"best[\"all\"].model.Fit(train, nn.Epochs(1), nn.Verbose(false))", "idle"},
		{"fmt.Print(results[0].model.History().Epochs(), results[1].model.History().Epochs(), results[0].model == best[\"all\"].model)", `stdout "4 3 true"`},
	})
}
