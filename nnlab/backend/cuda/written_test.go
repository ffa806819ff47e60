//go:build cuda

package cuda

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// written are kernels as a student writes them.
const (
	axpySource = `extern "C" __global__ void axpy(int n, float a, const float *x, float *y) {
	int i = blockIdx.x * blockDim.x + threadIdx.x;
	if (i < n) y[i] += a * x[i];
}`
	productSource = `extern "C" __global__ void product(int n, const float *a, const float *b, float *c) {
	__shared__ float A[16][16], B[16][16];
	int x = threadIdx.x, y = threadIdx.y, row = blockIdx.y * 16 + y, column = blockIdx.x * 16 + x;
	float sum = 0;
	for (int at = 0; at < n; at += 16) {
		A[y][x] = row < n && at + x < n ? a[row * n + at + x] : 0;
		B[y][x] = column < n && at + y < n ? b[(at + y) * n + column] : 0;
		__syncthreads();
		for (int k = 0; k < 16; k++) sum += A[y][k] * B[k][x];
		__syncthreads();
	}
	if (row < n && column < n) c[row * n + column] = sum;
}
extern "C" __global__ void kinds(double d, long long l, unsigned u, float f, float *y) {
	y[0] = (float)d;
	y[1] = (float)l;
	y[2] = (float)u;
	y[3] = f;
}`
)

// compile compiles a kernel. Where nobody has said where NVRTC is, as make test-cuda does, there
// may be none.
func compile(t *testing.T, source, kernel string) (backend.Backend, backend.Kernel) {
	t.Helper()
	d := gpu(t)
	k, err := Compile(d, source, kernel)
	if err != nil && os.Getenv(nvrtcName) == "" && strings.Contains(err.Error(), "NVRTC, which compiles kernels, and it was not found") {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d, k
}

// values are n numbers of which sums are exact.
func values(n, by int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = float32((i*by)%17 - 8)
	}
	return v
}

func uploaded(b backend.Backend, v []float32) backend.Buffer {
	x := b.Alloc(len(v))
	b.Upload(x, v)
	return x
}

func downloaded(t *testing.T, b backend.Backend, x backend.Buffer) []float32 {
	t.Helper()
	v := make([]float32, x.Len())
	b.Download(v, x)
	if err := b.Sync(); err != nil {
		t.Fatal(err)
	}
	return v
}

// Kernels that users write compute beside the lab's, in the order of the calls.
func TestWritten(t *testing.T) {
	const n = 1000
	d, axpy := compile(t, axpySource, "axpy")
	x, own, ours := uploaded(d, values(n, 3)), uploaded(d, values(n, 5)), uploaded(d, values(n, 5))
	for range 5 { // between kernels of ours, which may be waiting to be a graph
		d.Scale(n, 2, own)
		axpy.Launch(Dim3{X: 4}, Dim3{X: 256}, n, 0.5, x, own)
		d.Scale(n, 2, ours)
		d.Axpy(n, 0.5, x, ours)
	}
	want := downloaded(t, d, ours)
	for i, v := range downloaded(t, d, own) {
		if v != want[i] {
			t.Fatalf("number %d is %v, want %v", i, v, want[i])
		}
	}
	// A part of a buffer is one.
	axpy.Launch(Dim3{}, Dim3{X: 32}, 3, 1, x, d.Slice(own, 4, 7))
	got, first := downloaded(t, d, own), downloaded(t, d, x)
	for i := range got {
		if i >= 4 && i < 7 {
			want[i] += first[i-4]
		}
		if got[i] != want[i] {
			t.Fatalf("number %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func TestWrittenProduct(t *testing.T) {
	const n = 37
	d, product := compile(t, productSource, "product")
	a, b := uploaded(d, values(n*n, 3)), uploaded(d, values(n*n, 5))
	own, ours := d.Alloc(n*n), d.Alloc(n*n)
	product.Launch(Dim3{X: 3, Y: 3}, Dim3{X: 16, Y: 16}, n, a, b, own)
	d.Gemm(backend.NN, n, n, n, a, b, 0, ours, backend.Epilogue{})
	want := downloaded(t, d, ours)
	for i, v := range downloaded(t, d, own) {
		if v != want[i] {
			t.Fatalf("number %d is %v, want %v", i, v, want[i])
		}
	}
	_, kinds := compile(t, productSource, "kinds")
	y := d.Alloc(4)
	kinds.Launch(Dim3{}, Dim3{}, 0.25, -1<<40, uint32(math.MaxUint32), 3, y)
	if got := downloaded(t, d, y); [4]float32(got) != [4]float32{0.25, -1 << 40, 1 << 32, 3} {
		t.Errorf("the arguments came as %v", got)
	}
}

// What cannot be compiled or called is said in words, and harms nothing.
func TestWrittenErrors(t *testing.T) {
	d, axpy := compile(t, axpySource, "axpy")
	for _, c := range []struct{ source, kernel, want string }{
		{axpySource, "axpi", "expected a kernel axpi, got axpy; declare it"},
		{strings.Replace(axpySource, "a * x[i]", "b * x[i]", 1), "axpy", `kernel.cu(3): error: identifier "b" is undefined`},
		{strings.Replace(axpySource, `extern "C" `, "", 1), "axpy", `declare it as extern "C" __global__ void axpy`},
		{"\x00", "f", "the character 0"},
		{`extern "C" __global__ void pair(float2 p, float *y) { y[0] = p.x; }`, "pair", "another type as parameter 1"},
	} {
		if k, err := Compile(d, c.source, c.kernel); err == nil || k != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v, want %q", c.kernel, k, err, c.want)
		}
	}
	x := d.Alloc(4)
	for want, launch := range map[string]func(){
		"expected 4 arguments, got 1":                      func() { axpy.Launch(Dim3{}, Dim3{}, 1) },
		"expected a whole number of 32 bits as argument 1": func() { axpy.Launch(Dim3{}, Dim3{}, 1.5, 1, x, x) },
		"threads in a block":                               func() { axpy.Launch(Dim3{}, Dim3{X: 2048}, 1, 1, x, x) },
		"expected a buffer of the backend cuda":            func() { axpy.Launch(Dim3{}, Dim3{}, 1, 1, x, other{}) },
	} {
		func() {
			defer func() {
				if e, ok := recover().(backend.Error); !ok || e.Kernel != "axpy" || !strings.Contains(e.Detail, want) {
					t.Errorf("got %v, want %q", e, want)
				}
			}()
			launch()
		}()
	}
	if err := d.Sync(); err != nil {
		t.Error(err)
	}
}

// other is a buffer of no backend.
type other struct{}

func (other) Len() int { return 4 }

// A kernel that writes where it may not ends the process's device, as Sync says: the emulated
// one names the instruction.
func TestWrittenOutside(t *testing.T) {
	if os.Getenv("CUDA_TEST_OUTSIDE") != "" {
		d, k := compile(t, `extern "C" __global__ void outside(float *y) { y[threadIdx.x] = 1; }`, "outside")
		k.Launch(Dim3{}, Dim3{X: 1024}, d.Alloc(4))
		fmt.Println("error:", d.Sync())
		return
	}
	compile(t, axpySource, "axpy")
	run := exec.Command(os.Args[0], "-test.run=^TestWrittenOutside$")
	run.Env = append(os.Environ(), "CUDA_TEST_OUTSIDE=1")
	text, err := run.CombinedOutput()
	var exit *exec.ExitError
	if deviceOf(gpu(t)) != "emulator" { // a card may let it pass within what it has handed out
		return
	}
	if errors.As(err, &exit) || !strings.Contains(string(text), "error: cuda: ") {
		t.Errorf("%v\n%s", err, text)
	}
}

// Without NVRTC, and with one that is newer than the driver, that is said, with what mends it.
func TestWithoutNVRTC(t *testing.T) {
	if os.Getenv("CUDA_TEST_NVRTC") != "" {
		_, err := Compile(gpu(t), axpySource, "axpy")
		fmt.Println("error:", err)
		return
	}
	if d, _ := compile(t, axpySource, "axpy"); deviceOf(d) != "emulator" {
		t.Skip("a card has the driver that it has")
	}
	nothing := filepath.Join(t.TempDir(), "libnothing.so")
	if text, err := exec.Command("gcc", "-shared", "-o", nothing, "-x", "c", os.DevNull).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for env, want := range map[string]string{
		nvrtcName + "=/nowhere/libnvrtc.so.12": "pip install nvidia-cuda-nvrtc-cu12 brings it, and NNLAB_NVRTC takes the path",
		nvrtcName + "=" + nothing:              "libnothing.so has no function nvrtcCreateProgram, as NVRTC of CUDA 11.2 or newer has",
		"CUDAEMU_PTX=72":                       "expected a driver of emulator that takes what NVRTC 12.9 makes: the provided PTX was compiled with an unsupported toolchain.; update NVIDIA's driver",
	} {
		run := exec.Command(os.Args[0], "-test.run=^TestWithoutNVRTC$")
		run.Env = append(os.Environ(), "CUDA_TEST_NVRTC=1", env)
		if text, err := run.CombinedOutput(); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, want %q in\n%s", env, err, want, text)
		}
	}
}
