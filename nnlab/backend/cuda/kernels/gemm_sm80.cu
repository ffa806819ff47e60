// The products of gemm.h on tensor cores.
#include "tensor.h"

#include "gemm.h"

GEMMS(Cores, 128_tf32, 128, 8, 2)
GEMMS(Cores, 64_tf32, 64, 16, 3)
