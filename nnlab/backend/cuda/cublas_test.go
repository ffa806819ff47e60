//go:build cuda

package cuda

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/cublas"
)

// blasSource goes with the test program, which runs where this folder is not.
//
//go:embed internal/cublas/testdata/cublas.c
var blasSource []byte

// fakeBLAS builds the cuBLAS of the tests. It takes the place of the real one where the GPU is
// emulated, too.
func fakeBLAS(t *testing.T) string {
	t.Helper()
	library, source := filepath.Join(t.TempDir(), "libcublas.so.12"), filepath.Join(t.TempDir(), "cublas.c")
	if err := os.WriteFile(source, blasSource, 0o666); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command("gcc", "-Wall", "-Werror", "-O2", "-shared", "-fPIC", "-o", library, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return library
}

// withBLAS opens the tests' cuBLAS on the emulated GPU, on a card the one that is there, and
// has the device multiply by it.
func withBLAS(t *testing.T) *device {
	t.Helper()
	d, path := gpu(t).(*device), ""
	if d.name == "emulator" {
		path = fakeBLAS(t)
	}
	var library *cublas.Library
	var err error
	d.do("cuBLAS", func() error {
		library, err = cublas.Open(path)
		return nil
	})
	if err != nil && path == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	d.blas = library
	t.Cleanup(func() { d.blas = nil })
	return d
}

// TestCuBLAS holds products by cuBLAS, with what follows them, to the suite.
func TestCuBLAS(t *testing.T) {
	d := withBLAS(t)
	calls := filepath.Join(t.TempDir(), "calls")
	t.Setenv("FAKE_CUBLAS", calls) // Go's environment is C's, too
	backendtest.RunGemm(t, d, backendtest.Products(4), backendtest.Spread())
	if d.name != "emulator" {
		return
	}
	text, err := os.ReadFile(calls)
	if n := strings.Count(string(text), "\n"); err != nil || n < 100 {
		t.Errorf("the library was called %d times, %v", n, err)
	}
}

// TestCuBLASCalls asks what it is called with: matrices that lie row by row are their
// transposes column by column, so that the second factor comes first, with as many columns as
// rows of C.
func TestCuBLASCalls(t *testing.T) {
	d := withBLAS(t)
	if d.name != "emulator" {
		t.Skip("the real cuBLAS does not tell")
	}
	if d.blas.Version() != 120904 || d.Device() != "emulator, cuBLAS" {
		t.Errorf("version %d on %s", d.blas.Version(), d.Device())
	}
	calls := filepath.Join(t.TempDir(), "calls")
	t.Setenv("FAKE_CUBLAS", calls)
	const m, n, k = 2, 3, 5
	a, b, c := d.Alloc(m*k), d.Alloc(k*n), d.Alloc(m*n)
	var want []string
	for _, on := range []backend.Backend{d, tf32{d}, d} {
		mode := 0
		if on != backend.Backend(d) {
			mode = 3
		}
		for _, call := range []struct {
			t        backend.Transpose
			ops      string
			lda, ldb int
		}{{backend.NN, "00", n, k}, {backend.TN, "01", n, m}, {backend.NT, "10", k, k}, {backend.TT, "11", k, m}} {
			on.Gemm(call.t, m, n, k, a, b, -0.5, c, backend.Epilogue{})
			want = append(want, fmt.Sprintf("%d %s %d %d %d lda %d ldb %d ldc %d alpha 1 beta -0.5", mode, call.ops, n, m, k, call.lda, call.ldb, n))
		}
	}
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(calls)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for i, w := range want {
		if !lines.Scan() || lines.Text() != w {
			t.Errorf("call %d was %q, want %q", i, lines.Text(), w)
		}
	}
	if lines.Scan() {
		t.Errorf("a call too many: %q", lines.Text())
	}
}

// TestCuBLASChosen starts programs whose environment chooses: the tests' library, what is
// none, one that does not work, and none at all.
func TestCuBLASChosen(t *testing.T) {
	if os.Getenv("CUDA_TEST_CHOSEN") != "" {
		d, err := New()
		if err != nil {
			fmt.Println("error:", err)
			return
		}
		fmt.Println("computes on:", deviceOf(d))
		return
	}
	if deviceOf(gpu(t)) != "emulator" {
		t.Skip("a card's own cuBLAS is held to the suite by TestCuBLAS")
	}
	library := fakeBLAS(t)
	other := filepath.Join(t.TempDir(), "libother.so")
	if text, err := exec.Command("gcc", "-shared", "-o", other, "-x", "c", os.DevNull).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, c := range []struct{ value, more, says string }{
		{"", "", "computes on: emulator\n"},
		{"own", "", "computes on: emulator\n"},
		{library, "", "computes on: emulator, cuBLAS\n"},
		{"blas", "", `expected own, cublas or the path of cuBLAS's library in NNLAB_GEMM, got "blas"`},
		{"/nowhere/libcublas.so.12", "", "cuBLAS was not found: /nowhere/libcublas.so.12"},
		{"/nowhere/libcublas.so.12", "", "pip install nvidia-cublas-cu12"},
		{other, "", "libother.so has no function cublasCreate_v2"},
		{library, "FAKE_CUBLAS_BROKEN=1", "cublasCreate: cuBLAS does not work with this driver or card"},
	} {
		run := exec.Command(os.Args[0], "-test.run=^TestCuBLASChosen$")
		run.Env = append(os.Environ(), "CUDA_TEST_CHOSEN=1", "NNLAB_GEMM="+c.value, c.more)
		text, err := run.CombinedOutput()
		var exit *exec.ExitError
		if errors.As(err, &exit) || !strings.Contains(string(text), c.says) {
			t.Errorf("NNLAB_GEMM=%s %s: %v, want %q in\n%s", c.value, c.more, err, c.says, text)
		}
	}
}
