// What came with sm_80: copies to shared memory past the registers, and products of TF32 on
// tensor cores (PTX ISA 9.7.9 "cp.async", 9.7.14 "mma").
#include "machine.h"
#include <cmath>

namespace {

template <class F> void each(u32 mask, F f) {
  for (int l = 0; l < kLanes; l++)
    if (mask >> l & 1)
      f(l);
}

// copyLater is cp.async, of i.width bytes; of these a fourth operand may say how many are there.
void copyLater(Warp &w, const Instruction &i, u32 mask) {
  const Register &to = w.r[i.from[0]], &from = w.r[i.from[1]];
  each(mask, [&](int l) {
    u64 there = i.narrow ? to.narrow[l] : to.wide[l], here = from.wide[l];
    u32 first = i.from[2] >= 0 ? w.r[i.from[2]].narrow[l] : i.width;
    if (there % i.width || here % i.width)
      throw Fault(format("thread %d: a copy from 0x%llx to %llu, of which one is no multiple of %d", w.thread(l), (unsigned long long)here,
                         (unsigned long long)there, i.width));
    if (first > (u32)i.width)
      throw Fault(format("thread %d: %u of %d bytes to copy", w.thread(l), first, i.width));
    if (first)
      w.block->memory->read(here, first, "a copy to shared memory"); // at once, where the instruction is known
    w.block->shared.fly(there, i.width, w.thread(l));
    w.block->copies[w.thread(l)].back().push_back({here, there, i.width, (int)first});
  });
}

void commitCopies(Warp &w, const Instruction &, u32 mask) {
  each(mask, [&](int l) { w.block->copies[w.thread(l)].emplace_back(); });
}

// waitForCopies leaves the last i.groups that are committed, and what is not committed, on its way.
void waitForCopies(Warp &w, const Instruction &i, u32 mask) {
  each(mask, [&](int l) { w.block->arrive(w.thread(l), i.groups + 1); });
}

void waitForAllCopies(Warp &w, const Instruction &, u32 mask) {
  each(mask, [&](int l) {
    auto &mine = w.block->copies[w.thread(l)];
    w.block->arrive(w.thread(l), 0);
    mine.emplace_back();
  });
}

float numberOf(u32 bits) {
  float v;
  memcpy(&v, &bits, 4);
  return v;
}

// roundToTF32 rounds to 10 bits behind the point; of two that are as near to the one farther from 0.
void roundToTF32(Warp &w, const Instruction &i, u32 mask) {
  each(mask, [&](int l) {
    u32 bits = w.r[i.from[0]].narrow[l];
    bool finite = (bits & 0x7f800000) != 0x7f800000, nan = !finite && (bits & 0x7fffff);
    // A carry goes into the exponent, and from the largest numbers to infinity.
    w.r[i.to[0]].narrow[l] = nan ? 0x7fffffff : finite ? (bits + 0x1000) & ~0x1fffu : bits;
  });
}

double tf32(const Register &r, int l) {
  float v = numberOf(r.narrow[l]);
  if (!std::isnan(v) && (r.narrow[l] & 0x1fff))
    throw Fault(format("the factor 0x%08x is no TF32: its lower 13 bits are not 0", r.narrow[l]));
  return v;
}

// multiplyTF32 is mma.m16n8k8 of TF32: D = A·B + C with A of 16×8 numbers by rows, B of 8×8 by
// columns. Of the fragments, with group = lane / 4 and member = lane % 4,
//
//	a0 a1 a2 a3  stand in row group, group + 8, group, group + 8 and column member, member, member + 4, member + 4
//	b0 b1        in row member, member + 4 and column group
//	c0 c1 c2 c3  in row group, group, group + 8, group + 8 and column 2·member, 2·member + 1, 2·member, 2·member + 1
//
// How the eight products are added up is the machine's business, but for the precision, which is
// float32's at least: here they are added exactly and rounded once.
void multiplyTF32(Warp &w, const Instruction &i, u32) {
  double a[16][8], b[8][8], d[16][8];
  for (int l = 0; l < kLanes; l++) {
    int group = l / 4, member = l % 4;
    for (int k = 0; k < 4; k++) {
      a[group + k % 2 * 8][member + k / 2 * 4] = tf32(w.r[i.from[k]], l);
      d[group + k / 2 * 8][member * 2 + k % 2] = numberOf(w.r[i.from[6 + k]].narrow[l]);
    }
    for (int k = 0; k < 2; k++)
      b[member + k * 4][group] = tf32(w.r[i.from[4 + k]], l);
  }
  for (int row = 0; row < 16; row++)
    for (int column = 0; column < 8; column++)
      for (int k = 0; k < 8; k++)
        d[row][column] += a[row][k] * b[k][column];
  for (int l = 0; l < kLanes; l++)
    for (int k = 0; k < 4; k++) {
      float v = (float)d[l / 4 + k / 2 * 8][l % 4 * 2 + k % 2];
      memcpy(&w.r[i.to[k]].narrow[l], &v, 4);
    }
}

} // namespace

bool isAmpere(const std::string &operation) {
  return operation.substr(0, 9) == "cp.async." || operation.substr(0, 4) == "mma." || operation.find(".tf32") != std::string::npos;
}

Handler decodeAmpere(const std::string &operation, Instruction &i) {
  if (operation == "cvt.rna.tf32.f32")
    return roundToTF32;
  if (operation == "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32") {
    i.control = Control::Whole;
    return multiplyTF32;
  }
  if (operation == "cp.async.commit_group")
    return commitCopies;
  if (operation == "cp.async.wait_group")
    return waitForCopies;
  if (operation == "cp.async.wait_all")
    return waitForAllCopies;
  if (operation == "cp.async.ca.shared.global" && (i.width == 4 || i.width == 8 || i.width == 16))
    return copyLater;
  if (operation == "cp.async.cg.shared.global" && i.width == 16)
    return copyLater;
  return nullptr;
}
