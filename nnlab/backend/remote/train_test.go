//go:build linux

package remote_test

import (
	"slices"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// gpu is a CPU that says that it is a GPU.
type gpu struct{ backend.Backend }

func (gpu) Name() string   { return "cuda" }
func (gpu) Device() string { return "a card of paper" }
func (gpu) Room() (bytes int64, of string, known bool) {
	return 1 << 30, "the memory of paper", true
}

// network has a layer of each kind of memory: weights, running means, a mask.
func network(b backend.Backend) *nn.Model {
	return nn.Sequential(nn.Input(28, 28, 1), nn.Conv2D(4, 3, nn.ReLU), nn.BatchNorm(), nn.MaxPool2D(2), nn.Flatten(),
		nn.Dropout(0.2), nn.Dense(10, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.Adam(0.001), nn.Accuracy, nn.On(b), nn.Seed(3))
}

// TestTraining trains in another process's place: the same bits as here. A variable of a
// notebook that is such a model is found again on the GPU, and trains on as if nothing had been.
func TestTraining(t *testing.T) {
	_, socket, _ := served(t, compiler{gpu{cpu.New()}})
	t.Setenv(remote.Name, socket) // of the kernel, for the one connection of this program: TestVariables has the same
	train, _ := datasets.MNIST()
	fit := func(m *nn.Model, epochs int) []float64 {
		t.Helper()
		if _, err := m.Fit(train.Take(96), nn.Epochs(epochs), nn.BatchSize(32), nn.Verbose(false)); err != nil {
			t.Fatal(err)
		}
		return m.History().Get("loss")
	}
	here := network(cpu.New())
	there, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	away := network(there)
	if want, got := fit(here, 2), fit(away, 2); !slices.Equal(got, want) || here.WeightHash() != away.WeightHash() {
		t.Errorf("the losses are %v, and here %v", got, want)
	}
	state, err := away.KeepVariable()
	if err != nil {
		t.Fatal(err)
	}
	again := &nn.Model{}
	if err := again.RestoreVariable(state); err != nil {
		t.Fatal(err)
	}
	if want, got := fit(here, 1), fit(again, 1); !slices.Equal(got, want) || here.WeightHash() != again.WeightHash() {
		t.Errorf("after a cell the losses are %v, and here %v", got, want)
	}
	kept, _ := again.KeepVariable()
	if name := kept.(map[string]any)["backend"]; name != "cuda" {
		t.Errorf("it lives on %v", name)
	}
}

// keeper is what notebooks keep by a rule of its own.
type keeper interface {
	KeepVariable() (any, error)
	RestoreVariable(any) error
}

// The backend and buffers of it are variables, too.
func TestVariables(t *testing.T) {
	_, socket, _ := served(t, compiler{gpu{cpu.New()}})
	t.Setenv(remote.Name, socket)
	b, err := remote.Kernel()
	if err != nil {
		t.Fatal(err)
	}
	x, y := b.Alloc(5), b.Alloc(1)
	b.Fill(5, 7, x)
	k, err := b.(backend.Compiler).Compile("the source", "affine")
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.(backend.Compiler).Compile("the source", "another")
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[keeper]keeper{b.(keeper): b.(keeper), x.(keeper): y.(keeper), k.(keeper): again.(keeper)} {
		state, err := from.KeepVariable()
		if err == nil {
			err = to.RestoreVariable(state)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if s := b.Sum(5, y); s != 35 {
		t.Errorf("the numbers sum up to %v", s)
	}
	again.Launch(backend.Dim3{}, backend.Dim3{X: 5}, 2, 0.5, y, 0.5)
	if s := b.Sum(5, y); s != 75 {
		t.Errorf("a kernel makes the sum %v", s)
	}
	if _, err := b.Scalars(2).(keeper).KeepVariable(); err == nil {
		t.Error("scalars are kept")
	}
}
