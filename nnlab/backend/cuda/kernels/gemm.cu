// C = f(op(A)·op(B) + β·C + bias) ⊙ g'(y); see backend.Products.
#include "tile.h"

// A product in parts along the inner dimension: the grid's z counts them, and each writes
// its sums to parts [parts × m × n], for gemm_end.
template <int Side, int Deep, int WayA, int WayB>
DEVICE void gemm(int m, int n, int k, const float *a, const float *b, float beta, float *c, float *parts, const Epilogue &e) {
  SHARED static Room<Side, Deep> room;
  Tile tile = {(int)block() * Side, (int)blockY() * Side};
  int count = __nvvm_read_ptx_sreg_nctaid_z();
  stretch(tile, k, Deep, (int)blockZ(), count);
  // op(A)[i, l] stands at i·k + l, or of a transposed A at i + l·m; op(B)[l, j] at l·n + j,
  // or of a transposed B at l + j·k.
  Plain<Side, Deep, WayA> left(a, tile.row, m, WayA == ALONG ? k : 1, WayA == ALONG ? 1 : m, tile.end);
  Plain<Side, Deep, WayB> right(b, tile.column, n, WayB == ALONG ? k : 1, WayB == ALONG ? 1 : n, tile.end);
  float *to = parts ? parts + blockZ() * m * n : c;
  multiply<Side, Deep>(tile, room, left, right, [&](int i, int j, float sum) {
    if (i >= m || j >= n)
      return;
    i64 place = (i64)i * n + j;
    if (!parts) {
      if (beta != 0)
        sum += beta * c[place];
      sum = finish(e, sum, j, place);
    }
    to[place] = sum;
  });
}

#define GEMM(name, Side, Deep, Blocks, WayA, WayB)                                                               \
  TILED(Blocks) name(i64 m, i64 n, i64 k, const float *a, const float *b, double beta, float *c, float *parts, EPILOGUE) { \
    Epilogue e = EPILOGUE_OF;                                                                            \
    gemm<Side, Deep, WayA, WayB>((int)m, (int)n, (int)k, a, b, (float)beta, c, parts, e);               \
  }

GEMM(gemm_nn_128, 128, 8, 1, ALONG, ACROSS)
GEMM(gemm_tn_128, 128, 8, 1, ACROSS, ACROSS)
GEMM(gemm_nt_128, 128, 8, 1, ALONG, ALONG)
GEMM(gemm_tt_128, 128, 8, 1, ACROSS, ALONG)
GEMM(gemm_nn_64, 64, 16, 2, ALONG, ACROSS)
GEMM(gemm_tn_64, 64, 16, 2, ACROSS, ACROSS)
GEMM(gemm_nt_64, 64, 16, 2, ALONG, ALONG)
GEMM(gemm_tt_64, 64, 16, 2, ACROSS, ALONG)

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
