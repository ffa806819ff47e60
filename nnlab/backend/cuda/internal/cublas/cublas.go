//go:build cuda

// Package cublas multiplies matrices by NVIDIA's cuBLAS, where it is on the machine. No
// program is linked with it: the library is opened when somebody asks for it, and without it
// nothing is missing.
package cublas

/*
// The functions of cublas_v2.h that are used. A handle is a pointer, all enumerations are int.
typedef int (*create_fn)(void **handle);
typedef int (*version_fn)(void *handle, int *version);
typedef int (*math_fn)(void *handle, int mode);
typedef int (*sgemm_fn)(void *handle, int transA, int transB, int m, int n, int k, const float *alpha, const float *a, int lda,
                        const float *b, int ldb, const float *beta, float *c, int ldc);

static int nnlab_create(void *f, void **handle) { return ((create_fn)f)(handle); }
static int nnlab_version(void *f, void *handle, int *version) { return ((version_fn)f)(handle, version); }
static int nnlab_math(void *f, void *handle, int mode) { return ((math_fn)f)(handle, mode); }
static int nnlab_sgemm(void *f, void *handle, int transA, int transB, int m, int n, int k, unsigned long long a, int lda,
                       unsigned long long b, int ldb, float beta, unsigned long long c, int ldc) {
	float one = 1;
	return ((sgemm_fn)f)(handle, transA, transB, m, n, k, &one, (const float *)a, lda, (const float *)b, ldb, &beta, (float *)c, ldc);
}
*/
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/library"
)

// Library is cuBLAS with a handle of the context in which it was opened. Its products are put
// into the default stream.
type Library struct {
	handle      unsafe.Pointer
	sgemm, math unsafe.Pointer
	tf32        bool // the mode that is set
	version     int
}

// Open opens the library: that of a path, or of "" the first one that is found, of CUDA 13, 12 or
// 11. The thread must have the context that it is to work in.
func Open(path string) (*Library, error) {
	tried := []string{path}
	if path == "" {
		tried = library.Places("libcublas", "13", "12", "11")
	}
	opened, err := library.Open(tried...)
	if err != nil {
		return nil, fmt.Errorf("cuBLAS was not found: %w", err)
	}
	create, version := opened.Function("cublasCreate_v2"), opened.Function("cublasGetVersion_v2")
	l := &Library{sgemm: opened.Function("cublasSgemm_v2"), math: opened.Function("cublasSetMathMode")}
	if err := opened.Missing("cuBLAS"); err != nil {
		return nil, err
	}
	var n C.int
	if err := failure("cublasCreate", C.nnlab_create(create, &l.handle)); err != nil {
		return nil, err
	}
	if err := failure("cublasGetVersion", C.nnlab_version(version, l.handle, &n)); err != nil {
		return nil, err
	}
	l.version = int(n)
	return l, nil
}

// Version is the library's, 120904 for 12.9.4.
func (l *Library) Version() int { return l.version }

// What cublas_v2.h calls CUBLAS_OP_N and CUBLAS_OP_T, CUBLAS_DEFAULT_MATH and
// CUBLAS_TF32_TENSOR_OP_MATH.
const (
	asIs, transposed       = 0, 1
	defaultMath, tf32Math  = 0, 3
	notInitialized, memory = 1, 3
)

// Gemm computes C = op(A)·op(B) + β·C of matrices on the device as [backend.Products] has
// them, row by row. cuBLAS reads matrices column by column, and so sees the transpose of each:
// it is given Cᵀ = op(B)ᵀ·op(A)ᵀ. With tf32 it may round factors to TF32, else it computes in
// float32. The thread must have the context.
func (l *Library) Gemm(tf32 bool, t backend.Transpose, m, n, k int, a, b uint64, beta float64, c uint64) error {
	if tf32 != l.tf32 {
		mode := defaultMath
		if tf32 {
			mode = tf32Math
		}
		if err := failure("cublasSetMathMode", C.nnlab_math(l.math, l.handle, C.int(mode))); err != nil {
			return err
		}
		l.tf32 = tf32
	}
	// A row of A as it is stored has k numbers, or m of a transposed one; of B n, or k.
	opA, rowA, opB, rowB := asIs, k, asIs, n
	if t == backend.TN || t == backend.TT {
		opA, rowA = transposed, m
	}
	if t == backend.NT || t == backend.TT {
		opB, rowB = transposed, k
	}
	return failure("cublasSgemm", C.nnlab_sgemm(l.sgemm, l.handle, C.int(opB), C.int(opA), C.int(n), C.int(m), C.int(k),
		C.ulonglong(b), C.int(rowB), C.ulonglong(a), C.int(rowA), C.float(beta), C.ulonglong(c), C.int(n)))
}

// failure is what a cublasStatus_t means: nil for success.
func failure(function string, status C.int) error {
	switch status {
	case 0:
		return nil
	case notInitialized:
		return fmt.Errorf("%s: cuBLAS does not work with this driver or card", function)
	case memory:
		return fmt.Errorf("%s: %w", function, backend.ErrMemory)
	}
	return fmt.Errorf("%s: status %d", function, int(status))
}
