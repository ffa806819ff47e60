//go:build linux

package remote_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/written"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// compiler compiles one kernel, y = i·x + f of the numbers of a buffer.
type compiler struct{ backend.Backend }

func (c compiler) Compile(source, kernel string) (backend.Kernel, error) {
	if source != "the source" {
		return nil, errors.New("kernel.cu(1): error: " + source)
	}
	return &affine{c.Backend, kernel}, nil
}

type affine struct {
	b    backend.Backend
	name string
}

func (affine) Kinds() []written.Kind {
	return []written.Kind{written.Whole32, written.Float32, written.Whole64, written.Float64}
}

func (a *affine) Launch(blocks, threads backend.Dim3, args ...any) {
	given := written.Arguments(a.name, a.Kinds(), args)
	if given[2].Buffer == nil {
		panic(fmt.Errorf("no buffer in %v", given))
	}
	n := blocks.X * blocks.Y * blocks.Z * threads.X * threads.Y * threads.Z
	f := float64(math.Float32frombits(uint32(given[1].Bits))) + math.Float64frombits(given[3].Bits)
	one := a.b.Alloc(n)
	a.b.Fill(n, 1, one)
	a.b.Scale(n, float64(int32(given[0].Bits)), given[2].Buffer)
	a.b.Axpy(n, f, one, given[2].Buffer)
}

// Kernels that a user writes are compiled and launched in the other process.
func TestWritten(t *testing.T) {
	client, _, ended := served(t, compiler{ref.New()})
	on := client.(backend.Compiler)
	k, err := on.Compile("the source", "affine")
	if err != nil {
		t.Fatal(err)
	}
	x := client.Alloc(13)
	client.Fill(13, 3, x)
	k.Launch(backend.Dim3{X: 2, Z: 2}, backend.Dim3{Y: 3}, -2, 0.5, client.Slice(x, 1, 13), 0.25)
	got := make([]float32, 13)
	client.Download(got, x)
	for i, v := range got {
		if want := float32(-5.25); i > 0 && v != want || i == 0 && v != 3 {
			t.Errorf("number %d is %v", i, v)
		}
	}
	// What is wrong is said at once where it can be, and by Sync else.
	if _, err := on.Compile("nonsense", "f"); err == nil || err.Error() != "kernel.cu(1): error: nonsense" {
		t.Errorf("nonsense compiles: %v", err)
	}
	if _, err := on.Compile(strings.Repeat("x", 1<<20), "f"); err == nil || !strings.Contains(err.Error(), "one by one") {
		t.Errorf("a source of a megabyte: %v", err)
	}
	other, _, _ := served(t, ref.New())
	if _, err := other.(backend.Compiler).Compile("the source", "f"); err == nil || !strings.Contains(err.Error(), "ref: Compile: it compiles no kernels") {
		t.Errorf("what compiles nothing: %v", err)
	}
	for want, args := range map[string][]any{
		"expected 4 arguments, got 1":           {1},
		"expected a number (double)":            {1, 1, x, x},
		"expected a buffer of the backend ref,": {1, 1, other.Alloc(1), 1},
	} {
		func() {
			defer func() {
				if e, ok := recover().(backend.Error); !ok || e.Kernel != "affine" || !strings.Contains(e.Detail, want) {
					t.Errorf("got %v, want %q", e, want)
				}
			}()
			k.Launch(backend.Dim3{}, backend.Dim3{}, args...)
		}()
	}
	if err := client.Sync(); err != nil {
		t.Error(err)
	}
	k.Launch(backend.Dim3{}, backend.Dim3{}, 1, 1, 0, 1)
	if err := client.Sync(); err == nil || !strings.Contains(err.Error(), "no buffer in") {
		t.Errorf("a kernel that failed: %v", err)
	}
	select {
	case err := <-ended:
		t.Errorf("the server has ended: %v", err)
	default:
	}
}
