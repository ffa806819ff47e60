// Launches: blocks in any order, warps in any order and for any time, lanes of a warp in
// step while they take the same way.
#include "machine.h"
#include <algorithm>
#include <numeric>

u64 instructions = 0;

static const char *notWhole = "not all threads of the warp come to what it does as a whole";

// slice runs a warp for some instructions. Of lanes that stand at different places those
// behind go first, so that they meet again.
void Warp::slice(int budget) {
  const std::vector<Instruction> &code = kernel->code;
  while (budget > 0) {
    u32 ready = alive & ~waiting & ~gathered;
    if (!ready && gathered) {
      ready = gathered;
      gathered = 0;
      int where = pc[__builtin_ctz(ready)];
      bool same = ready == ~0u;
      for (int l = 0; l < kLanes; l++)
        same &= pc[l] == where;
      if (!same)
        throw Fault(format("%s, line %d, \"%s\", block (%u, %u, %u), warp of thread %d: %s", kernel->name.c_str(), code[where].line,
                           code[where].text.c_str(), block->at.x, block->at.y, block->at.z, first, notWhole));
    }
    if (!ready)
      return;
    int at = INT32_MAX, next = INT32_MAX; // the places of the hindmost, and of the one before them
    for (int l = 0; l < kLanes; l++)
      if (ready >> l & 1) {
        if (pc[l] < at) {
          next = at;
          at = pc[l];
        } else if (pc[l] > at && pc[l] < next) {
          next = pc[l];
        }
      }
    u32 mask = 0;
    for (int l = 0; l < kLanes; l++)
      if ((ready >> l & 1) && pc[l] == at)
        mask |= 1u << l;
    auto all = [&](u32 lanes, int place) {
      for (int l = 0; l < kLanes; l++)
        if (lanes >> l & 1)
          pc[l] = place;
    };
    for (bool together = true; together; budget--, instructions++) {
      const Instruction &i = code[at];
      u32 does = mask;
      if (i.guard >= 0) {
        u32 is = 0;
        for (int l = 0; l < kLanes; l++)
          is |= (r[i.guard].narrow[l] & 1) << l;
        does &= i.unless ? ~is : is;
      }
      try {
        switch (i.control) {
        case Control::None:
          if (does)
            i.run(*this, i, does);
          at++;
          break;
        case Control::Branch:
          if (does == mask) {
            at = i.target;
            if (next != INT32_MAX) {
              all(mask, at);
              together = false;
            }
          } else if (!does) {
            at++;
          } else {
            all(does, i.target);
            all(mask & ~does, at + 1);
            together = false;
          }
          break;
        case Control::Exit:
          alive &= ~does;
          all(mask & ~does, at + 1);
          together = false;
          break;
        case Control::Whole:
          if (does != mask)
            throw Fault(notWhole);
          if (does == ~0u) {
            i.run(*this, i, does);
            at++;
          } else {
            gathered |= does;
            all(mask, at);
            together = false;
          }
          break;
        case Control::Barrier:
          for (int l = 0; l < kLanes; l++)
            if (does >> l & 1)
              barrier[l] = at;
          waiting |= does;
          all(mask, at + 1);
          together = false;
          break;
        }
      } catch (const Fault &f) {
        throw Fault(format("%s, line %d, \"%s\", block (%u, %u, %u), warp of thread %d: %s", kernel->name.c_str(), i.line,
                           i.text.c_str(), block->at.x, block->at.y, block->at.z, first, f.what()));
      }
      if (together && (at >= next || budget <= 1)) {
        all(mask, at);
        together = false;
      }
    }
  }
}

void Block::arrive(int thread, size_t groups) {
  auto &mine = copies[thread];
  if (mine.size() <= groups)
    return;
  size_t done = mine.size() - groups;
  for (size_t g = 0; g < done; g++)
    for (const Copy &c : mine[g]) {
      uint8_t *to = shared.land(c.to, c.n, thread);
      if (c.first)
        memcpy(to, memory->read(c.from, c.first, "a copy to shared memory"), c.first);
      memset(to + c.first, 0, c.n - c.first);
    }
  mine.erase(mine.begin(), mine.begin() + done);
}

void Block::run(u64 &random) {
  shared.reset(kernel->sharedBytes);
  u32 threads = size.x * size.y * size.z;
  copies.assign(threads, {{}});
  for (auto &l : local)
    std::fill(l.begin(), l.end(), 0xbd);
  for (auto &w : warps) {
    w->alive = 0;
    w->waiting = w->gathered = 0;
    for (int l = 0; l < kLanes; l++) {
      w->pc[l] = 0;
      u32 t = w->first + l;
      if (t < threads)
        w->alive |= 1u << l;
      for (auto &[slot, name] : kernel->specials) {
        u32 &v = w->r[slot].narrow[l];
        if (name == "%tid.x") v = t % size.x;
        else if (name == "%tid.y") v = t / size.x % size.y;
        else if (name == "%tid.z") v = t / size.x / size.y;
        else if (name == "%ntid.x") v = size.x;
        else if (name == "%ntid.y") v = size.y;
        else if (name == "%ntid.z") v = size.z;
        else if (name == "%ctaid.x") v = at.x;
        else if (name == "%ctaid.y") v = at.y;
        else if (name == "%ctaid.z") v = at.z;
        else if (name == "%nctaid.x") v = grid.x;
        else if (name == "%nctaid.y") v = grid.y;
        else if (name == "%nctaid.z") v = grid.z;
        else if (name == "%laneid") v = l;
        else throw Fault("unknown special register " + name);
      }
    }
  }
  std::vector<Warp *> ready;
  for (;;) {
    ready.clear();
    bool left = false, waits = false;
    for (auto &w : warps) {
      if (w->alive & ~w->waiting)
        ready.push_back(w.get());
      waits |= (w->alive & w->waiting) != 0;
      u32 full = w->first + kLanes <= (int)threads ? ~0u : (1u << (threads - w->first)) - 1;
      left |= w->alive != full;
    }
    if (!ready.empty()) {
      Warp *w = ready[nextRandom(random) % ready.size()];
      w->slice(1 + (int)(nextRandom(random) % 2000));
      continue;
    }
    if (!waits)
      return;
    int place = -1;
    for (auto &w : warps)
      for (int l = 0; l < kLanes; l++)
        if (w->alive >> l & 1) {
          if (place >= 0 && w->barrier[l] != place)
            throw Fault(format("%s, block (%u, %u, %u): threads wait at different barriers, lines %d and %d", kernel->name.c_str(), at.x,
                               at.y, at.z, kernel->code[place].line, kernel->code[w->barrier[l]].line));
          place = w->barrier[l];
        }
    if (left)
      throw Fault(format("%s, line %d, block (%u, %u, %u): a barrier for which threads wait that have ended", kernel->name.c_str(),
                         kernel->code[place].line, at.x, at.y, at.z));
    for (auto &w : warps)
      w->waiting = 0;
    shared.stretch++;
  }
}

void launch(GlobalMemory &memory, const Kernel &kernel, Dim grid, Dim size, const std::vector<uint8_t> &parameters) {
  u64 threads = (u64)size.x * size.y * size.z;
  if (threads == 0 || threads > 1024 || (int)threads > kernel.maxThreads)
    throw Fault(format("%s: a block of %llu threads", kernel.name.c_str(), (unsigned long long)threads));
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7fffffff || grid.y > 65535 || grid.z > 65535)
    throw Fault(format("%s: a grid of %u × %u × %u blocks", kernel.name.c_str(), grid.x, grid.y, grid.z));
  if (kernel.sharedBytes > 48 * 1024)
    throw Fault(format("%s: %d bytes of shared memory in a block", kernel.name.c_str(), kernel.sharedBytes));
  for (auto &i : kernel.code)
    i.last = nullptr; // pieces may have gone since
  static u64 random = 1;
  Block block;
  block.memory = &memory;
  block.kernel = &kernel;
  block.parameters = parameters.data();
  block.grid = grid;
  block.size = size;
  block.local.assign(kernel.localBytes ? threads : 0, std::vector<uint8_t>(kernel.localBytes));
  for (u64 first = 0; first < threads; first += kLanes) {
    auto w = std::make_unique<Warp>();
    w->block = &block;
    w->kernel = &kernel;
    w->first = (int)first;
    w->registers.resize(kernel.registers);
    memset((void *)w->registers.data(), 0xbd, w->registers.size() * sizeof(Register));
    w->r = w->registers.data();
    for (auto &[slot, value] : kernel.constants)
      for (int l = 0; l < kLanes; l++)
        w->r[slot].wide[l] = value, w->r[slot].narrow[l] = (u32)value;
    block.warps.push_back(std::move(w));
  }
  // Every block once, in an order that is another for each launch.
  u64 blocks = (u64)grid.x * grid.y * grid.z, step = nextRandom(random) % blocks | 1, at = nextRandom(random) % blocks;
  while (std::gcd(step, blocks) != 1)
    step += 2;
  for (u64 n = 0; n < blocks; n++, at = (at + step) % blocks) {
    block.at = {(u32)(at % grid.x), (u32)(at / grid.x % grid.y), (u32)(at / grid.x / grid.y)};
    block.run(random);
  }
}
