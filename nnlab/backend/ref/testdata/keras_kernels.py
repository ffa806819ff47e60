"""Writes keras_kernels.json: what Keras makes of a few numbers, in float64.

    python nnlab/backend/ref/testdata/keras_kernels.py

Made with Keras 3.15 and TensorFlow behind it. Each case gives the inputs of a
kernel and its outputs; updates give the parameters after each of three steps.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

keras.config.set_floatx("float64")
rng = np.random.default_rng(1)


def flat(x):
    return np.asarray(x, dtype="float64").reshape(-1).tolist()


def updates():
    w0 = rng.normal(size=7)
    gradients = rng.normal(size=(3, 7))
    gradients[1, 2] = 0
    optimizers = keras.optimizers
    cases = []
    # Keras rounds some constants to float32 on their way, so all of these are
    # sums of few powers of two.
    for kernel, options, make in [
        ("SGD", {"LearningRate": 0.125}, lambda o: optimizers.SGD(o["LearningRate"])),
        ("SGD", {"LearningRate": 0.125, "Momentum": 0.875},
         lambda o: optimizers.SGD(o["LearningRate"], momentum=o["Momentum"])),
        ("SGD", {"LearningRate": 0.125, "Momentum": 0.875, "Nesterov": True},
         lambda o: optimizers.SGD(o["LearningRate"], momentum=o["Momentum"], nesterov=True)),
        ("RMSprop", {"LearningRate": 2**-7, "Rho": 0.875, "Epsilon": 2**-23},
         lambda o: optimizers.RMSprop(o["LearningRate"], rho=o["Rho"], epsilon=o["Epsilon"])),
        ("RMSprop", {"LearningRate": 2**-7, "Rho": 0.75, "Momentum": 0.625, "Epsilon": 2**-6},
         lambda o: optimizers.RMSprop(o["LearningRate"], rho=o["Rho"], momentum=o["Momentum"], epsilon=o["Epsilon"])),
        ("Adam", {"LearningRate": 2**-7, "Beta1": 0.875, "Beta2": 1 - 2**-10, "Epsilon": 2**-23},
         lambda o: optimizers.Adam(o["LearningRate"], beta_1=o["Beta1"], beta_2=o["Beta2"], epsilon=o["Epsilon"])),
        ("Adam", {"LearningRate": 0.125, "Beta1": 0.75, "Beta2": 0.875, "Epsilon": 2**-6},
         lambda o: optimizers.Adam(o["LearningRate"], beta_1=o["Beta1"], beta_2=o["Beta2"], epsilon=o["Epsilon"])),
    ]:
        w = keras.Variable(w0)
        optimizer = make(options)
        optimizer.build([w])
        after = []
        for g in gradients:
            optimizer.apply([tf.constant(g)], [w])
            after.append(flat(w))
        cases.append({"kernel": kernel, "options": options, "w": flat(w0), "gradients": gradients.tolist(), "after": after})
    return cases


def losses():
    y = rng.normal(size=(3, 4))
    t = rng.normal(size=(3, 4))
    p = np.array([[0.5, 0.25, 0.125, 0.125], [0, 1, 0, 0], [1, 0, 0, 0]])
    q = np.array([[0.25, 0.25, 0.5, 0], [0, 1, 0, 0], [0, 0, 1, 0]])
    net = rng.normal(size=(3, 4)) * 3
    cases = []
    for kernel, x, target, loss in [
        ("MSE", y, t, keras.losses.MeanSquaredError(reduction=None)),
        # Keras divides y by the sum of its row, which is 1 here; its gradient
        # goes through that division, so it is not ours and is left out.
        ("CategoricalCrossentropy", p, q, keras.losses.CategoricalCrossentropy(reduction=None)),
        ("SoftmaxCrossEntropy", net, q, keras.losses.CategoricalCrossentropy(from_logits=True, reduction=None)),
    ]:
        v = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(v)
            rows = loss(tf.constant(target), v)
            mean = tf.reduce_mean(rows)
        gradient = flat(tape.gradient(mean, v)) if kernel != "CategoricalCrossentropy" else None
        cases.append({"kernel": kernel, "rows": 3, "cols": 4, "x": flat(x), "target": flat(target), "loss": flat(rows), "gradient": gradient})
    return cases


def functions():
    x = np.concatenate([rng.normal(size=10) * 3, [-40.0, 40.0]])
    dy = rng.normal(size=12)
    cases = []
    for name in ["linear", "sigmoid", "tanh", "relu", "softmax"]:
        v = tf.constant(x.reshape(3, 4))
        with tf.GradientTape() as tape:
            tape.watch(v)
            y = getattr(keras.activations, name)(v)
            e = tf.reduce_sum(y * dy.reshape(3, 4))
        cases.append({"function": name, "x": flat(x), "y": flat(y), "dy": flat(dy), "dx": flat(tape.gradient(e, v))})
    return cases


def regularizers():
    w = tf.constant(np.concatenate([rng.normal(size=6), [0.0]]))
    cases = []
    for l1, l2 in [(0.25, 0.0), (0.0, 0.125), (0.125, 0.0625)]:
        with tf.GradientTape() as tape:
            tape.watch(w)
            e = keras.regularizers.L1L2(l1, l2)(w)
        cases.append({"l1": l1, "l2": l2, "w": flat(w), "penalty": float(e), "gradient": flat(tape.gradient(e, w))})
    return cases


out = {"updates": updates(), "losses": losses(), "functions": functions(), "regularizers": regularizers()}
path = pathlib.Path(__file__).with_suffix(".json")
lines = [f'"{name}": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]" for name, cases in out.items()]
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
print(path, "with Keras", keras.__version__)
