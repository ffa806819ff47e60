package cuda

import (
	"errors"
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Dim3 is a number of blocks, or of threads in a block, along each axis; 0 counts as 1.
type Dim3 = backend.Dim3

// Compile compiles a kernel that is written in CUDA C++ for the GPU of a backend, one that [New]
// has returned, by NVIDIA's NVRTC. The source declares the kernel as extern "C" __global__ void:
//
//	axpy, err := cuda.Compile(gpu, `extern "C" __global__ void axpy(int n, float a, const float *x, float *y) {
//		int i = blockIdx.x * blockDim.x + threadIdx.x;
//		if (i < n) y[i] += a * x[i];
//	}`, "axpy")
//	axpy.Launch(cuda.Dim3{X: (n + 255) / 256}, cuda.Dim3{X: 256}, n, 0.5, x, y) // x, y := gpu.Alloc(n), gpu.Alloc(n)
//	err = gpu.Sync()                                                            // waits, and says what went wrong
//
// An error says that there is no GPU or no NVRTC, or what the compiler says of which line.
func Compile(gpu backend.Backend, source, kernel string) (backend.Kernel, error) {
	if gpu == nil {
		return nil, errors.New("cuda: Compile: expected a GPU, got nil; take the first result of cuda.New, where its error is nil")
	}
	c, ok := gpu.(backend.Compiler)
	if !ok {
		return nil, fmt.Errorf("cuda: Compile: expected a GPU, got the backend %s; kernels in CUDA C++ run on what cuda.New returns", gpu.Name())
	}
	return c.Compile(source, kernel)
}
