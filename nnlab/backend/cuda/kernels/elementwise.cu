// Kernels that work on n numbers each; see backend.Elementwise.
#include "activation.h"

KERNEL fill(i64 n, double v, float *x) {
  EACH(i, n) x[i] = (float)v;
}

KERNEL activate_each(i64 f, double alpha, i64 n, const float *x, float *y) {
  EACH(i, n) y[i] = activate((int)f, (float)alpha, x[i]);
}

KERNEL activate_grad(i64 f, double alpha, i64 n, const float *y, const float *dy, float *dx) {
  EACH(i, n) dx[i] = dy[i] * derivative((int)f, (float)alpha, y[i]);
}

KERNEL multiply(i64 n, const float *x, const float *y, float *z) {
  EACH(i, n) z[i] = x[i] * y[i];
}

KERNEL maximum_each(i64 n, const float *x, const float *y, float *z) {
  EACH(i, n) z[i] = maximum(x[i], y[i]);
}

KERNEL maximum_grad(i64 n, const float *x, const float *y, const float *dz, float *dx, float *dy) {
  EACH(i, n) {
    float d = dz[i];
    bool first = x[i] >= y[i];
    dx[i] = first ? d : 0;
    dy[i] = first ? 0 : d;
  }
}

// noise adds σ times a normal number, by the method of Box & Muller; see
// backend.Normal.
KERNEL noise(i64 n, double sigma, u64 base, const double *control, const float *x, float *y) {
  u64 key = keyOf(base, control);
  EACH(i, n) {
    double u = 1 - (double)uniform(key, 2 * i), v = uniform(key, 2 * i + 1);
    float normal = (float)(__nv_sqrt(-2 * __nv_log(u)) * __nv_cospi(2 * v));
    y[i] = (float)(x[i] + sigma * normal);
  }
}

KERNEL axpy(i64 n, double alpha, const float *x, float *y) {
  EACH(i, n) y[i] += (float)alpha * x[i];
}

KERNEL scale(i64 n, double alpha, float *x) {
  EACH(i, n) x[i] *= (float)alpha;
}

KERNEL dropout(i64 n, double rate, u64 base, const double *control, const float *x, float *y) {
  u64 key = keyOf(base, control);
  float kept = (float)(1 / (1 - rate));
  EACH(i, n) y[i] = uniform(key, i) >= rate ? x[i] * kept : 0;
}

// move copies a block of six axes between places that strides name; see backend.Moves.
KERNEL move(i64 n, i64 l1, i64 l2, i64 l3, i64 l4, i64 l5,
            i64 f0, i64 f1, i64 f2, i64 f3, i64 f4, i64 f5,
            i64 t0, i64 t1, i64 t2, i64 t3, i64 t4, i64 t5, const float *src, float *dst) {
  EACH(i, n) {
    u64 rest = i;
    i64 a5 = rest % l5;
    rest /= l5;
    i64 a4 = rest % l4;
    rest /= l4;
    i64 a3 = rest % l3;
    rest /= l3;
    i64 a2 = rest % l2;
    rest /= l2;
    i64 a1 = rest % l1, a0 = rest / l1;
    dst[a0 * t0 + a1 * t1 + a2 * t2 + a3 * t3 + a4 * t4 + a5 * t5] =
        src[a0 * f0 + a1 * f1 + a2 * f2 + a3 * f3 + a4 * f4 + a5 * f5];
  }
}
