// Batch, layer and local response normalisation; see backend.Norms.
#include "columns.h"

KERNEL normalize(i64 n, i64 cols, double epsilon, const float *x, const float *mean, const float *variance,
                 const float *gamma, const float *beta, float *y) {
  EACH(i, n) {
    i64 c = i % cols;
    y[i] = gamma[c] * (x[i] - mean[c]) / __nvvm_sqrt_rn_f(variance[c] + (float)epsilon) + beta[c];
  }
}

// normalize_sums writes the parts of Σ dy and, behind them, of Σ dy·x̂.
KERNEL normalize_sums(i64 rows, i64 cols, i64 width, double epsilon, const float *x, const float *mean, const float *variance,
                      const float *dy, double *parts) {
  SHARED static double room[256];
  Columns c = columnsOf(rows, cols, (int)width);
  double sum = 0, product = 0;
  if (c.first < c.end) {
    double middle = mean[c.column], deviation = __nv_sqrt(variance[c.column] + epsilon);
    for (i64 r = c.first; r < c.end; r += c.step) {
      i64 i = r * cols + c.column;
      sum += dy[i];
      product += dy[i] * (x[i] - middle);
    }
    product /= deviation;
  }
  sumColumns(sum, cols, (int)width, room, parts);
  sumColumns(product, cols, (int)width, room, parts + blocksY() * cols);
}

// normalize_end writes the whole sums to sums, Σ dy and then Σ dy·x̂, and adds them to
// the gradients of β and γ.
KERNEL normalize_end(i64 parts, i64 cols, const double *from, double accumulate, float *dbeta, float *dgamma, float *sums) {
  EACH(c, cols) {
    double sum = 0, product = 0;
    for (i64 p = 0; p < parts; p++) {
      sum += from[p * cols + c];
      product += from[(parts + p) * cols + c];
    }
    sums[c] = (float)sum;
    sums[cols + c] = (float)product;
    dbeta[c] = (float)(accumulate == 0 ? sum : sum + accumulate * dbeta[c]);
    dgamma[c] = (float)(accumulate == 0 ? product : product + accumulate * dgamma[c]);
  }
}

KERNEL normalize_grad(i64 n, i64 rows, i64 cols, double epsilon, const float *x, const float *mean, const float *variance,
                      const float *gamma, const float *dy, const float *sums, float *dx) {
  float share = (float)(1.0 / rows);
  EACH(i, n) {
    i64 c = i % cols;
    float deviation = __nvvm_sqrt_rn_f(variance[c] + (float)epsilon), normal = (x[i] - mean[c]) / deviation;
    dx[i] = gamma[c] / deviation * (dy[i] - sums[c] * share - normal * (sums[cols + c] * share));
  }
}

// standardOfRow returns mean and deviation of a row.
DEVICE void standardOfRow(i64 cols, double epsilon, const float *x, double *room, double *mean, double *deviation) {
  double part = 0;
  for (i64 c = thread(); c < cols; c += threads())
    part += x[c];
  *mean = sumBlock(part, room) / cols;
  part = 0;
  for (i64 c = thread(); c < cols; c += threads()) {
    double d = x[c] - *mean;
    part += d * d;
  }
  *deviation = __nv_sqrt(sumBlock(part, room) / cols + epsilon);
}

KERNEL layer_norm(i64 rows, i64 cols, double epsilon, const float *x, const float *gamma, const float *beta, float *y) {
  SHARED static double room[256];
  i64 r = block();
  double mean, deviation;
  standardOfRow(cols, epsilon, x + r * cols, room, &mean, &deviation);
  for (i64 c = thread(); c < cols; c += threads())
    y[r * cols + c] = gamma[c] * (float)((x[r * cols + c] - mean) / deviation) + beta[c];
}

// layer_norm_standards writes mean and deviation of each row to standards [rows × 2], for
// layer_norm_sums and layer_norm_grad.
KERNEL layer_norm_standards(i64 rows, i64 cols, double epsilon, const float *x, double *standards) {
  SHARED static double room[256];
  i64 r = block();
  double mean, deviation;
  standardOfRow(cols, epsilon, x + r * cols, room, &mean, &deviation);
  if (thread() == 0) {
    standards[2 * r] = mean;
    standards[2 * r + 1] = deviation;
  }
}

KERNEL layer_norm_grad(i64 rows, i64 cols, const float *x, const float *gamma, const float *dy, const double *standards, float *dx) {
  SHARED static double room[256];
  i64 r = block();
  const float *in = x + r * cols, *delta = dy + r * cols;
  double mean = standards[2 * r], deviation = standards[2 * r + 1];
  double sum = 0, product = 0;
  for (i64 c = thread(); c < cols; c += threads()) {
    double d = (double)gamma[c] * delta[c];
    sum += d;
    product += d * ((in[c] - mean) / deviation);
  }
  sum = sumBlock(sum, room) / cols;
  product = sumBlock(product, room) / cols;
  for (i64 c = thread(); c < cols; c += threads()) {
    double normal = (in[c] - mean) / deviation;
    dx[r * cols + c] = (float)(((double)gamma[c] * delta[c] - sum - normal * product) / deviation);
  }
}

// layer_norm_sums is normalize_sums with the mean and the deviation of each row.
KERNEL layer_norm_sums(i64 rows, i64 cols, i64 width, const float *x, const double *standards, const float *dy, double *parts) {
  SHARED static double room[256];
  Columns c = columnsOf(rows, cols, (int)width);
  double sum = 0, product = 0;
  for (i64 r = c.first; r < c.end; r += c.step) {
    i64 i = r * cols + c.column;
    sum += dy[i];
    product += dy[i] * ((x[i] - standards[2 * r]) / standards[2 * r + 1]);
  }
  sumColumns(sum, cols, (int)width, room, parts);
  sumColumns(product, cols, (int)width, room, parts + blocksY() * cols);
}

// activityAround is K + α·Σ x² of the columns within reach; see backend.LocalResponse.
DEVICE double activityAround(i64 c, i64 cols, i64 size, double k, double alpha, const float *row) {
  double sum = 0;
  for (i64 i = max64(0, c - size / 2), end = min64(cols, c + (size - 1) / 2 + 1); i < end; i++)
    sum += (double)row[i] * row[i];
  return k + alpha * sum;
}

// overPower is v/s^β, also where float has no s: of numbers from 1e15 on.
DEVICE float overPower(float v, double s, float beta) {
  bool large = s >= 1e30;
  float rest = large ? __nv_powf(0x1p100f, beta) : 1;
  return v / rest / __nv_powf((float)(large ? s * 0x1p-200 : s), beta) / rest;
}

KERNEL local_response(i64 n, i64 cols, i64 size, double k, double alpha, double beta, const float *x, float *y) {
  EACH(i, n) {
    i64 c = i % cols;
    y[i] = overPower(x[i], activityAround(c, cols, size, k, alpha, x + (i - c)), (float)beta);
  }
}

// local_activity writes s^−β and dy·x·s^(−β−1), of which local_response_grad makes dx.
KERNEL local_activity(i64 n, i64 cols, i64 size, double k, double alpha, double beta, const float *x, const float *dy,
                      float *factor, float *term) {
  EACH(i, n) {
    i64 c = i % cols;
    double s = activityAround(c, cols, size, k, alpha, x + (i - c));
    factor[i] = overPower(1, s, (float)beta);
    term[i] = (float)((double)dy[i] * x[i] * factor[i] / s);
  }
}

// With s = K + α·Σ x²: dx[i] = dy[i]·s[i]^−β − 2αβ·x[i]·Σ dy[o]·x[o]·s[o]^(−β−1), over
// the columns o that have i within reach.
KERNEL local_response_grad(i64 n, i64 cols, i64 size, double alpha, double beta, const float *x, const float *dy,
                           const float *factor, const float *term, float *dx) {
  EACH(i, n) {
    i64 c = i % cols;
    const float *row = term + (i - c);
    double sum = 0;
    for (i64 o = max64(0, c - (size - 1) / 2), end = min64(cols, c + size / 2 + 1); o < end; o++)
      sum += row[o];
    dx[i] = (float)(dy[i] * factor[i] - 2 * alpha * beta * x[i] * sum);
  }
}
