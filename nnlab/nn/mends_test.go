package nn_test

import (
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// The mend of a test set that lacks the last class leaves the model as it is, and
// works.
func TestMendOfMissingClass(t *testing.T) {
	train := datasets.FromSlices([][]float32{{0}, {1}, {2}, {3}}, []int{0, 1, 2, 2})
	test := datasets.FromSlices([][]float32{{0}, {1}}, []int{0, 1})
	m := nn.Sequential(nn.Input(1), nn.Dense(3, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.01), nn.Accuracy)
	const mend = "if the data lack the last classes, write data.WithClasses(3); else end with nn.Dense(2, nn.Softmax)"
	if _, err := m.Fit(train, nn.Validation(test), nn.Verbose(false)); err == nil || !strings.HasSuffix(err.Error(), "; "+mend) {
		t.Errorf("got %v", err)
	}
	if _, err := m.Fit(train, nn.Validation(test.WithClasses(3)), nn.Verbose(false)); err != nil {
		t.Errorf("the mend gives %v", err)
	}
	two := nn.Sequential(nn.Input(1), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.01))
	if _, err := two.Fit(test, nn.Verbose(false)); err != nil {
		t.Errorf("the other mend gives %v", err)
	}
}
