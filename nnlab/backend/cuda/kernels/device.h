// What the kernels need of the language beside C++: the words of CUDA, which clang
// knows as attributes and builtins without any CUDA SDK, and the functions of
// libdevice, NVIDIA's mathematics for the device, which are linked in as bitcode.
//
// Every parameter of a kernel has eight bytes, as gorgonia.org/cu hands them over.
#pragma once

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

#define KERNEL extern "C" __attribute__((global)) void
// TILED is a kernel of 256 threads of which Blocks share a processor: what that leaves them
// of registers must do, since memory in their place is slow.
#define TILED(Blocks) extern "C" __attribute__((global, launch_bounds(256, Blocks))) void
#define METHOD __attribute__((device, always_inline))
#define DEVICE static inline METHOD
#define SHARED __attribute__((shared))

DEVICE int thread() { return __nvvm_read_ptx_sreg_tid_x(); }
DEVICE int threads() { return __nvvm_read_ptx_sreg_ntid_x(); }
DEVICE i64 block() { return __nvvm_read_ptx_sreg_ctaid_x(); }
DEVICE i64 blocks() { return __nvvm_read_ptx_sreg_nctaid_x(); }
DEVICE i64 blockY() { return __nvvm_read_ptx_sreg_ctaid_y(); }
DEVICE i64 blocksY() { return __nvvm_read_ptx_sreg_nctaid_y(); }
DEVICE i64 blockZ() { return __nvvm_read_ptx_sreg_ctaid_z(); }

// barrier waits for all threads of the block.
DEVICE void barrier() { __syncthreads(); }

extern "C" {
__attribute__((device)) float __nv_expf(float);
__attribute__((device)) float __nv_expm1f(float);
__attribute__((device)) float __nv_tanhf(float);
__attribute__((device)) float __nv_powf(float, float);
__attribute__((device)) double __nv_exp(double);
__attribute__((device)) double __nv_log(double);
__attribute__((device)) double __nv_log1p(double);
__attribute__((device)) double __nv_pow(double, double);
__attribute__((device)) double __nv_sqrt(double);
__attribute__((device)) double __nv_cospi(double);
}

#define NAN_F __builtin_nanf("")
#define INFINITY_F __builtin_inff()

DEVICE bool isNaN(double x) { return x != x; }
DEVICE bool isFinite(double x) { return x - x == 0; }

// larger tells whether a is to be taken for larger than b: NaN counts as larger than
// any number.
DEVICE bool larger(float a, float b) { return a > b || (isNaN(a) && !isNaN(b)); }

// maximum is the larger of two, NaN where one of them is.
DEVICE float maximum(float a, float b) { return larger(a, b) ? a : b; }

// EACH runs its body for the numbers i < n of a kernel whose grid the host makes with
// launchEach: a thread does Share of them, the threads of a block neighbouring ones.
#define EACH_SHARE 4
#define EACH(i, n) EACH_OF(i, n, block())

// EACH_OF is EACH for the block that is the nth of those that share the numbers.
#define EACH_OF(i, n, nth)                                                     \
  for (i64 i = (nth) * threads() * EACH_SHARE + thread(),                      \
           end_ = min64(n, ((nth) + 1) * threads() * EACH_SHARE);              \
       i < end_; i += threads())

DEVICE i64 min64(i64 a, i64 b) { return a < b ? a : b; }
DEVICE i64 max64(i64 a, i64 b) { return a > b ? a : b; }

// What the scalars of a control are; see backend.ControlFailed.
enum { CONTROL_FAILED, CONTROL_COUNT, CONTROL_RATE };

// failed tells whether nothing may change any more. A control may be null.
DEVICE bool failed(const double *control) {
  return control && control[CONTROL_FAILED] != 0;
}

// bits returns the i-th 64 random bits of the sequence key; see backend.Bits.
DEVICE u64 bits(u64 key, u64 i) {
  u64 z = key + (i + 1) * 0x9e3779b97f4a7c15ull;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ z >> 27) * 0x94d049bb133111ebull;
  return z ^ z >> 31;
}

// uniform returns the i-th random number of the sequence in [0, 1).
DEVICE float uniform(u64 key, u64 i) {
  return (float)(bits(key, i) >> 40) * (1.0f / (1 << 24));
}

// keyOf is the sequence that a key names in the present step; see backend.Key.
DEVICE u64 keyOf(u64 base, const double *control) {
  return control ? bits(base, (u64)control[CONTROL_COUNT]) : base;
}

// sumBlock returns the sum of every thread's v, to all of them, in an order that is
// always the same. The block has a power of two of threads, at most 256; room is
// theirs, and may be used again behind the call.
DEVICE double sumBlock(double v, double *room) {
  room[thread()] = v;
  barrier();
  for (int half = threads() / 2; half > 0; half /= 2) {
    if (thread() < half)
      room[thread()] += room[thread() + half];
    barrier();
  }
  double sum = room[0];
  barrier();
  return sum;
}
