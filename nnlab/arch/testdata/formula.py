"""The numbers that go in, as nnlab/nn/testdata/README.md has them."""

import numpy as np


def formula(stream, size, limit):
    h = np.arange(size, dtype=np.uint64) + np.uint64(stream << 24)
    h = (h & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return ((h.astype(np.float64) / 2**32 - 0.5) * (2 * limit)).astype(np.float32)
