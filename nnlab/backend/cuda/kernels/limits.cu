// What a card can do at most: the ceiling under which every product stays.
#include "device.h"

// multiply_adds computes s = s·x + y in eight registers, n times, and writes the sums of each
// thread, which nothing else is done with.
KERNEL multiply_adds(i64 n, double x, double y, float *out) {
  const int own = 8;
  float factor = (float)x, term = (float)y, s[own];
#pragma unroll
  for (int j = 0; j < own; j++)
    s[j] = (float)j;
#pragma unroll 16
  for (i64 i = 0; i < n; i++)
#pragma unroll
    for (int j = 0; j < own; j++)
      s[j] = s[j] * factor + term;
  float sum = 0;
#pragma unroll
  for (int j = 0; j < own; j++)
    sum += s[j];
  out[block() * threads() + thread()] = sum;
}
