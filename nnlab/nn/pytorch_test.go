package nn

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// foreignFile writes arrays of the given shapes that count from 0 in a file of another program: number i of
// all arrays together is i/4.
func foreignFile(t *testing.T, names []string, shapes ...tensor.Shape) string {
	t.Helper()
	b, i := ref.New(), float32(0)
	var arrays []safetensors.Named
	for k, name := range names {
		x := tensor.New(b, shapes[k]...)
		x.SetEach(func(int) float32 { i++; return (i - 1) / 4 })
		arrays = append(arrays, safetensors.Named{Name: name, Tensor: x})
	}
	path := filepath.Join(t.TempDir(), "torch.safetensors")
	if err := safetensors.Write(path, 0o600, arrays, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

// Behind a Flatten every layer knows which of PyTorch's numbers, channels first, is which of
// its own, channels last.
func TestLoadPyTorchBehindAFlattenedMap(t *testing.T) {
	const h, w, c, units = 2, 3, 4, 2
	const n = h * w * c
	vectors := []string{"bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "ln.weight", "ln.bias", "prelu.weight"}
	var shapes []tensor.Shape
	for range vectors {
		shapes = append(shapes, tensor.Shape{n})
	}
	path := foreignFile(t, append(vectors, "fc.weight", "fc.bias"), append(shapes, tensor.Shape{units, n}, tensor.Shape{units})...)
	m := Sequential(Input(h, w, c), Reshape(h, w, c), Flatten(),
		Named("bn", BatchNorm()), Dropout(0.1), Named("ln", LayerNorm()), Activation(Tanh), Named("prelu", PReLU()), Named("fc", Dense(units))).Compile(MSE, SGD(0.1))
	if err := m.LoadPyTorch(path, nil); err != nil {
		t.Fatal(err)
	}
	got, begin := map[string][]float32{}, 0
	for _, p := range m.Params() {
		got[p.Name] = p.Value.Values()
	}
	for _, name := range []string{"bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance", "ln/gamma", "ln/beta", "prelu/alpha", "fc/kernel"} {
		for y := range h {
			for x := range w {
				for z := range c {
					here, there := (y*w+x)*c+z, begin+(z*h+y)*w+x
					if name != "fc/kernel" {
						if got := got[name][here]; got != float32(there)/4 {
							t.Errorf("%s, row %d, column %d, channel %d: %v, want %v", name, y, x, z, got, float32(there)/4)
						}
						continue
					}
					for u := range units {
						if got, want := got[name][here*units+u], float32(there+u*n)/4; got != want {
							t.Errorf("%s, row %d, column %d, channel %d, unit %d: %v, want %v", name, y, x, z, u, got, want)
						}
					}
				}
			}
		}
		begin += n
	}
}

// Where the order is not known the layer is refused by name, and the one that changed it.
func TestLoadPyTorchRefusesAnUnknownOrder(t *testing.T) {
	in := func() *InputLayer { return Input(4, 4, 2) }
	conv := func() Layer { return Conv2D(3, 3) } // [2 2 3]
	fc := func() Layer { return Named("fc", Dense(2)) }
	graph := func(of func(x Source) *Node) *Model {
		x := in()
		return Graph(Inputs(x), Outputs(of(x)))
	}
	for want, m := range map[string]*Model{
		"layer 5 (Concatenate)": graph(func(x Source) *Node { return Concatenate(x.Then(Flatten()), x.Then(conv(), Flatten())).Then(fc()) }),
		"layer 6 (Add)":         graph(func(x Source) *Node { return Add(x.Then(conv(), Flatten()), x.Then(Flatten(), Dense(12))).Then(fc()) }),
		"layer 3 (Permute":      Sequential(in(), conv(), Permute(3, 1, 2), Flatten(), fc()),
		"layer 3 (Reshape":      Sequential(in(), conv(), Reshape(4, 3), MaxPool1D(2), Flatten(), fc()),
		"layer 4 (GroupNorm":    Sequential(in(), conv(), Flatten(), GroupNorm(3), fc()),
		"layer 4 (Slice":        Sequential(in(), conv(), Flatten(), Slice(0, 6), fc()),
		"layer 4 (Func":         Sequential(in(), conv(), Flatten(), Func(func(x, y []float64) { copy(y, x) }, func(x, y, dy, dx []float64) { copy(dx, dy) }), BatchNorm(), Dense(1)),
		"layer 3 (Reshape[3 3":  Sequential(Input(3), Dense(18), Reshape(3, 3, 2), conv(), Flatten()),
	} {
		err := m.Compile(MSE, SGD(0.1)).LoadPyTorch(foreignFile(t, nil), nil)
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(e.Got, "numbers whose order "+want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
	// Here it is known: only the arrays are missing.
	for i, m := range []*Model{
		graph(func(x Source) *Node { return Concatenate(x, x.Then(Conv2D(3, 1))).Then(Flatten(), fc()) }),
		graph(func(x Source) *Node { return Add(x.Then(Flatten()), x.Then(Flatten(), Dropout(0.5))).Then(fc()) }),
		graph(func(x Source) *Node {
			return Concatenate(x.Then(GlobalMaxPool()), x.Then(Flatten(), Dense(12))).Then(fc())
		}),
		Sequential(Input(32), Reshape(4, 4, 2), conv(), Flatten(), fc()),
		Sequential(in(), Conv2D(1, 3), Flatten(), Slice(0, 2), fc()), // of one channel
		Sequential(in(), Conv2D(3, 4), Flatten(), Reshape(1, 1, 3), Conv2D(2, 1), Flatten(), fc()),
	} {
		if err := m.Compile(MSE, SGD(0.1)).LoadPyTorch(foreignFile(t, nil), nil); err == nil || !strings.Contains(err.Error(), "fc.weight is missing") {
			t.Errorf("network %d: got %v", i, err)
		}
	}
}
