package nn

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// pretrained is a model whose first weights a file of PyTorch brings, not compiled; drawing any is an error.
func pretrained(t *testing.T, path string) *Model {
	never := InitializerFunc("never", func(tensor.Shape, int) float64 {
		t.Error("a weight is drawn that the file has")
		return 0
	})
	return Sequential(Input(6), Named("fc", Dense(3, Softmax, KernelInitializer(never), BiasInitializer(never)))).
		Pretrained(func(m *Model) error { return m.LoadPyTorch(path, nil) })
}

func pretrainedFile(t *testing.T) string {
	return foreignFile(t, []string{"fc.weight", "fc.bias"}, tensor.Shape{3, 6}, tensor.Shape{3})
}

func withAdam(m *Model) *Model { return m.Compile(CategoricalCrossentropy, Adam(0.01), Accuracy) }

// firstWeights are the numbers of pretrainedFile in our order.
func firstWeights() (kernel []float32) {
	for i := range 18 {
		kernel = append(kernel, float32(i%3*6+i/3)/4)
	}
	return kernel
}

// Whatever looks at a model first sees the weights that were loaded, and none is drawn.
func TestPretrainedWeightsComeFirst(t *testing.T) {
	path := pretrainedFile(t)
	kernel := func(p []*Param) []float32 { return p[0].Value.Values() }
	for name, look := range map[string]func(m *Model) []float32{
		"Params": func(m *Model) []float32 { return kernel(m.Params()) },
		"Layers": func(m *Model) []float32 { l := m.Layers()[1]; return kernel(l.Params()) },
		"a second Compile": func(m *Model) []float32 {
			return kernel(withAdam(m).Params())
		},
		"Save and Load": func(m *Model) []float32 {
			saved := filepath.Join(t.TempDir(), "saved")
			if err := m.Save(saved); err != nil {
				t.Fatal(err)
			}
			other := withAdam(pretrained(t, "nowhere")) // what is loaded before the first use needs no loader
			if err := other.Load(saved); err != nil {
				t.Fatal(err)
			}
			return kernel(other.Params())
		},
		"a variable": func(*Model) []float32 {
			m := Sequential(Input(6), Named("fc", Dense(3, Softmax))).Pretrained(func(m *Model) error { return m.LoadPyTorch(path, nil) })
			return kernel(fromVariable(t, withAdam(m)).Params())
		},
	} {
		if got := look(withAdam(pretrained(t, path))); !slices.Equal(got, firstWeights()) {
			t.Errorf("%s: got %v, want %v", name, got, firstWeights())
		}
	}
}

// A kept model goes on with the weights that it was trained to, not with those of the file.
func TestKeptModelIsNotLoadedAgain(t *testing.T) {
	t.Setenv("NNLAB_STATE", t.TempDir())
	path := pretrainedFile(t)
	next := func(path string) (*Model, func()) {
		end := anotherProcess("mlp")
		m := Keep("mlp", func() *Model {
			return withAdam(Sequential(Input(6), Named("fc", Dense(3, Softmax))).Pretrained(func(m *Model) error { return m.LoadPyTorch(path, nil) }))
		})
		return m, end
	}
	m, end := next(path)
	if got := m.Params()[0].Value.Values(); !slices.Equal(got, firstWeights()) {
		t.Errorf("begins with %v", got)
	}
	train(t, m, 2)
	trained := m.WeightHash()
	end()
	m, end = next("nowhere") // the file is not even looked for
	defer end()
	if got := m.WeightHash(); got != trained || m.History().Epochs() != 2 {
		t.Errorf("other weights than those it was trained to, with %d epochs; %v", m.History().Epochs(), m.Err())
	}
}

// A file that is not there is the model's error until it is.
func TestPretrainedFails(t *testing.T) {
	path := "nowhere"
	m := Sequential(Input(6), Named("fc", Dense(3, Softmax))).Pretrained(func(m *Model) error { return m.LoadPyTorch(path, nil) })
	if _, err := m.KeepVariable(); err == nil || !strings.Contains(err.Error(), "yet to be loaded") || !strings.Contains(err.Error(), "compiled") {
		t.Errorf("not compiled: got %v", err)
	}
	for range 2 {
		for range 2 {
			if err := withAdam(m).Err(); err == nil || !strings.Contains(err.Error(), "nowhere") {
				t.Errorf("got %v", err)
			}
		}
		if _, err := m.KeepVariable(); err == nil || !strings.Contains(err.Error(), "nowhere") {
			t.Errorf("got %v", err)
		}
	}
	path = pretrainedFile(t)
	if err := withAdam(m).Err(); err != nil {
		t.Fatal(err)
	}
	if got := m.Params()[0].Value.Values(); !slices.Equal(got, firstWeights()) {
		t.Errorf("got %v", got)
	}
}

// What a loader leaves out is drawn, and a loader may use the model.
func TestPretrainedInPart(t *testing.T) {
	m := Sequential(Input(6), Dense(4), Dense(3, Softmax))
	drawn := withAdam(m).Params()[0].Value.Values()
	m = withAdam(Sequential(Input(6), Dense(4), Dense(3, Softmax)).Pretrained(func(m *Model) error {
		m.Params()[3].Value.Set([]float32{1, 2, 3})
		return nil
	}))
	if p := m.Params(); !slices.Equal(p[0].Value.Values(), drawn) || !slices.Equal(p[3].Value.Values(), []float32{1, 2, 3}) {
		t.Errorf("got %v and %v", p[0].Value.Values(), p[3].Value.Values())
	}
}

// Weights that are loaded are trained as they would be in a new model: nothing of the
// optimizer's state, of the steps or of the history before is left.
func TestLoadPyTorchBeginsAnew(t *testing.T) {
	path := pretrainedFile(t)
	fresh, used := withAdam(pretrained(t, path)), withAdam(Sequential(Input(6), Named("fc", Dense(3, Softmax))))
	train(t, used, 3)
	if err := used.LoadPyTorch(path, nil); err != nil {
		t.Fatal(err)
	}
	train(t, fresh, 2)
	train(t, used, 2)
	if fresh.WeightHash() != used.WeightHash() || used.History().Epochs() != 2 {
		t.Errorf("the trainings differ, or the history has %d epochs", used.History().Epochs())
	}
}
