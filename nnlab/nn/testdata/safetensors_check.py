#!/usr/bin/env python3
"""Holds the Go reader and writer of safetensors files against the Python package.

    safetensors_check.py read FILE          # what Python finds in a file that Go wrote
    safetensors_check.py negate FILE OUT    # writes OUT by Python: every array of FILE times −1, no metadata

Both print JSON: {"metadata": {…}, "arrays": {name: {"dtype": …, "shape": […],
"sha256": … of the numbers, little-endian, row by row}}}, negate that of OUT.
"""

import hashlib
import json
import sys

from safetensors import safe_open
from safetensors.numpy import save_file


def load(path):
    with safe_open(path, framework="numpy") as f:
        return f.metadata() or {}, {name: f.get_tensor(name) for name in f.keys()}


def show(path):
    metadata, arrays = load(path)
    json.dump({
        "metadata": metadata,
        "arrays": {name: {"dtype": str(a.dtype), "shape": list(a.shape),
                          "sha256": hashlib.sha256(a.astype(a.dtype.newbyteorder("<")).tobytes()).hexdigest()}
                   for name, a in arrays.items()},
    }, sys.stdout, indent=1, sort_keys=True)
    print()


match sys.argv[1:]:
    case ["read", path]:
        show(path)
    case ["negate", path, out]:
        save_file({name: -a for name, a in load(path)[1].items()}, out)
        show(out)
    case _:
        sys.exit(__doc__)
