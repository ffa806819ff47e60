//go:build linux

package remote_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/backend/remote/remotetest"
)

// served starts a server for a backend in this process and connects to it.
func served(t testing.TB, b backend.Backend) (client backend.Backend, socket string, ended <-chan error) {
	t.Helper()
	socket, ended = remotetest.Serve(t, b)
	return remotetest.Dial(t, socket), socket, ended
}

// TestValues holds the line to the suite of all backends, with the CPU at its other end.
func TestValues(t *testing.T) {
	client, _, _ := served(t, cpu.New())
	if client.Name() != "cpu" {
		t.Errorf("its name is %q", client.Name())
	}
	backendtest.Run(t, client)
}

func TestGrad(t *testing.T) {
	client, _, _ := served(t, cpu.New())
	backendtest.RunGrad(t, client)
}

// Numbers go whole through a ring that is smaller than they are, in any order of sizes.
func TestLargeUploads(t *testing.T) {
	client, _, _ := served(t, cpu.New())
	const n = 12 << 20 // 48 MiB; the ring has 16
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i % 9973)
	}
	b := client.Alloc(n)
	client.Upload(b, x)
	got := make([]float32, n)
	client.Download(got, b)
	for i := range got {
		if got[i] != x[i] {
			t.Fatalf("number %d is %v, want %v", i, got[i], x[i])
		}
	}
	for size := 1; size < n; size = size*3 + 1 {
		part := client.Slice(b, n-size, n)
		client.Upload(part, x[:size])
		client.Scale(size, 2, part)
		client.Download(got[:size], part)
		for i := range got[:size] {
			if got[i] != 2*x[i] {
				t.Fatalf("of %d numbers, number %d is %v, want %v", size, i, got[i], 2*x[i])
			}
		}
	}
	if err := client.Sync(); err != nil {
		t.Error(err)
	}
}

// faulty fails as a device does: all is well until Sync.
type faulty struct {
	backend.Backend
	room int // numbers that an Alloc finds
	lost bool
	err  error
}

// none is a buffer that there was no memory for.
type none struct{ backend.Buffer }

func (none) Len() int { return 0 }

func (f *faulty) Alloc(n int) backend.Buffer { return f.AllocFor("nothing that it was told", n) }

func (f *faulty) AllocFor(purpose string, n int) backend.Buffer {
	if n > f.room {
		f.fail(fmt.Errorf("%w for %s", backend.ErrMemory, purpose))
		return none{f.Backend.Alloc(1)}
	}
	return f.Backend.Alloc(n)
}

// fail keeps the first failure.
func (f *faulty) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (f *faulty) Fill(n int, v float64, x backend.Buffer) {
	if _, ok := x.(none); ok {
		f.fail(errors.New("it has no memory; make it anew"))
		return
	}
	f.Backend.Fill(n, v, x)
}

func (f *faulty) Scale(n int, alpha float64, x backend.Buffer) {
	if alpha == 13 {
		f.lost = true
		f.fail(errors.New("an illegal address"))
	}
	f.Backend.Scale(n, alpha, x)
}

func (f *faulty) Sync() error {
	err := f.err
	if !f.lost {
		f.err = nil
	}
	return err
}

func (f *faulty) Device() string { return "a faulty one" }
func (f *faulty) Room() (bytes int64, of string, known bool) {
	return 4 * int64(f.room), "the memory of a faulty one", f.room > 0
}

// A client hears what the device is, how much room it has, and once that memory is
// missing, how little ever was asked for, and what for; nothing computes on a buffer that
// there was no memory for, and the device is not lost for it.
func TestNoMemory(t *testing.T) {
	for name, room := range map[string]int{"much": 1 << 20, "little": 100} {
		t.Run(name, func(t *testing.T) {
			client, _, _ := served(t, &faulty{Backend: cpu.New(), room: room})
			d := client.(backend.Device)
			if bytes, of, known := d.Room(); d.Device() != "a faulty one" || bytes != 4*int64(room) || of != "the memory of a faulty one" || !known {
				t.Errorf("%q with a room of %d, %s, %v", d.Device(), bytes, of, known)
			}
			small := client.Alloc(10)
			large := client.(backend.Purposeful).AllocFor("the gradient of dense_1.w", room+1)
			client.Fill(5, 3, large)
			if err := client.Sync(); err == nil || err.Error() != "out of memory for the gradient of dense_1.w" || !errors.Is(err, backend.ErrMemory) || errors.Is(err, backend.ErrLost) {
				t.Errorf("Sync: %v", err)
			}
			client.Fill(5, 3, large)
			if err := client.Sync(); err == nil || err.Error() != "it has no memory; make it anew" {
				t.Errorf("filling a buffer without memory: %v", err)
			}
			client.Fill(5, 3, small)
			if sum, err := client.Sum(10, small), client.Sync(); sum != 15 || err != nil {
				t.Errorf("afterwards a sum is %v, and the error %v", sum, err)
			}
		})
	}
}

// Who asks for much hears at once that there is no memory for it, and a part of it has none.
func TestNoMemoryAtOnce(t *testing.T) {
	client, _, _ := served(t, &faulty{Backend: cpu.New(), room: 1 << 20})
	if large := client.Alloc(1<<20 + 1); large.Len() != 0 || client.Slice(large, 0, 5).Len() != 0 {
		t.Error("what is not there has numbers")
	}
	if err := client.Sync(); !errors.Is(err, backend.ErrMemory) {
		t.Errorf("Sync: %v", err)
	}
	defer func() {
		if err, _ := recover().(error); !isKernel(err, "Alloc") || !strings.Contains(err.Error(), "out of memory for a weight") {
			t.Errorf("AllocFor: %v", err)
		}
	}()
	backend.AllocFor(client, "a weight", 1<<20+1)
}

// A device that does not know its room has none that is known.
func TestUnknownRoom(t *testing.T) {
	for _, b := range []backend.Backend{&faulty{Backend: cpu.New()}, cpu.New()} {
		client, _, _ := served(t, b)
		if bytes, of, known := client.(backend.Device).Room(); bytes != 0 || of != "" || known {
			t.Errorf("a room of %d, %q, %v", bytes, of, known)
		}
	}
}

func isKernel(err error, kernel string) bool {
	var e backend.Error
	return errors.As(err, &e) && e.Kernel == kernel
}

// A device that is lost tells its client why, and ends the process that serves it.
func TestLostDevice(t *testing.T) {
	client, _, ended := served(t, &faulty{Backend: cpu.New(), room: 1 << 20})
	x := client.Alloc(10)
	client.Scale(10, 13, x)
	if err := client.Sync(); err == nil || err.Error() != "an illegal address" || !errors.Is(err, backend.ErrLost) {
		t.Errorf("Sync: %v", err)
	}
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("Serve ended with %v", err)
	}
}

// What one client has and does is no other's.
func TestClientsAreApart(t *testing.T) {
	first, socket, _ := served(t, cpu.New())
	second := remotetest.Dial(t, socket)
	x, y := first.Alloc(4), second.Alloc(4)
	first.Fill(4, 1, x)
	second.Fill(4, 2, y)
	first.OneHot(1, 4, first.Slice(x, 0, 1), first.Alloc(4)) // the class 1: right
	second.OneHot(1, 2, second.Slice(y, 0, 1), second.Alloc(2))
	if a, b := first.Sum(4, x), second.Sum(4, y); a != 4 || b != 8 {
		t.Errorf("the sums are %v and %v", a, b)
	}
	if err := first.Sync(); err != nil {
		t.Errorf("the first hears %v", err)
	}
	if err := second.Sync(); !isKernel(err, "OneHot") {
		t.Errorf("the second hears %v", err)
	}
	func() {
		defer func() {
			if err, _ := recover().(error); !isKernel(err, "Scale") {
				t.Errorf("with another client's buffer: %v", err)
			}
		}()
		first.Scale(4, 2, y)
	}()
}

// No number is not a sum.
func TestNaN(t *testing.T) {
	client, _, _ := served(t, ref.New())
	x := client.Alloc(3)
	client.Upload(x, []float32{1, float32(math.NaN()), 2})
	if s := client.Sum(3, x); !math.IsNaN(s) {
		t.Errorf("a sum is %v", s)
	}
}
