// C = f(op(A)·op(B) + β·C + bias) ⊙ g'(y); see backend.Products.
#pragma once
#include "tile.h"

// A product in parts along the inner dimension: the grid's z counts them, and each writes
// its sums to parts [parts × m × n], for gemm_end.
template <template <int, int, int, int> class Room, int Side, int Deep, int WayA, int WayB>
DEVICE void gemm(int m, int n, int k, const float *a, const float *b, float beta, float *c, float *parts, const Epilogue &e) {
  SHARED static Room<Side, Deep, WayA, WayB> room;
  Tile tile = {(int)block() * Side, (int)blockY() * Side};
  int count = __nvvm_read_ptx_sreg_nctaid_z();
  stretch(tile, k, Deep, (int)blockZ(), count);
  // op(A)[i, l] stands at i·k + l, or of a transposed A at i + l·m; op(B)[l, j] at l·n + j,
  // or of a transposed B at l + j·k.
  Plain<Side, Deep, WayA> left = {a, tile.row, m, tile.end, WayA == ALONG ? k : 1, WayA == ALONG ? 1 : m};
  Plain<Side, Deep, WayB> right = {b, tile.column, n, tile.end, WayB == ALONG ? k : 1, WayB == ALONG ? 1 : n};
  float *to = parts ? parts + blockZ() * m * n : c;
  multiply(tile, room, left, right, [&](int i, int j, float sum) {
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

// GEMMS are the four products by tiles of Side×Side numbers, Blocks of which share a processor.
#define GEMMS(Room, size, Side, Deep, Blocks)                  \
  GEMM(Room, gemm_nn_##size, Side, Deep, Blocks, ALONG, ACROSS)  \
  GEMM(Room, gemm_tn_##size, Side, Deep, Blocks, ACROSS, ACROSS) \
  GEMM(Room, gemm_nt_##size, Side, Deep, Blocks, ALONG, ALONG)   \
  GEMM(Room, gemm_tt_##size, Side, Deep, Blocks, ACROSS, ALONG)

#define GEMM(Room, name, Side, Deep, Blocks, WayA, WayB)                                                                   \
  TILED(Blocks) name(i64 m, i64 n, i64 k, const float *a, const float *b, double beta, float *c, float *parts, EPILOGUE) { \
    Epilogue e = EPILOGUE_OF;                                                                                              \
    gemm<Room, Side, Deep, WayA, WayB>((int)m, (int)n, (int)k, a, b, (float)beta, c, parts, e);                            \
  }
