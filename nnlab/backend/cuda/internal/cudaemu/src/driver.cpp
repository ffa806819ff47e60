// libcuda.so.1 for tests: the functions of NVIDIA's driver that the lab uses, on a device
// that is emulated. Work is put into queues (streams.h) and done when somebody waits, as late
// as may be: a buffer of the host's that is changed too early shows. A fault is printed and
// stays, as on a card.
#include "streams.h"
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

std::vector<std::unique_ptr<Program>> programs;

// The card's memory in bytes: 8 GiB, or what CUDAEMU_MEMORY says.
const u64 kTotal = getenv("CUDAEMU_MEMORY") ? strtoull(getenv("CUDAEMU_MEMORY"), nullptr, 10) : 8ull << 30;
// The card is the first with tensor cores that know TF32, or what CUDAEMU_CAPABILITY says, as 52.
const int kCapability = getenv("CUDAEMU_CAPABILITY") ? atoi(getenv("CUDAEMU_CAPABILITY")) : 80;
// The driver's version, 11030 for 11.3, and the newest PTX that it takes, 72 for 7.2:
// CUDAEMU_DRIVER and CUDAEMU_PTX, to be one of other times.
const int kDriver = getenv("CUDAEMU_DRIVER") ? atoi(getenv("CUDAEMU_DRIVER")) : CUDA_VERSION;
const int kPTX = getenv("CUDAEMU_PTX") ? atoi(getenv("CUDAEMU_PTX")) : 99;

// failing is what CUDAEMU_FAIL has a function return, as cuInit=100 does.
CUresult failing(const char *function) {
  const char *said = getenv("CUDAEMU_FAIL");
  size_t n = strlen(function);
  return said && !strncmp(said, function, n) && said[n] == '=' ? (CUresult)atoi(said + n + 1) : CUDA_SUCCESS;
}

// tooNew tells whether the PTX of a text is newer than the driver.
bool tooNew(const char *text) {
  int major, minor;
  const char *at = strstr(text, "\n.version ");
  return at && sscanf(at, " .version %d.%d", &major, &minor) == 2 && 10 * major + minor > kPTX;
}

// Holder is a process and the bytes that it holds of the card.
struct Holder {
  u64 process, bytes;
};

// Others are the processes whose card is this one: those that name the same file by CUDAEMU_CARD.
// While one is there the file is locked. A process that has ended, however it did, holds nothing.
class Others {
  static constexpr int kMost = 64;
  static int file;
  static Holder *table;

public:
  Others() {
    const char *path = getenv("CUDAEMU_CARD");
    if (!path)
      return;
    if (!table) {
      file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
      if (file < 0 || ftruncate(file, kMost * sizeof(Holder)))
        abort();
      void *at = mmap(nullptr, kMost * sizeof(Holder), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
      if (at == MAP_FAILED)
        abort();
      table = (Holder *)at;
    }
    flock(file, LOCK_EX);
  }
  // The last word on what this process holds is that it says when it goes.
  ~Others() {
    if (!table)
      return;
    const u64 self = (u64)getpid();
    Holder *mine = nullptr;
    for (Holder *h = table; h < table + kMost && (!mine || mine->process != self); h++)
      if (h->process == self || (!mine && !lives(*h)))
        mine = h;
    if (!mine)
      abort();
    *mine = {self, memory.used};
    flock(file, LOCK_UN);
  }
  Others(const Others &) = delete;

  static bool lives(const Holder &h) { return h.process && !(kill((pid_t)h.process, 0) && errno == ESRCH); }

  // bytes are those that the others hold.
  u64 bytes() const {
    u64 sum = 0;
    for (Holder *h = table; table && h < table + kMost; h++)
      if (h->process != (u64)getpid() && lives(*h))
        sum += h->bytes;
    return sum;
  }
};

int Others::file = -1;
Holder *Others::table = nullptr;

char theContext; // whose address is the handle of the one context

} // namespace

int capability() { return kCapability; }

API cuInit(unsigned) { return failing("cuInit"); }

API cuGetErrorString(CUresult r, const char **text) {
  switch ((int)r) {
  case CUDA_ERROR_ILLEGAL_ADDRESS: *text = "a kernel has gone wrong; the emulator has printed how"; break;
  case 46: *text = "CUDA-capable device(s) is/are busy or unavailable"; break; // as drivers put it
  case 222: *text = "the provided PTX was compiled with an unsupported toolchain."; break;
  default: *text = "an error of the emulator";
  }
  return CUDA_SUCCESS;
}

// NVIDIA's other libraries ask for tables of functions that nobody has documented, NVRTC in any
// process that a driver is loaded in. There are none.
API cuGetExportTable(const void **, const CUuuid *) { return CUDA_ERROR_NOT_FOUND; }

API cuDriverGetVersion(int *v) {
  *v = kDriver;
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
  return failing("cuDevicePrimaryCtxRetain");
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

API cuModuleLoadData(CUmodule *m, const void *image) {
  LOCKED;
  if (tooNew((const char *)image))
    return (CUresult)222; // CUDA_ERROR_UNSUPPORTED_PTX_VERSION, which CUDA 11.4 has not yet
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
  if (CUresult r = mayWait())
    return r;
  if (n == 0)
    return CUDA_ERROR_INVALID_VALUE;
  Others others;
  if (memory.used + others.bytes() + n > kTotal)
    return CUDA_ERROR_OUT_OF_MEMORY;
  *p = memory.allocate(n);
  return CUDA_SUCCESS;
}

API cuMemFree(CUdeviceptr p) {
  LOCKED;
  if (CUresult r = mayWait())
    return r;
  finish(); // all that may still use it
  Others others;
  return now([p] { memory.release(p); });
}

API cuMemGetInfo(size_t *free, size_t *total) {
  LOCKED;
  *total = kTotal;
  Others others;
  u64 used = memory.used + others.bytes();
  *free = used < kTotal ? kTotal - used : 0;
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

API cuMemcpyHtoDAsync(CUdeviceptr to, const void *from, size_t n, CUstream stream) {
  LOCKED;
  return later(stream, [=] {
    if (n)
      memcpy(memory.write(to, n), from, n);
  });
}

API cuMemcpyHtoD(CUdeviceptr to, const void *from, size_t n) {
  LOCKED;
  CUresult r = cuMemcpyHtoDAsync(to, from, n, nullptr);
  return r ? r : cuStreamSynchronize(nullptr);
}

API cuMemcpyDtoHAsync(void *to, CUdeviceptr from, size_t n, CUstream stream) {
  LOCKED;
  return later(stream, [=] {
    if (n)
      memcpy(to, memory.read(from, n, "a copy to the host"), n);
  });
}

API cuMemcpyDtoH(void *to, CUdeviceptr from, size_t n) {
  LOCKED;
  CUresult r = cuMemcpyDtoHAsync(to, from, n, nullptr);
  return r ? r : cuStreamSynchronize(nullptr);
}

API cuMemcpyDtoDAsync(CUdeviceptr to, CUdeviceptr from, size_t n, CUstream stream) {
  LOCKED;
  return later(stream, [=] {
    if (n)
      memmove(memory.write(to, n), memory.read(from, n, "a copy"), n);
  });
}

API cuMemcpyDtoD(CUdeviceptr to, CUdeviceptr from, size_t n) { return cuMemcpyDtoDAsync(to, from, n, nullptr); }

API cuMemsetD32Async(CUdeviceptr to, unsigned v, size_t n, CUstream stream) {
  LOCKED;
  return later(stream, [=] {
    if (!n)
      return;
    uint8_t *at = memory.write(to, 4 * n);
    for (size_t i = 0; i < n; i++)
      memcpy(at + 4 * i, &v, 4);
  });
}

API cuMemsetD32(CUdeviceptr to, unsigned v, size_t n) { return cuMemsetD32Async(to, v, n, nullptr); }

API cuLaunchKernel(CUfunction f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   CUstream stream, void **parameters, void **extra) {
  LOCKED;
  const Kernel *k = (const Kernel *)f;
  if (shared || extra)
    return CUDA_ERROR_NOT_SUPPORTED;
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < k->parameters.size(); i++) {
    bytes.resize(k->parameters[i].offset + k->parameters[i].size);
    memcpy(bytes.data() + k->parameters[i].offset, parameters[i], k->parameters[i].size);
  }
  return later(stream, [=, bytes = std::move(bytes)] { launch(memory, *k, {gx, gy, gz}, {bx, by, bz}, bytes); });
}
