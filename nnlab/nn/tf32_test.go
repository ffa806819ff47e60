package nn

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// short is a backend with tensor cores, or one that has none of them; it counts products.
type short struct {
	backend.Backend
	cores    *int // products on tensor cores; nil: it has none
	is       bool // this is the one that multiplies there
	products *int
}

func (s short) TF32() (backend.Backend, error) {
	if s.cores == nil {
		return nil, errors.New("this card is too old")
	}
	return short{s.Backend, s.cores, true, s.products}, nil
}

func (s short) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	if *s.products++; s.is {
		*s.cores++
	}
	s.Backend.Gemm(t, m, n, k, a, b, beta, c, e)
}

// TestTF32 trains with and without tensor cores, which only the option gives, and only to the
// Compile that it was given to.
func TestTF32(t *testing.T) {
	cores, products := 0, 0
	gpu := short{ref.New(), &cores, false, &products}
	m := small(On(gpu), TF32)
	if _, err := m.Fit(clouds(9, 6), Verbose(false)); err != nil || cores == 0 || cores != products {
		t.Fatalf("with TF32 %d of %d products were on tensor cores, %v", cores, products, err)
	}
	recipe, err := json.Marshal(m)
	if err != nil || !strings.Contains(string(recipe), `"tf32":true`) {
		t.Errorf("the recipe says nothing of tensor cores: %s, %v", recipe, err)
	}
	first := m.graph.params[0].Value.Values()
	cores, products = 0, 0
	m.Compile(CategoricalCrossentropy, SGD(0.1), Accuracy)
	if got := m.graph.params[0].Value.Values(); m.Err() != nil || got[0] != first[0] {
		t.Fatalf("compiled anew the first weight is %v, not %v: %v", got[0], first[0], m.Err())
	}
	if _, err := m.Fit(clouds(9, 6), Verbose(false)); err != nil || cores != 0 || products == 0 {
		t.Errorf("without TF32 %d of %d products were on tensor cores, %v", cores, products, err)
	}
	if recipe, err := json.Marshal(m); err != nil || strings.Contains(string(recipe), "tf32") {
		t.Errorf("without TF32 the recipe is %s, %v", recipe, err)
	}
}

// TestTF32Warning asks for tensor cores where there are none: the model computes as without.
func TestTF32Warning(t *testing.T) {
	products := 0
	for _, c := range []struct {
		b    backend.Backend
		says string
	}{{ref.New(), "ref has none"}, {short{Backend: ref.New(), products: &products}, "this card is too old"}} {
		warned.Clear()
		var m *Model
		said := captureStderr(t, func() { m = small(On(c.b), TF32) })
		if !strings.Contains(said, c.says) || !strings.Contains(said, "leave nn.TF32 out") || m.Err() != nil || m.backend != c.b {
			t.Errorf("said %q, %v", said, m.Err())
		}
	}
	recipe, err := json.Marshal(small(On(ref.New()), TF32))
	if err != nil {
		t.Fatal(err)
	}
	warned.Clear()
	said := captureStderr(t, func() { err = FromJSON(recipe).Err() })
	if err != nil || !strings.Contains(said, "has none") {
		t.Errorf("a model from its recipe, which asks for TF32: %q, %v", said, err)
	}
}
