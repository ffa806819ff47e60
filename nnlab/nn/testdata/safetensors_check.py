#!/usr/bin/env python3
"""Holds the Go reader and writer of safetensors files against the Python package.

    safetensors_check.py read FILE          # what Python finds in a file that Go wrote
    safetensors_check.py negate FILE OUT    # writes OUT by Python: every array of FILE times −1, no metadata

    safetensors_check.py convert FILE OUT   # the arrays of FILE in other types, and an integer that no layer has
    safetensors_check.py damage FILE FOLDER # files that the format forbids; prints which of them Python refuses

The first three print JSON: {"metadata": {…}, "arrays": {name: {"dtype": …, "shape": […],
"sha256": … of the numbers, little-endian, row by row}}}, the others that of
OUT; convert the numbers as float32, to which a reader should convert them back.
"""

import hashlib
import json
import sys

import numpy
from safetensors import TensorSpec, safe_open, serialize_file
from safetensors.numpy import save_file


def load(path):
    with safe_open(path, framework="numpy") as f:
        return f.metadata() or {}, {name: f.get_tensor(name) for name in f.keys()}


def show(metadata, arrays):
    json.dump({
        "metadata": metadata,
        "arrays": {name: {"dtype": str(a.dtype), "shape": list(a.shape),
                          "sha256": hashlib.sha256(a.astype(a.dtype.newbyteorder("<")).tobytes()).hexdigest()}
                   for name, a in arrays.items()},
    }, sys.stdout, indent=1, sort_keys=True)
    print()


def convert(path, out):
    """Each array in the next of three types. numpy has no bfloat16: the front half of a float32 is one."""
    written, values = {"bn.num_batches_tracked": ("int64", numpy.array(7))}, {}
    for i, (name, a) in enumerate(sorted(load(path)[1].items())):
        if i % 3 == 0:
            half = (a.view(numpy.uint32) >> 16).astype(numpy.uint16)
            written[name] = "bfloat16", half
            values[name] = (half.astype(numpy.uint32) << 16).view(numpy.float32)
        else:
            dtype = "float16" if i % 3 == 1 else "float64"
            written[name] = dtype, a.astype(dtype)
            values[name] = a.astype(dtype).astype(numpy.float32)
    serialize_file({name: TensorSpec(dtype=dtype, shape=a.shape, data_ptr=a.ctypes.data, data_len=a.nbytes)
                    for name, (dtype, a) in written.items()}, out)
    show({}, values)


def damage(path, folder):
    with open(path, "rb") as f:
        data = f.read()
    length = int.from_bytes(data[:8], "little")
    header, numbers = json.loads(data[8:8 + length]), data[8 + length:]
    first, second = sorted((n for n in header if n != "__metadata__"), key=lambda n: header[n]["data_offsets"])[:2]

    def file(text, numbers):
        return len(text).to_bytes(8, "little") + text.encode() + numbers

    def moved(by):
        new = json.loads(json.dumps(header))
        for name in new:
            if name not in ("__metadata__", first):
                new[name]["data_offsets"] = [at + by for at in new[name]["data_offsets"]]
        return json.dumps(new)

    size = header[first]["data_offsets"][1]
    text = json.dumps(header)
    refused = {}
    for name, content in {
        "hole": file(moved(4), numbers[:size] + bytes(4) + numbers[size:]),
        "overlap": file(moved(-4), numbers[:-4]),
        "behind": file(text, numbers + bytes(1)),
        "twice": file(text[:-1] + "," + json.dumps(first) + ":" + json.dumps(header[first]) + "}", numbers),
        "short": file(text, numbers[:-1]),
    }.items():
        place = f"{folder}/{name}.safetensors"
        with open(place, "wb") as f:
            f.write(content)
        try:
            load(place)
            refused[place] = False
        except Exception as e:
            refused[place] = str(e)
    json.dump(refused, sys.stdout)
    print()


match sys.argv[1:]:
    case ["read", path]:
        show(*load(path))
    case ["negate", path, out]:
        save_file({name: -a for name, a in load(path)[1].items()}, out)
        show(*load(out))
    case ["convert", path, out]:
        convert(path, out)
    case ["damage", path, folder]:
        damage(path, folder)
    case _:
        sys.exit(__doc__)
