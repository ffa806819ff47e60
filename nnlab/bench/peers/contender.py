"""What the peers in Python have in common: the driver's questions, MNIST, a clock.

A peer writes a line of JSON when it is ready, then answers each line that it
reads with one line, until its input ends (see package work in ../internal/work).
"""

import gzip
import json
import os
import pathlib
import sys
import time

THREADS = int(os.environ["THREADS"])  # how many cores everybody may use
DEVICE = os.environ.get("DEVICE", "cpu")  # or "cuda"
TF32 = os.environ.get("TF32") == "1"  # products of float32 may round their factors to 11 bits
SMALL = "mlp", "cnn", "lenet"  # networks for MNIST's images
SIDES = {"inceptionv3": 299}  # of the images of the others, where they are not 224
WARM_BATCHES = 64  # steps before the first epoch that counts
WARM_STEPS = 2  # those of a deep network

if hasattr(os, "sched_setaffinity"):  # for libraries that take every core they see
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


def serve(versions, do):
    """Answer each question with what do(item) returns, a dictionary."""
    say({"versions": versions, "threads": THREADS})
    for line in sys.stdin:
        item = json.loads(line)
        try:
            answer = do(item)
        except Exception as e:  # the driver shows it in the table
            answer = {"error": f"{type(e).__name__}: {e}".splitlines()[0]}
        say({"work": item["work"], **answer})


def say(line):
    print(json.dumps(line), flush=True)


def mnist(part):
    """The images of "train" or "t10k" [n, 28, 28, 1] from 0 to 1, and their labels."""
    import numpy

    folder = pathlib.Path(__file__).parents[3] / "datasets" / "mnist"

    def read(name, header):
        with gzip.open(folder / f"{part}-{name}-ubyte.gz") as f:
            return numpy.frombuffer(f.read(), numpy.uint8, offset=header)

    x = read("images-idx3", 16).reshape(-1, 28, 28, 1).astype("float32") / 255
    return x, read("labels-idx1", 8).astype("int64")


def pictures(item):
    """The images of an inference [batch, side, side, channels]: MNIST's, or noise as large as ImageNet's."""
    if item["network"] in SMALL:
        return mnist("t10k")[0][: item["batch"]]
    return random(item["batch"], side(item), side(item), 3) + 0.5


def side(item):
    """How many pixels an image of a deep network has along each side."""
    return SIDES.get(item["network"], 224)


def warm_samples(item):
    """Enough images for some full batches and the remainder an epoch ends with."""
    if item["kind"] == "step":
        return min(item["samples"], WARM_STEPS * item["batch"])
    return min(item["samples"], WARM_BATCHES * item["batch"] + item["samples"] % item["batch"])


def random(*shape):
    """Numbers around 0."""
    import numpy

    return numpy.random.default_rng(1).random(shape, dtype="float32") - 0.5


def repeat(budget, call, wait=lambda: None):
    """The seconds of a call: the median of batches long enough for the clock, which end with wait()."""

    def batch(n):
        began = time.perf_counter()
        for _ in range(n):
            call()
        wait()
        return (time.perf_counter() - began) / n

    batch(1)
    calls = 1 + int(0.01 / batch(1))
    seconds, began = [], time.perf_counter()
    while len(seconds) < 3 or time.perf_counter() - began < budget:
        seconds.append(batch(calls))
    return sorted(seconds)[len(seconds) // 2]
