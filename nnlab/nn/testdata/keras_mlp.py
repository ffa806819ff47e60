#!/usr/bin/env python3
"""Trains small networks with real Keras and writes down what it computed.

    pip install -r requirements.txt
    python keras_mlp.py                     # makes keras_mlp_float32.json and keras_mlp_float64.json
    python keras_mlp.py --precision float64 # makes one of them

Inputs and initial weights come from `formula`, which Go computes bit for bit as
well, so only results are stored. README.md describes the files.
"""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys

os.environ.update(
    KERAS_BACKEND="tensorflow",
    TF_ENABLE_ONEDNN_OPTS="0",  # sums in the same order in every run
    TF_CPP_MIN_LOG_LEVEL="3",
    CUDA_VISIBLE_DEVICES="",
)

HERE = pathlib.Path(__file__).resolve().parent
STEPS = 10


def parse():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--precision", choices=["float32", "float64"], help="default: both, one after the other")
    p.add_argument("--mnist", type=pathlib.Path, default=HERE.parents[2] / "datasets" / "mnist",
                   help="folder of the four IDX .gz files")
    p.add_argument("--out", type=pathlib.Path, default=HERE, help="folder to write to")
    return p.parse_args()


args = parse()
if args.precision is None:  # floatx and the variables made under it do not mix: a process each
    for precision in ("float32", "float64"):
        subprocess.run([sys.executable, __file__, "--precision", precision, "--mnist", args.mnist, "--out", args.out],
                       check=True)
    sys.exit()

import keras
import numpy as np
import tensorflow as tf

tf.get_logger().setLevel("ERROR")
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
keras.config.set_floatx(args.precision)


# ---------------------------------------------------------------- the formula

def bits(stream, n):
    """n hashed 32-bit integers: the finaliser of MurmurHash3 of stream·2²⁴ + i."""
    h = np.arange(n, dtype=np.uint32) + np.uint32(stream << 24)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h


def formula(stream, shape, limit):
    """Numbers in [−limit, limit): (bits/2³² − ½)·2·limit in float64, rounded to float32."""
    u = bits(stream, int(np.prod(shape))).astype(np.float64) / 2**32 - 0.5
    return (u * (2 * limit)).astype(np.float32).reshape(shape)


INPUT_STREAM, LABEL_STREAM, FIRST_WEIGHT_STREAM = 100, 101, 0


# ---------------------------------------------------------------- writing numbers

def numbers(a):
    """The shortest decimals that are read back as the same float32 (float64)."""
    a = np.asarray(a, dtype=args.precision)
    return [json.loads(np.format_float_scientific(v, unique=True, trim="-")) for v in a.ravel()]


def dump(path, data):
    """JSON with one line for each list of numbers, so that a diff can be read."""
    def text(v, depth):
        pad = "  " * depth
        if isinstance(v, dict):
            inner = (f'{pad}  {json.dumps(k)}: {text(x, depth + 1)}' for k, x in v.items())
            return "{\n" + ",\n".join(inner) + f"\n{pad}}}"
        if isinstance(v, list) and v and isinstance(v[0], dict):
            return "[\n" + ",\n".join(f"{pad}  {text(x, depth + 1)}" for x in v) + f"\n{pad}]"
        return json.dumps(v, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    temporary = path.with_suffix(".tmp")
    temporary.write_text(text(data, 0) + "\n")
    temporary.rename(path)


# ---------------------------------------------------------------- functions alone

ACTIVATION_INPUTS = [-1e4, -100, -20, -5, -2, -1, -0.5, -1e-3, 0, 1e-3, 0.25, 1, 2, 5, 20, 100, 1e4]
SOFTMAX_INPUTS = [[0, 0, 0, 0], [1, 2, 3, 4], [-1, 0.5, 0, 2], [1000, 999, -1000, 0], [-1000, -1001, -1002, -1003],
                  [1e-3, -1e-3, 0, 2e-3], [88, -88, 0, 1]]


def gradient(f, x, upstream):
    """f(x) and ∂Σ(upstream·f)/∂x."""
    x = tf.constant(x, dtype=args.precision)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return y, tape.gradient(y, x, output_gradients=tf.constant(upstream, dtype=args.precision))


def activations():
    for name, x in [(n, [ACTIVATION_INPUTS]) for n in ("linear", "sigmoid", "tanh", "relu")] + [("softmax", SOFTMAX_INPUTS)]:
        x = np.array(x, dtype=np.float32)
        dy = formula(110, x.shape, 1)
        y, dx = gradient(keras.activations.get(name), x, dy)
        yield {"name": name, "shape": list(x.shape), "x": numbers(x), "dy": numbers(dy), "y": numbers(y), "dx": numbers(dx)}


PROBABILITIES = [[0.25, 0.25, 0.5], [0.125, 0.75, 0.125], [1, 0, 0], [0, 0, 1], [2**-30, 0.5, 0.5 - 2**-30]]
ONE_HOT = [[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0]]
DISTRIBUTION = [[0.25, 0.25, 0.5], [0.5, 0.25, 0.25], [0.5, 0.5, 0], [0.125, 0.125, 0.75], [0.25, 0.5, 0.25]]
LOGITS = [[0, 0, 0], [1, 2, 3], [-1, 0.5, 2], [1000, -1000, 0], [-1000, 1000, 0]]
LABELS = [2, 1, 0, 0, 0]
REAL = [[0.5, -1.5, 3], [0, 0, 0], [1, 1, 1], [100, -100, 1e4], [1e-3, 2e-3, -3e-3]]


def losses():
    k = keras.losses
    for name, f, target, y in [
        ("MSE", k.mean_squared_error, DISTRIBUTION, REAL),
        ("CategoricalCrossentropy", k.categorical_crossentropy, ONE_HOT, PROBABILITIES),
        ("CategoricalCrossentropy", k.categorical_crossentropy, DISTRIBUTION, PROBABILITIES),
        ("SparseCategoricalCrossentropy", k.sparse_categorical_crossentropy, LABELS, PROBABILITIES),
        ("SoftmaxCategoricalCrossentropy", lambda t, y: k.categorical_crossentropy(t, y, from_logits=True), ONE_HOT, LOGITS),
        ("SoftmaxCategoricalCrossentropy", lambda t, y: k.categorical_crossentropy(t, y, from_logits=True), DISTRIBUTION, LOGITS),
        ("SoftmaxSparseCategoricalCrossentropy", lambda t, y: k.sparse_categorical_crossentropy(t, y, from_logits=True), LABELS, LOGITS),
    ]:
        y, t = np.array(y, dtype=np.float32), np.array(target, dtype=np.float32)
        n = len(y)
        rows, dy = gradient(lambda y: f(tf.constant(t, dtype="int32" if "Sparse" in name else args.precision), y),
                            y, [1 / n] * n)
        yield {"name": name, "shape": list(y.shape), "y": numbers(y), "target": numbers(t),
               "losses": numbers(rows), "dy": numbers(dy)}


def accuracies():
    """Each is what compile(metrics=["accuracy"]) measures: Keras chooses by the shapes."""
    outputs = [[0.1, 0.7, 0.2], [0.4, 0.4, 0.2], [0.2, 0.3, 0.5], [0.3, 0.3, 0.4]]  # a tie in the second
    for name, target, y in [
        ("class indices", [1, 0, 0, 2], outputs),
        ("class indices, second of a tie", [1, 1, 0, 2], outputs),
        ("one-hot", [[0, 1, 0], [1, 0, 0], [1, 0, 0], [0, 0, 1]], outputs),
        ("distributions", [[0.2, 0.5, 0.3], [0.4, 0.4, 0.2], [0.2, 0.3, 0.5], [0.5, 0.25, 0.25]], outputs),
        ("one output", [[1], [0], [1], [0], [1]], [[0.75], [0.5], [0.25], [0.125], [0.5]]),
    ]:
        y, t = np.array(y, dtype=np.float32), np.array(target, dtype=np.float32)
        model = keras.Sequential([keras.Input(y.shape[1:]), keras.layers.Activation("linear")])
        if t.ndim == 1:
            loss = "sparse_categorical_crossentropy"
        else:
            loss = "binary_crossentropy" if t.shape[1] == 1 else "categorical_crossentropy"
        model.compile(loss=loss, metrics=["accuracy"])
        got = model.evaluate(y, t, verbose=0, return_dict=True)["accuracy"]
        yield {"name": name, "shape": list(y.shape), "y": numbers(y), "target": numbers(t), "accuracy": round(float(got), 6)}


# ---------------------------------------------------------------- networks

OPTIMIZERS = {
    "SGD(0.01, momentum 0.9)": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "SGD(0.01, momentum 0.9, nesterov)": lambda: keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    "RMSprop(0.001)": lambda: keras.optimizers.RMSprop(0.001),
    "RMSprop(0.001, momentum 0.9)": lambda: keras.optimizers.RMSprop(0.001, momentum=0.9),
    "Adam(0.001)": lambda: keras.optimizers.Adam(0.001),
    "AdamW(0.001, decay 0.9)": lambda: keras.optimizers.AdamW(0.001, weight_decay=0.9),
    "Nadam(0.001)": lambda: keras.optimizers.Nadam(0.001),
    "Adagrad(0.01)": lambda: keras.optimizers.Adagrad(0.01),
    "Adadelta(0.5)": lambda: keras.optimizers.Adadelta(0.5),
    "SGD(0.5), clip value 0.01": lambda: keras.optimizers.SGD(0.5, clipvalue=0.01),
    "SGD(0.5), clip norm 0.05": lambda: keras.optimizers.SGD(0.5, clipnorm=0.05),
    "SGD(0.5), global clip norm 0.05": lambda: keras.optimizers.SGD(0.5, global_clipnorm=0.05),
}

# hidden activation, output activation, loss, regulariser of the hidden kernels
NETWORKS = [
    ("relu", "softmax", "CategoricalCrossentropy", None),
    ("relu", "softmax", "SparseCategoricalCrossentropy", None),
    ("sigmoid", "sigmoid", "MSE", None),
    ("tanh", "softmax", "CategoricalCrossentropy", None),
    ("relu", "softmax", "CategoricalCrossentropy", ("L2", 0.01)),
    ("relu", "softmax", "CategoricalCrossentropy", ("L1", 0.01)),
]


def network(shape, units, limits, hidden, output, loss, regularizer):
    """Flatten and Dense layers, their weights from the formula: kernel 0, bias 1, kernel 2, …"""
    make = lambda: regularizer and getattr(keras.regularizers, regularizer[0])(regularizer[1])
    layers = [keras.Input(shape), keras.layers.Flatten()]
    layers += [keras.layers.Dense(n, activation=hidden, kernel_regularizer=make()) for n in units[:-1]]
    model = keras.Sequential(layers + [keras.layers.Dense(units[-1], activation=output)])
    model.set_weights([formula(FIRST_WEIGHT_STREAM + i, v.shape, limits[i // 2] if i % 2 == 0 else 0.05)
                       for i, v in enumerate(model.weights)])
    return model, getattr(keras.losses, {"MSE": "MeanSquaredError"}.get(loss, loss))()


def first_gradients(model, loss, x, t):
    model.compile(loss=loss)
    with tf.GradientTape() as tape:
        e = model.compute_loss(x=x, y=t, y_pred=model(x, training=True), training=True)
    return [g.numpy() for g in tape.gradient(e, [v.value for v in model.trainable_variables])]


def train(model, loss, optimizer, batches):
    """What train_on_batch returns is the loss before the update of that batch."""
    model.compile(loss=loss, optimizer=optimizer, metrics=["accuracy"])
    values = {"losses": [], "accuracies": []}
    for x, t in batches:
        model.reset_metrics()
        got = model.train_on_batch(x, t, return_dict=True)
        values["losses"].append(got["loss"])
        values["accuracies"].append(got["accuracy"])
    return numbers(values["losses"]), [round(float(a), 6) for a in values["accuracies"]]


def in_order(x, t, size):
    """STEPS batches, epoch after epoch in the order of the examples, the last of an epoch short."""
    while True:
        for i in range(0, len(x), size):
            yield x[i:i + size], t[i:i + size]


def batches(x, t, size):
    source = in_order(x, t, size)
    return [next(source) for _ in range(STEPS)]


def small_networks():
    shape, units, limits, examples, size = (7, 5, 1), (11, 5, 3), (0.4, 0.7, 0.9), 23, 5
    x = formula(INPUT_STREAM, (examples, *shape), 1)
    labels = (bits(LABEL_STREAM, examples) % 3).astype(np.int32)
    for hidden, output, loss_name, regularizer in NETWORKS:
        t = labels if loss_name.startswith("Sparse") else keras.utils.to_categorical(labels, 3)
        build = lambda: network(shape, units, limits, hidden, output, loss_name, regularizer)
        runs = []
        for name, optimizer in OPTIMIZERS.items():
            model, loss = build()
            e, accuracies = train(model, loss, optimizer(), batches(x, t, size))
            runs.append({"optimizer": name, "losses": e, "accuracies": accuracies,
                         "output": numbers(model.predict_on_batch(x[:size]))})
        model, loss = build()
        gradients = first_gradients(model, loss, x[:size], t[:size])
        yield {
            "hidden": hidden, "output": output, "loss": loss_name,
            "kernel_regularizer": regularizer[0] if regularizer else "", "factor": regularizer[1] if regularizer else 0,
            "shape": shape, "units": units, "limits": limits, "bias_limit": 0.05,
            "examples": examples, "batch_size": size, "labels": labels.tolist(),
            "output_before": numbers(model.predict_on_batch(x[:size])),
            "gradients": [{"shape": list(g.shape), "values": numbers(g)} for g in gradients],
            "runs": runs,
        }


# ---------------------------------------------------------------- the lecture's network on MNIST

def idx(name, header):
    path = args.mnist / name
    with gzip.open(path) as f:
        return np.frombuffer(f.read(), dtype=np.uint8, offset=header)


def summary(g):
    """A large gradient in few numbers: norms in float64, and 8 largest and 8 hashed entries."""
    flat = g.ravel().astype(np.float64)
    nonzero = np.flatnonzero(flat)
    spread = nonzero[bits(120, 8) % len(nonzero)]
    index = np.concatenate([np.argsort(-np.abs(flat), kind="stable")[:8], spread])
    index = list(dict.fromkeys(index.tolist()))
    return {"shape": list(g.shape), "l1": float(np.abs(flat).sum()), "l2": float(np.sqrt((flat**2).sum())),
            "zeros": int(flat.size - nonzero.size), "index": index, "values": numbers(g.ravel()[index])}


def mnist():
    size = 128
    shape, units, limits = (28, 28, 1), (512, 512, 10), (0.068, 0.076, 0.107)  # about Glorot's
    n = size * STEPS
    x = idx("train-images-idx3-ubyte.gz", 16).reshape(-1, *shape)[:n].astype(np.float32) / np.float32(255)
    labels = idx("train-labels-idx1-ubyte.gz", 8)[:n]
    t = keras.utils.to_categorical(labels, 10)
    build = lambda: network(shape, units, limits, "relu", "softmax", "CategoricalCrossentropy", None)
    runs = []
    for name, optimizer in OPTIMIZERS.items():
        model, loss = build()
        e, accuracies = train(model, loss, optimizer(), batches(x, t, size))
        runs.append({"optimizer": name, "losses": e, "accuracies": accuracies})
    model, loss = build()
    return {
        "hidden": "relu", "output": "softmax", "loss": "CategoricalCrossentropy",
        "shape": shape, "units": units, "limits": limits, "bias_limit": 0.05,
        "batch_size": size, "first_labels": labels[:10].tolist(),
        "gradients": [summary(g) for g in first_gradients(model, loss, x[:size], t[:size])],
        "runs": runs,
    }


data = {
    "made_by": "nnlab/nn/testdata/keras_mlp.py",
    "versions": {"python": sys.version.split()[0], "keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__},
    "precision": args.precision,
    "formula": {"stream": 7, "limit": 1, "values": numbers(formula(7, (8,), 1))},
    "activations": list(activations()),
    "losses": list(losses()),
    "accuracies": list(accuracies()),
    "networks": list(small_networks()),
}
if args.precision == "float32":
    data["mnist"] = mnist()
dump(args.out / f"keras_mlp_{args.precision}.json", data)
