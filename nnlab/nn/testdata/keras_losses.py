#!/usr/bin/env python3
"""Computes losses and their gradients with real Keras and writes down the results.

    pip install -r requirements.txt
    python keras_losses.py          # makes keras_losses.json

Everything is float64. Net inputs come from the formula that README.md describes;
the outputs are an activation function of them, and the gradient is that of the
batch's mean loss with respect to the net inputs.
"""

import json
import pathlib

from keras_layers import formula, keras, numbers, tf

SHAPES = [(7, 1), (4, 3), (3, 5)]
CLASSES = [(7, 2), (4, 3), (3, 5)]


def targets(kind, shape):
    """Stream 101."""
    t = formula(101, shape, 0.5) + 0.5
    if kind == "numbers":
        return t
    if kind == "bits":
        return (t > 0.5).astype("float64")
    if kind == "signs":
        return 2.0 * (t > 0.5) - 1
    if kind == "distributions":
        return t / t.sum(axis=1, keepdims=True)
    return keras.utils.to_categorical(t.argmax(axis=1), shape[1]).astype("float64")


def run(name, loss, activation, kind, shape):
    """Stream 100: the net inputs, from -3 to 3."""
    z, t = tf.Variable(formula(100, shape, 3)), targets(kind, shape)
    sparse = name.startswith("Sparse")
    with tf.GradientTape() as tape:
        y = keras.activations.get(activation)(z)
        rows = loss(t.argmax(axis=1) if sparse else t, y)
        e = tf.reduce_mean(rows)
    return {"name": name, "activation": activation, "shape": list(shape), "t": numbers(tf.constant(t)),
            "losses": numbers(rows), "dz": numbers(tape.gradient(e, z))}


K = {"reduction": None, "dtype": "float64"}
k = keras.losses
LOSSES = [
    ("MSE", k.MeanSquaredError(**K), "linear", "numbers"),
    ("MAE", k.MeanAbsoluteError(**K), "tanh", "numbers"),
    ("Huber(1)", k.Huber(**K), "linear", "numbers"),
    ("Huber(0.3)", k.Huber(delta=0.3, **K), "linear", "numbers"),
    ("BinaryCrossentropy", k.BinaryCrossentropy(**K), "sigmoid", "bits"),
    ("BinaryCrossentropy(label smoothing 0.2)", k.BinaryCrossentropy(label_smoothing=0.2, **K), "sigmoid", "bits"),
    ("BinaryCrossentropyFromLogits", k.BinaryCrossentropy(from_logits=True, **K), "linear", "numbers"),
    ("CategoricalCrossentropy", k.CategoricalCrossentropy(**K), "softmax", "distributions"),
    ("CategoricalCrossentropy(label smoothing 0.1)", k.CategoricalCrossentropy(label_smoothing=0.1, **K), "softmax", "classes"),
    ("CategoricalCrossentropyFromLogits", k.CategoricalCrossentropy(from_logits=True, **K), "linear", "classes"),
    ("SparseCategoricalCrossentropy", k.SparseCategoricalCrossentropy(**K), "softmax", "classes"),
    ("Hinge", k.Hinge(**K), "tanh", "signs"),
    ("Hinge", k.Hinge(**K), "linear", "bits"),
    ("PerceptronLoss", lambda t, y: keras.ops.mean(keras.ops.relu(y - 2 * t * y), axis=1), "linear", "bits"),  # Keras has none
    ("PerceptronLoss", lambda t, y: keras.ops.mean(keras.ops.relu(-t * y), axis=1), "tanh", "signs"),
    ("KLDivergence", k.KLDivergence(**K), "softmax", "distributions"),
]
CASES = [(*loss, shape) for loss in LOSSES
         for shape in (CLASSES if loss[3] in ("classes", "distributions") else SHAPES)]

if __name__ == "__main__":
    out = pathlib.Path(__file__).resolve().parent / "keras_losses.json"
    lines = ",\n".join(json.dumps(run(*c), separators=(",", ":")) for c in CASES)
    out.write_text('{"keras": "%s", "tensorflow": "%s", "cases": [\n%s\n]}\n' % (keras.__version__, tf.__version__, lines))
