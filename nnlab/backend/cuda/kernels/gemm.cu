// The products of gemm.h in float32.
#include "gemm.h"

GEMMS(Registers, 128, 128, 8, 1)
GEMMS(Registers, 64, 64, 16, 2)

// gemm_end adds up the parts of a product, or of a convolution's gradient, and finishes it.
KERNEL gemm_end(i64 count, i64 n, i64 columns, const float *parts, double beta, float *c, EPILOGUE) {
  Epilogue e = EPILOGUE_OF;
  EACH(i, n) {
    float sum = 0;
    for (i64 p = 0; p < count; p++)
      sum += parts[p * n + i];
    if (beta != 0)
      sum += (float)beta * c[i];
    c[i] = finish(e, sum, (int)(i % columns), i);
  }
}
