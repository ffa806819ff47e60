// One step of an optimiser in one pass over memory; the formulas stand at backend.SGD
// and its like. A control, which may be null, has the learning rate and the count of
// the steps; behind a step that has failed nothing changes. Factors that are the same
// for all numbers are made in float64 by a block's first thread.
#include "device.h"

DEVICE double rateOf(const double *control, double rate) { return control ? control[CONTROL_RATE] : rate; }
DEVICE double stepOf(const double *control, i64 step) { return control ? control[CONTROL_COUNT] + 1 : (double)step; }

// Update is a parameter with its gradient and the optimiser's state, of which there may be
// less than two. Among several its blocks begin with first.
struct Update {
  float *w;
  const float *g;
  float *a, *b;
  i64 n, first;
};

// updateOf returns the update of the block among count of them, by halves.
DEVICE Update updateOf(const Update *all, i64 count) {
  i64 at = 0;
  for (i64 end = count; end - at > 1;) {
    i64 middle = (at + end) / 2;
    if (all[middle].first <= block())
      at = middle;
    else
      end = middle;
  }
  return all[at];
}

// UPDATE makes two kernels of a function, of one update and of many at once. factors is room
// for what a block's first thread makes.
#define PARAMETERS(...) __VA_ARGS__
#define UPDATE(name, parameters, of)                                                     \
  KERNEL name(parameters, i64 n, float *w, const float *g, float *a, float *b) {         \
    SHARED static float factors[3];                                                      \
    (void)factors;                                                                       \
    Update u = {w, g, a, b, n, 0};                                                       \
    of;                                                                                  \
  }                                                                                      \
  KERNEL name##_all(parameters, i64 count, const Update *all) {                          \
    SHARED static float factors[3];                                                      \
    (void)factors;                                                                       \
    Update u = updateOf(all, count);                                                     \
    of;                                                                                  \
  }

DEVICE void sgdOf(const Update &u, double rate, double momentum, i64 nesterov, const double *control) {
  if (failed(control))
    return;
  float eta = (float)rateOf(control, rate), alpha = (float)momentum;
  EACH_OF(i, u.n, block() - u.first) {
    if (!u.a) {
      u.w[i] -= eta * u.g[i];
      continue;
    }
    float step = alpha * u.a[i] - eta * u.g[i];
    u.a[i] = step;
    u.w[i] += nesterov ? alpha * step - eta * u.g[i] : step;
  }
}

UPDATE(sgd, PARAMETERS(double rate, double momentum, i64 nesterov, const double *control), sgdOf(u, rate, momentum, nesterov, control))

DEVICE void rmspropOf(const Update &u, double rate, double rho, double momentum, double epsilon, const double *control) {
  if (failed(control))
    return;
  float eta = (float)rateOf(control, rate), keep = (float)rho, take = (float)(1 - rho);
  EACH_OF(i, u.n, block() - u.first) {
    float gradient = u.g[i], mean = keep * u.a[i] + take * gradient * gradient;
    u.a[i] = mean;
    float step = eta * gradient / __nvvm_sqrt_rn_f(mean + (float)epsilon);
    if (u.b) {
      step += (float)momentum * u.b[i];
      u.b[i] = step;
    }
    u.w[i] -= step;
  }
}

UPDATE(rmsprop, PARAMETERS(double rate, double rho, double momentum, double epsilon, const double *control),
       rmspropOf(u, rate, rho, momentum, epsilon, control))

DEVICE void adamOf(const Update &u, float *factors, double rate, double beta1, double beta2, double epsilon, double decay, i64 step, const double *control) {
  if (failed(control))
    return;
  if (thread() == 0) {
    double eta = rateOf(control, rate), t = stepOf(control, step);
    factors[0] = (float)(eta * __nv_sqrt(1 - __nv_pow(beta2, t)) / (1 - __nv_pow(beta1, t)));
    factors[1] = (float)(1 - eta * decay);
  }
  barrier();
  float eta = factors[0], shrink = factors[1];
  float keep1 = (float)beta1, take1 = (float)(1 - beta1), keep2 = (float)beta2, take2 = (float)(1 - beta2);
  EACH_OF(i, u.n, block() - u.first) {
    float gradient = u.g[i], first = keep1 * u.a[i] + take1 * gradient, second = keep2 * u.b[i] + take2 * gradient * gradient;
    u.a[i] = first;
    u.b[i] = second;
    u.w[i] = shrink * u.w[i] - eta * first / (__nvvm_sqrt_rn_f(second) + (float)epsilon);
  }
}

UPDATE(adam, PARAMETERS(double rate, double beta1, double beta2, double epsilon, double decay, i64 step, const double *control),
       adamOf(u, factors, rate, beta1, beta2, epsilon, decay, step, control))

// decaying is μₜ of Nadam.
DEVICE double decaying(double beta1, double t) { return beta1 * (1 - 0.5 * __nv_pow(0.96, t)); }

DEVICE void nadamOf(const Update &u, float *factors, double rate, double beta1, double beta2, double epsilon, i64 step, const double *control) {
  if (failed(control))
    return;
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
  EACH_OF(i, u.n, block() - u.first) {
    float gradient = u.g[i], first = keep1 * u.a[i] + take1 * gradient, second = keep2 * u.b[i] + take2 * gradient * gradient;
    u.a[i] = first;
    u.b[i] = second;
    u.w[i] -= (ofM * first + ofG * gradient) / (__nvvm_sqrt_rn_f(ofV * second) + (float)epsilon);
  }
}

UPDATE(nadam, PARAMETERS(double rate, double beta1, double beta2, double epsilon, i64 step, const double *control),
       nadamOf(u, factors, rate, beta1, beta2, epsilon, step, control))

DEVICE void adagradOf(const Update &u, double rate, double epsilon, const double *control) {
  if (failed(control))
    return;
  float eta = (float)rateOf(control, rate);
  EACH_OF(i, u.n, block() - u.first) {
    float gradient = u.g[i], sum = u.a[i] + gradient * gradient;
    u.a[i] = sum;
    u.w[i] -= eta * gradient / __nvvm_sqrt_rn_f(sum + (float)epsilon);
  }
}

UPDATE(adagrad, PARAMETERS(double rate, double epsilon, const double *control),
       adagradOf(u, rate, epsilon, control))

DEVICE void adadeltaOf(const Update &u, double rate, double rho, double epsilon, const double *control) {
  if (failed(control))
    return;
  float eta = (float)rateOf(control, rate), keep = (float)rho, take = (float)(1 - rho), e = (float)epsilon;
  EACH_OF(i, u.n, block() - u.first) {
    float gradient = u.g[i], squares = keep * u.a[i] + take * gradient * gradient, steps = u.b[i];
    float step = gradient * __nvvm_sqrt_rn_f(steps + e) / __nvvm_sqrt_rn_f(squares + e);
    u.a[i] = squares;
    u.b[i] = keep * steps + take * step * step;
    u.w[i] -= eta * step;
  }
}

UPDATE(adadelta, PARAMETERS(double rate, double rho, double epsilon, const double *control),
       adadeltaOf(u, rate, rho, epsilon, control))

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
