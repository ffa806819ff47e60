// The product of tile.h on tensor cores, which cards have since sm_80: factors are rounded
// to TF32, which has 10 bits behind the point, and their products added up in float32.
//
// The pieces of the next steps are copied to shared memory while one is multiplied, past the
// registers (cp.async). Each of the block's 8 warps makes Side/2 × Side/4 numbers of the tile,
// as tiles of 16×8 whose numbers are spread over its threads as the PTX ISA has them for
// mma.m16n8k8 (9.7.14, "Matrix Fragments for mma.m16n8k8").
#pragma once
#include "tile.h"

// Shelf is a piece of a factor. It lies as in memory, so that four neighbours can be copied at
// once, and its rows are so long that the threads of a warp read from all banks.
template <int Side, int Deep, int Way> struct Shelf {
  enum { Row = Way == ALONG ? Deep + 4 : Side + 8 };
  float numbers[(Way == ALONG ? Side : Deep) * Row];

  METHOD float *at(int side, int depth) { return numbers + (Way == ALONG ? side * Row + depth : depth * Row + side); }
};

// Cores is a block's shared memory for Stages steps: 48 KiB at most.
template <int Side, int Deep, int WayA, int WayB> struct Cores {
  enum { Stages = 4 };
  alignas(16) Shelf<Side, Deep, WayA> a[Stages];
  Shelf<Side, Deep, WayB> b[Stages];
};

// copy4 and copy16 have so many bytes on their way to shared memory, of which the first count
// are there and the others 0.
DEVICE void copy4(float *to, const float *from, int count) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;"
               :
               : "r"((u32)(u64)(__attribute__((address_space(3))) float *)to), "l"((u64)(__attribute__((address_space(1))) const float *)from), "r"(count)
               : "memory");
}

DEVICE void copy16(float *to, const float *from, int count) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
               :
               : "r"((u32)(u64)(__attribute__((address_space(3))) float *)to), "l"((u64)(__attribute__((address_space(1))) const float *)from), "r"(count)
               : "memory");
}

// together makes a group of what a thread has sent since the last.
DEVICE void together() { asm volatile("cp.async.commit_group;" : : : "memory"); }

// arrived waits for a thread's own copies, all but its last Groups.
template <int Groups> DEVICE void arrived() { asm volatile("cp.async.wait_group %0;" : : "n"(Groups) : "memory"); }

// send has a thread's numbers of a piece on their way.
template <int Side, int Deep, int Way, class S> DEVICE void send(S &source, int depth, Shelf<Side, Deep, Way> &to) {
  source.each(depth, [&](int j, bool inside, const float *at) {
    copy4(to.at(S::In::side(), S::In::depth(j)), at, inside ? 4 : 0);
  });
}

// A matrix whose rows begin at multiples of 16 bytes is copied by four neighbours.
template <int Side, int Deep, int Way> DEVICE void send(Plain<Side, Deep, Way> &m, int depth, Shelf<Side, Deep, Way> &to) {
  if (((u64)m.matrix | 4 * (Way == ALONG ? m.sideStride : m.depthStride)) % 16 != 0) {
    typedef Part<Side, Deep, Way> In;
    int side = m.first + In::side();
#pragma unroll 1 // the way that is seldom taken shall keep no registers
    for (int j = 0; j < 4; j++) {
      int d = depth + In::depth(j);
      copy4(to.at(In::side(), In::depth(j)), m.matrix + side * m.sideStride + d * m.depthStride, side < m.sides && d < m.end ? 4 : 0);
    }
    return;
  }
  constexpr int fours = (Way == ALONG ? Deep : Side) / 4; // of a row
  int first = thread() % fours * 4, row = thread() / fours;
  int side = Way == ALONG ? row : first, d = Way == ALONG ? first : row;
  int left = Way == ALONG ? m.end - (depth + d) : m.sides - (m.first + side); // numbers of the row from here on
  bool inside = Way == ALONG ? m.first + side < m.sides : depth + d < m.end;
  copy16(to.at(side, d), m.matrix + (m.first + side) * m.sideStride + (depth + d) * m.depthStride,
         !inside || left <= 0 ? 0 : left < 4 ? 4 * left : 16);
}

// rounded is the TF32 that is nearest to a number; of two the one that is farther from 0.
DEVICE u32 rounded(float v) {
  u32 r;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(r) : "f"(v));
  return r;
}

// multiply16x8 adds a product of 16×8 and 8×8 numbers to 16×8, all spread over a warp.
DEVICE void multiply16x8(float *sums, const u32 *a, const u32 *b) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

template <int Side, int Deep, int WayA, int WayB, class A, class B, class End>
DEVICE void multiply(const Tile &tile, Cores<Side, Deep, WayA, WayB> &room, A &a, B &b, const End &end) {
  constexpr int stages = Cores<Side, Deep, WayA, WayB>::Stages;
  constexpr int tall = Side / 2 / 16, wide = Side / 4 / 8; // tiles of a warp
  const int warp = thread() / 32, group = thread() % 32 / 4, member = thread() % 4;
  const int row = warp / 4 * (Side / 2), column = warp % 4 * (Side / 4); // the warp's first
  float sums[tall][wide][4] = {};
  int next = tile.first; // depth to be sent
#pragma unroll 1
  for (int s = 0; s < stages - 1; s++, next += Deep) {
    if (next < tile.end) {
      send(a, next, room.a[s]);
      send(b, next, room.b[s]);
    }
    together();
  }
  int now = 0;
#pragma unroll 1
  for (int depth = tile.first; depth < tile.end; depth += Deep, next += Deep) {
    arrived<stages - 2>();
    barrier(); // all copies of this step are there, and all threads are done with the one before it
    if (next < tile.end) {
      int free = now == 0 ? stages - 1 : now - 1;
      send(a, next, room.a[free]);
      send(b, next, room.b[free]);
    }
    together();
#pragma unroll
    for (int k = member; k < Deep + member; k += 8) {
      u32 left[tall][4], right[wide][2];
#pragma unroll
      for (int i = 0; i < tall; i++)
#pragma unroll
        for (int j = 0; j < 4; j++)
          left[i][j] = rounded(*room.a[now].at(row + i * 16 + group + j % 2 * 8, k + j / 2 * 4));
#pragma unroll
      for (int i = 0; i < wide; i++)
#pragma unroll
        for (int j = 0; j < 2; j++)
          right[i][j] = rounded(*room.b[now].at(column + i * 8 + group, k + j * 4));
#pragma unroll
      for (int i = 0; i < tall; i++)
#pragma unroll
        for (int j = 0; j < wide; j++)
          multiply16x8(sums[i][j], left[i], right[j]);
    }
    now = now == stages - 1 ? 0 : now + 1;
  }
  // As in float32 the numbers leave through shared memory, 16 rows of each warp at a time.
  constexpr int length = Side + 8;
  float(*staged)[length] = (float(*)[length])&room;
#pragma unroll
  for (int i = 0; i < tall; i++) {
    barrier();
#pragma unroll
    for (int j = 0; j < wide; j++)
#pragma unroll
      for (int half = 0; half < 2; half++)
#pragma unroll
        for (int side = 0; side < 2; side++)
          staged[warp / 4 * 16 + half * 8 + group][column + j * 8 + member * 2 + side] = sums[i][j][half * 2 + side];
    barrier();
#pragma unroll 1
    for (int at = thread(); at < 32 * Side; at += 256) {
      int r = at / Side; // of the slice
      end(tile.row + r / 16 * (Side / 2) + i * 16 + r % 16, tile.column + at % Side, staged[r][at % Side]);
    }
  }
}
