// Convolutions of 3×3 with stride 1 by Winograd's F(2×2, 3×3): 16 products make the 2×2 outputs
// of a tile that directly take 36 (A. Lavin and S. Gray, arXiv:1509.09308, 4.1):
//
//   y = Aᵀ[(G w Gᵀ) ⊙ (Bᵀ x B)]A, for each tile and filter summed over the channels,
//
//   Bᵀ = [1 0 −1 0; 0 1 1 0; 0 −1 1 0; 0 1 0 −1], G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1], Aᵀ = [1 1 1 0; 0 1 −1 −1].
//
// winograd_weights makes G w Gᵀ. winograd does all else: a block has 32 tiles and 64 filters, and
// goes on by 8 channels, whose inputs it transforms on their way to shared memory. Each of its 8
// warps adds up the products of two of the 16 places within a tile, 8 tiles × 8 filters of each
// in every thread; for the last transform these meet in shared memory.
//
// The gradient of the input is such a convolution too: of δ, with the weights turned by half a
// turn, and filters and channels exchanged.
#include "activation.h"

typedef float float4 __attribute__((ext_vector_type(4)));

enum { TILES = 32, FILTERS = 64, CHANNELS = 8, PLACES = 16 };
enum { HALF = CHANNELS / 2, PIECE = PLACES * HALF * FILTERS }; // channels and weights of half a step

// winograd_weights transforms w [3×3×channels×filters], or of a gradient its turned twin, in
// which depth counts the filters and sides the channels, to u [sides/64 × depth/4 × 16 × 4 × 64]:
// a block's in one piece for each half of its steps, with zeros where there is no weight. Depths
// are whole steps.
KERNEL winograd_weights(i64 n, i64 depth, i64 sides, i64 turned, const float *w, float *u) {
  i64 steps = (depth + CHANNELS - 1) / CHANNELS;
  EACH(i, n) {
    int side = (int)(i / FILTERS / (steps * CHANNELS)) * FILTERS + (int)(i % FILTERS);
    int deep = (int)(i / FILTERS % (steps * CHANNELS));
    float g[3][3] = {};
    if (side < sides && deep < depth) {
      const float *at = turned ? w + (i64)side * depth + deep : w + (i64)deep * sides + side;
#pragma unroll
      for (int cell = 0; cell < 9; cell++) {
        int of = turned ? 8 - cell : cell;
        g[cell / 3][cell % 3] = at[of * depth * sides];
      }
    }
    float half[4][3]; // G w
#pragma unroll
    for (int c = 0; c < 3; c++) {
      half[0][c] = g[0][c];
      half[1][c] = 0.5f * (g[0][c] + g[1][c] + g[2][c]);
      half[2][c] = 0.5f * (g[0][c] - g[1][c] + g[2][c]);
      half[3][c] = g[2][c];
    }
    float *to = u + i / FILTERS / HALF * PIECE + deep % HALF * FILTERS + i % FILTERS;
#pragma unroll
    for (int r = 0; r < 4; r++) {
      float row[4] = {half[r][0], 0.5f * (half[r][0] + half[r][1] + half[r][2]), 0.5f * (half[r][0] - half[r][1] + half[r][2]), half[r][2]};
#pragma unroll
      for (int c = 0; c < 4; c++)
        to[(r * 4 + c) * HALF * FILTERS] = row[c];
    }
  }
}

// Squares are images of which a convolution sees all places, and what it makes of them.
struct Squares {
  int in[2], out[2], pad[2];
  int channels, filters, images;

  METHOD int down() const { return (out[0] + 1) / 2; }
  METHOD int across() const { return (out[1] + 1) / 2; }
};

// Seat is where a thread's tile begins.
struct Seat {
  int image, row, column; // of the first output
};

DEVICE Seat seatOf(const Squares &s, int tile) {
  int of = s.down() * s.across();
  return {tile / of, tile % of / s.across() * 2, tile % s.across() * 2};
}

// fours reads four numbers of shared memory at once, which clang would take apart. It is
// kept in its place among barriers and writes.
DEVICE void fours(const float *from, float *to) {
  u32 at = (u32)(u64)(__attribute__((address_space(3))) const float *)from;
  asm volatile("ld.shared.v4.f32 {%0, %1, %2, %3}, [%4];"
               : "=f"(to[0]), "=f"(to[1]), "=f"(to[2]), "=f"(to[3])
               : "r"(at)
               : "memory");
}

// Factors are a step's, Sums a part of what the warps have added up.
struct Factors {
  alignas(16) float x[PLACES][CHANNELS][TILES]; // fours of tiles stand where swapped says
  alignas(16) float w[2][PLACES][HALF][FILTERS];
};
enum { PART = 8 }; // tiles of a part
union Room {
  Factors of;
  alignas(16) float sums[PLACES][PART][FILTERS];
};

// swapped is where a tile stands among those of a channel: so that neither the threads that
// write, of 8 channels and 4 tiles, nor those that read four tiles of one meet in a bank.
DEVICE int swapped(int tile, int channel) { return tile ^ channel * 4; }

// hidden is v, of which clang knows nothing: what is made of it is not kept in registers from step
// to step, of which the sums leave few.
DEVICE int hidden(int v) {
  asm volatile("" : "+r"(v));
  return v;
}

// Inputs hands out the 4×4 inputs of a thread's tile and channel.
struct Inputs {
  const float *x;
  int at;     // of the first, which may lie outside
  u32 inside; // a bit for each
  int channel, channels, down;

  METHOD Inputs(const Squares &s, const float *x, int tile, int channel) : x(x), channel(channel), channels(s.channels) {
    Seat seat = seatOf(s, tile);
    int row = seat.row - s.pad[0], column = seat.column - s.pad[1];
    at = ((seat.image * s.in[0] + row) * s.in[1] + column) * s.channels + channel;
    down = s.in[1] * s.channels;
    inside = 0;
#pragma unroll
    for (int i = 0; i < PLACES; i++) {
      int r = row + i / 4, c = column + i % 4;
      if (seat.image < s.images && r >= 0 && r < s.in[0] && c >= 0 && c < s.in[1])
        inside |= 1u << i;
    }
  }

  METHOD void take(int first, float (&to)[PLACES]) const {
    u32 there = first + channel < channels ? inside : 0;
    int row = hidden(at) + first, by = hidden(down), beside = hidden(channels);
#pragma unroll
    for (int r = 0; r < 4; r++, row += by)
#pragma unroll
      for (int c = 0; c < 4; c++)
        to[r * 4 + c] = there >> (r * 4 + c) & 1 ? x[row + c * beside] : 0;
  }
};

// along is Bᵀ of four numbers.
DEVICE void along(float &a, float &b, float &c, float &d) {
  float first = a - c, second = b + c, third = c - b, fourth = b - d;
  a = first, b = second, c = third, d = fourth;
}

enum { QUADS = PIECE / 4 / 256 }; // of weights, that a thread brings of half a step

DEVICE void takeWeights(const float4 *weights, int half, float4 (&to)[QUADS]) {
#pragma unroll
  for (int j = 0; j < QUADS; j++)
    to[j] = weights[(i64)half * (PIECE / 4) + j * 256];
}

DEVICE void putWeights(Factors &of, int half, const float4 (&from)[QUADS]) {
#pragma unroll
  for (int j = 0; j < QUADS; j++)
    ((float4 *)of.w[half])[j * 256 + thread()] = from[j];
}

// multiply adds up the products of half a step; the thread's tiles and filters begin at fours ty
// and tx.
DEVICE void multiply(Factors &of, int half, int ty, int tx, float (&sums)[2][8][8]) {
#pragma unroll
  for (int k = 0; k < HALF; k++) {
    int depth = half * HALF + k, fourth = hidden(ty * 4);
#pragma unroll
    for (int p = 0; p < 2; p++) {
      int place = thread() / 32 * 2 + p;
      float left[8], right[8];
#pragma unroll
      for (int side = 0; side < 2; side++) {
        fours(&of.x[place][depth][swapped(side * TILES / 2 + fourth, depth)], left + side * 4);
        fours(&of.w[half][place][k][side * FILTERS / 2 + tx * 4], right + side * 4);
      }
#pragma unroll
      for (int i = 0; i < 8; i++)
#pragma unroll
        for (int j = 0; j < 8; j++)
          sums[p][i][j] += left[i] * right[j];
    }
  }
}

#define SQUARES i64 in1, i64 in2, i64 out1, i64 out2, i64 pad1, i64 pad2, i64 channels, i64 filters, i64 images
#define SQUARES_OF {{(int)in1, (int)in2}, {(int)out1, (int)out2}, {(int)pad1, (int)pad2}, (int)channels, (int)filters, (int)images}

TILED(1) winograd(SQUARES, const float *x, const float *u, float *y, EPILOGUE) {
  SHARED static Room room;
  Squares s = SQUARES_OF;
  Epilogue e = EPILOGUE_OF;
  const int warp = thread() / 32, tx = thread() % 8, ty = thread() / 8 % 4; // of the warp's: filters, tiles
  const int mine = thread() / 8, channel = thread() % 8;                   // the tile and channel that it brings
  const int first = (int)block() * TILES, steps = (s.channels + CHANNELS - 1) / CHANNELS;
  Inputs inputs(s, x, first + mine, channel);
  const float4 *weights = (const float4 *)u + blockY() * 2 * steps * (PIECE / 4) + thread();

  float sums[2][8][8] = {}; // place, tile, filter
  float nextX[PLACES];
  float4 nextW[QUADS];
  takeWeights(weights, 0, nextW);
  inputs.take(0, nextX);
#pragma unroll 1
  for (int at = 0; at < 2 * steps; at++) { // halves of steps
    const int half = at % 2;
    if (half == 0) {
#pragma unroll
      for (int c = 0; c < 4; c++)
        along(nextX[c], nextX[4 + c], nextX[8 + c], nextX[12 + c]);
#pragma unroll
      for (int r = 0; r < 4; r++)
        along(nextX[4 * r], nextX[4 * r + 1], nextX[4 * r + 2], nextX[4 * r + 3]);
#pragma unroll
      for (int i = 0; i < PLACES; i++)
        room.of.x[i][channel][swapped(mine, channel)] = nextX[i];
    }
    putWeights(room.of, half, nextW); // those that were there have been read before the last barrier
    barrier(); // all factors of the half are there
    if (at + 1 < 2 * steps)
      takeWeights(weights, at + 1, nextW);
    if (half == 0)
      inputs.take((at / 2 + 1) * CHANNELS, nextX); // behind the last they are 0
    multiply(room.of, half, ty, tx, sums);
    if (half == 1)
      barrier(); // nobody reads the inputs any more
  }

  // Two tiles of each thread at a time, PART of all, leave through shared memory.
#pragma unroll
  for (int part = 0; part < TILES / PART; part++) {
#pragma unroll
    for (int p = 0; p < 2; p++)
#pragma unroll
      for (int i = 0; i < 2; i++)
#pragma unroll
        for (int half = 0; half < 2; half++) {
          float4 four;
#pragma unroll
          for (int j = 0; j < 4; j++)
            four[j] = sums[p][part * 2 + i][half * 4 + j];
          *(float4 *)&room.sums[warp * 2 + p][ty * 2 + i][half * FILTERS / 2 + tx * 4] = four;
        }
    barrier(); // all sums of the part are there
#pragma unroll 1
    for (int at = hidden(thread()); at < 2 * PART * FILTERS; at += 256) { // a row of two outputs each
      int below = at / (PART * FILTERS), slot = at / FILTERS % PART, column = (int)blockY() * FILTERS + at % FILTERS;
      int own = part * 2 + slot % 2; // which of its thread's 8 the tile is
      Seat seat = seatOf(s, first + own / 4 * (TILES / 2) + slot / 2 * 4 + own % 4);
      int row = seat.row + below;
      if (seat.image >= s.images || row >= s.out[0] || column >= s.filters)
        continue;
      float half[4]; // of Aᵀ m the row
#pragma unroll
      for (int c = 0; c < 4; c++) {
        float outer = room.sums[below * 12 + c][slot][at % FILTERS], second = room.sums[4 + c][slot][at % FILTERS], third = room.sums[8 + c][slot][at % FILTERS];
        half[c] = below ? second - third - outer : outer + second + third;
      }
      float left = half[0] + half[1] + half[2], right = half[1] - half[2] - half[3];
      i64 place = (((i64)seat.image * s.out[0] + row) * s.out[1] + seat.column) * s.filters + column;
#pragma unroll 1
      for (int beside = 0; beside < 2 && seat.column + beside < s.out[1]; beside++, place += s.filters)
        y[place] = finish(e, beside ? right : left, column, place);
    }
    barrier(); // the next part takes their room
  }
}
