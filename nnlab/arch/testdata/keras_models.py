#!/usr/bin/env python3
"""Runs networks of keras.applications with weights from a formula and writes down what they answer.

    pip install -r ../../nn/testdata/requirements.txt
    python keras_models.py              # makes keras.json

Weights, running means and the input come from the formula of nnlab/nn/testdata/README.md, so
that nothing large is stored: of each network the names and shapes of its arrays as a file has
them, the logits, the gradient of the cross-entropy with respect to the input (its norm and some
of its numbers), and the number of parameters that learn. Everything is computed in float64: what
float32 loses is not the network's.
"""

import json
import os
import pathlib

os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")

import keras
import numpy as np
import tensorflow as tf

from formula import formula

keras.backend.set_floatx("float64")

# Where a net input lies within float32's rounding of 0, float32 and float64 may take different sides of
# a ReLU, and a gradient jumps: the image is one for which none of those sampled here does.
CASES = [
    ("VGG16", keras.applications.VGG16, (64, 64, 3), 1, 201),
    ("ResNet50", keras.applications.ResNet50, (96, 96, 3), 0.5, 200),
    ("InceptionV3", keras.applications.InceptionV3, (139, 139, 3), 1, 200),
]


def give(model, gamma):
    """Every array gets its numbers, in the order of the alphabet of their names; gamma is what
    the scales of a normalisation are around."""
    for stream, v in enumerate(sorted(model.weights, key=lambda v: v.path)):
        shape = tuple(v.shape)
        size = int(np.prod(shape))
        if len(shape) > 1:  # weights as large as He's
            values = formula(stream % 256, size, (6 / np.prod(shape[:-1])) ** 0.5)
        elif v.path.endswith("moving_variance"):
            values = formula(stream % 256, size, 0.2) + np.float32(1)
        elif v.path.endswith("gamma"):  # so that sums of residuals do not grow
            values = formula(stream % 256, size, 0.1) + np.float32(gamma)
        else:
            values = formula(stream % 256, size, 0.1)
        v.assign(values.reshape(shape))


def run(name, make, shape, gamma, image):
    keras.utils.clear_session()  # the counts of names begin anew
    model = make(weights=None, input_shape=shape, classifier_activation=None)
    give(model, gamma)
    x = tf.constant(formula(image, int(np.prod(shape)), 1).reshape((1, *shape)), "float64")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = model(x, training=False)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits([3], y))
    dx = tape.gradient(loss, x).numpy().reshape(-1)
    step = max(1, dx.size // 64)
    return {
        "name": name, "shape": list(shape), "gamma": gamma, "image": image,
        "parameters": int(sum(np.prod(v.shape) for v in model.trainable_weights)),
        "logits": [[float(f"{v:.8g}") for v in y.numpy()[0]]],
        "gradient_norm": float(np.linalg.norm(dx)), "gradient_step": step,
        "gradient": [float(f"{v:.8g}") for v in dx[::step]],
        "arrays": [[v.path, list(v.shape)] for v in model.weights],
    }


if __name__ == "__main__":
    out = pathlib.Path(__file__).resolve().parent / "keras.json"
    lines = ",\n".join(json.dumps(run(*c), separators=(",", ":")) for c in CASES)
    out.write_text('{"keras": "%s", "tensorflow": "%s", "cases": [\n%s\n]}\n' % (keras.__version__, tf.__version__, lines))
