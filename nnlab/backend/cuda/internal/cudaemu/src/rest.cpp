// Functions of the driver that nothing here calls.
#include <cstdio>

#define REST(name)                                                                      \
  extern "C" __attribute__((visibility("default"))) int name() {                        \
    fprintf(stderr, "cudaemu: " #name " is not emulated\n");                            \
    return 801; /* CUDA_ERROR_NOT_SUPPORTED */                                          \
  }
#include "rest.inc"
