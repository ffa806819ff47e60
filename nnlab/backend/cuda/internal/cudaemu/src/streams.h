// Streams: work that is put off, and what is known to be done before what. Work of two
// streams is in order only where an event, or a wait of the host's, makes it so; where
// nothing does, two that meet in memory are a fault, whichever comes first here.
#pragma once
#include "machine.h"
#include <cuda.h>
#include <deque>
#include <mutex>
#include <thread>

#define API extern "C" __attribute__((visibility("default"))) CUresult

extern std::recursive_mutex lock;
extern GlobalMemory memory;
extern CUresult failed; // the first fault, which stays
extern thread_local CUcontext current;

#define LOCKED std::lock_guard<std::recursive_mutex> held(lock)

// Work is what a stream does in one go.
struct Work {
  std::function<void()> run;
  Order order;
};

// Graph is work that was captured, one after the other.
struct Graph {
  std::vector<std::function<void()>> nodes;
};

// Stream is a queue of work. The first is the legacy one, which waits for all that block,
// and for which they wait.
struct Stream {
  size_t number;
  bool blocking = true;
  std::deque<Work> queue;
  u64 put = 0, done = 0; // how much work came, and how much has been done
  Clock before;          // what is done before the work that comes next
  std::unique_ptr<Graph> captured; // while it is captured
  bool broken = false;             // a capture that something forbidden came into
  std::thread::id capturer;
};

// Event is a place in the work of all streams: what stood before it when it was recorded, and
// where it tells times, how many instructions the card had done when it came by.
struct Event {
  Clock before;
  bool times = false;
  std::shared_ptr<i64> passed; // -1 until then
};

// streamOf is the stream that a handle names, null where there is none.
Stream *streamOf(CUstream handle);

// later puts work into a stream, or into the graph that it is captured to.
CUresult later(CUstream stream, std::function<void()> f);

// now is later of the legacy stream, and waits for it.
CUresult now(std::function<void()> f);

// finish does all work of all streams, and the host knows of it.
CUresult finish();

// mayWait tells whether the host may wait, or ask for memory: not while a stream is captured,
// which that breaks.
CUresult mayWait();
