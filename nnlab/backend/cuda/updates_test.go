//go:build cuda

package cuda

import (
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// TestUpdatesTogether makes the updates of several parameters one after the other, which are
// then one launch, and each alone: the same bits. Sizes are those that a block and its
// neighbour could mistake.
func TestUpdatesTogether(t *testing.T) {
	d := gpu(t).(*device)
	sizes := []int{1, 1024, 1025, 3, 2048, 700}
	for name, do := range map[string]func(n int, w, g, a, b backend.Buffer){
		"SGD": func(n int, w, g, a, _ backend.Buffer) { d.SGD(backend.SGD{LearningRate: 0.1}, n, w, g, nil) },
		"momentum": func(n int, w, g, a, _ backend.Buffer) {
			d.SGD(backend.SGD{LearningRate: 0.1, Momentum: 0.9}, n, w, g, a)
		},
		"RMSprop": func(n int, w, g, a, b backend.Buffer) {
			d.RMSprop(backend.RMSprop{LearningRate: 0.1, Rho: 0.9, Momentum: 0.5, Epsilon: 1e-7}, n, w, g, a, b)
		},
		"Adam": func(n int, w, g, a, b backend.Buffer) {
			d.Adam(backend.Adam{LearningRate: 0.1, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Step: 3}, n, w, g, a, b)
		},
		"Nadam": func(n int, w, g, a, b backend.Buffer) {
			d.Nadam(backend.Nadam{LearningRate: 0.1, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Step: 3}, n, w, g, a, b)
		},
		"Adagrad": func(n int, w, g, a, _ backend.Buffer) {
			d.Adagrad(backend.Adagrad{LearningRate: 0.1, Epsilon: 1e-7}, n, w, g, a)
		},
		"Adadelta": func(n int, w, g, a, b backend.Buffer) {
			d.Adadelta(backend.Adadelta{LearningRate: 0.1, Rho: 0.9, Epsilon: 1e-7}, n, w, g, a, b)
		},
	} {
		t.Run(name, func(t *testing.T) {
			run := func(wait func()) (all []float32) {
				var w, state []backend.Buffer
				for _, n := range sizes {
					var x [4]backend.Buffer
					for j := range x {
						values := make([]float32, n)
						for i := range values {
							values[i] = float32((i*7+j*3+n)%11)/8 + 0.125
						}
						x[j] = d.Alloc(n)
						d.Upload(x[j], values)
					}
					w, state = append(w, x[0], x[1]), append(state, x[2], x[3])
				}
				for range 2 {
					for i, n := range sizes {
						do(n, w[2*i], w[2*i+1], state[2*i], state[2*i+1])
						wait()
					}
				}
				for i, n := range sizes {
					for _, b := range []backend.Buffer{w[2*i], w[2*i+1], state[2*i], state[2*i+1]} {
						values := make([]float32, n)
						d.Download(values, b)
						all = append(all, values...)
					}
				}
				return all
			}
			together := func() {}
			alone := func() {
				if len(d.waiting.updates) != 1 {
					t.Errorf("%d updates wait", len(d.waiting.updates))
				}
				if err := d.Sync(); err != nil {
					t.Fatal(err)
				}
			}
			want, got := run(alone), run(together)
			if err := d.Sync(); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Error("together the updates have other bits than alone")
			}
		})
	}
}

// A list that was on the device is not brought there again, and lists that fill its room make
// way for others.
func TestTables(t *testing.T) {
	d := gpu(t).(*device)
	w := []backend.Buffer{d.Alloc(1), d.Alloc(1)}
	g := d.Alloc(1)
	d.Fill(1, 1, g)
	step := func(rate float64, buffers ...backend.Buffer) {
		for _, b := range buffers {
			d.SGD(backend.SGD{LearningRate: rate}, 1, b, g, nil)
		}
		d.Fill(1, 1, g) // anything else
	}
	step(1, w...)
	known := len(d.tables.known)
	step(1, w...)
	if len(d.tables.known) != known {
		t.Error("the same list was brought twice")
	}
	many := d.Alloc(3 * most)
	for shift := range 3 { // each list has another beginning
		for i := range most + 2 {
			d.SGD(backend.SGD{LearningRate: 1}, 1, d.Slice(many, i+shift, i+shift+1), g, nil)
		}
		for i := range most - 2 {
			d.SGD(backend.SGD{LearningRate: 1}, 1, d.Slice(many, i+most+2+shift, i+most+3+shift), g, nil)
		}
		d.Fill(1, 1, g)
	}
	got, ends := []float32{0}, make([]float32, 2*most+2)
	d.Download(got, w[0])
	d.Download(ends, many)
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	if got[0] != -2 {
		t.Errorf("two steps made %v", got[0])
	}
	for i, v := range ends {
		if want := -float32(min(3, i+1, len(ends)-i)); v != want {
			t.Fatalf("number %d of many is %v, want %v", i, v, want)
		}
	}
}

// Updates that read or write what another writes come one after the other.
func TestUpdatesThatMeet(t *testing.T) {
	d := gpu(t).(*device)
	x := d.Alloc(8)
	d.Upload(x, []float32{1, 1, 1, 1, 1, 1, 1, 1})
	sgd := func(w, g int) {
		d.SGD(backend.SGD{LearningRate: 1}, 4, d.Slice(x, w, w+4), d.Slice(x, g, g+4), nil)
	}
	sgd(0, 4) // 0 0 0 0 1 1 1 1
	sgd(4, 1) // 0 0 0 0 1 1 1 0
	sgd(0, 4) // −1 −1 −1 0 1 1 1 0
	got := make([]float32, 8)
	d.Download(got, x)
	if err := d.Sync(); err != nil || !slices.Equal(got, []float32{-1, -1, -1, 0, 1, 1, 1, 0}) {
		t.Errorf("got %v, %v", got, err)
	}
}
