// Many numbers made one, in float64 and in an order that is always the same: first by
// blocks into parts, then the parts by one block; see backend.Steps.
#include "columns.h"

enum { SUM, SUM_ABS, SUM_SQUARES, NON_FINITE };

// reduce_parts writes the sum of each block's share of x.
KERNEL reduce_parts(i64 kind, i64 n, const float *x, double *parts) {
  SHARED static double room[256];
  double part = 0;
  i64 share = (n + blocks() - 1) / blocks(), end = min64(n, (block() + 1) * share);
  for (i64 i = block() * share + thread(); i < end; i += threads()) {
    double v = x[i];
    switch ((int)kind) {
    case SUM:
      part += v;
      break;
    case SUM_ABS:
      part += v < 0 ? -v : v;
      break;
    case SUM_SQUARES:
      part += v * v;
      break;
    default:
      part += isFinite(v) ? 0 : 1;
    }
  }
  double sum = sumBlock(part, room);
  if (thread() == 0)
    parts[block()] = sum;
}

// reduce_end computes s[0] = β·s[0] + α·Σ parts, by one block.
KERNEL reduce_end(i64 n, const double *parts, double alpha, double beta, double *s) {
  SHARED static double room[256];
  double part = 0;
  for (i64 i = thread(); i < n; i += threads())
    part += parts[i];
  double sum = alpha * sumBlock(part, room);
  if (thread() == 0)
    s[0] = beta == 0 ? sum : sum + beta * s[0]; // the old number may be a NaN
}

KERNEL fill_scalars(i64 n, double v, double *s) {
  EACH(i, n) s[i] = v;
}

KERNEL add_scalars(i64 n, double alpha, const double *x, double *y) {
  EACH(i, n) y[i] += alpha * x[i];
}

// judge marks a step as failed whose loss is not finite, and advance counts one that is
// not: one thread each.
KERNEL judge(const double *loss, double *control) {
  if (!isFinite(loss[0]))
    control[CONTROL_FAILED] = 1;
}

KERNEL advance(double *control) {
  if (!failed(control))
    control[CONTROL_COUNT] += 1;
}

KERNEL column_sums(i64 rows, i64 cols, i64 width, const float *x, double *parts) {
  SHARED static double room[256];
  Columns c = columnsOf(rows, cols, (int)width);
  double sum = 0;
  for (i64 r = c.first; r < c.end; r += c.step)
    sum += x[r * cols + c.column];
  sumColumns(sum, cols, (int)width, room, parts);
}

// column_squares sums the squared distances from the mean.
KERNEL column_squares(i64 rows, i64 cols, i64 width, const float *x, const float *mean, double *parts) {
  SHARED static double room[256];
  Columns c = columnsOf(rows, cols, (int)width);
  double sum = 0, middle = c.first < c.end ? mean[c.column] : 0;
  for (i64 r = c.first; r < c.end; r += c.step) {
    double d = x[r * cols + c.column] - middle;
    sum += d * d;
  }
  sumColumns(sum, cols, (int)width, room, parts);
}

// column_end computes y[c] = β·y[c] + α·Σ parts[p, c].
KERNEL column_end(i64 parts, i64 cols, const double *sums, double alpha, double beta, float *y) {
  EACH(c, cols) {
    double sum = 0;
    for (i64 p = 0; p < parts; p++)
      sum += sums[p * cols + c];
    sum *= alpha;
    y[c] = (float)(beta == 0 ? sum : sum + beta * y[c]);
  }
}
