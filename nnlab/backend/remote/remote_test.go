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

// cores is a backend with tensor cores, which round factors to whole numbers here.
type cores struct{ backend.Backend }

func (c cores) TF32() (backend.Backend, error) { return wholes(c), nil }

// TestTF32 computes some products on tensor cores and some not, in turns, on the same buffers.
func TestTF32(t *testing.T) {
	client, _, _ := served(t, cores{ref.New()})
	short, err := client.(backend.TensorCores).TF32()
	if err != nil {
		t.Fatal(err)
	}
	if a, b := client.(backend.Device).Device(), short.(backend.Device).Device(); b != a+", TF32" {
		t.Errorf("one computes on %q, the other on %q", a, b)
	}
	x, y := client.Alloc(1), client.Alloc(1)
	client.Upload(x, []float32{2.5})
	g := backend.Convolution{Window: backend.Window{In: [3]int{1, 1, 1}, Out: [3]int{1, 1, 1}, Size: [3]int{1, 1, 1}, Stride: [3]int{1, 1, 1},
		Dilation: [3]int{1, 1, 1}, Channels: 1}, Filters: 1, Groups: 1}
	for name, product := range map[string]func(b backend.Backend){
		"Gemm":           func(b backend.Backend) { b.Gemm(backend.NN, 1, 1, 1, x, x, 0, y, backend.Epilogue{}) },
		"Conv":           func(b backend.Backend) { b.Conv(g, 1, x, x, y, backend.Epilogue{}) },
		"ConvGradInput":  func(b backend.Backend) { b.ConvGradInput(g, 1, x, x, y, backend.Derivative{}) },
		"ConvGradKernel": func(b backend.Backend) { b.ConvGradKernel(g, 1, x, x, 0, y) },
	} {
		for _, c := range []struct {
			b    backend.Backend
			want float32
		}{{short, 9}, {client, 6.25}, {short, 9}} {
			got := []float32{0}
			product(c.b)
			c.b.Download(got, y)
			if got[0] != c.want {
				t.Errorf("%s of 2.5 and 2.5 is %v, want %v", name, got[0], c.want)
			}
		}
	}
	if err := short.Sync(); err != nil {
		t.Error(err)
	}
	without, _, _ := served(t, ref.New())
	if _, err := without.(backend.TensorCores).TF32(); err == nil || !strings.Contains(err.Error(), "ref has no tensor cores") {
		t.Errorf("tensor cores of what has none: %v", err)
	}
	x = without.Alloc(1)
	without.Fill(1, 3, x)
	if err := without.Sync(); err != nil {
		t.Error(err)
	}
}

// wholes multiplies whole numbers alone.
type wholes struct{ backend.Backend }

func (w wholes) rounded(n int, x backend.Buffer) backend.Buffer {
	values, y := make([]float32, n), w.Alloc(n)
	w.Download(values, x)
	for i, v := range values {
		values[i] = float32(math.Round(float64(v)))
	}
	w.Upload(y, values)
	return y
}

func (w wholes) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	w.Backend.Gemm(t, m, n, k, w.rounded(m*k, a), w.rounded(k*n, b), beta, c, e)
}

func (w wholes) Conv(g backend.Convolution, n int, x, weights, y backend.Buffer, e backend.Epilogue) {
	w.Backend.Conv(g, n, w.rounded(1, x), w.rounded(1, weights), y, e)
}

func (w wholes) ConvGradInput(g backend.Convolution, n int, dy, weights, dx backend.Buffer, d backend.Derivative) {
	w.Backend.ConvGradInput(g, n, w.rounded(1, dy), w.rounded(1, weights), dx, d)
}

func (w wholes) ConvGradKernel(g backend.Convolution, n int, x, dy backend.Buffer, beta float64, dw backend.Buffer) {
	w.Backend.ConvGradKernel(g, n, w.rounded(1, x), w.rounded(1, dy), beta, dw)
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
