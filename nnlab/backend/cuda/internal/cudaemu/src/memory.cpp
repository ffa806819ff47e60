#include "machine.h"
#include <cstdarg>
#include <cstdio>

std::string format(const char *pattern, ...) {
  char text[1024];
  va_list list;
  va_start(list, pattern);
  vsnprintf(text, sizeof text, pattern, list);
  va_end(list);
  return text;
}

u64 GlobalMemory::allocate(u64 size) {
  u64 base = next;
  next += (size + 511) / 512 * 512 + 4096; // a gap behind each piece
  pieces[base] = std::make_unique<Piece>(base, size);
  used += size;
  return base;
}

void GlobalMemory::release(u64 base) {
  auto at = pieces.find(base);
  if (at == pieces.end())
    throw Fault(format("memory at 0x%llx is given back that was not asked for", (unsigned long long)base));
  used -= at->second->size;
  pieces.erase(at);
}

Piece &GlobalMemory::find(u64 address, u64 n) {
  auto at = pieces.upper_bound(address);
  if (at != pieces.begin()) {
    Piece &p = *(--at)->second;
    if (address + n <= p.base + p.size)
      return p;
    throw Fault(format("%llu bytes at 0x%llx are not the program's: the nearest memory ends %llu bytes before their end",
                       (unsigned long long)n, (unsigned long long)address, (unsigned long long)(address + n - p.base - p.size)));
  }
  throw Fault(format("%llu bytes at 0x%llx are no device memory", (unsigned long long)n, (unsigned long long)address));
}

void Piece::note(const Order &order, bool write) {
  auto check = [&](const Clock &others, const char *did) {
    for (size_t s = 0; s < others.size(); s++)
      if (s != order.stream && others[s] > (s < order.before.size() ? order.before[s] : 0))
        throw Fault(format("work of stream %zu %s memory at 0x%llx that work of stream %zu %s, with no event that one waits for in between",
                           order.stream, write ? "writes" : "reads", (unsigned long long)base, s, did));
  };
  check(writers, "writes");
  if (write)
    check(readers, "reads");
  Clock &mine = write ? writers : readers;
  if (mine.size() <= order.stream)
    mine.resize(order.stream + 1);
  mine[order.stream] = order.before[order.stream];
  (write ? writer : reader) = order.id;
}

uint8_t *GlobalMemory::read(u64 address, u64 n, const char *who) {
  Piece &p = find(address, n);
  p.meet(order, false);
  u64 offset = address - p.base;
  for (u64 w = offset / 4; w <= (offset + n - 1) / 4; w++)
    if (!p.written[w])
      throw Fault(format("%s reads memory at 0x%llx that nothing has written", who, (unsigned long long)(p.base + 4 * w)));
  return p.bytes.get() + offset;
}

uint8_t *GlobalMemory::write(u64 address, u64 n) {
  Piece &p = find(address, n);
  p.meet(order, true);
  p.mark(address - p.base, n);
  return p.bytes.get() + (address - p.base);
}

void SharedMemory::reset(int n) {
  bytes.assign(n, 0xbd);
  words.assign((n + 3) / 4, Word());
  stretch = 1;
}

void SharedMemory::fly(u64 address, int n, int thread) {
  access<true>(address, n, thread);
  for (u64 i = address / 4; i < (address + n) / 4; i++)
    words[i].flying = true;
}

uint8_t *SharedMemory::land(u64 address, int n, int thread) {
  for (u64 i = address / 4; i < (address + n) / 4; i++)
    words[i].flying = false;
  return access<true>(address, n, thread);
}

void SharedMemory::wrong(const Word &w, u64 word, bool write, int thread) {
  u64 at = 4 * word;
  if (w.flying)
    throw Fault(format("thread %d meets at %llu of shared memory a copy of thread %d that is on its way", thread, (unsigned long long)at,
                       w.writer));
  if (w.wrote == stretch && w.writer != thread)
    throw Fault(format("threads %d and %d meet at %llu of shared memory without a barrier in between, and the first writes", w.writer,
                       thread, (unsigned long long)at));
  if (write)
    throw Fault(format("thread %d writes to %llu of shared memory that %s reads, without a barrier in between", thread,
                       (unsigned long long)at, w.reader == -2 ? "several others" : format("thread %d", w.reader).c_str()));
  throw Fault(format("thread %d reads shared memory at %llu that nothing has written", thread, (unsigned long long)at));
}
