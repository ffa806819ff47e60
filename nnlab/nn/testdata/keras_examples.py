#!/usr/bin/env python3
"""Trains the networks of Exemplos 1 and 2 with real Keras for a few small steps.

    pip install -r requirements.txt
    python keras_examples.py                # makes keras_examples.json

The networks are the lecture's without their dropout, whose numbers are not Keras's; the
images are the first of MNIST, and the steps so small that an emulated GPU takes them too.
Initial weights come from the README's formula, so only results are stored.
"""

import argparse
import gzip
import json
import os
import pathlib
import sys

os.environ.update(
    KERAS_BACKEND="tensorflow",
    TF_ENABLE_ONEDNN_OPTS="0",  # sums in the same order in every run
    TF_CPP_MIN_LOG_LEVEL="3",
    CUDA_VISIBLE_DEVICES="",
)

import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

HERE = pathlib.Path(__file__).resolve().parent
BATCH, BIAS_LIMIT = 4, 0.05

p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
p.add_argument("--mnist", type=pathlib.Path, default=HERE.parents[2] / "datasets" / "mnist", help="folder of the four IDX .gz files")
p.add_argument("--out", type=pathlib.Path, default=HERE / "keras_examples.json")
args = p.parse_args()


def formula(stream, shape, limit):
    """The README's formula."""
    h = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32(stream << 24)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return ((h.astype(np.float64) / 2**32 - 0.5) * (2 * limit)).astype(np.float32).reshape(shape)


def images(name, header):
    with gzip.open(args.mnist / name) as f:
        return np.frombuffer(f.read(), dtype=np.uint8, offset=header)


x = images("train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1)
t = images("train-labels-idx1-ubyte.gz", 8)

L = keras.layers
# The name in package arch, its layers, the limits of its kernels (about Glorot's), and the steps.
NETWORKS = [
    ("MLP", lambda: [L.Flatten(), L.Dense(512, "relu"), L.Dense(512, "relu"), L.Dense(10, "softmax")],
     [0.068, 0.076, 0.107], 3, ["RMSprop(0.001)", "SGD(0.01, momentum 0.9)", "Adam(0.001)"]),
    ("SmallCNN", lambda: [L.Conv2D(32, 3, activation="relu"), L.MaxPooling2D(2), L.Conv2D(64, 3, activation="relu"), L.MaxPooling2D(2),
                          L.Flatten(), L.Dense(10, "softmax")],
     [0.142, 0.083, 0.061], 3, ["RMSprop(0.001)", "SGD(0.01, momentum 0.9)", "Adam(0.001)"]),
    ("CNN", lambda: [L.Conv2D(32, 3, activation="relu"), L.Conv2D(64, 3, activation="relu"), L.MaxPooling2D(2),
                     L.Flatten(), L.Dense(128, "relu"), L.Dense(10, "softmax")],
     [0.142, 0.083, 0.025, 0.208], 2, ["Adam(0.001)"]),
]
OPTIMIZERS = {
    "SGD(0.01, momentum 0.9)": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "RMSprop(0.001)": lambda: keras.optimizers.RMSprop(0.001),
    "Adam(0.001)": lambda: keras.optimizers.Adam(0.001),
}


def run(layers, limits, steps, optimizer):
    """The losses before each step's update, and the answer for the first batch behind the last."""
    model = keras.Sequential([keras.Input((28, 28, 1)), *layers()])
    model.set_weights([formula(i, v.shape, BIAS_LIMIT if i % 2 else limits[i // 2]) for i, v in enumerate(model.weights)])
    model.compile(loss="categorical_crossentropy", optimizer=OPTIMIZERS[optimizer]())
    losses = []
    for step in range(steps):
        at = slice(step * BATCH, (step + 1) * BATCH)
        batch = x[at].astype(np.float32) / np.float32(255)
        losses.append(float(model.train_on_batch(batch, keras.utils.to_categorical(t[at], 10))))
    answer = model.predict_on_batch(x[:BATCH].astype(np.float32) / np.float32(255))
    return {"optimizer": optimizer, "losses": losses, "output": [float(f"{v:.9g}") for v in answer.ravel()]}


data = {
    "made_by": "nnlab/nn/testdata/keras_examples.py",
    "versions": {"python": sys.version.split()[0], "keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__},
    "batch_size": BATCH, "bias_limit": BIAS_LIMIT,
    "networks": [{"name": name, "limits": limits, "runs": [run(layers, limits, steps, o) for o in optimizers]}
                 for name, layers, limits, steps, optimizers in NETWORKS],
}
args.out.write_text(json.dumps(data, indent=1) + "\n")
