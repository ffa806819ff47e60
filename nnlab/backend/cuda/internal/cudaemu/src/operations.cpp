// What the instructions compute, lane by lane, as the chapters "Instructions" of NVIDIA's
// PTX ISA have it. Approximations of the machine's are exact here but for their last bits,
// which are left out where the text says how many count.
#include "machine.h"
#include <cfenv>
#include <cmath>
#include <limits>
#include <type_traits>
#include <unordered_map>

namespace {

template <class T> T get(const Register &r, int l) {
  T v;
  memcpy(&v, sizeof v == 8 ? (const void *)&r.wide[l] : (const void *)&r.narrow[l], sizeof v);
  return v;
}

template <class T> void put(Register &r, int l, T v) {
  if (sizeof v < 4)
    r.narrow[l] = 0;
  memcpy(sizeof v == 8 ? (void *)&r.wide[l] : (void *)&r.narrow[l], &v, sizeof v);
}

// each calls f for the lanes of a mask.
template <class F> inline void each(u32 mask, F f) {
  if (mask == ~0u) {
    for (int l = 0; l < kLanes; l++)
      f(l);
    return;
  }
  for (int l = 0; l < kLanes; l++)
    if (mask >> l & 1)
      f(l);
}

// Lanes are the numbers of a register by themselves, so that a compiler sees that none of them is
// another's, and computes some at a time.
template <class T> struct Lanes {
  T of[kLanes];

  explicit Lanes(const Register &r) {
    for (int l = 0; l < kLanes; l++)
      of[l] = get<T>(r, l);
  }
};

template <class T, class F> inline void all(Register &to, F f) {
  T v[kLanes];
  for (int l = 0; l < kLanes; l++)
    v[l] = f(l);
  for (int l = 0; l < kLanes; l++)
    put<T>(to, l, v[l]);
}

template <class To, class From, class F> void unary(Warp &w, const Instruction &i, u32 mask, F f) {
  Register &to = w.r[i.to[0]];
  const Register &a = w.r[i.from[0]];
  if (mask == ~0u) {
    Lanes<From> x(a);
    return all<To>(to, [&](int l) { return f(x.of[l]); });
  }
  each(mask, [&](int l) { put<To>(to, l, f(get<From>(a, l))); });
}

template <class To, class From, class F> void binary(Warp &w, const Instruction &i, u32 mask, F f) {
  Register &to = w.r[i.to[0]];
  const Register &a = w.r[i.from[0]], &b = w.r[i.from[1]];
  if (mask == ~0u) {
    Lanes<From> x(a), y(b);
    return all<To>(to, [&](int l) { return f(x.of[l], y.of[l]); });
  }
  each(mask, [&](int l) { put<To>(to, l, f(get<From>(a, l), get<From>(b, l))); });
}

template <class To, class From, class Last, class F> void ternary(Warp &w, const Instruction &i, u32 mask, F f) {
  Register &to = w.r[i.to[0]];
  const Register &a = w.r[i.from[0]], &b = w.r[i.from[1]], &c = w.r[i.from[2]];
  if (mask == ~0u) {
    Lanes<From> x(a), y(b);
    Lanes<Last> z(c);
    return all<To>(to, [&](int l) { return f(x.of[l], y.of[l], z.of[l]); });
  }
  each(mask, [&](int l) { put<To>(to, l, f(get<From>(a, l), get<From>(b, l), get<Last>(c, l))); });
}

#define UNARY(T, e) [](Warp &w, const Instruction &i, u32 m) { unary<T, T>(w, i, m, [](T a) -> T { return e; }); }
#define BINARY(T, e) [](Warp &w, const Instruction &i, u32 m) { binary<T, T>(w, i, m, [](T a, T b) -> T { return e; }); }
#define TERNARY(T, L, e) [](Warp &w, const Instruction &i, u32 m) { ternary<T, T, L>(w, i, m, [](T a, T b, L c) -> T { return e; }); }
#define WIDE(To, From, e) [](Warp &w, const Instruction &i, u32 m) { binary<To, From>(w, i, m, [](From a, From b) -> To { return e; }); }

template <class T> T divide(T a, T b) {
  if (b == 0)
    throw Fault("divides a whole number by 0");
  if (std::is_signed<T>::value && b == (T)-1)
    return (T)(0 - (u64)a);
  return a / b;
}

template <class T> T rest(T a, T b) {
  if (b == 0)
    throw Fault("divides a whole number by 0");
  return std::is_signed<T>::value && b == (T)-1 ? 0 : a % b;
}

// Shifts by more than the width leave 0, or the sign.
template <class T> T left(T a, u32 by) { return by >= 8 * sizeof(T) ? 0 : a << by; }
template <class T> T right(T a, u32 by) { return a >> (by >= 8 * sizeof(T) ? 8 * sizeof(T) - 1 : by); }
template <class T> T rightUnsigned(T a, u32 by) { return by >= 8 * sizeof(T) ? 0 : a >> by; }

// The smaller and the larger of two floats: a NaN loses.
template <class T> T least(T a, T b) { return std::isnan(a) ? b : std::isnan(b) ? a : a < b ? a : b; }
template <class T> T most(T a, T b) { return std::isnan(a) ? b : std::isnan(b) ? a : a > b ? a : b; }

float flush(float v) { return std::fpclassify(v) == FP_SUBNORMAL ? std::copysign(0.0f, v) : v; }

// rounded computes in float64 rounded towards a side, and rounds to float32 the same way.
float rounded(int mode, double a, double b, double c) {
  volatile double x = a, y = b, z = c;
  int before = fegetround();
  fesetround(mode);
  volatile double sum = x * y; // exact: two floats of 24 bits
  sum = sum + z;
  volatile float v = (float)sum;
  fesetround(before);
  return v;
}

// halves is an approximate reciprocal, of which the upper 32 bits count.
double halves(double v) {
  u64 bits;
  memcpy(&bits, &v, 8);
  bits &= 0xffffffff00000000ull;
  memcpy(&v, &bits, 8);
  return v;
}

u64 extract(u64 a, u32 at, u32 n, int width) {
  at &= 0xff;
  n &= 0xff;
  if (at >= (u32)width || n == 0)
    return 0;
  a >>= at;
  return n >= 64 ? a : a & ((1ull << n) - 1);
}

template <class T> void addInteger(std::unordered_map<std::string, Handler> &t, const std::string &n) {
  t["add." + n] = BINARY(T, (T)((u64)a + (u64)b));
  t["sub." + n] = BINARY(T, (T)((u64)a - (u64)b));
  t["mul.lo." + n] = BINARY(T, (T)((u64)a * (u64)b));
  t["mad.lo." + n] = TERNARY(T, T, (T)((u64)a * (u64)b + (u64)c));
  t["div." + n] = BINARY(T, divide<T>(a, b));
  t["rem." + n] = BINARY(T, rest<T>(a, b));
  t["min." + n] = BINARY(T, a < b ? a : b);
  t["max." + n] = BINARY(T, a > b ? a : b);
  t["neg." + n] = UNARY(T, (T)(0 - (u64)a));
  t["abs." + n] = UNARY(T, a < 0 ? (T)(0 - (u64)a) : a);
  t["selp." + n] = TERNARY(T, u32, c & 1 ? a : b);
  t["mov." + n] = UNARY(T, a);
}

template <class T> void addBits(std::unordered_map<std::string, Handler> &t, const std::string &n) {
  t["and." + n] = BINARY(T, a & b);
  t["or." + n] = BINARY(T, a | b);
  t["xor." + n] = BINARY(T, a ^ b);
  t["not." + n] = UNARY(T, (T)~a);
  t["selp." + n] = TERNARY(T, u32, c & 1 ? a : b);
  t["mov." + n] = UNARY(T, a);
  t["shl." + n] = [](Warp &w, const Instruction &i, u32 m) {
    Register &to = w.r[i.to[0]];
    each(m, [&](int l) { put<T>(to, l, left<T>(get<T>(w.r[i.from[0]], l), get<u32>(w.r[i.from[1]], l))); });
  };
}

template <class T> void addShift(std::unordered_map<std::string, Handler> &t, const std::string &n) {
  t["shr." + n] = [](Warp &w, const Instruction &i, u32 m) {
    Register &to = w.r[i.to[0]];
    each(m, [&](int l) {
      T a = get<T>(w.r[i.from[0]], l);
      u32 by = get<u32>(w.r[i.from[1]], l);
      put<T>(to, l, std::is_signed<T>::value ? right<T>(a, by) : rightUnsigned<T>(a, by));
    });
  };
}

template <class T> void addFloat(std::unordered_map<std::string, Handler> &t, const std::string &n) {
  for (std::string rn : {"", "rn."}) {
    t["add." + rn + n] = BINARY(T, a + b);
    t["sub." + rn + n] = BINARY(T, a - b);
    t["mul." + rn + n] = BINARY(T, a * b);
  }
  t["fma.rn." + n] = TERNARY(T, T, std::fma(a, b, c));
  t["div.rn." + n] = BINARY(T, a / b);
  t["rcp.rn." + n] = UNARY(T, 1 / a);
  t["sqrt.rn." + n] = UNARY(T, std::sqrt(a));
  t["neg." + n] = UNARY(T, -a);
  t["abs." + n] = UNARY(T, std::fabs(a));
  t["min." + n] = BINARY(T, least<T>(a, b));
  t["max." + n] = BINARY(T, most<T>(a, b));
  t["selp." + n] = TERNARY(T, u32, c & 1 ? a : b);
  t["mov." + n] = UNARY(T, a);
}

std::unordered_map<std::string, Handler> makeTable() {
  std::unordered_map<std::string, Handler> t;
  addInteger<u32>(t, "u32");
  addInteger<i32>(t, "s32");
  addInteger<u64>(t, "u64");
  addInteger<i64>(t, "s64");
  addBits<u32>(t, "b32");
  addBits<u64>(t, "b64");
  addBits<uint16_t>(t, "b16");
  addInteger<uint16_t>(t, "u16");
  addInteger<int16_t>(t, "s16");
  addShift<u32>(t, "u32");
  addShift<i32>(t, "s32");
  addShift<u64>(t, "u64");
  addShift<i64>(t, "s64");
  addShift<uint16_t>(t, "u16");
  addShift<int16_t>(t, "s16");
  addShift<u32>(t, "b32");
  addShift<u64>(t, "b64");
  addFloat<float>(t, "f32");
  addFloat<double>(t, "f64");
  t["and.pred"] = BINARY(u32, a & b & 1);
  t["or.pred"] = BINARY(u32, (a | b) & 1);
  t["xor.pred"] = BINARY(u32, (a ^ b) & 1);
  t["not.pred"] = UNARY(u32, ~a & 1);
  t["mov.pred"] = UNARY(u32, a & 1);
  t["mul.wide.u32"] = WIDE(u64, u32, (u64)a * b);
  t["mul.wide.u16"] = WIDE(u32, uint16_t, (u32)a * b);
  t["mul.wide.s16"] = WIDE(i32, int16_t, (i32)a * b);
  t["mul.wide.s32"] = WIDE(i64, i32, (i64)a * b);
  t["mul.hi.u32"] = BINARY(u32, (u32)((u64)a * b >> 32));
  t["mul.hi.s32"] = BINARY(i32, (i32)((i64)a * b >> 32));
  t["mul.hi.u64"] = BINARY(u64, (u64)((unsigned __int128)a * b >> 64));
  t["mul.hi.s64"] = BINARY(i64, (i64)((__int128)a * b >> 64));
  t["bfe.u32"] = TERNARY(u32, u32, (u32)extract(a, b, c, 32));
  t["bfe.u64"] = [](Warp &w, const Instruction &i, u32 m) {
    each(m, [&](int l) {
      put<u64>(w.r[i.to[0]], l, extract(get<u64>(w.r[i.from[0]], l), get<u32>(w.r[i.from[1]], l), get<u32>(w.r[i.from[2]], l), 64));
    });
  };
  t["fma.rm.f32"] = TERNARY(float, float, rounded(FE_DOWNWARD, a, b, c));
  t["fma.rp.f32"] = TERNARY(float, float, rounded(FE_UPWARD, a, b, c));
  t["fma.rz.f32"] = TERNARY(float, float, rounded(FE_TOWARDZERO, a, b, c));
  t["ex2.approx.f32"] = UNARY(float, (float)std::exp2((double)a));
  t["ex2.approx.ftz.f32"] = UNARY(float, flush((float)std::exp2((double)flush(a))));
  t["lg2.approx.f32"] = UNARY(float, (float)std::log2((double)a));
  t["lg2.approx.ftz.f32"] = UNARY(float, (float)std::log2((double)flush(a)));
  t["rcp.approx.ftz.f32"] = UNARY(float, flush(1 / flush(a)));
  t["rcp.approx.ftz.f64"] = UNARY(double, halves(1 / a));
  t["rsqrt.approx.f32"] = UNARY(float, (float)(1 / std::sqrt((double)a)));
  for (const char *n : {"cvta.to.global.u64", "cvta.global.u64"})
    t[n] = UNARY(u64, a);
  t["cvta.shared.u64"] = UNARY(u64, a + kSharedBase);
  t["cvta.to.shared.u64"] = UNARY(u64, a - kSharedBase);
  t["cvta.local.u64"] = UNARY(u64, a + kLocalBase);
  t["cvta.to.local.u64"] = UNARY(u64, a - kLocalBase);
  return t;
}

// ---- Comparisons -----------------------------------------------------------------

template <class T, class F> Handler compareBy() {
  return [](Warp &w, const Instruction &i, u32 m) { binary<u32, T>(w, i, m, [](T a, T b) -> u32 { return F::of(a, b); }); };
}

#define COMPARISON(name, e)                                       \
  struct name {                                                   \
    template <class T> static u32 of(T a, T b) { return (e) ? 1 : 0; } \
  }
COMPARISON(Equal, a == b);
COMPARISON(Unequal, a != b);
COMPARISON(Less, a < b);
COMPARISON(LessEqual, a <= b);
COMPARISON(Greater, a > b);
COMPARISON(GreaterEqual, a >= b);
COMPARISON(UnequalOrdered, a < b || a > b);
COMPARISON(EqualUnordered, !(a < b || a > b));
COMPARISON(LessUnordered, !(a >= b));
COMPARISON(LessEqualUnordered, !(a > b));
COMPARISON(GreaterUnordered, !(a <= b));
COMPARISON(GreaterEqualUnordered, !(a < b));
COMPARISON(Numbers, a == a && b == b);
COMPARISON(NotNumbers, a != a || b != b);

template <class T> Handler comparison(const std::string &how, bool isFloat) {
  if (how == "eq") return compareBy<T, Equal>();
  if (how == "ne") return isFloat ? compareBy<T, UnequalOrdered>() : compareBy<T, Unequal>();
  if (how == "lt" || how == "lo") return compareBy<T, Less>();
  if (how == "le" || how == "ls") return compareBy<T, LessEqual>();
  if (how == "gt" || how == "hi") return compareBy<T, Greater>();
  if (how == "ge" || how == "hs") return compareBy<T, GreaterEqual>();
  if (!isFloat) return nullptr;
  if (how == "equ") return compareBy<T, EqualUnordered>();
  if (how == "neu") return compareBy<T, Unequal>();
  if (how == "ltu") return compareBy<T, LessUnordered>();
  if (how == "leu") return compareBy<T, LessEqualUnordered>();
  if (how == "gtu") return compareBy<T, GreaterUnordered>();
  if (how == "geu") return compareBy<T, GreaterEqualUnordered>();
  if (how == "num") return compareBy<T, Numbers>();
  if (how == "nan") return compareBy<T, NotNumbers>();
  return nullptr;
}

Handler comparisonOf(const std::string &how, const std::string &type) {
  if (type == "u32" || type == "b32") return comparison<u32>(how, false);
  if (type == "s32") return comparison<i32>(how, false);
  if (type == "u64" || type == "b64") return comparison<u64>(how, false);
  if (type == "s64") return comparison<i64>(how, false);
  if (type == "u16" || type == "b16") return comparison<uint16_t>(how, false);
  if (type == "s16") return comparison<int16_t>(how, false);
  if (type == "f32") return comparison<float>(how, true);
  if (type == "f64") return comparison<double>(how, true);
  return nullptr;
}

// ---- Conversions -----------------------------------------------------------------

// whole rounds to a whole number: "rni" to the nearest even, "rzi" to zero, down, up.
double whole(char mode, double v) {
  switch (mode) {
  case 'n': return std::nearbyint(v);
  case 'z': return std::trunc(v);
  case 'm': return std::floor(v);
  }
  return std::ceil(v);
}

// toInteger clamps, and makes 0 of a NaN.
template <class T> T toInteger(char mode, double v) {
  if (std::isnan(v))
    return 0;
  v = whole(mode, v);
  // The largest number may not be a double: 2⁶³ is the first that is too large.
  double limit = std::ldexp(1.0, std::numeric_limits<T>::digits);
  if (v >= limit)
    return std::numeric_limits<T>::max();
  if (v < (std::is_signed<T>::value ? -limit : 0))
    return std::numeric_limits<T>::min();
  return (T)v;
}

template <class To, class From, char mode> Handler convertInteger() {
  return [](Warp &w, const Instruction &i, u32 m) { unary<To, From>(w, i, m, [](From a) -> To { return toInteger<To>(mode, (double)a); }); };
}

template <class To, class From> Handler convertInteger(char mode) {
  switch (mode) {
  case 'n': return convertInteger<To, From, 'n'>();
  case 'z': return convertInteger<To, From, 'z'>();
  case 'm': return convertInteger<To, From, 'm'>();
  case 'p': return convertInteger<To, From, 'p'>();
  }
  return nullptr;
}

template <class To, class From> Handler convertPlain() {
  return [](Warp &w, const Instruction &i, u32 m) { unary<To, From>(w, i, m, [](From a) -> To { return (To)a; }); };
}

template <class T, char mode> Handler roundWhole() {
  return [](Warp &w, const Instruction &i, u32 m) { unary<T, T>(w, i, m, [](T a) -> T { return (T)whole(mode, a); }); };
}

template <class To> Handler fromAny(const std::string &mode, const std::string &from) {
  bool toFloat = std::is_floating_point<To>::value, fromFloat = from[0] == 'f';
  if (!toFloat && fromFloat) {
    if (mode.size() != 3)
      return nullptr;
    return from == "f32" ? convertInteger<To, float>(mode[1]) : convertInteger<To, double>(mode[1]);
  }
  if (toFloat != fromFloat && mode != "rn")
    return nullptr;
  if (!toFloat && mode != "")
    return nullptr;
  if (from == "u8") return convertPlain<To, uint8_t>();
  if (from == "s8") return convertPlain<To, int8_t>();
  if (from == "u16") return convertPlain<To, uint16_t>();
  if (from == "s16") return convertPlain<To, int16_t>();
  if (from == "u32") return convertPlain<To, u32>();
  if (from == "s32") return convertPlain<To, i32>();
  if (from == "u64") return convertPlain<To, u64>();
  if (from == "s64") return convertPlain<To, i64>();
  return nullptr;
}

Handler conversionOf(const std::vector<std::string> &parts) {
  std::string mode, to = parts[parts.size() - 2], from = parts.back();
  for (size_t k = 1; k + 2 < parts.size(); k++) {
    if (parts[k] == "sat" && to == "f32" && from == "f32" && parts.size() == 4)
      return UNARY(float, std::isnan(a) || a <= 0 ? 0 : a >= 1 ? 1 : a);
    if (parts[k] == "sat" || parts[k] == "ftz")
      return nullptr;
    mode = parts[k];
  }
  if (to == from && (to == "f32" || to == "f64")) {
    bool wide = to == "f64";
    if (mode == "rni") return wide ? roundWhole<double, 'n'>() : roundWhole<float, 'n'>();
    if (mode == "rzi") return wide ? roundWhole<double, 'z'>() : roundWhole<float, 'z'>();
    if (mode == "rmi") return wide ? roundWhole<double, 'm'>() : roundWhole<float, 'm'>();
    if (mode == "rpi") return wide ? roundWhole<double, 'p'>() : roundWhole<float, 'p'>();
    return nullptr;
  }
  if (to == "f32" && from == "f64") return mode == "rn" ? convertPlain<float, double>() : nullptr;
  if (to == "f64" && from == "f32") return mode == "" ? convertPlain<double, float>() : nullptr;
  if (to == "u16") return fromAny<uint16_t>(mode, from);
  if (to == "s16") return fromAny<int16_t>(mode, from);
  if (to == "u32") return fromAny<u32>(mode, from);
  if (to == "s32") return fromAny<i32>(mode, from);
  if (to == "u64") return fromAny<u64>(mode, from);
  if (to == "s64") return fromAny<i64>(mode, from);
  if (to == "f32") return fromAny<float>(mode, from);
  if (to == "f64") return fromAny<double>(mode, from);
  return nullptr;
}

// ---- Memory ----------------------------------------------------------------------

enum Space { Generic, Global, Shared, Local };

// reach returns where the bytes of an address are.
template <bool write> inline __attribute__((always_inline)) uint8_t *reach(Warp &w, const Instruction &i, Space space, u64 address, int n, int lane) {
  if (address & (n - 1)) // n is a power of 2
    throw Fault(format("thread %d: address 0x%llx is no multiple of %d", w.thread(lane), (unsigned long long)address, n));
  if (space == Generic) {
    if (address >= kLocalBase) {
      space = Local;
      address -= kLocalBase;
    } else if (address >= kSharedBase) {
      space = Shared;
      address -= kSharedBase;
    }
  }
  if (space == Shared)
    return w.block->shared.access<write>(address, n, w.thread(lane));
  if (space == Local) {
    auto &mine = w.block->local[w.thread(lane)];
    if (address + n > mine.size())
      throw Fault(format("%d bytes at %llu of local memory", n, (unsigned long long)address));
    return mine.data() + address;
  }
  Piece *p = i.last;
  if (!p || address < p->base || address + n > p->base + p->size)
    try {
      i.last = p = &w.block->memory->find(address, n);
      p->meet(w.block->memory->order, write);
    } catch (const Fault &f) {
      throw Fault(format("thread %d: %s", w.thread(lane), f.what()));
    }
  u64 offset = address - p->base;
  if (write) {
    p->mark(offset, n);
  } else {
    for (u64 k = offset / 4; k <= (offset + n - 1) / 4; k++)
      if (!p->written[k])
        throw Fault(format("thread %d: reads memory at 0x%llx that nothing has written", w.thread(lane), (unsigned long long)address));
  }
  return p->bytes.get() + offset;
}

u64 addressOf(const Register &r, const Instruction &i, int l) { return (i.narrow ? r.narrow[l] : r.wide[l]) + i.offset; }

template <Space space, int width> void load(Warp &w, const Instruction &i, u32 mask) {
  const Register &at = w.r[i.from[0]];
  each(mask, [&](int l) {
    const uint8_t *p = reach<false>(w, i, space, addressOf(at, i, l), i.numbers * width, l);
    for (int k = 0; k < i.numbers; k++)
      if (width == 8) {
        memcpy(&w.r[i.to[k]].wide[l], p + 8 * k, 8);
      } else {
        u32 v = 0;
        memcpy(&v, p + k * width, width);
        w.r[i.to[k]].narrow[l] = v;
      }
  });
}

template <Space space, int width> void store(Warp &w, const Instruction &i, u32 mask) {
  const Register &at = w.r[i.from[0]];
  each(mask, [&](int l) {
    uint8_t *p = reach<true>(w, i, space, addressOf(at, i, l), i.numbers * width, l);
    for (int k = 0; k < i.numbers; k++) {
      const Register &from = w.r[i.from[1 + k]];
      memcpy(p + k * width, width == 8 ? (const void *)&from.wide[l] : (const void *)&from.narrow[l], width);
    }
  });
}

template <Space space> Handler moves(bool ld, int width) {
  switch (width) {
  case 1: return ld ? load<space, 1> : store<space, 1>;
  case 2: return ld ? load<space, 2> : store<space, 2>;
  case 4: return ld ? load<space, 4> : store<space, 4>;
  default: return ld ? load<space, 8> : store<space, 8>;
  }
}

void loadParameter(Warp &w, const Instruction &i, u32 mask) {
  u64 v = 0;
  memcpy(&v, w.block->parameters + i.offset, i.width);
  each(mask, [&](int l) {
    if (i.width == 8)
      w.r[i.to[0]].wide[l] = v;
    else
      w.r[i.to[0]].narrow[l] = (u32)v;
  });
}

int widthOf(const std::string &type) {
  if (type == "u8" || type == "b8") return 1;
  if (type == "u16" || type == "b16") return 2;
  if (type == "u32" || type == "s32" || type == "b32" || type == "f32") return 4;
  if (type == "u64" || type == "s64" || type == "b64" || type == "f64") return 8;
  return 0; // signed bytes would have to be widened
}

Handler access(const std::vector<std::string> &parts, Instruction &i) {
  Space space = Generic;
  i.width = widthOf(parts.back());
  if (!i.width)
    return nullptr;
  for (size_t k = 1; k + 1 < parts.size(); k++) {
    const std::string &p = parts[k];
    if (p == "global" || p == "const") space = Global;
    else if (p == "shared") space = Shared;
    else if (p == "local") space = Local;
    else if (p == "param") return parts[0] == "ld" ? loadParameter : nullptr;
    else if (p == "v2") i.numbers = 2;
    else if (p == "v4") i.numbers = 4;
    else if (p != "nc" && p != "volatile") return nullptr;
  }
  bool ld = parts[0] == "ld";
  switch (space) {
  case Global: return moves<Global>(ld, i.width);
  case Shared: return moves<Shared>(ld, i.width);
  case Local: return moves<Local>(ld, i.width);
  default: return moves<Generic>(ld, i.width);
  }
}

// mov.b64 takes two registers for one, and one for two.
void pack(Warp &w, const Instruction &i, u32 mask) {
  each(mask, [&](int l) { w.r[i.to[0]].wide[l] = w.r[i.from[0]].narrow[l] | (u64)w.r[i.from[1]].narrow[l] << 32; });
}

void unpack(Warp &w, const Instruction &i, u32 mask) {
  each(mask, [&](int l) {
    u64 v = w.r[i.from[0]].wide[l];
    w.r[i.to[0]].narrow[l] = (u32)v;
    w.r[i.to[1]].narrow[l] = (u32)(v >> 32);
  });
}

} // namespace

Handler decode(const std::string &operation, Instruction &i) {
  static const std::unordered_map<std::string, Handler> table = makeTable();
  std::vector<std::string> parts;
  for (size_t at = 0; at <= operation.size();) {
    size_t dot = operation.find('.', at);
    if (dot == std::string::npos)
      dot = operation.size();
    parts.push_back(operation.substr(at, dot - at));
    at = dot + 1;
  }
  if (parts[0] == "setp" && parts.size() == 3)
    return comparisonOf(parts[1], parts[2]);
  if (isAmpere(operation))
    return decodeAmpere(operation, i);
  if (parts[0] == "cvt" && parts.size() >= 3)
    return conversionOf(parts);
  if (parts[0] == "ld" || parts[0] == "st")
    return access(parts, i);
  if (operation == "mov.b64" && i.from[1] >= 0)
    return pack;
  if (operation == "mov.b64" && i.to[1] >= 0)
    return unpack;
  auto at = table.find(operation);
  return at == table.end() ? nullptr : at->second;
}
