// The convolutions of conv.h on tensor cores.
#include "tensor.h"

#include "conv.h"

CONVOLUTIONS(Cores, 128_tf32, 128, 8, 1)
CONVOLUTIONS(Cores, 64_tf32, 64, 16, 2)
