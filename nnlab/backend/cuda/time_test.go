//go:build cuda && linux

package cuda_test

import (
	"slices"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
	"github.com/nnlab-go/lab/nnlab/backend/remote/remotetest"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// TestTime has the card say what each layer takes, in process and through the line as a cell
// does. A model that was timed learns the same, to the bit.
func TestTime(t *testing.T) {
	gpu, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	socket, _ := remotetest.Serve(t, gpu)
	train, _ := datasets.MNIST()
	network := func(b backend.Backend) *nn.Model {
		return nn.Sequential(nn.Input(28, 28, 1), nn.MaxPool2D(4), nn.Conv2D(4, 3, nn.ReLU), nn.Flatten(), nn.Dropout(0.2), nn.Dense(10, nn.Softmax)).
			Compile(nn.CategoricalCrossentropy, nn.Adam(0.01), nn.On(b), nn.Seed(3))
	}
	losses := func(m *nn.Model) []float64 {
		h, err := m.Fit(train.Take(8), nn.Epochs(2), nn.BatchSize(4), nn.Verbose(false))
		if err != nil {
			t.Fatal(err)
		}
		return h.Get("loss")
	}
	want := losses(network(gpu))
	for where, b := range map[string]backend.Backend{"here": gpu, "away": remotetest.Dial(t, socket)} {
		if _, ok := b.(backend.Stopwatch); !ok {
			t.Fatalf("%s the host's clock tells the times", where)
		}
		m := network(b)
		got, err := nn.Time(m, train, nn.BatchSize(4))
		if err != nil {
			t.Fatal(err)
		}
		if got.Step <= 0 || !(got.Largest() < 1e-4) {
			t.Errorf("%s a step takes %v, and the numbers differ by %v", where, got.Step, got.Largest())
		}
		emulated := b.(backend.Device).Device() == "emulator" // which counts instructions
		for _, l := range got.Layers {
			computes := l.Kind != "Input" && l.Kind != "Flatten"
			if l.Forward < 0 || l.Backward < 0 || emulated && (l.Forward > 0) != computes {
				t.Errorf("%s %s takes %v and %v", where, l.Name, l.Forward, l.Backward)
			}
		}
		if again := losses(m); !slices.Equal(again, want) {
			t.Errorf("%s the losses are %v after Time, and %v without", where, again, want)
		}
	}
}
