// A cuBLAS for tests, on the emulated GPU: it reads matrices as BLAS does, column by column,
// and refuses what BLAS refuses. What it was called with it writes to the file that
// FAKE_CUBLAS names.
#include <stdio.h>
#include <stdlib.h>

extern int cuMemcpyDtoH_v2(void *to, unsigned long long from, size_t n);
extern int cuMemcpyHtoD_v2(unsigned long long to, const void *from, size_t n);

enum { SUCCESS = 0, NOT_INITIALIZED = 1, INVALID_VALUE = 7, EXECUTION_FAILED = 13 };
static int theHandle, mode;

int cublasCreate_v2(void **handle) {
  if (getenv("FAKE_CUBLAS_BROKEN"))
    return NOT_INITIALIZED;
  *handle = &theHandle;
  return SUCCESS;
}

int cublasGetVersion_v2(void *handle, int *version) {
  *version = 120904;
  return handle == &theHandle ? SUCCESS : NOT_INITIALIZED;
}

int cublasSetMathMode(void *handle, int to) {
  mode = to;
  return handle == &theHandle && (to == 0 || to == 3) ? SUCCESS : INVALID_VALUE;
}

static float *down(const float *from, size_t n) {
  float *to = malloc(n * sizeof *to);
  if (cuMemcpyDtoH_v2(to, (unsigned long long)from, n * sizeof *to)) {
    free(to);
    return NULL;
  }
  return to;
}

int cublasSgemm_v2(void *handle, int transA, int transB, int m, int n, int k, const float *alpha, const float *a, int lda,
                   const float *b, int ldb, const float *beta, float *c, int ldc) {
  const char *file = getenv("FAKE_CUBLAS");
  FILE *f = file ? fopen(file, "a") : NULL;
  if (f) {
    fprintf(f, "%d %d%d %d %d %d lda %d ldb %d ldc %d alpha %g beta %g\n", mode, transA, transB, m, n, k, lda, ldb, ldc, *alpha, *beta);
    fclose(f);
  }
  int rowsA = transA ? k : m, columnsA = transA ? m : k, rowsB = transB ? n : k, columnsB = transB ? k : n;
  if (handle != &theHandle || transA < 0 || transA > 1 || transB < 0 || transB > 1 || m < 0 || n < 0 || k < 0 || lda < rowsA || ldb < rowsB || ldc < m)
    return INVALID_VALUE;
  float *A = down(a, (size_t)lda * (columnsA - 1) + rowsA), *B = down(b, (size_t)ldb * (columnsB - 1) + rowsB);
  size_t size = (size_t)ldc * (n - 1) + m;
  float *C = *beta != 0 ? down(c, size) : calloc(size, sizeof *C);
  int ok = A && B && C;
  for (int j = 0; ok && j < n; j++)
    for (int i = 0; i < m; i++) {
      double sum = 0;
      for (int l = 0; l < k; l++)
        sum += (double)A[transA ? l + (size_t)i * lda : i + (size_t)l * lda] * B[transB ? j + (size_t)l * ldb : l + (size_t)j * ldb];
      sum *= *alpha;
      C[i + (size_t)j * ldc] = (float)(*beta != 0 ? sum + *beta * C[i + (size_t)j * ldc] : sum);
    }
  ok = ok && !cuMemcpyHtoD_v2((unsigned long long)c, C, size * sizeof *C);
  free(A);
  free(B);
  free(C);
  return ok ? SUCCESS : EXECUTION_FAILED;
}
