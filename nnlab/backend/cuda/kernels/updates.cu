// One step of an optimiser in one pass over memory; the formulas stand at backend.SGD
// and its like. A control, which may be null, has the learning rate and the count of
// the steps; behind a step that has failed nothing changes. Factors that are the same
// for all numbers are made in float64 by a block's first thread.
#include "device.h"

DEVICE double rateOf(const double *control, double rate) { return control ? control[CONTROL_RATE] : rate; }
DEVICE double stepOf(const double *control, i64 step) { return control ? control[CONTROL_COUNT] + 1 : (double)step; }

KERNEL sgd(i64 n, double rate, double momentum, i64 nesterov, const double *control, float *w, const float *g, float *v) {
  if (failed(control))
    return;
  float eta = (float)rateOf(control, rate), alpha = (float)momentum;
  EACH(i, n) {
    if (!v) {
      w[i] -= eta * g[i];
      continue;
    }
    float step = alpha * v[i] - eta * g[i];
    v[i] = step;
    w[i] += nesterov ? alpha * step - eta * g[i] : step;
  }
}

KERNEL rmsprop(i64 n, double rate, double rho, double momentum, double epsilon, const double *control,
               float *w, const float *g, float *s, float *v) {
  if (failed(control))
    return;
  float eta = (float)rateOf(control, rate), keep = (float)rho, take = (float)(1 - rho);
  EACH(i, n) {
    float gradient = g[i], mean = keep * s[i] + take * gradient * gradient;
    s[i] = mean;
    float step = eta * gradient / __nvvm_sqrt_rn_f(mean + (float)epsilon);
    if (v) {
      step += (float)momentum * v[i];
      v[i] = step;
    }
    w[i] -= step;
  }
}

KERNEL adam(i64 n, double rate, double beta1, double beta2, double epsilon, double decay, i64 step, const double *control,
            float *w, const float *g, float *m, float *v) {
  if (failed(control))
    return;
  SHARED static float factors[2];
  if (thread() == 0) {
    double eta = rateOf(control, rate), t = stepOf(control, step);
    factors[0] = (float)(eta * __nv_sqrt(1 - __nv_pow(beta2, t)) / (1 - __nv_pow(beta1, t)));
    factors[1] = (float)(1 - eta * decay);
  }
  barrier();
  float eta = factors[0], shrink = factors[1];
  float keep1 = (float)beta1, take1 = (float)(1 - beta1), keep2 = (float)beta2, take2 = (float)(1 - beta2);
  EACH(i, n) {
    float gradient = g[i], first = keep1 * m[i] + take1 * gradient, second = keep2 * v[i] + take2 * gradient * gradient;
    m[i] = first;
    v[i] = second;
    w[i] = shrink * w[i] - eta * first / (__nvvm_sqrt_rn_f(second) + (float)epsilon);
  }
}

// decaying is μₜ of Nadam.
DEVICE double decaying(double beta1, double t) { return beta1 * (1 - 0.5 * __nv_pow(0.96, t)); }

KERNEL nadam(i64 n, double rate, double beta1, double beta2, double epsilon, i64 step, const double *control,
             float *w, const float *g, float *m, float *v) {
  if (failed(control))
    return;
  SHARED static float factors[3];
  if (thread() == 0) {
    double eta = rateOf(control, rate), t = stepOf(control, step), product = 1;
    for (double s = 1; s <= t && product > 1e-17; s++) // less counts nothing beside 1
      product *= decaying(beta1, s);
    double now = decaying(beta1, t), next = decaying(beta1, t + 1);
    factors[0] = (float)(eta * next / (1 - product * next));
    factors[1] = (float)(eta * (1 - now) / (1 - product));
    factors[2] = (float)(1 / (1 - __nv_pow(beta2, t)));
  }
  barrier();
  float ofM = factors[0], ofG = factors[1], ofV = factors[2];
  float keep1 = (float)beta1, take1 = (float)(1 - beta1), keep2 = (float)beta2, take2 = (float)(1 - beta2);
  EACH(i, n) {
    float gradient = g[i], first = keep1 * m[i] + take1 * gradient, second = keep2 * v[i] + take2 * gradient * gradient;
    m[i] = first;
    v[i] = second;
    w[i] -= (ofM * first + ofG * gradient) / (__nvvm_sqrt_rn_f(ofV * second) + (float)epsilon);
  }
}

KERNEL adagrad(i64 n, double rate, double epsilon, const double *control, float *w, const float *g, float *s) {
  if (failed(control))
    return;
  float eta = (float)rateOf(control, rate);
  EACH(i, n) {
    float gradient = g[i], sum = s[i] + gradient * gradient;
    s[i] = sum;
    w[i] -= eta * gradient / __nvvm_sqrt_rn_f(sum + (float)epsilon);
  }
}

KERNEL adadelta(i64 n, double rate, double rho, double epsilon, const double *control,
                float *w, const float *g, float *s, float *d) {
  if (failed(control))
    return;
  float eta = (float)rateOf(control, rate), keep = (float)rho, take = (float)(1 - rho), e = (float)epsilon;
  EACH(i, n) {
    float gradient = g[i], squares = keep * s[i] + take * gradient * gradient, steps = d[i];
    float step = gradient * __nvvm_sqrt_rn_f(steps + e) / __nvvm_sqrt_rn_f(squares + e);
    s[i] = squares;
    d[i] = keep * steps + take * step * step;
    w[i] -= eta * step;
  }
}

// clip holds each number within [−limit, limit]; NaN stays NaN.
KERNEL clip(i64 n, double limit, float *g) {
  float most = (float)limit;
  EACH(i, n) {
    float v = g[i];
    g[i] = v > most ? most : v < -most ? -most : v;
  }
}

KERNEL regularize(i64 n, double l1, double l2, const float *w, float *g) {
  EACH(i, n) {
    float v = w[i];
    g[i] += (float)((v > 0 ? l1 : v < 0 ? -l1 : 0) + 2 * l2 * v);
  }
}

// shorten scales by limit/√squares[0] where that is below 1.
KERNEL shorten(i64 n, double limit, const double *squares, float *g) {
  double norm = __nv_sqrt(squares[0]);
  if (!(norm > limit))
    return;
  float factor = (float)(limit / norm);
  EACH(i, n) g[i] *= factor;
}

KERNEL mix(i64 n, double share, const float *x, float *y, const double *control) {
  if (failed(control))
    return;
  EACH(i, n) y[i] = (float)((1 - share) * y[i] + share * x[i]);
}
