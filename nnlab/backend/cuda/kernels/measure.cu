// Measures count, row by row, what outputs have in common with their targets; see
// backend.Measure. One block counts, so that the counters, float64, are added to in an
// order that is always the same.
#include "device.h"

enum { CHOSEN, TOP, SIDES, DISTANCE, FOUND, FOUND_CHOSEN, INTERVALS, RESIDUALS };

#define THRESHOLDS 200 // backend.Thresholds

// argMax is the first column of the largest number of a row.
DEVICE i64 argMax(i64 cols, const float *row) {
  i64 best = 0;
  for (i64 c = 1; c < cols; c++)
    if (larger(row[c], row[best]))
      best = c;
  return best;
}

DEVICE bool rowCounts(int kind, i64 k, i64 cols, const float *y, const float *t) {
  i64 right = argMax(cols, t);
  if (kind == CHOSEN)
    return argMax(cols, y) == right;
  i64 above = 0;
  for (i64 c = 0; c < cols; c++)
    above += !(y[c] <= y[right]);
  return above < k;
}

// measure_rows counts rows: CHOSEN and TOP.
KERNEL measure_rows(i64 kind, i64 k, i64 rows, i64 cols, const float *y, const float *t, double *s) {
  SHARED static double room[256];
  double part = 0;
  for (i64 r = thread(); r < rows; r += threads())
    part += rowCounts((int)kind, k, cols, y + r * cols, t + r * cols);
  double sum = sumBlock(part, room);
  if (thread() == 0) {
    s[0] += sum;
    s[1] += rows;
  }
}

// measure_numbers counts numbers: SIDES and DISTANCE.
KERNEL measure_numbers(i64 kind, double border, i64 n, const float *y, const float *t, double *s) {
  SHARED static double room[256];
  double part = 0;
  for (i64 i = thread(); i < n; i += threads()) {
    double d = (double)y[i] - t[i];
    part += kind == SIDES ? (y[i] > border) == (t[i] > 0.5) : d < 0 ? -d : d;
  }
  double sum = sumBlock(part, room);
  if (thread() == 0) {
    s[0] += sum;
    s[1] += n;
  }
}

// measure_columns counts in each column, a thread a column: FOUND, FOUND_CHOSEN, whose
// chosen columns are those of arg_max, and RESIDUALS.
KERNEL measure_columns(i64 kind, double border, i64 rows, i64 cols, const float *y, const float *t, const float *chosen, double *s) {
  EACH(c, cols) {
    double a = 0, b = 0, d = 0;
    for (i64 r = 0; r < rows; r++) {
      float out = y[r * cols + c], target = t[r * cols + c];
      if (kind == RESIDUALS) {
        double off = (double)out - target;
        a += target;
        b += (double)target * target;
        d += off * off;
        continue;
      }
      bool yes = kind == FOUND_CHOSEN ? chosen[r] == (float)c : out > border, right = target > 0.5f;
      a += yes && right;
      b += yes && !right;
      d += !yes && right;
    }
    double *to = s + 3 * c + (kind == RESIDUALS);
    to[0] += a;
    to[1] += b;
    to[2] += d;
    if (kind == RESIDUALS && c == 0)
      s[0] += rows;
  }
}

// intervalOf is the interval between thresholds that y lies in; see backend.Interval.
DEVICE int intervalOf(float y) {
  double k = (double)y * (THRESHOLDS - 1);
  if (!(k > 0)) // NaN too
    return 1;
  if (k >= THRESHOLDS - 1)
    return THRESHOLDS - 1;
  int i = (int)k;
  return i < k ? i + 1 : i;
}

// measure_intervals counts how many numbers lie in each interval: each thread owns some
// counters, and looks at all numbers, a tile of them after the other.
KERNEL measure_intervals(i64 n, const float *y, const float *t, double *s) {
  SHARED static int which[256];
  constexpr int counters = 2 * (THRESHOLDS + 1);
  int counts[(counters + 255) / 256] = {};
  for (i64 first = 0; first < n; first += 256) {
    i64 i = first + thread();
    which[thread()] = i < n ? intervalOf(y[i]) + (t[i] > 0.5f ? 0 : THRESHOLDS + 1) : -1;
    barrier();
    for (int j = 0; j < 256; j++)
#pragma unroll
      for (int own = 0; own < (counters + 255) / 256; own++)
        counts[own] += which[j] == own * 256 + thread();
    barrier();
  }
#pragma unroll
  for (int own = 0; own < (counters + 255) / 256; own++)
    if (own * 256 + thread() < counters)
      s[own * 256 + thread()] += counts[own];
}
