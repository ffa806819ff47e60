// A window that slides over a volume; see backend.Window.
#pragma once
#include "device.h"

struct Window {
  int in[3], out[3], size[3], stride[3], dilation[3], pad[3];
  int channels;

  METHOD int inputs() const { return in[0] * in[1] * in[2]; }
  METHOD int outputs() const { return out[0] * out[1] * out[2]; }
  METHOD int cells() const { return size[0] * size[1] * size[2]; }
};

// The parameters of a window, and what is made of them.
#define WINDOW                                                                                           \
  i64 in0, i64 in1, i64 in2, i64 out0, i64 out1, i64 out2, i64 size0, i64 size1, i64 size2, i64 stride0, \
      i64 stride1, i64 stride2, i64 dilation0, i64 dilation1, i64 dilation2, i64 pad0, i64 pad1, i64 pad2, i64 channels
#define WINDOW_OF                                                                                \
  {{(int)in0, (int)in1, (int)in2},             {(int)out0, (int)out1, (int)out2},                \
   {(int)size0, (int)size1, (int)size2},       {(int)stride0, (int)stride1, (int)stride2},       \
   {(int)dilation0, (int)dilation1, (int)dilation2}, {(int)pad0, (int)pad1, (int)pad2}, (int)channels}

// Spot is a place in a volume, or a cell of a window.
struct Spot {
  int z, y, x;
};

DEVICE Spot spotOf(int i, const int *lengths) {
  return {i / lengths[2] / lengths[1], i / lengths[2] % lengths[1], i % lengths[2]};
}

// next goes on by one place; behind the last it counts z further.
DEVICE void next(Spot &s, const int *lengths) {
  if (++s.x == lengths[2]) {
    s.x = 0;
    if (++s.y == lengths[1]) {
      s.y = 0;
      s.z++;
    }
  }
}

// inputAt is the input that a cell reads at an output, −1 in the padding.
DEVICE int inputAt(const Window &w, Spot out, Spot cell) {
  int z = out.z * w.stride[0] + cell.z * w.dilation[0] - w.pad[0];
  int y = out.y * w.stride[1] + cell.y * w.dilation[1] - w.pad[1];
  int x = out.x * w.stride[2] + cell.x * w.dilation[2] - w.pad[2];
  bool inside = z >= 0 && z < w.in[0] && y >= 0 && y < w.in[1] && x >= 0 && x < w.in[2];
  return inside ? (z * w.in[1] + y) * w.in[2] + x : -1;
}

// outputAlong is the output at which a cell reads an input, along an axis; −1 where
// there is none.
DEVICE int outputAlong(const Window &w, int axis, int in, int cell) {
  int t = in + w.pad[axis] - cell * w.dilation[axis];
  int o = t / w.stride[axis];
  return t >= 0 && o * w.stride[axis] == t && o < w.out[axis] ? o : -1;
}

// outputAt is the output at which a cell reads an input, −1 where there is none.
DEVICE int outputAt(const Window &w, Spot in, Spot cell) {
  int z = outputAlong(w, 0, in.z, cell.z), y = outputAlong(w, 1, in.y, cell.y), x = outputAlong(w, 2, in.x, cell.x);
  return z >= 0 && y >= 0 && x >= 0 ? (z * w.out[1] + y) * w.out[2] + x : -1;
}
