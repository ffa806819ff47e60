#include "streams.h"
#include <algorithm>
#include <cstdio>

std::recursive_mutex lock;
GlobalMemory memory;
CUresult failed = CUDA_SUCCESS;
thread_local CUcontext current = nullptr;

namespace {

std::vector<std::unique_ptr<Stream>> streams; // null where one was destroyed; the legacy one first
Clock host;                                   // what the host has waited for
Stream *capturing = nullptr;
u64 waiting = 0; // how much work is put off

void join(Clock &into, const Clock &other) {
  if (into.size() < other.size())
    into.resize(other.size());
  for (size_t s = 0; s < other.size(); s++)
    into[s] = std::max(into[s], other[s]);
}

Stream &add(bool blocking) {
  streams.push_back(std::make_unique<Stream>());
  Stream &s = *streams.back();
  s.number = streams.size() - 1;
  s.blocking = blocking;
  return s;
}

Stream &legacy() { return streams.empty() ? add(true) : *streams[0]; }

// come brings what is done before the next work of a stream up to now.
void come(Stream &s) {
  join(s.before, host);
  if (s.number == 0) {
    for (auto &other : streams)
      if (other && other->blocking)
        join(s.before, other->before);
  } else if (s.blocking) {
    join(s.before, legacy().before);
  }
}

// doUntil does a stream's work up to a place, and what must be done before that: of other
// streams no more than needs be, so that a wait that is missing shows.
void doUntil(Stream &s, u64 place) {
  while (s.done < place && !failed) {
    Work w = std::move(s.queue.front());
    s.queue.pop_front();
    for (size_t other = 0; other < w.order.before.size(); other++)
      if (other != s.number && streams[other])
        doUntil(*streams[other], w.order.before[other]);
    if (failed)
      return;
    s.done++;
    waiting--;
    memory.order = &w.order;
    try {
      w.run();
    } catch (const Fault &fault) {
      fprintf(stderr, "cudaemu: %s\n", fault.what());
      failed = CUDA_ERROR_ILLEGAL_ADDRESS;
    }
    memory.order = nullptr;
  }
}

CUresult doUntil(const Clock &places) {
  for (size_t s = 0; s < places.size(); s++)
    if (streams[s])
      doUntil(*streams[s], places[s]);
  return failed;
}

// doAll does all work, of the streams in any order.
void doAll() {
  static u64 random = 2;
  while (waiting && !failed) {
    auto &s = streams[nextRandom(random) % streams.size()];
    if (s && s->done < s->put)
      doUntil(*s, s->done + 1);
  }
}

// waited is what is known when the host has waited for a stream.
CUresult waited(const Clock &before) {
  CUresult r = doUntil(before);
  join(host, before);
  return r;
}

CUresult forbidden() {
  capturing->broken = true;
  return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
}

} // namespace

Stream *streamOf(CUstream handle) {
  if (!handle)
    return &legacy();
  for (auto &s : streams)
    if ((CUstream)s.get() == handle)
      return s.get();
  return nullptr;
}

CUresult later(CUstream handle, std::function<void()> f) {
  if (!current)
    return CUDA_ERROR_INVALID_CONTEXT;
  if (failed)
    return failed;
  Stream *s = streamOf(handle);
  if (!s)
    return CUDA_ERROR_INVALID_HANDLE;
  if (capturing && capturing != s)
    return forbidden();
  if (s->captured) {
    s->captured->nodes.push_back(std::move(f));
    return CUDA_SUCCESS;
  }
  static u64 id = 0;
  come(*s);
  if (s->before.size() <= s->number)
    s->before.resize(s->number + 1);
  s->before[s->number] = ++s->put;
  s->queue.push_back({std::move(f), {++id, s->number, s->before}});
  if (++waiting > 4096) // else a long training needs much memory
    doAll();
  return failed;
}

CUresult now(std::function<void()> f) {
  CUresult r = later(nullptr, std::move(f));
  return r ? r : waited(legacy().before);
}

CUresult finish() {
  doAll();
  for (auto &s : streams)
    if (s)
      join(host, s->before);
  return failed;
}

CUresult mayWait() { return capturing ? forbidden() : failed; }

API cuStreamCreate(CUstream *stream, unsigned flags) {
  LOCKED;
  if (capturing)
    return forbidden();
  legacy(); // comes first
  *stream = (CUstream)&add(!(flags & CU_STREAM_NON_BLOCKING));
  return CUDA_SUCCESS;
}

API cuStreamDestroy(CUstream stream) {
  LOCKED;
  Stream *s = streamOf(stream);
  if (!stream || !s)
    return CUDA_ERROR_INVALID_HANDLE;
  CUresult r = finish();
  streams[s->number] = nullptr;
  return r;
}

API cuStreamSynchronize(CUstream stream) {
  LOCKED;
  Stream *s = streamOf(stream);
  if (!s)
    return CUDA_ERROR_INVALID_HANDLE;
  if (CUresult r = mayWait())
    return r;
  come(*s);
  return waited(s->before);
}

API cuStreamWaitEvent(CUstream stream, CUevent e, unsigned) {
  LOCKED;
  Stream *s = streamOf(stream);
  if (!s)
    return CUDA_ERROR_INVALID_HANDLE;
  if (capturing)
    return forbidden(); // a card would capture both streams
  join(s->before, ((Event *)e)->before);
  return failed;
}

API cuCtxSynchronize() {
  LOCKED;
  CUresult r = mayWait();
  return r ? r : finish();
}

API cuEventCreate(CUevent *e, unsigned flags) {
  auto *event = new Event;
  event->times = !(flags & CU_EVENT_DISABLE_TIMING);
  *e = (CUevent)event;
  return CUDA_SUCCESS;
}

API cuEventDestroy(CUevent e) {
  LOCKED;
  delete (Event *)e;
  return CUDA_SUCCESS;
}

API cuEventRecord(CUevent e, CUstream stream) {
  LOCKED;
  Stream *s = streamOf(stream);
  if (!s)
    return CUDA_ERROR_INVALID_HANDLE;
  if (capturing)
    return forbidden();
  auto *event = (Event *)e;
  if (event->times) {
    auto passed = std::make_shared<i64>(-1);
    if (CUresult r = later(stream, [passed] { *passed = (i64)instructions; }))
      return r;
    event->passed = passed;
  } else {
    come(*s);
  }
  event->before = s->before;
  return failed;
}

API cuEventElapsedTime(float *milliseconds, CUevent from, CUevent to) {
  LOCKED;
  auto *a = (Event *)from, *b = (Event *)to;
  if (!a->passed || !b->passed) // without times, or never recorded
    return CUDA_ERROR_INVALID_HANDLE;
  if (*a->passed < 0 || *b->passed < 0)
    return failed ? failed : CUDA_ERROR_NOT_READY;
  *milliseconds = (float)((double)(*b->passed - *a->passed) * 1e-6);
  return failed;
}

API cuEventSynchronize(CUevent e) {
  LOCKED;
  CUresult r = mayWait();
  return r ? r : waited(((Event *)e)->before);
}

API cuStreamBeginCapture(CUstream stream, CUstreamCaptureMode) {
  LOCKED;
  Stream *s = streamOf(stream);
  if (!stream)
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED; // the legacy stream cannot be
  if (!s)
    return CUDA_ERROR_INVALID_HANDLE;
  if (capturing)
    return CUDA_ERROR_ILLEGAL_STATE;
  capturing = s;
  s->captured = std::make_unique<Graph>();
  s->broken = false;
  s->capturer = std::this_thread::get_id();
  return failed;
}

API cuStreamEndCapture(CUstream stream, CUgraph *graph) {
  LOCKED;
  *graph = nullptr;
  Stream *s = streamOf(stream);
  if (!s || s != capturing)
    return CUDA_ERROR_ILLEGAL_STATE;
  capturing = nullptr;
  std::unique_ptr<Graph> g = std::move(s->captured);
  if (s->capturer != std::this_thread::get_id())
    return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
  if (s->broken)
    return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
  *graph = (CUgraph)g.release();
  return failed;
}

API cuGraphDestroy(CUgraph g) {
  LOCKED;
  delete (Graph *)g;
  return CUDA_SUCCESS;
}

API cuGraphInstantiate(CUgraphExec *exec, CUgraph g, unsigned long long flags) {
  LOCKED;
  if (flags)
    return CUDA_ERROR_NOT_SUPPORTED;
  if (CUresult r = mayWait())
    return r;
  *exec = (CUgraphExec) new Graph(*(Graph *)g);
  return CUDA_SUCCESS;
}

API cuGraphExecDestroy(CUgraphExec exec) {
  LOCKED;
  delete (Graph *)exec; // what it has put off stays put off
  return CUDA_SUCCESS;
}

API cuGraphLaunch(CUgraphExec exec, CUstream stream) {
  LOCKED;
  if (capturing)
    return forbidden(); // a card would make it a part of the graph
  for (auto &f : ((Graph *)exec)->nodes)
    if (CUresult r = later(stream, f))
      return r;
  return CUDA_SUCCESS;
}
