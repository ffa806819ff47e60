// Convolutions as products whose left factor is gathered on its way to shared memory:
// no matrix of windows is ever written; see backend.Convolutions.
#pragma once
#include "tile.h"
#include "window.h"

// Geometry is a convolution of which a block works on one group.
struct Geometry {
  Window w;
  int filters, groups; // all filters
  int images;

  METHOD int channels() const { return w.channels / groups; } // of a group
  METHOD int own() const { return filters / groups; }         // filters of a group
};

// Walk is where a thread stands along the inner dimension of cells × inner numbers.
struct Walk {
  Spot cell;
  int inner;

  METHOD Walk(int depth, int inners, const int *size) : cell(spotOf(depth / inners, size)), inner(depth % inners) {}

  METHOD void step(int by, int inners, const int *size) {
    inner += by;
    while (inner >= inners) {
      inner -= inners;
      next(cell, size);
    }
  }
};

constexpr int outside = -(1 << 20); // a place that no window and no input has

// Windows hands out what the windows see: side = image and output, depth = cell and
// channel of the group.
template <int Side, int Deep> struct Windows {
  typedef Part<Side, Deep, ALONG> In;
  const Geometry &g;
  const float *image; // the thread's, at its group's first channel
  Spot out;
  Walk walk; // over cells and channels

  METHOD Windows(const Geometry &g, const float *x, int group, int first, int depth)
      : g(g), walk(depth + In::depth(0), g.channels(), g.w.size) {
    int side = first + In::side(), outputs = g.w.outputs();
    out = spotOf(side % outputs, g.w.out);
    if (side >= g.images * outputs)
      out.z = outside;
    image = x + (i64)(side / outputs) * g.w.inputs() * g.w.channels + group * g.channels();
  }

  template <class F> METHOD void each(int, const F &f) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
      int at = walk.cell.z < g.w.size[0] ? inputAt(g.w, out, walk.cell) : -1;
      f(j, at >= 0, image + (i64)at * g.w.channels + walk.inner);
      walk.step(j < 3 ? 1 : Deep - 3, g.channels(), g.w.size);
    }
  }
};

// Seen hands out the δ of the outputs that saw an input: side = image and input, depth =
// cell and filter of the group.
template <int Side, int Deep> struct Seen {
  typedef Part<Side, Deep, ALONG> In;
  const Geometry &g;
  const float *image;
  Spot at;
  Walk walk; // over cells and filters

  METHOD Seen(const Geometry &g, const float *dy, int group, int first, int depth)
      : g(g), walk(depth + In::depth(0), g.own(), g.w.size) {
    int side = first + In::side(), inputs = g.w.inputs();
    at = spotOf(side % inputs, g.w.in);
    if (side >= g.images * inputs)
      at.z = outside;
    image = dy + (i64)(side / inputs) * g.w.outputs() * g.filters + group * g.own();
  }

  template <class F> METHOD void each(int, const F &f) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
      int out = walk.cell.z < g.w.size[0] ? outputAt(g.w, at, walk.cell) : -1;
      f(j, out >= 0, image + (i64)out * g.filters + walk.inner);
      walk.step(j < 3 ? 1 : Deep - 3, g.own(), g.w.size);
    }
  }
};

// Turned hands out the weights through which inputs were seen: side = channel of the
// group, depth = cell and filter.
template <int Side, int Deep> struct Turned {
  typedef Part<Side, Deep, ALONG> In;
  const Geometry &g;
  const float *w;
  int cell, filter;

  METHOD Turned(const Geometry &g, const float *weights, int group, int first, int depth) : g(g) {
    int side = first + In::side(), start = depth + In::depth(0);
    w = weights + (i64)side * g.filters + group * g.own();
    cell = side < g.channels() ? start / g.own() : g.w.cells(); // behind the last
    filter = start % g.own();
  }

  template <class F> METHOD void each(int, const F &f) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
      f(j, cell < g.w.cells(), w + (i64)cell * g.channels() * g.filters + filter);
      filter += j < 3 ? 1 : Deep - 3;
      while (filter >= g.own()) {
        filter -= g.own();
        cell++;
      }
    }
  }
};

// Met hands out the inputs that a weight met: side = cell and channel of the group,
// depth = image and output.
template <int Side, int Deep> struct Met {
  typedef Part<Side, Deep, ACROSS> In;
  const Geometry &g;
  const float *x; // at the thread's channel
  Spot cell, out;
  int image;

  METHOD Met(const Geometry &g, const float *input, int group, int first, int depth) : g(g) {
    int side = first + In::side(), start = depth + In::depth(0);
    cell = spotOf(side / g.channels(), g.w.size);
    if (side >= g.w.cells() * g.channels())
      cell.z = outside;
    x = input + group * g.channels() + side % g.channels();
    image = start / g.w.outputs();
    out = spotOf(start % g.w.outputs(), g.w.out);
  }

  template <class F> METHOD void each(int, const F &f) {
    constexpr int by = 256 / Side;
#pragma unroll
    for (int j = 0; j < 4; j++) {
      int at = image < g.images ? inputAt(g.w, out, cell) : -1;
      f(j, at >= 0, x + ((i64)image * g.w.inputs() + at) * g.w.channels);
#pragma unroll
      for (int s = 0; s < by; s++) { // 4·by is Deep: the next piece begins behind the last step
        next(out, g.w.out);
        if (out.z == g.w.out[0]) {
          out.z = 0;
          image++;
        }
      }
    }
  }
};

#define GEOMETRY WINDOW, i64 filters, i64 groups, i64 images
#define GEOMETRY_OF {WINDOW_OF, (int)filters, (int)groups, (int)images}

// A grid's z counts the groups, and within each the parts of a sum: parts [parts × C].
template <template <int, int, int, int> class Room, int Side, int Deep>
DEVICE void forward(const Geometry &g, const float *x, const float *w, float *y, const Epilogue &e) {
  SHARED static Room<Side, Deep, ALONG, ACROSS> room;
  int group = (int)blockZ(), depth = g.w.cells() * g.channels(), rows = g.images * g.w.outputs();
  Tile tile = {(int)block() * Side, (int)blockY() * Side, 0, depth};
  Windows<Side, Deep> left(g, x, group, tile.row, 0);
  Plain<Side, Deep, ACROSS> right = {w + group * g.own(), tile.column, g.own(), depth, 1, g.filters};
  multiply(tile, room, left, right, [&](int i, int j, float sum) {
    if (i >= rows || j >= g.own())
      return;
    int column = group * g.own() + j;
    i64 place = (i64)i * g.filters + column;
    y[place] = finish(e, sum, column, place);
  });
}

template <template <int, int, int, int> class Room, int Side, int Deep>
DEVICE void gradInput(const Geometry &g, const float *dy, const float *w, float *dx, const Epilogue &e) {
  SHARED static Room<Side, Deep, ALONG, ALONG> room;
  int group = (int)blockZ(), depth = g.w.cells() * g.own(), rows = g.images * g.w.inputs();
  Tile tile = {(int)block() * Side, (int)blockY() * Side, 0, depth};
  Seen<Side, Deep> left(g, dy, group, tile.row, 0);
  Turned<Side, Deep> right(g, w, group, tile.column, 0);
  multiply(tile, room, left, right, [&](int i, int j, float sum) {
    if (i >= rows || j >= g.channels())
      return;
    int column = group * g.channels() + j;
    i64 place = (i64)i * g.w.channels + column;
    dx[place] = finish(e, sum, column, place);
  });
}

template <template <int, int, int, int> class Room, int Side, int Deep>
DEVICE void gradKernel(const Geometry &g, int count, const float *x, const float *dy, float beta, float *dw, float *parts) {
  SHARED static Room<Side, Deep, ACROSS, ACROSS> room;
  int group = (int)blockZ() / count, part = (int)blockZ() % count;
  int rows = g.w.cells() * g.channels(), depth = g.images * g.w.outputs();
  Tile tile = {(int)block() * Side, (int)blockY() * Side};
  stretch(tile, depth, Deep, part, count);
  Met<Side, Deep> left(g, x, group, tile.row, tile.first);
  Plain<Side, Deep, ACROSS> right = {dy + group * g.own(), tile.column, g.own(), tile.end, 1, g.filters};
  multiply(tile, room, left, right, [&](int i, int j, float sum) {
    if (i >= rows || j >= g.own())
      return;
    i64 place = (i64)i * g.filters + group * g.own() + j;
    if (parts)
      parts[(i64)part * rows * g.filters + place] = sum;
    else
      dw[place] = beta == 0 ? sum : sum + beta * dw[place];
  });
}

#define CONVOLUTIONS(Room, size, Side, Deep, Blocks)                                                                                  \
  TILED(Blocks) conv_##size(GEOMETRY, const float *x, const float *w, float *y, EPILOGUE) {                                           \
    Geometry geometry = GEOMETRY_OF;                                                                                                  \
    Epilogue e = EPILOGUE_OF;                                                                                                         \
    forward<Room, Side, Deep>(geometry, x, w, y, e);                                                                                  \
  }                                                                                                                                   \
  TILED(Blocks) conv_grad_input_##size(GEOMETRY, const float *dy, const float *w, float *dx, EPILOGUE) {                              \
    Geometry geometry = GEOMETRY_OF;                                                                                                  \
    Epilogue e = EPILOGUE_OF;                                                                                                         \
    gradInput<Room, Side, Deep>(geometry, dy, w, dx, e);                                                                              \
  }                                                                                                                                   \
  TILED(Blocks) conv_grad_kernel_##size(GEOMETRY, i64 count, const float *x, const float *dy, double beta, float *dw, float *parts) { \
    Geometry geometry = GEOMETRY_OF;                                                                                                  \
    gradKernel<Room, Side, Deep>(geometry, (int)count, x, dy, (float)beta, dw, parts);                                                \
  }
