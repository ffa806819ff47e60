// How the columns of a matrix are summed up.
#pragma once
#include "device.h"

// The columns of a rows×cols matrix summed up. A block has 256 threads, cut into
// Width columns and 256/Width rows; along y the grid cuts the rows into parts. What is
// summed is f(row, column) for up to two sums a column.

struct Columns {
  i64 column, first, end; // which a thread works on, and from which row to which
  int step;               // how many rows lie between two of a thread
};

DEVICE Columns columnsOf(i64 rows, i64 cols, int width) {
  i64 share = (rows + blocksY() - 1) / blocksY();
  i64 column = block() * width + thread() % width;
  i64 first = blockY() * share + thread() / width, end = min64(rows, (blockY() + 1) * share);
  return {column, first, column < cols ? end : 0, threads() / width};
}

// sumColumns adds up what the threads of a block have of one column, and writes it to
// parts [parts of rows × cols].
DEVICE void sumColumns(double v, i64 cols, int width, double *room, double *parts) {
  room[thread()] = v;
  barrier();
  for (int half = threads() / 2; half >= width; half /= 2) {
    if (thread() < half)
      room[thread()] += room[thread() + half];
    barrier();
  }
  i64 column = block() * width + thread();
  if (thread() < width && column < cols)
    parts[blockY() * cols + column] = room[thread()];
  barrier();
}
