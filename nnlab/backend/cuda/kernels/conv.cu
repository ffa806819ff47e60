// The convolutions of conv.h in float32.
#include "conv.h"

CONVOLUTIONS(Registers, 128, 128, 8, 1)
CONVOLUTIONS(Registers, 64, 64, 16, 2)
