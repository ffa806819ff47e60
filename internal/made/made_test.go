package made

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// The numbers are those that Python has written down.
func TestNumbers(t *testing.T) {
	data, err := os.ReadFile("../../nnlab/nn/testdata/keras_mlp_float64.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Formula struct {
			Stream int
			Limit  float64
			Values []float32
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	f := file.Formula
	if got := Numbers(f.Stream, len(f.Values), f.Limit, 0); len(got) < 8 || !slices.Equal(got, f.Values) {
		t.Errorf("got %v, want %v", got, f.Values)
	}
}
