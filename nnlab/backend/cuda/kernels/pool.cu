// Pools reduce each window to one number a channel; see backend.Pools. The gradients
// are gathered: each input adds up what the windows that see it hand to it, in their
// order, so that no two threads write to one number.
#include "activation.h"
#include "window.h"

// Pooled is an output of a pool, or an input: its image, its spot and its channel.
struct Pooled {
  i64 image;
  Spot spot;
  int channel;
};

DEVICE Pooled pooledOf(const Window &w, i64 i, const int *lengths) {
  int volume = lengths[0] * lengths[1] * lengths[2];
  i64 place = i / w.channels;
  return {place / volume, spotOf((int)(place % volume), lengths), (int)(i % w.channels)};
}

#define EACH_CELL(w, cell) \
  for (Spot cell = {0, 0, 0}; cell.z < w.size[0]; next(cell, w.size))

// largestCell returns the place of the first of the window's largest cells, −1 where all
// lie in the padding.
DEVICE int largestCell(const Window &w, const float *image, Spot out, int channel) {
  int best = -1;
  float most = 0;
  EACH_CELL(w, cell) {
    int at = inputAt(w, out, cell);
    if (at < 0)
      continue;
    float v = image[(i64)at * w.channels + channel];
    if (best < 0 || larger(v, most)) {
      best = at;
      most = v;
    }
  }
  return best;
}

KERNEL max_pool(WINDOW, i64 n, const float *x, float *y) {
  Window w = WINDOW_OF;
  EACH(i, n) {
    Pooled p = pooledOf(w, i, w.out);
    const float *image = x + p.image * w.inputs() * w.channels;
    int best = largestCell(w, image, p.spot, p.channel);
    y[i] = best < 0 ? -INFINITY_F : image[(i64)best * w.channels + p.channel];
  }
}

// max_pool_places writes where each output was taken from, for max_pool_grad.
KERNEL max_pool_places(WINDOW, i64 n, const float *x, int *places) {
  Window w = WINDOW_OF;
  EACH(i, n) {
    Pooled p = pooledOf(w, i, w.out);
    places[i] = largestCell(w, x + p.image * w.inputs() * w.channels, p.spot, p.channel);
  }
}

KERNEL max_pool_grad(WINDOW, i64 n, const int *places, const float *dy, float *dx, EPILOGUE) {
  Window w = WINDOW_OF;
  Epilogue e = EPILOGUE_OF;
  EACH(i, n) {
    Pooled p = pooledOf(w, i, w.in);
    int own = (p.spot.z * w.in[1] + p.spot.y) * w.in[2] + p.spot.x;
    double sum = 0;
    EACH_CELL(w, cell) {
      int out = outputAt(w, p.spot, cell);
      if (out < 0)
        continue;
      i64 at = (p.image * w.outputs() + out) * w.channels + p.channel;
      if (places[at] == own)
        sum += dy[at];
    }
    dx[i] = finish(e, (float)sum, p.channel, i);
  }
}

// cellsInside is how many cells of a window lie within the input, along an axis.
DEVICE int cellsInside(const Window &w, int axis, int out) {
  int inside = 0;
  for (int k = 0; k < w.size[axis]; k++) {
    int at = out * w.stride[axis] + k * w.dilation[axis] - w.pad[axis];
    inside += at >= 0 && at < w.in[axis];
  }
  return inside;
}

KERNEL average_pool(WINDOW, i64 n, const float *x, float *y) {
  Window w = WINDOW_OF;
  EACH(i, n) {
    Pooled p = pooledOf(w, i, w.out);
    const float *image = x + p.image * w.inputs() * w.channels + p.channel;
    double sum = 0;
    int inside = 0;
    EACH_CELL(w, cell) {
      int at = inputAt(w, p.spot, cell);
      if (at >= 0) {
        sum += image[(i64)at * w.channels];
        inside++;
      }
    }
    y[i] = (float)(sum / (inside ? inside : 1));
  }
}

KERNEL average_pool_grad(WINDOW, i64 n, const float *dy, float *dx) {
  Window w = WINDOW_OF;
  EACH(i, n) {
    Pooled p = pooledOf(w, i, w.in);
    double sum = 0;
    EACH_CELL(w, cell) {
      int out = outputAt(w, p.spot, cell);
      if (out < 0)
        continue;
      Spot o = spotOf(out, w.out);
      int inside = cellsInside(w, 0, o.z) * cellsInside(w, 1, o.y) * cellsInside(w, 2, o.x);
      sum += (double)dy[(p.image * w.outputs() + out) * w.channels + p.channel] / inside;
    }
    dx[i] = (float)sum;
  }
}
