package nn

import (
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// ∂E/∂x is what differences of the loss say, for graphs of every kind of layer; asking
// for it changes nothing.
func TestInputGradient(t *testing.T) {
	for seed := range uint64(25) {
		d := clouds(6, 4, 4, 3)
		m := randomGraph(seed).Compile(CategoricalCrossentropy, Adam(0.01), Seed(seed), On(ref.New()))
		multi := Multi{X: []Data{d, d}, Y: []Data{d, d}}
		if _, err := m.Fit(multi, BatchSize(6), Verbose(false)); err != nil { // running means that are not 0 and 1
			t.Fatal(err)
		}
		before := m.WeightHash()
		index := []int{4, 1}
		dx, err := m.InputGradient(multi, index...)
		if err != nil {
			t.Fatal(err)
		}
		if len(dx) != 2 || dx[0].Rows() != 2 || m.WeightHash() != before {
			t.Fatalf("%d gradients, or a weight changed", len(dx))
		}
		loss := func() float64 {
			part := &toy{shape: d.shape, classes: d.classes}
			for _, i := range index {
				part.x, part.y = append(part.x, d.x[i]), append(part.y, d.y[i])
			}
			logs, err := m.Evaluate(Multi{X: []Data{part, part}, Y: []Data{part, part}})
			if err != nil {
				t.Fatal(err)
			}
			e, _ := logs.Get("loss")
			return e
		}
		const h = 1.0 / 512
		for _, place := range []int{0, 17, 40} {
			x := &d.x[index[1]][place]
			was := *x
			*x = was + h
			up := loss()
			*x = was - h
			down := loss()
			*x = was
			slope := (up - down) / (2 * h) // both inputs are the same examples
			got := dx[0].Values()[48+place] + dx[1].Values()[48+place]
			if math.Abs(float64(got)-slope) > 1e-2*math.Abs(slope)+2e-4 {
				t.Errorf("graph %d, number %d: ∂E/∂x is %v, differences say %v", seed, place, got, slope)
			}
		}
	}
}

func TestInputGradientRefuses(t *testing.T) {
	m := Sequential(Input(2), Dropout(0.5), Dense(3, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
	d := clouds(4, 2)
	for want, index := range map[string][]int{
		"InputGradient: expects the indices of at least one example, got none": nil,
		"InputGradient: expects at most 4 indices from 0 to 3, got [4]":        {4},
	} {
		if _, err := m.InputGradient(d, index...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if _, err := Sequential(Input(2), Dense(3)).Compile(NoLoss, SGD(0.1)).InputGradient(d, 0); err == nil || !strings.Contains(err.Error(), "a model with a loss") {
		t.Errorf("got %v", err)
	}
}
