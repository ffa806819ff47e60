// Kernels that work along the rows of a rows×cols matrix, a block a row; see
// backend.Rowwise and backend.Losses. Sums are kept in float64.
#include "device.h"

// largestOfRow returns the largest number of a row, NaN where it has one.
DEVICE float largestOfRow(i64 cols, const float *x, double *room) {
  float *most = (float *)room;
  float v = -INFINITY_F;
  for (i64 c = thread(); c < cols; c += threads())
    v = maximum(v, x[c]);
  most[thread()] = v;
  barrier();
  for (int half = threads() / 2; half > 0; half /= 2) {
    if (thread() < half)
      most[thread()] = maximum(most[thread()], most[thread() + half]);
    barrier();
  }
  v = most[0];
  barrier();
  return v;
}

KERNEL softmax(i64 rows, i64 cols, const float *x, float *y) {
  SHARED static double room[256];
  i64 r = block();
  const float *from = x + r * cols;
  float *to = y + r * cols, most = largestOfRow(cols, from, room);
  double part = 0;
  for (i64 c = thread(); c < cols; c += threads()) {
    float e = __nv_expf(from[c] - most);
    to[c] = e;
    part += e;
  }
  float sum = (float)sumBlock(part, room);
  for (i64 c = thread(); c < cols; c += threads())
    to[c] /= sum;
}

KERNEL softmax_grad(i64 rows, i64 cols, const float *y, const float *dy, float *dx) {
  SHARED static double room[256];
  i64 r = block();
  const float *out = y + r * cols, *delta = dy + r * cols;
  double part = 0;
  for (i64 c = thread(); c < cols; c += threads())
    part += (double)delta[c] * out[c];
  float sum = (float)sumBlock(part, room);
  for (i64 c = thread(); c < cols; c += threads())
    dx[r * cols + c] = out[c] * (delta[c] - sum);
}

KERNEL scale_rows(i64 n, i64 cols, const float *s, float *x) {
  EACH(i, n) x[i] *= s[i / cols];
}

// arg_max writes the column of the largest number of each row, the first of several.
KERNEL arg_max(i64 rows, i64 cols, const float *x, float *y) {
  SHARED static float most[256];
  SHARED static i64 at[256];
  i64 r = block();
  const float *row = x + r * cols;
  float best = -INFINITY_F;
  i64 where = cols; // none
  for (i64 c = thread(); c < cols; c += threads())
    if (where == cols || larger(row[c], best)) {
      best = row[c];
      where = c;
    }
  most[thread()] = best;
  at[thread()] = where;
  barrier();
  for (int half = threads() / 2; half > 0; half /= 2) {
    if (thread() < half) {
      float other = most[thread() + half];
      i64 there = at[thread() + half];
      bool wins = there < cols && (at[thread()] == cols || larger(other, most[thread()]) ||
                                   (!larger(most[thread()], other) && there < at[thread()]));
      if (wins) {
        most[thread()] = other;
        at[thread()] = there;
      }
    }
    barrier();
  }
  if (thread() == 0)
    y[r] = (float)at[0];
  barrier();
}

// one_hot writes rows with a 1 in the column of their label. A label that is none of
// 0 … cols−1 is kept in trouble, {1, row, label}, for Sync.
KERNEL one_hot(i64 rows, i64 cols, const float *labels, float *y, double *trouble) {
  EACH(i, rows * cols) {
    i64 r = i / cols, c = i % cols;
    float label = labels[r];
    y[i] = label == (float)c ? 1 : 0;
    if (c == 0 && !(label >= 0 && label < (float)cols && label == (float)(i64)label)) {
      trouble[1] = (double)r;
      trouble[2] = label;
      trouble[0] = 1;
    }
  }
}

// The losses of backend.LossKind.
enum { MSE, CATEGORICAL, MAE, HUBER, BINARY, BINARY_LOGITS, HINGE, KL, PERCEPTRON };

#define LEAST 1e-7 // backend.Epsilon

DEVICE double signOf(double d) { return d > 0 ? 1 : d < 0 ? -1 : d; }
DEVICE double within(double v, double lo, double hi) { return v < lo ? lo : v > hi ? hi : v; }

// lossOf is the loss of one output, and its derivative.
DEVICE double lossOf(int kind, double delta, double y, double t, double *gradient) {
  double d = y - t, p = within(y, LEAST, 1 - LEAST), size = d < 0 ? -d : d;
  bool held = y < LEAST || y > 1 - LEAST;
  switch (kind) {
  case MSE:
    *gradient = 2 * d;
    return d * d;
  case MAE:
    *gradient = signOf(d);
    return size;
  case HUBER:
    if (size > delta) {
      *gradient = delta * signOf(d);
      return delta * size - delta * delta / 2;
    }
    *gradient = d;
    return d * d / 2;
  case BINARY:
    *gradient = held ? 0 * t : (1 - t) / (1 - y) - t / y;
    return -t * __nv_log(p) - (1 - t) * __nv_log(1 - p);
  case BINARY_LOGITS:
    *gradient = 1 / (1 + __nv_exp(-y)) - t;
    return (y < 0 ? 0 : y) - y * t + __nv_log1p(__nv_exp(y < 0 ? y : -y));
  case HINGE:
    if (t == 0)
      t = -1;
    if (isNaN(y)) {
      *gradient = y;
      return y;
    }
    if (1 - t * y < 0) {
      *gradient = 0;
      return 0;
    }
    *gradient = -t;
    return 1 - t * y;
  case PERCEPTRON:
    if (t == 0)
      t = -1;
    if (isNaN(y)) {
      *gradient = y;
      return y;
    }
    if ((y >= 0) == (t > 0)) {
      *gradient = 0;
      return 0;
    }
    *gradient = -t;
    return -t * y;
  case KL:
    t = within(t, LEAST, 1);
    *gradient = y < LEAST || y > 1 ? 0 * t : -t / y;
    return t * __nv_log(t / within(y, LEAST, 1));
  }
  *gradient = held ? 0 * t : -t / y;
  return -t * __nv_log(held ? p : y);
}

// loss writes the loss of each row, and the gradient of their mean unless dy is null.
KERNEL loss(i64 kind, double delta, i64 mean, i64 rows, i64 cols, const float *y, const float *target, float *losses, float *dy) {
  SHARED static double room[256];
  double share = mean ? 1.0 / cols : 1;
  i64 r = block();
  double part = 0;
  for (i64 i = r * cols + thread(); i < (r + 1) * cols; i += threads()) {
    double gradient;
    part += share * lossOf((int)kind, delta, y[i], target[i], &gradient);
    if (dy)
      dy[i] = (float)(share * gradient / rows);
  }
  double sum = sumBlock(part, room);
  if (thread() == 0)
    losses[r] = (float)sum;
}

// softmax_cross_entropy is softmax and categorical cross-entropy in one, from the net
// input: the loss is Σ target·(log Σ exp(net) − net).
KERNEL softmax_cross_entropy(i64 rows, i64 cols, const float *net, const float *target, float *losses, float *dnet) {
  SHARED static double room[256];
  i64 r = block();
  const float *in = net + r * cols, *t = target + r * cols;
  float most = largestOfRow(cols, in, room);
  double part = 0;
  for (i64 c = thread(); c < cols; c += threads())
    part += __nv_exp((double)in[c] - most);
  double sum = sumBlock(part, room), normalizer = most + __nv_log(sum);
  part = 0;
  for (i64 c = thread(); c < cols; c += threads())
    if (t[c] != 0) // else net may be −Inf
      part += t[c] * (normalizer - in[c]);
  double all = sumBlock(part, room);
  if (thread() == 0)
    losses[r] = (float)all;
  if (dnet)
    for (i64 c = thread(); c < cols; c += threads())
      // Where the answer is nearly right the difference is small beside both.
      dnet[r * cols + c] = (float)((__nv_exp((double)in[c] - most) / sum - t[c]) / rows);
}
