"""Keras, on the backend named by KERAS_BACKEND: the lecture's networks as written there, deep ones as torchvision's."""

import os
import sys
import time

import contender

backend = os.environ["KERAS_BACKEND"]
for other in {"tensorflow", "jax", "torch"} - {backend}:
    sys.modules[other] = None  # as if not installed: Keras would load it, for time and memory
if backend == "tensorflow":
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(contender.THREADS)
if backend == "torch":
    import torch

    torch.set_num_threads(contender.THREADS)

import keras
import numpy
from keras import layers

import keras_networks

NETWORKS = {
    "mlp": lambda: [
        layers.Flatten(),
        layers.Dense(512, activation="relu"), layers.Dropout(0.2),
        layers.Dense(512, activation="relu"), layers.Dropout(0.2),
    ],
    "cnn": lambda: [
        layers.Conv2D(32, 3, activation="relu"), layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2), layers.Dropout(0.25), layers.Flatten(),
        layers.Dense(128, activation="relu"), layers.Dropout(0.5),
    ],
    "lenet": lambda: [
        layers.Conv2D(4, 5, activation="tanh"), *subsampling(),
        layers.Conv2D(12, 5, activation="tanh"), *subsampling(), layers.Flatten(),
    ],
}


def vgg16():
    for filters, convolutions in (64, 2), (128, 2), (256, 3), (512, 3), (512, 3):
        for _ in range(convolutions):
            yield layers.Conv2D(filters, 3, padding="same", activation="relu")
        yield layers.MaxPooling2D(2)
    yield layers.Flatten()
    for _ in range(2):
        yield from (layers.Dense(4096, activation="relu"), layers.Dropout(0.5))


NETWORKS["vgg16"] = vgg16
OPTIMIZERS = {
    "rmsprop": lambda: keras.optimizers.RMSprop(0.001),
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "adam": lambda: keras.optimizers.Adam(0.001),
}


def subsampling():
    """LeNet's: the mean of a window, times a weight of the map, plus a bias of the map."""
    return layers.AveragePooling2D(2), layers.DepthwiseConv2D(1, activation="tanh")


def network(item):
    keras.utils.set_random_seed(item["seed"])
    hidden = NETWORKS[item["network"]]()
    model = keras.Sequential([keras.Input((28, 28, 1)), *hidden, layers.Dense(10, activation="softmax")])
    # Several steps at a time are faster where steps are small, and impossible on PyTorch.
    steps = 16 if item["batch"] <= 32 and backend != "torch" else 1
    model.compile(OPTIMIZERS[item["optimizer"]](), "categorical_crossentropy", metrics=["accuracy"],
                  steps_per_execution=steps)
    return model


def deep(item):
    """A deep network to train, with the loss of each of its heads."""
    keras.utils.set_random_seed(item["seed"])
    model = keras_networks.deep(item["network"], contender.side(item), training=True)
    weights = [1] + [0.3] * (len(model.outputs) - 1)
    model.compile(OPTIMIZERS[item["optimizer"]](), ["sparse_categorical_crossentropy"] * len(weights), loss_weights=weights)
    return model


def noise(item):
    """The images of an epoch in the host's memory, and their classes for each head."""
    batches = item["samples"] // item["batch"]
    x = numpy.concatenate([contender.pictures(item)] * batches)
    return x, numpy.arange(len(x)) * 7 % 1000


def inference(item):
    keras.utils.set_random_seed(item["seed"])
    x = contender.pictures(item)
    if item["network"] in keras_networks.DEEP:
        model = keras_networks.deep(item["network"], contender.side(item), training=False)
    else:
        classes = 1000 if item["network"] == "vgg16" else 10
        model = keras.Sequential([keras.Input(x.shape[1:]), *NETWORKS[item["network"]](), layers.Dense(classes, activation="softmax")])
    model.compile()
    return {"seconds": contender.repeat(item["budget"], lambda: model.predict_on_batch(x))}


def images(part):
    x, labels = contender.mnist(part)
    return x, keras.utils.to_categorical(labels, 10)


class Clock(keras.callbacks.Callback):
    """The seconds between the first and the last word of an epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds = time.perf_counter() - self.began


class Reached(keras.callbacks.Callback):
    """Stops when the test images are recognised well enough."""

    def __init__(self, accuracy):
        super().__init__()
        self.goal = accuracy

    def on_epoch_end(self, epoch, logs=None):
        self.epochs, self.accuracy = epoch + 1, logs["val_accuracy"]
        self.model.stop_training = self.accuracy >= self.goal


models = {}


def do(item):
    if item["kind"] == "goal":
        reached = Reached(item["accuracy"])
        network(item).fit(*images("train"), batch_size=item["batch"], epochs=item["epochs"], verbose=0,
                          validation_data=images("t10k"), callbacks=[reached])
        return {"epochs": reached.epochs, "accuracy": float(reached.accuracy)}
    if item["kind"] == "inference":
        return inference(item)
    if item["work"] not in models:
        models.clear()  # of what is trained only the last stays in memory
        models[item["work"]] = (deep(item), noise(item)) if item["kind"] == "step" else (network(item), images("train"))
    model, (x, y) = models[item["work"]]
    n, clock = contender.warm_samples(item) if item.get("warm") else item["samples"], Clock()
    heads = [y[:n]] * len(model.outputs)
    model.fit(x[:n], heads if len(heads) > 1 else heads[0], batch_size=item["batch"], epochs=1, verbose=0, callbacks=[clock])
    return {"seconds": clock.seconds / (n // item["batch"] if item["kind"] == "step" else 1)}


version = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}[backend]
contender.serve(f"Keras {keras.__version__} on {version} {__import__(backend).__version__}", do)
