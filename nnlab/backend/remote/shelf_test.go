//go:build linux

package remote_test

import (
	"slices"
	"sync/atomic"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
	"github.com/nnlab-go/lab/nnlab/backend/remote/remotetest"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// small is a card with room for so many bytes, which counts what is brought there.
type small struct {
	gpu
	room    int64
	uploads atomic.Int64
}

func (s *small) Room() (bytes int64, of string, known bool) { return s.room, "a small card", true }

func (s *small) Upload(dst backend.Buffer, src []float32) {
	s.uploads.Add(int64(len(src)))
	s.Backend.Upload(dst, src)
}

// end ends a client that may have left something, and returns the next, which finds it.
func end(t *testing.T, client backend.Backend, socket string) backend.Backend {
	t.Helper()
	last := backend.Ticket{1, 2, 3}
	client.(backend.Shelf).Leave(last, client.Alloc(1))
	if err := client.Sync(); err != nil {
		t.Fatal(err)
	}
	remote.HangUp(client)
	next := remotetest.Dial(t, socket)
	for left := false; !left; { // until the server has seen it
		_, left = next.(backend.Shelf).Take(last, 1)
	}
	return next
}

func ticket(n uint64) backend.Ticket { return backend.Ticket{7, 8, n} }

// full returns a buffer of n numbers v.
func full(b backend.Backend, n int, v float64) backend.Buffer {
	x := b.Alloc(n)
	b.Fill(n, v, x)
	return x
}

// What one client leaves the next has, once.
func TestShelf(t *testing.T) {
	first, socket, _ := served(t, &small{gpu: gpu{cpu.New()}, room: 1 << 20})
	first.(backend.Shelf).Leave(ticket(1), full(first, 5, 3))
	x := full(first, 6, 4) // takes back what was left before
	first.(backend.Shelf).Leave(ticket(2), x)
	first.(backend.Shelf).Leave(ticket(3), x) // another ticket for the same
	first.Download(make([]float32, 6), x)
	second := end(t, first, socket)
	take := func(n uint64, length int) backend.Buffer {
		b, _ := second.(backend.Shelf).Take(ticket(n), length)
		return b
	}
	for _, n := range []uint64{1, 2} {
		if take(n, 5) != nil || take(n, 6) != nil {
			t.Errorf("ticket %d finds something", n)
		}
	}
	if take(3, 5) != nil {
		t.Error("a buffer of six numbers was taken for one of five")
	}
	b := take(3, 6)
	if b == nil || second.Sum(6, b) != 24 {
		t.Errorf("ticket 3 finds %v", b)
	}
	if take(3, 6) != nil {
		t.Error("what was taken is there still")
	}
	if err := second.Sync(); err != nil {
		t.Error(err)
	}
}

// A shelf takes a quarter of the room, and makes way for what finds none.
func TestShelfMakesWay(t *testing.T) {
	for name, n := range map[string]int{"much": 1 << 19, "little": 1 << 10} {
		t.Run(name, func(t *testing.T) {
			card := &tight{small: small{gpu: gpu{cpu.New()}, room: int64(4 * n)}, free: n}
			first, socket, _ := served(t, card)
			parts := make([]backend.Buffer, 5)
			for i := range parts {
				parts[i] = full(first, n/16, float64(i))
			}
			for i, p := range parts {
				first.(backend.Shelf).Leave(ticket(uint64(i)), p)
			}
			second := end(t, first, socket)
			if _, left := second.(backend.Shelf).Take(ticket(1), n/16); left {
				t.Error("more is kept than a quarter")
			}
			if b, left := second.(backend.Shelf).Take(ticket(4), n/16); !left || second.Sum(n/16, b) != 4*float64(n/16) {
				t.Error("the last that was left is not there")
			}
			card.full.Store(true)
			b := second.Alloc(n)
			second.Fill(n, 1, b)
			if sum, err := second.Sum(n, b), second.Sync(); sum != float64(n) || err != nil {
				t.Errorf("got %v, %v", sum, err)
			}
			if _, left := second.(backend.Shelf).Take(ticket(3), n/16); left {
				t.Error("the shelf has not made way")
			}
		})
	}
}

// tight is a card that is full for one Alloc of so many numbers.
type tight struct {
	small
	free int
	full atomic.Bool
	err  error
}

func (c *tight) AllocFor(purpose string, n int) backend.Buffer {
	if n == c.free && c.full.CompareAndSwap(true, false) {
		c.err = backend.ErrMemory
		return none{c.Alloc(1)}
	}
	return c.Alloc(n)
}

func (c *tight) Sync() error {
	err := c.err
	c.err = nil
	return err
}

// TestModelStays keeps a model that lives on the GPU as the end of a cell does: the next has
// it without bringing one number, and, where the process with the GPU is another, brings all
// of what is kept. Both train on as if nothing had been.
func TestModelStays(t *testing.T) {
	cards := []*small{{gpu: gpu{cpu.New()}, room: 1 << 30}, {gpu: gpu{cpu.New()}, room: 1 << 30}}
	_, socket, _ := served(t, cards[0])
	_, other, _ := served(t, cards[1])
	defer remote.ForgetKernel()
	t.Setenv(remote.Name, socket)
	on := remote.UseKernel
	train, _ := datasets.MNIST()
	fit := func(m *nn.Model) []float64 {
		t.Helper()
		h, err := m.Fit(train.Take(64), nn.BatchSize(32), nn.Verbose(false))
		if err != nil {
			t.Fatal(err)
		}
		return h.Get("loss")
	}
	first := remotetest.Dial(t, socket)
	on(first)
	there, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	away := network(there)
	fit(away)
	state, err := away.KeepVariable()
	if err != nil {
		t.Fatal(err)
	}
	want := fit(away) // takes back what was left
	wanted := away.WeightHash()
	fresh := &nn.Model{}
	if err := fresh.RestoreVariable(state); err != nil {
		t.Fatal(err)
	}
	if state, err = fresh.KeepVariable(); err != nil {
		t.Fatal(err)
	}
	on(end(t, first, socket))
	for i, card := range cards {
		if i == 1 {
			on(remotetest.Dial(t, other))
		}
		before := card.uploads.Load()
		again := &nn.Model{}
		if err := again.RestoreVariable(state); err != nil {
			t.Fatal(err)
		}
		if brought := card.uploads.Load() - before; (brought == 0) != (i == 0) {
			t.Errorf("process %d: %d numbers were brought", i, brought)
		}
		if got := fit(again); !slices.Equal(got, want) || again.WeightHash() != wanted {
			t.Errorf("process %d: the loss is %v, want %v", i, got, want)
		}
	}
}
