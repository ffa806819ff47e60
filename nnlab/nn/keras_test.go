package nn

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Numbers stand in Keras's file as here, whatever the shapes are called; a layer that is not in
// the file keeps its weights.
func TestLoadKeras(t *testing.T) {
	path := foreignFile(t, []string{"camada_c/kernel", "camada_c/bias:0", "camada_d/kernel:0", "camada_d/bias", "camada_p/alpha",
		"camada_bn/gamma", "camada_bn/beta", "camada_bn/moving_mean", "camada_bn/moving_variance", "camada_fc/kernel", "camada_fc/bias", "camada_velha/kernel"},
		tensor.Shape{3, 2, 2, 4}, tensor.Shape{4}, tensor.Shape{2, 2, 4, 3}, tensor.Shape{12}, tensor.Shape{1, 1, 12},
		tensor.Shape{12}, tensor.Shape{12}, tensor.Shape{12}, tensor.Shape{12}, tensor.Shape{12, 5}, tensor.Shape{5}, tensor.Shape{1})
	m := Sequential(Input(5, 5, 2), Named("c", Conv2D(4, [2]int{3, 2})), Named("d", DepthwiseConv2D(2, DepthMultiplier(3))),
		Named("p", PReLU()), Named("bn", BatchNorm()), GlobalAveragePool(), Named("fc", Dense(5)), Named("nova", Dense(2))).Compile(MSE, SGD(0.1))
	drawn := values(m)
	if err := m.LoadKeras(path, func(layer string) string {
		if layer == "nova" {
			return ""
		}
		return "camada_" + layer
	}); err != nil {
		t.Fatal(err)
	}
	next := 0
	for _, p := range m.Params() {
		got := p.Value.Values()
		if strings.HasPrefix(p.Name, "nova/") {
			if !slices.Equal(got, drawn[p.Name]) {
				t.Errorf("%s has changed", p.Name)
			}
			continue
		}
		for i, v := range got {
			if v != float32(next)/4 {
				t.Fatalf("%s: number %d is %v, want %v", p.Name, i, v, float32(next)/4)
			}
			next++
		}
	}
	if next != 3*2*2*4+4+2*2*12+12+12+4*12+12*5+5 {
		t.Errorf("%d numbers were read", next)
	}
}

// What a Keras file lacks and what it has too much is said, with both shapes, and nothing changes.
func TestLoadKerasRefuses(t *testing.T) {
	path := foreignFile(t, []string{"dense/kernel", "densa/bias"}, tensor.Shape{2, 4}, tensor.Shape{3})
	m := Sequential(Input(2), Dense(3)).Compile(MSE, SGD(0.1))
	before := m.WeightHash()
	err := m.LoadKeras(path, nil)
	for _, want := range []string{"LoadKeras", "dense/kernel is [2 4] instead of [2 3]", "dense/bias is missing (for dense/bias)", "no layer has densa/bias"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if m.WeightHash() != before {
		t.Error("weights have changed")
	}
}
