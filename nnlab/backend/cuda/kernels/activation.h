// The activation functions and their derivatives, as backend.ActivationKind numbers them.
#pragma once
#include "device.h"

enum { LINEAR, SIGMOID, TANH, RELU, LEAKY_RELU, ELU, STEP, SCALED_TANH };

// backend.TanhHeight and TanhSlope
#define HEIGHT 1.7159f
#define SLOPE (2.0f / 3)

// activate is y = f(x).
DEVICE float activate(int f, float alpha, float x) {
  switch (f) {
  case SIGMOID:
    return 1 / (1 + __nv_expf(-x));
  case TANH:
    return __nv_tanhf(x);
  case RELU:
    return x < 0 ? 0 : x; // NaN stays NaN
  case LEAKY_RELU:
    return x > 0 ? x : alpha * x;
  case ELU:
    return x > 0 ? x : alpha * __nv_expm1f(x);
  case STEP:
    return x >= 0 ? 1 : isNaN(x) ? x : 0;
  case SCALED_TANH:
    return HEIGHT * __nv_tanhf(SLOPE * x);
  }
  return x;
}

// derivative is f'(x), from the output y = f(x).
DEVICE float derivative(int f, float alpha, float y) {
  switch (f) {
  case SIGMOID:
    return y * (1 - y);
  case TANH:
    return 1 - y * y;
  case RELU:
    return y > 0 ? 1 : 0 * y; // NaN stays NaN
  case LEAKY_RELU:
    return y > 0 ? 1 : alpha;
  case ELU:
    return y > 0 ? 1 : y + alpha;
  case STEP:
    return 0;
  case SCALED_TANH:
    return SLOPE * (HEIGHT - y * y / HEIGHT);
  }
  return 1;
}

// Epilogue is what happens to a number of a product while it is in a register: f(v +
// bias) · g'(output). Bias and output may be null.
struct Epilogue {
  const float *bias;
  int f;
  float alpha;
  int g;
  float gAlpha;
  const float *output;
};

DEVICE float finish(const Epilogue &e, float v, int column, i64 place) {
  if (e.bias)
    v += e.bias[column];
  v = activate(e.f, e.alpha, v);
  if (e.output)
    v *= derivative(e.g, e.gAlpha, e.output[place]);
  return v;
}

// The parameters of an epilogue, and what is made of them.
#define EPILOGUE const float *bias, i64 f, double alpha, i64 g, double gAlpha, const float *output
#define EPILOGUE_OF {bias, (int)f, (float)alpha, (int)g, (float)gAlpha, output}
