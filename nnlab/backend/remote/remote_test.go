//go:build linux

package remote_test

import (
	"errors"
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

func (f *faulty) Alloc(n int) backend.Buffer {
	if n > f.room {
		f.err = errors.New("no memory")
	}
	return f.Backend.Alloc(n)
}

func (f *faulty) Scale(n int, alpha float64, x backend.Buffer) {
	if alpha == 13 {
		f.err, f.lost = errors.New("an illegal address"), true
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
func (f *faulty) Room() int64    { return 4 * int64(f.room) }

// A client hears what the device is, how much room it has, and once that memory is
// missing; nothing computes on a buffer that there was no memory for.
func TestNoMemory(t *testing.T) {
	client, _, _ := served(t, &faulty{Backend: cpu.New(), room: 1 << 20})
	if d := client.(backend.Device); d.Device() != "a faulty one" || d.Room() != 4<<20 {
		t.Errorf("%q with a room of %d", d.Device(), d.Room())
	}
	small := client.Alloc(10)
	large := client.Alloc(1<<20 + 1)
	client.Fill(5, 3, large)
	if err := client.Sync(); err == nil || err.Error() != "no memory" || errors.Is(err, backend.ErrLost) {
		t.Errorf("Sync: %v", err)
	}
	client.Fill(5, 3, large)
	if err := client.Sync(); !isKernel(err, "Fill") {
		t.Errorf("filling a buffer without memory: %v", err)
	}
	client.Fill(5, 3, small)
	if sum, err := client.Sum(10, small), client.Sync(); sum != 15 || err != nil {
		t.Errorf("afterwards a sum is %v, and the error %v", sum, err)
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
