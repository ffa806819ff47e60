// The product of two matrices by tiles, which products and all three convolutions share:
// they differ in where their factors' numbers stand.
//
// A block has 256 threads and makes a tile of Side×Side numbers of C, in steps of Deep
// along the inner dimension: both factors' pieces are brought to shared memory, that of
// A as [Deep][Side] and that of B as [Deep][Side], and each thread adds up Side/16 ×
// Side/16 numbers in registers. While a step is computed the pieces of the next are on
// their way into registers, so that memory's delay is hidden.
//
// A factor is a Source: its each tells a thread where the four numbers of a piece stand that
// are its own. Where the inner dimension runs fastest in memory a thread has four neighbours
// of one row (ALONG), else one column at four depths (ACROSS), so that neighbouring threads
// read neighbouring numbers.
//
// What a block has of shared memory is a Room, which is given as a template: Registers, whose
// numbers are multiplied by the processors' own units, or Cores (tensor.h).
#pragma once
#include "activation.h"

typedef float float4 __attribute__((ext_vector_type(4)));

// fours reads four numbers of shared memory at once, which clang would take apart. It is
// kept in its place among barriers and writes.
DEVICE void fours(const float *from, float *to) {
  u32 at = (u32)(u64)(__attribute__((address_space(3))) const float *)from;
  asm volatile("ld.shared.v4.f32 {%0, %1, %2, %3}, [%4];"
               : "=f"(to[0]), "=f"(to[1]), "=f"(to[2]), "=f"(to[3])
               : "r"(at)
               : "memory");
}

enum { ALONG, ACROSS };

// Part is what a thread brings of a piece: its place along the side, and its depths.
template <int Side, int Deep, int Way> struct Part {
  static METHOD int side() { return Way == ALONG ? thread() / (Deep / 4) : thread() % Side; }
  static METHOD int depth(int j) {
    return Way == ALONG ? thread() % (Deep / 4) * 4 + j : thread() / Side + 256 / Side * j;
  }
};

// Tile is where a block's numbers of C lie, and which stretch of the inner dimension it
// adds up.
struct Tile {
  int row, column; // the first of each
  int first, end;  // depths
};

// take brings a thread's numbers of a piece; what is outside is 0.
template <class S> DEVICE void take(S &source, int depth, float *to) {
  source.each(depth, [&](int j, bool inside, const float *at) { to[j] = inside ? *at : 0; });
}

template <int Side, int Deep, int WayA, int WayB> struct Registers {
  enum { Slice = Side == 128 ? 32 : 64 }; // rows of C that fit, too
  alignas(16) float a[2][Deep][Side + 4];
  float b[2][Deep][Side + 4];
};

// multiply adds up a tile. It calls end(row, column, sum) for each of a thread's numbers.
template <int Side, int Deep, int WayA, int WayB, class A, class B, class End>
DEVICE void multiply(const Tile &tile, Registers<Side, Deep, WayA, WayB> &room, A &a, B &b, const End &end) {
  constexpr int own = Side / 16; // numbers along each side
  const int tx = thread() % 16, ty = thread() / 16;
  float sums[own][own] = {};
  float nextA[4], nextB[4];
  int now = 0;
  take(a, tile.first, nextA);
  take(b, tile.first, nextB);
  for (int depth = tile.first;; depth += Deep) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
      room.a[now][A::In::depth(j)][A::In::side()] = nextA[j];
      room.b[now][B::In::depth(j)][B::In::side()] = nextB[j];
    }
    barrier();
    bool more = depth + Deep < tile.end;
    if (more) {
      take(a, depth + Deep, nextA);
      take(b, depth + Deep, nextB);
    }
#pragma unroll
    for (int k = 0; k < Deep; k++) {
      float left[own], right[own];
#pragma unroll
      for (int part = 0; part < own / 4; part++) { // fours, half a side apart
        fours(&room.a[now][k][part * Side / 2 + ty * 4], left + part * 4);
        fours(&room.b[now][k][part * Side / 2 + tx * 4], right + part * 4);
      }
#pragma unroll
      for (int i = 0; i < own; i++)
#pragma unroll
        for (int j = 0; j < own; j++)
          sums[i][j] += left[i] * right[j];
    }
    if (!more)
      break;
    now = 1 - now; // two rooms: who is done early writes the other one
  }
  // The numbers leave through shared memory, Slice rows at a time, so that neighbouring
  // threads finish and write neighbouring ones, and what finishes them is not repeated for
  // each register.
  constexpr int slice = Registers<Side, Deep, WayA, WayB>::Slice, rows = slice / 16; // of a thread
  float(*staged)[Side] = (float(*)[Side])room.a;
#pragma unroll
  for (int first = 0; first < own; first += rows) {
    barrier();
#pragma unroll
    for (int i = 0; i < rows; i++)
#pragma unroll
      for (int part = 0; part < own / 4; part++) {
        float4 four;
#pragma unroll
        for (int j = 0; j < 4; j++)
          four[j] = sums[first + i][part * 4 + j];
        *(float4 *)&staged[ty * rows + i][part * Side / 2 + tx * 4] = four;
      }
    barrier();
#pragma unroll 1
    for (int at = thread(); at < slice * Side; at += 256) {
      int row = at / Side, i = first + row % rows; // of the slice, and which of its thread's own it is
      end(tile.row + i / 4 * (Side / 2) + row / rows * 4 + i % 4, tile.column + at % Side, staged[row][at % Side]);
    }
  }
}

// stretch returns the depths that part p of parts adds up: whole steps each.
DEVICE void stretch(Tile &tile, int depth, int deep, int p, int parts) {
  int steps = (depth + deep - 1) / deep, share = (steps + parts - 1) / parts;
  int first = p * share * deep, end = (p + 1) * share * deep;
  tile.first = first < depth ? first : depth;
  tile.end = end < depth ? end : depth;
}

// Plain is a matrix: number (side, depth) stands at side·sideStride + depth·depthStride, of
// which strides the one along which neighbours stand is 1.
template <int Side, int Deep, int Way> struct Plain {
  typedef Part<Side, Deep, Way> In;
  const float *matrix;
  int first, sides, end;
  i64 sideStride, depthStride;

  template <class F> METHOD void each(int depth, const F &f) const {
    int side = first + In::side();
    const float *at = matrix + side * sideStride;
#pragma unroll
    for (int j = 0; j < 4; j++) {
      int d = depth + In::depth(j);
      f(j, side < sides && d < end, at + d * depthStride);
    }
  }
};
