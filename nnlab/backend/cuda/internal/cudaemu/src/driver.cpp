// libcuda.so.1 for tests: the functions of NVIDIA's driver that the lab uses, on a device
// that is emulated. Work is put into a queue and done when somebody waits, as late as may
// be: a buffer of the host's that is changed too early shows. A fault is printed and stays,
// as on a card.
#include "machine.h"
#include <cuda.h>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#define API extern "C" __attribute__((visibility("default"))) CUresult

namespace {

std::recursive_mutex lock;
GlobalMemory memory;
std::vector<std::function<void()>> queue;
CUresult failed = CUDA_SUCCESS;
std::vector<std::unique_ptr<Program>> programs;
thread_local CUcontext current = nullptr;

// The card's memory in bytes: 8 GiB, or what CUDAEMU_MEMORY says.
const u64 kTotal = getenv("CUDAEMU_MEMORY") ? strtoull(getenv("CUDAEMU_MEMORY"), nullptr, 10) : 8ull << 30;
// The card is the first with tensor cores that know TF32, or what CUDAEMU_CAPABILITY says, as 52.
const int kCapability = getenv("CUDAEMU_CAPABILITY") ? atoi(getenv("CUDAEMU_CAPABILITY")) : 80;
char theContext; // whose address is the handle of the one context

// guarded runs f, keeps its fault, and returns what the driver would.
CUresult guarded(CUresult kind, const std::function<void()> &f) {
  if (failed)
    return failed;
  try {
    f();
    return CUDA_SUCCESS;
  } catch (const Fault &fault) {
    fprintf(stderr, "cudaemu: %s\n", fault.what());
    failed = kind;
    return failed;
  }
}

u64 done; // how much work has been taken from the queue since the start

// Event is a place in the queue: what stood before it when it was recorded.
struct Event {
  u64 place = 0;
};

// finish does the work that stands before a place in the queue, and nothing behind it.
CUresult finish(u64 place) {
  if (place <= done)
    return failed;
  auto end = queue.begin() + (place - done);
  std::vector<std::function<void()>> work(std::make_move_iterator(queue.begin()), std::make_move_iterator(end));
  queue.erase(queue.begin(), end);
  done = place;
  return guarded(CUDA_ERROR_ILLEGAL_ADDRESS, [&] {
    for (auto &f : work)
      f();
  });
}

CUresult finish() { return finish(done + queue.size()); }

CUresult later(std::function<void()> f) {
  if (!current)
    return CUDA_ERROR_INVALID_CONTEXT;
  if (failed)
    return failed;
  queue.push_back(std::move(f));
  if (queue.size() > 4096) // else a long training needs much memory
    return finish();
  return CUDA_SUCCESS;
}

CUresult now(std::function<void()> f) {
  CUresult r = later(std::move(f));
  return r ? r : finish();
}

} // namespace

int capability() { return kCapability; }

#define LOCKED std::lock_guard<std::recursive_mutex> held(lock)

API cuInit(unsigned) { return CUDA_SUCCESS; }

API cuGetErrorString(CUresult r, const char **text) {
  *text = r == CUDA_ERROR_ILLEGAL_ADDRESS ? "a kernel has gone wrong; the emulator has printed how" : "an error of the emulator";
  return CUDA_SUCCESS;
}

API cuDriverGetVersion(int *v) {
  *v = CUDA_VERSION;
  return CUDA_SUCCESS;
}

API cuDeviceGetCount(int *n) {
  *n = 1;
  return CUDA_SUCCESS;
}

API cuDeviceGet(CUdevice *d, int ordinal) {
  *d = 0;
  return ordinal == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

API cuDeviceGetName(char *name, int n, CUdevice) {
  snprintf(name, n, "emulator");
  return CUDA_SUCCESS;
}

API cuDeviceGetUuid(CUuuid *id, CUdevice) {
  memset(id, 0, sizeof *id);
  return CUDA_SUCCESS;
}

API cuDeviceTotalMem(size_t *n, CUdevice) {
  *n = kTotal;
  return CUDA_SUCCESS;
}

API cuDeviceGetAttribute(int *v, CUdevice_attribute a, CUdevice) {
  switch (a) {
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: *v = capability() / 10; break;
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: *v = capability() % 10; break;
  case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT: *v = 1; break;
  case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK: *v = 1024; break;
  case CU_DEVICE_ATTRIBUTE_WARP_SIZE: *v = 32; break;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK: *v = 48 << 10; break;
  case CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING: *v = 1; break;
  default: *v = 0;
  }
  return CUDA_SUCCESS;
}

API cuDevicePrimaryCtxRetain(CUcontext *c, CUdevice) {
  *c = (CUcontext)&theContext;
  return CUDA_SUCCESS;
}

API cuDevicePrimaryCtxRelease(CUdevice) { return CUDA_SUCCESS; }

API cuCtxCreate_v2(CUcontext *c, unsigned, CUdevice) {
  *c = current = (CUcontext)&theContext;
  return CUDA_SUCCESS;
}

API cuCtxDestroy(CUcontext) { return CUDA_SUCCESS; }

API cuCtxSetCurrent(CUcontext c) {
  current = c;
  return CUDA_SUCCESS;
}

API cuCtxGetCurrent(CUcontext *c) {
  *c = current;
  return CUDA_SUCCESS;
}

API cuCtxSynchronize() {
  LOCKED;
  return finish();
}

API cuModuleLoadData(CUmodule *m, const void *image) {
  LOCKED;
  try {
    programs.push_back(parse((const char *)image, memory));
  } catch (const Fault &f) {
    fprintf(stderr, "cudaemu: %s\n", f.what());
    return CUDA_ERROR_INVALID_PTX;
  }
  *m = (CUmodule)programs.back().get();
  return CUDA_SUCCESS;
}

API cuModuleUnload(CUmodule) { return CUDA_SUCCESS; }

API cuModuleGetFunction(CUfunction *f, CUmodule m, const char *name) {
  LOCKED;
  auto &kernels = ((Program *)m)->kernels;
  auto at = kernels.find(name);
  if (at == kernels.end())
    return CUDA_ERROR_NOT_FOUND;
  *f = (CUfunction)at->second.get();
  return CUDA_SUCCESS;
}

API cuMemAlloc(CUdeviceptr *p, size_t n) {
  LOCKED;
  if (!current)
    return CUDA_ERROR_INVALID_CONTEXT;
  if (failed)
    return failed;
  if (n == 0)
    return CUDA_ERROR_INVALID_VALUE;
  if (memory.used + n > kTotal)
    return CUDA_ERROR_OUT_OF_MEMORY;
  *p = memory.allocate(n);
  return CUDA_SUCCESS;
}

API cuMemFree(CUdeviceptr p) {
  LOCKED;
  return now([p] { memory.release(p); });
}

API cuMemGetInfo(size_t *free, size_t *total) {
  LOCKED;
  *total = kTotal;
  *free = kTotal - memory.used;
  return CUDA_SUCCESS;
}

// Memory of the host's that a card would reach: the pages of any other may move.
API cuMemAllocHost(void **p, size_t n) {
  *p = malloc(n);
  return *p ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

API cuMemFreeHost(void *p) {
  free(p);
  return CUDA_SUCCESS;
}

API cuMemcpyHtoDAsync(CUdeviceptr to, const void *from, size_t n, CUstream) {
  LOCKED;
  return later([=] {
    if (n)
      memcpy(memory.write(to, n), from, n);
  });
}

API cuMemcpyHtoD(CUdeviceptr to, const void *from, size_t n) {
  LOCKED;
  CUresult r = cuMemcpyHtoDAsync(to, from, n, nullptr);
  return r ? r : finish();
}

API cuMemcpyDtoHAsync(void *to, CUdeviceptr from, size_t n, CUstream) {
  LOCKED;
  return later([=] {
    if (n)
      memcpy(to, memory.read(from, n, "a copy to the host"), n);
  });
}

API cuMemcpyDtoH(void *to, CUdeviceptr from, size_t n) {
  LOCKED;
  CUresult r = cuMemcpyDtoHAsync(to, from, n, nullptr);
  return r ? r : finish();
}

API cuMemcpyDtoDAsync(CUdeviceptr to, CUdeviceptr from, size_t n, CUstream) {
  LOCKED;
  return later([=] {
    if (n)
      memmove(memory.write(to, n), memory.read(from, n, "a copy"), n);
  });
}

API cuMemcpyDtoD(CUdeviceptr to, CUdeviceptr from, size_t n) { return cuMemcpyDtoDAsync(to, from, n, nullptr); }

API cuMemsetD32Async(CUdeviceptr to, unsigned v, size_t n, CUstream) {
  LOCKED;
  return later([=] {
    if (!n)
      return;
    uint8_t *at = memory.write(to, 4 * n);
    for (size_t i = 0; i < n; i++)
      memcpy(at + 4 * i, &v, 4);
  });
}

API cuMemsetD32(CUdeviceptr to, unsigned v, size_t n) { return cuMemsetD32Async(to, v, n, nullptr); }

API cuEventCreate(CUevent *e, unsigned) {
  *e = (CUevent) new Event;
  return CUDA_SUCCESS;
}

API cuEventRecord(CUevent e, CUstream) {
  LOCKED;
  ((Event *)e)->place = done + queue.size();
  return failed;
}

API cuEventSynchronize(CUevent e) {
  LOCKED;
  return finish(((Event *)e)->place);
}

API cuStreamSynchronize(CUstream) { return cuCtxSynchronize(); }

API cuLaunchKernel(CUfunction f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   CUstream, void **parameters, void **extra) {
  LOCKED;
  const Kernel *k = (const Kernel *)f;
  if (shared || extra)
    return CUDA_ERROR_NOT_SUPPORTED;
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < k->parameters.size(); i++) {
    bytes.resize(k->parameters[i].offset + k->parameters[i].size);
    memcpy(bytes.data() + k->parameters[i].offset, parameters[i], k->parameters[i].size);
  }
  return later([=, bytes = std::move(bytes)] { launch(memory, *k, {gx, gy, gz}, {bx, by, bz}, bytes); });
}
