package nn

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// within calls f where the program may hold so many bytes.
func within(bytes int64, f func() error) func() error {
	return func() error {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(bytes))
		return f()
	}
}

// fileMends are what is said of files, kept models and models as data.
func fileMends(t *testing.T) []mends.Row {
	dir := t.TempDir()
	saved, plain := filepath.Join(dir, "saved"), filepath.Join(dir, "plain")
	if err := small().Save(saved); err != nil {
		t.Fatal(err)
	}
	identity := func() Layer {
		return Func(func(x, y []float64) { copy(y, x) }, func(x, y, dy, dx []float64) { copy(dx, dy) })
	}
	own := func() *Model { return Sequential(Input(6), identity(), Dense(3)).Compile(MSE, SGD(0.1)) }
	if err := own().Save(plain); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(small())
	if err != nil {
		t.Fatal(err)
	}
	fromFile := FromJSON(text).Err
	t.Cleanup(func() {
		for _, kind := range []string{"Known", "Unheard", "MyDense"} {
			delete(ownLayers, kind)
		}
	})
	keeps := func(name string, build func() *Model) func() error {
		return func() (err error) {
			t.Setenv("NNLAB_STATE", dir)
			defer t.Setenv("NNLAB_STATE", "")
			captureStderr(t, func() { err = Keep(name, build).ready() })
			return err
		}
	}
	trainsIn := func(state string, spoilt bool) func() error {
		return func() (err error) {
			t.Setenv("NNLAB_STATE", state)
			defer t.Setenv("NNLAB_STATE", "")
			m := Keep("mlp", func() *Model { return small() })
			if err := m.ready(); err != nil {
				t.Error(err)
			}
			if spoilt {
				os.WriteFile(state, nil, 0o666)
			}
			captureStderr(t, func() { err = mends.Failed(m.Fit(clouds(4, 6), Verbose(false))) })
			var e *Error
			if errors.As(err, &e) {
				return errors.New(e.text()) // it has been shown already
			}
			return err
		}
	}
	changed := func(key string, v any) func() error {
		return func() error {
			var r map[string]any
			if err := json.Unmarshal(text, &r); err != nil {
				return err
			}
			if _, ok := r[key]; !ok {
				t.Errorf("a model as JSON has no %s: %s", key, text)
			}
			r[key] = v
			other, err := json.Marshal(r)
			if err != nil {
				return err
			}
			return FromJSON(other).Err()
		}
	}
	marshals := func(m *Model) func() error { return func() error { return mends.Failed(m.MarshalJSON()) } }
	return []mends.Row{
		mends.Of(`write model.Save("`+dir+`/model.safetensors")`, func() error { return small().Save(dir) }, func() error { return small().Save(dir + "/model.safetensors") }),
		mends.Of(mendPath, func() error { return small().Load(filepath.Join(dir, "none")) }, func() error { return small().Load(saved) }),
		mends.Of(mendPath, LoadModel(filepath.Join(dir, "none")).Err, LoadModel(saved).Err),
		mends.Of("the model must have the layers of the one that was saved", func() error { return own().Load(saved) }, func() error { return small().Load(saved) }),
		mends.Of(mendForeign, loadsPyTorch(t, "outro"), loadsPyTorch(t, "dense")),
		mends.Of(mendForeign, loadsKeras(t, "outro"), loadsKeras(t, "dense")),
		mends.Of("flatten behind that layer, or set the weights by Params, in the order height, width, channels", loadsMaps(t, false), loadsMaps(t, true)),
		mends.Of("make the model by its constructors, Compile it, and call Load", LoadModel(plain).Err, func() error { return own().Load(plain) }),
		mends.Of("write one by json.Marshal(model)", FromJSON([]byte("model")).Err, fromFile),
		mends.Of(mendModel, changed("loss", Config{"kind": "none"}), fromFile),
		mends.Of("keep the model by nn.Keep, whose second argument makes it anew", marshals(own()), keeps("own", own)),
		mends.Of("give it a method Config and make it known by nn.RegisterLayer, or keep the model by nn.Keep", marshals(Sequential(Input(6), strange{}, Dense(3)).Compile(MSE, SGD(0.1))),
			func() error {
				RegisterLayer("Known", func(Config) Layer { return known{} })
				text, err := json.Marshal(Sequential(Input(6), known{}, Dense(3)).Compile(MSE, SGD(0.1)))
				if err != nil {
					return err
				}
				return FromJSON(text).Err()
			},
			keeps("strange", func() *Model { return Sequential(Input(6), strange{}, Dense(3)).Compile(MSE, SGD(0.1)) })),
		mends.Of("make the layer by its constructor, and Load the weights", func() error { return mends.Failed(NewLayer(identity().(Configured).Config())) }, func() error { return own().Load(plain) }),
		mends.Of("print what its own kind says: nn.Dense(10).(nn.Configured).Config()", func() error { return mends.Failed(NewLayer(Config{"kind": "Dense", "unit": 10})) },
			func() error { return mends.Failed(NewLayer(Dense(10).(Configured).Config())) }),
		mends.Of("a layer of your own is made known by nn.RegisterLayer, a merge by nn.RegisterMerge", func() error { return mends.Failed(NewLayer(Config{"kind": "Unheard"})) }, func() error {
			RegisterLayer("Unheard", func(Config) Layer { return known{} })
			return mends.Failed(NewLayer(Config{"kind": "Unheard"}))
		}),
		mends.Of("give yours another name", func() error { return mends.Panicked(func() { RegisterLayer("Dense", nil) }) },
			func() error {
				return mends.Panicked(func() { RegisterLayer("MyDense", func(Config) Layer { return known{} }) })
			}),
		mends.Of("write func(c nn.Config) … that does", func() error { return mends.Panicked(func() { RegisterLayer("MyOther", nil) }) },
			func() error {
				return mends.Panicked(func() { RegisterLayer("MyOther", func(c Config) Layer { return known{} }) })
			}),
		mends.Of(`write nn.Keep("none", func() *nn.Model { return nn.Sequential(…).Compile(…) })`, Keep("none", nil).Err,
			Keep("none", func() *Model { return Sequential(Input(4), Dense(1)).Compile(MSE, SGD(0.1)) }).Err),
		mends.Of("set NNLAB_STATE to another folder", trainsIn(filepath.Join(dir, "gone"), true), trainsIn(filepath.Join(dir, "there"), false)),
		mends.Of(`write nn.Keep("mlp", …)`, keeps("my mlp", own), keeps("mlp", own)),
		mends.Of(`write nn.Keep("mlp-2", …) for the other, or use the first one's variable`, keeps("mlp", own), keeps("mlp-2", own)),
	}
}

// loadsPyTorch loads a dense layer from a file that calls it so.
func loadsPyTorch(t *testing.T, name string) func() error {
	path := filepath.Join(t.TempDir(), "torch.safetensors")
	b := ref.New()
	arrays := []safetensors.Named{{Name: name + ".weight", Tensor: tensor.Of(b, []float32{1, 2}, 1, 2)}, {Name: name + ".bias", Tensor: tensor.Of(b, []float32{3}, 1)}}
	if err := safetensors.Write(path, 0o600, arrays, map[string]string{"format": "pt"}); err != nil {
		t.Fatal(err)
	}
	return func() error { return Sequential(Input(2), Dense(1)).Compile(MSE, SGD(0.1)).LoadPyTorch(path, nil) }
}

// loadsKeras is loadsPyTorch of a Keras file.
func loadsKeras(t *testing.T, name string) func() error {
	path := foreignFile(t, []string{name + "/kernel", name + "/bias"}, tensor.Shape{2, 1}, tensor.Shape{1})
	return func() error { return Sequential(Input(2), Dense(1)).Compile(MSE, SGD(0.1)).LoadKeras(path, nil) }
}

// loadsMaps loads a network of two maps that are flattened before they are laid side by side, or behind.
func loadsMaps(t *testing.T, behind bool) func() error {
	path := foreignFile(t, []string{"fc.weight", "fc.bias"}, tensor.Shape{1, 48}, tensor.Shape{1})
	x, fc := Input(4, 4, 1), Named("fc", Dense(1))
	a, b := x.Then(UpSampling2D(1)), Concatenate(x, x)
	y := Concatenate(a.Then(Flatten()), b.Then(Flatten())).Then(fc)
	if behind {
		y = Concatenate(a, b).Then(Flatten(), fc)
	}
	return func() error {
		return Graph(Inputs(x), Outputs(y)).Compile(MSE, SGD(0.1)).LoadPyTorch(path, nil)
	}
}
