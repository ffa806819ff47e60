package cpu

import (
	"sync"
	"unsafe"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// What a kernel makes of weights before it multiplies with them depends on them alone,
// and mostly they have changed since the kernel ran last. While they are held (see
// [backend.Holder]) they do not, and what was made of them is kept:
//
//   - the strips of op(B) of a product, those that leave zeros out and the others;
//   - the panels of a convolution's filters;
//   - V of Winograd's convolution.
//
// All that is kept takes no more than heldMost; of weights for which there is no room
// it is made at each call, as if they were not held. A kernel reads the same numbers
// either way.
type held struct {
	weights map[array]*holding
	total   int // numbers that are kept
}

// heldMost is how many numbers are kept: 24 MB of them, as inference may take 64 MB
// beside its weights. It is enough for the first eight convolutions of VGG16.
const heldMost = 24 << 20 / 4

// heldRows is up to how many rows the strips of a product are kept: with more, each is
// packed for so many rows that to read it from a farther cache costs as much as to make
// it in the nearest.
const heldRows = 64

// array is memory: where it begins, and how many numbers it is.
type array struct {
	first *float32
	n     int
}

// holding is weights that are held.
type holding struct {
	holders int
	made    map[form][]float32
}

// form is what was made of weights, with all that it depends on besides them.
type form struct {
	kind       formKind
	transposed bool
	sizes      [4]int
}

type formKind uint8

const (
	productStrips formKind = iota // sizes: n, k, of a strip and of a slice
	listedStrips                  // the same, for a left factor whose zeros are left out
	filterPanels                  // sizes: groups, filters, depth
	winogradV                     // sizes: channels, filters, the first at hand and how many
)

// Hold makes the cpu a [backend.Holder].
func (c *cpu) Hold(weights ...backend.Buffer) (release func()) {
	arrays := make([]array, len(weights))
	for i, w := range weights {
		x := numbers("Hold", w, w.Len())
		arrays[i] = array{unsafe.SliceData(x), len(x)}
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	for _, a := range arrays {
		c.held.hold(a)
	}
	return sync.OnceFunc(func() {
		c.pool.mu.Lock()
		defer c.pool.mu.Unlock()
		for _, a := range arrays {
			c.held.release(a)
		}
	})
}

func (h *held) hold(a array) {
	if h.weights == nil {
		h.weights = map[array]*holding{}
	}
	if h.weights[a] == nil {
		h.weights[a] = &holding{made: map[form][]float32{}}
	}
	h.weights[a].holders++
}

func (h *held) release(a array) {
	w := h.weights[a]
	if w.holders--; w.holders > 0 {
		return
	}
	for _, made := range w.made {
		h.total -= len(made)
	}
	delete(h.weights, a)
}

// keep returns what was made of weights in a form, or memory of n numbers to make it
// in, which it then keeps; nil where they are not held or there is no room. The caller
// holds the pool's lock.
func (h *held) keep(weights []float32, f form, n int) (x []float32, made bool) {
	w := h.weights[array{unsafe.SliceData(weights), len(weights)}]
	if w == nil {
		return nil, false
	}
	if x, made = w.made[f]; made {
		return x, true
	}
	if h.total+n > heldMost {
		return nil, false
	}
	x = aligned(n)
	w.made[f] = x
	h.total += n
	return x, false
}

// packHeld makes p.packed all strips of op(B), where B is held, there is room, and few
// rows are to be multiplied with each.
func (c *cpu) packHeld(p *product) {
	if p.m > heldRows {
		return
	}
	f := form{productStrips, p.transB, [4]int{p.n, p.k, p.strips, p.depth}}
	if p.sparse { // its last strip is as wide as the others
		f.kind = listedStrips
	}
	made := false
	if p.packed, made = c.held.keep(p.b, f, p.k*p.widthOf(p.n)); p.packed != nil && !made {
		c.pool.run(job{part: packStrips, n: ceil(p.k, p.depth) * ceil(p.n, p.strips), grain: 1, product: p})
	}
}

// packStrips packs slices of strips.
func packStrips(j *job, s span) {
	p := j.product
	across := ceil(p.n, p.strips)
	for i := s.lo; i < s.hi; i++ {
		from, col := i/across*p.depth, i%across*p.strips
		to := min(p.k, from+p.depth)
		p.pack(p.packed[p.placeOf(from, to, col):], from, to, col, min(p.strips, p.n-col))
	}
}

// placeOf is where the slice from ≤ l < to of the strip from column col on stands in
// p.packed: all strips but the last are full.
func (p *product) placeOf(from, to, col int) int { return from*p.widthOf(p.n) + col*(to-from) }
