package cpu_test

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// raceDetector tells whether the race detector, which sees plain Go alone, looks on.
var raceDetector bool

// each runs a test with every microkernel that this processor can run.
func each(t *testing.T, test func(t *testing.T, kernel cpu.Option)) {
	names := cpu.KernelNames()
	if raceDetector {
		names = []string{"generic"}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) { test(t, cpu.Kernel(name)) })
	}
}

func TestValues(t *testing.T) {
	each(t, func(t *testing.T, kernel cpu.Option) {
		// The number of workers may not change a bit.
		backendtest.Run(t, cpu.New(kernel, cpu.Workers(2)), backendtest.NoAllocs(),
			backendtest.SameBits(cpu.New(kernel, cpu.Workers(1)), cpu.New(kernel, cpu.Workers(3))))
	})
}

// TestScratch tests convolutions that are computed in many parts, as large ones
// are.
func TestScratch(t *testing.T) {
	if testing.Short() {
		t.Skip("the same kernels as in TestValues")
	}
	test := func(t *testing.T, scratch int, kernel cpu.Option) {
		backendtest.RunConvolutions(t, cpu.New(kernel, cpu.Scratch(scratch)), backendtest.SameBits(cpu.New(kernel, cpu.Scratch(scratch), cpu.Workers(1))))
	}
	each(t, func(t *testing.T, kernel cpu.Option) { test(t, 1<<17, kernel) })
	t.Run("strips", func(t *testing.T) { test(t, 1<<10, cpu.Kernel(cpu.KernelNames()[0])) }) // of large images
}

func TestGrad(t *testing.T) {
	each(t, func(t *testing.T, kernel cpu.Option) { backendtest.RunGrad(t, cpu.New(kernel)) })
}

func Benchmark(b *testing.B) { backendtest.Benchmark(b, cpu.New()) }

// TestManyCallers tests that kernels called from several goroutines at once do
// not come into each other's way.
func TestManyCallers(t *testing.T) {
	const callers, n = 4, 70
	c := cpu.New(cpu.Workers(3))
	one := c.Alloc(n * n)
	c.Fill(n*n, 1, one)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			x, y := c.Alloc(n*n), c.Alloc(n*n)
			c.Fill(n*n, float64(i), x)
			for range 20 {
				c.Gemm(backend.NN, n, n, n, one, x, 0, y, backend.Epilogue{})
				if got, want := c.Sum(n*n, y), float64(i*n*n*n); got != want {
					t.Errorf("caller %d: the sum is %v, want %v", i, got, want)
				}
			}
		})
	}
	all.Wait()
}

// TestCollected tests that the goroutines of a backend end when nothing refers
// to it any more.
func TestCollected(t *testing.T) {
	ended := make(chan struct{})
	func() {
		b := cpu.New(cpu.Workers(5))
		b.Scale(100_000, 2, b.Alloc(100_000))
		helpers := cpu.Helpers(b)
		go func() {
			helpers.Wait()
			close(ended)
		}()
	}()
	for { // until the test times out
		runtime.GC()
		select {
		case <-ended:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// TestKept tests that the backend of a variable is the same in another cell.
func TestKept(t *testing.T) {
	type keeper interface {
		backend.Backend
		KeepVariable() (any, error)
		RestoreVariable(any) error
	}
	each(t, func(t *testing.T, kernel cpu.Option) {
		b := cpu.New(kernel, cpu.Workers(2)).(keeper)
		state, err := b.KeepVariable()
		if err != nil {
			t.Fatal(err)
		}
		again := reflect.New(reflect.TypeOf(b).Elem()).Interface().(keeper)
		if err := again.RestoreVariable(state); err != nil {
			t.Fatal(err)
		}
		if got, want := cpu.KernelOf(again), cpu.KernelOf(b); got != want {
			t.Errorf("the kernels are %s, want %s", got, want)
		}
		const n = 50
		x, y := b.Alloc(n*n), again.Alloc(n*n)
		b.Fill(n*n, 2, x)
		again.Gemm(backend.NN, n, n, n, x, x, 0, y, backend.Epilogue{}) // a buffer of the first is one of the second
		if got := again.Sum(n*n, y); got != 4*n*n*n {
			t.Errorf("the sum of the product is %v, want %v", got, 4*n*n*n)
		}
		if err := again.RestoreVariable(map[string]any{"workers": "2"}); err == nil {
			t.Error("what says nothing was taken")
		}
	})
}

// TestWorkers tests that a number of workers that cannot be is refused.
func TestWorkers(t *testing.T) {
	defer func() {
		if _, ok := recover().(backend.Error); !ok {
			t.Error("Workers(0) was accepted")
		}
	}()
	cpu.New(cpu.Workers(0))
}

// TestEnvironment tests that NNLAB_CPU chooses the kernels, that unset it leaves
// the choice to the processor, and that a wrong name is refused.
func TestEnvironment(t *testing.T) {
	names := cpu.KernelNames()
	for _, name := range names {
		t.Setenv(cpu.Kernels, name)
		if got := cpu.KernelOf(cpu.New()); got != name {
			t.Errorf("%s=%s: the kernels are %s", cpu.Kernels, name, got)
		}
	}
	t.Setenv(cpu.Kernels, "")
	if got := cpu.KernelOf(cpu.New()); got != names[0] {
		t.Errorf("the kernels are %s, want the fastest, %s", got, names[0])
	}
	t.Setenv(cpu.Kernels, "abacus")
	defer func() {
		want := `cpu: NNLAB_CPU="abacus" is not for this processor: it may be ` + strings.Join(names, " or ")
		if got := recover(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}()
	cpu.New()
}
