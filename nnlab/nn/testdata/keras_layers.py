#!/usr/bin/env python3
"""Runs single layers of real Keras forwards and backwards and writes down the results.

    pip install -r requirements.txt
    python keras_layers.py          # makes keras_layers.json

Everything is float64. Inputs, weights and upstream gradients come from the
formula that README.md describes, so only results are stored.
"""

import json
import os
import pathlib

os.environ.update(KERAS_BACKEND="tensorflow", TF_ENABLE_ONEDNN_OPTS="0", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")

import keras
import numpy as np
import tensorflow as tf

keras.config.set_floatx("float64")
BATCH = 2  # three-dimensional pools are float32: TensorFlow has no others


def formula(stream, shape, limit):
    """Numbers in [−limit, limit), hashed as README.md tells, rounded to float32."""
    h = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32(stream << 24)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    u = h.astype(np.float64) / 2**32 - 0.5
    return (u * (2 * limit)).astype(np.float32).astype(np.float64).reshape(shape)


def numbers(a):
    return [float(f"{v:.12g}") for v in np.asarray(a).ravel()]


def run(name, layer, shape, training=True):
    """Streams: 100 the input, 101 the upstream gradient, 0, 1 the parameters; 50, 51
    what a layer has kept, for inference."""
    x = tf.Variable(formula(100, (BATCH, *shape), 1))
    layer.build((BATCH, *shape))
    for i, w in enumerate(layer.trainable_variables):
        w.assign(formula(i, w.shape, 0.5))
    if not training:
        for i, w in enumerate(layer.non_trainable_variables):
            w.assign(formula(50 + i, w.shape, 0.5) + 1)
    with tf.GradientTape() as tape:
        y = tf.cast(layer(x, training=training), tf.float64)
        dy = formula(101, y.shape, 1)
        e = tf.reduce_sum(y * dy)
    grads = tape.gradient(e, [x] + [w.value for w in layer.trainable_variables], unconnected_gradients="zero")
    return {
        "name": name, "shape": list(shape), "training": training,
        "y": numbers(y), "dx": numbers(tf.convert_to_tensor(grads[0])),
        "gradients": [numbers(tf.convert_to_tensor(g)) for g in grads[1:]],
        "state": [numbers(w) for w in layer.non_trainable_variables if "seed" not in w.path],
    }


L = keras.layers


def maxout(units, pieces):
    """Keras has no Maxout: a Dense layer, and the largest of each unit's pieces."""
    return keras.Sequential([L.Dense(units * pieces), L.Reshape((units, pieces)), L.Lambda(lambda z: keras.ops.max(z, axis=-1))])


def subsampling(size, activation):
    """Nor LeNet's pool: the mean of each window, and a weight and a bias for each channel."""
    return keras.Sequential([L.AveragePooling2D(size), L.DepthwiseConv2D(1, activation=activation)])


def partial_conv(table, size, **options):
    """Nor a convolution by a table: a Conv2D whose kernel is put together from that of the connections."""

    class PartialConv2D(L.Conv2D):
        def build(self, shape):
            super().build(shape)
            maps = shape[-1]
            self.joins = np.zeros((sum(map(len, table)), maps * len(table)))
            for row, (d, p) in enumerate((d, p) for d, seen in enumerate(table) for p in seen):
                self.joins[row, p * len(table) + d] = 1
            self.whole = (*self.kernel_size, maps, len(table))
            self._kernel = self.add_weight(shape=(*self.kernel_size, len(self.joins)))
            self._trainable_variables = [self._kernel] + ([self.bias] if self.use_bias else [])

        kernel = property(lambda self: tf.reshape(tf.matmul(self._kernel, self.joins), self.whole) if hasattr(self, "whole") else self._kernel)

    return PartialConv2D(len(table), size, **options)


def falling(size):
    """Weights of a window that fall from its centre on."""
    y, x = np.meshgrid(*(np.arange(n) - (n - 1) / 2 for n in size), indexing="ij")
    return 0.9 ** np.hypot(y, x)


class SCells(L.Layer):
    """Nor the cells of the neocognitron: Fukushima's formulas as he wrote them."""

    def __init__(self, planes, size, r, strides=1, padding="VALID"):
        super().__init__()
        self.planes, self.size, self.r, self.strides, self.around = planes, size, r, strides, padding

    def build(self, shape):
        self.a = self.add_weight(shape=(*self.size, shape[-1], self.planes))
        self.b = self.add_weight(shape=(1, self.planes))
        c = np.repeat(falling(self.size)[:, :, None, None], shape[-1], axis=2)
        self.c = c / c.sum()

    def call(self, u):
        v = tf.sqrt(tf.nn.conv2d(u**2, self.c, self.strides, self.around))
        e = tf.nn.conv2d(u, self.a, self.strides, self.around)
        r = self.r
        return r * tf.nn.relu((1 + e) / (1 + 2 * r / (1 + r) * self.b * v) - 1)


class CCells(L.Layer):
    def __init__(self, size, alpha, strides=1, padding=0):
        super().__init__()
        self.size, self.alpha, self.strides, self.around = size, alpha, strides, padding

    def call(self, u):
        p, n = self.around, u.shape[-1]
        d = np.repeat(falling(self.size)[:, :, None, None], n, axis=2)
        s = tf.nn.depthwise_conv2d(tf.pad(u, [(0, 0), (p, p), (p, p), (0, 0)]), d, [1, self.strides, self.strides, 1], "VALID")
        t = tf.nn.relu((1 + s) / (1 + tf.reduce_mean(s, axis=-1, keepdims=True)) - 1)
        return t / (self.alpha + t)


class RBF(L.Layer):
    """Nor units that measure distances."""

    def __init__(self, units, centres=None):
        super().__init__()
        self.units, self.centres = units, centres

    def build(self, shape):
        if self.centres is None:
            self.w = self.add_weight(shape=(shape[-1], self.units))
        else:
            self.w = tf.constant(np.array(self.centres).T, dtype="float64")

    def call(self, x):
        return -tf.reduce_sum((x[:, :, None] - self.w[None]) ** 2, axis=1)


def local_response(radius, alpha, beta, k):
    """TensorFlow's, which is float32."""
    lrn = lambda x: tf.nn.local_response_normalization(tf.cast(x, tf.float32), radius, bias=k, alpha=alpha, beta=beta)
    return L.Activation(lambda x: tf.cast(lrn(x), tf.float64))


ZERO_PADDING = [L.ZeroPadding1D, L.ZeroPadding2D, L.ZeroPadding3D]


def padded(by, layer):
    """Keras's convolutions take no number of cells to pad with; ZeroPadding does."""
    return keras.Sequential([ZERO_PADDING[len(by) - 1](by[0] if len(by) == 1 else by), layer])


def padded_pool(by, pool):
    """Nor do its pools. Padding does not count: the largest never stands there, and
    a mean is divided by the mean of ones."""
    around = [(0, 0), *((n, n) for n in by), (0, 0)]

    def apply(x):
        x = tf.cast(x, pool.dtype)
        if "Max" in type(pool).__name__:
            return pool(tf.pad(x, around, constant_values=float("-inf")))
        return pool(tf.pad(x, around)) / pool(tf.pad(tf.ones_like(x), around))

    return L.Activation(apply)


ACTIVATIONS = [(n, n) for n in ("linear", "sigmoid", "tanh", "relu", "elu", "softmax")] + [
    ("leaky_relu 0.1", lambda x: keras.activations.leaky_relu(x, 0.1)),
    ("elu 0.3", lambda x: keras.activations.elu(x, 0.3)),
    ("step", lambda x: tf.cast(x >= 0, x.dtype)),
    ("scaled_tanh", lambda x: 1.7159 * keras.ops.tanh(2 / 3 * x)),
]
CASES = [
    ("Conv2D 3x3", L.Conv2D(4, 3), (7, 5, 3)),
    ("Conv2D 2x3 strides 2 1 same relu", L.Conv2D(3, (2, 3), strides=(2, 1), padding="same", activation="relu"), (6, 7, 2)),
    ("Conv2D 3x3 strides 2 same", L.Conv2D(5, 3, strides=2, padding="same"), (8, 5, 3)),
    ("Conv2D 3x2 dilation 2", L.Conv2D(2, (3, 2), dilation_rate=2), (9, 6, 2)),
    ("Conv2D 3x3 groups 2 no bias", L.Conv2D(6, 3, groups=2, use_bias=False), (5, 6, 4)),
    ("Conv2D 1x1 tanh", L.Conv2D(3, 1, activation="tanh"), (3, 5, 7)),
    ("Conv1D 3", L.Conv1D(4, 3), (9, 2)),
    ("Conv1D 4 strides 3 same", L.Conv1D(3, 4, strides=3, padding="same"), (11, 3)),
    ("Conv1D 2 dilation 3", L.Conv1D(3, 2, dilation_rate=3, activation="sigmoid"), (10, 1)),
    ("Conv3D 2x3x2", L.Conv3D(2, (2, 3, 2)), (3, 4, 5, 2)),
    ("Conv3D 3 same", L.Conv3D(2, 3, padding="same"), (3, 2, 5, 1)),
    ("Conv3D 2 strides 2", L.Conv3D(3, 2, strides=2), (4, 5, 4, 2)),
    ("DepthwiseConv2D 3", L.DepthwiseConv2D(3), (5, 6, 3)),
    ("DepthwiseConv2D 2 multiplier 2 same", L.DepthwiseConv2D(2, depth_multiplier=2, padding="same"), (5, 4, 3)),
    ("DepthwiseConv2D 3 strides 2", L.DepthwiseConv2D(3, strides=2, padding="same"), (7, 7, 2)),
    ("MaxPool2D 2", L.MaxPooling2D(2), (7, 6, 3)),
    ("MaxPool2D 3 strides 2 same", L.MaxPooling2D(3, strides=2, padding="same"), (7, 6, 2)),
    ("MaxPool2D 2x3 strides 1", L.MaxPooling2D((2, 3), strides=1), (5, 5, 1)),
    ("AveragePool2D 2", L.AveragePooling2D(2), (7, 6, 3)),
    ("AveragePool2D 3 strides 2 same", L.AveragePooling2D(3, strides=2, padding="same"), (7, 6, 2)),
    ("AveragePool2D 2x3 strides 1", L.AveragePooling2D((2, 3), strides=1), (5, 5, 1)),
    ("MaxPool1D 3 strides 2", L.MaxPooling1D(3, strides=2), (9, 2)),
    ("AveragePool1D 2 same", L.AveragePooling1D(2, padding="same"), (7, 3)),
    ("MaxPool3D 2", L.MaxPooling3D(2, dtype="float32"), (4, 5, 4, 2)),
    ("AveragePool3D 2", L.AveragePooling3D(2, dtype="float32"), (4, 5, 4, 2)),
    ("GlobalMaxPool", L.GlobalMaxPooling2D(), (5, 4, 3)),
    ("GlobalAveragePool", L.GlobalAveragePooling2D(), (5, 4, 3)),
    ("BatchNorm", L.BatchNormalization(), (3, 5, 4)),
    ("BatchNorm features", L.BatchNormalization(momentum=0.5, epsilon=0.1), (7,)),
    ("BatchNorm inference", L.BatchNormalization(), (3, 5, 4), False),
    ("LayerNorm", L.LayerNormalization(), (3, 2, 5)),
    ("LayerNorm features", L.LayerNormalization(), (7,)),
    ("MaxPool1D 2", L.MaxPooling1D(2), (7, 3)),
    ("MaxPool1D 3 strides 1 same", L.MaxPooling1D(3, strides=1, padding="same"), (5, 1)),
    ("AveragePool1D 3 strides 2", L.AveragePooling1D(3, strides=2), (9, 2)),
    ("AveragePool1D 3 strides 1 same", L.AveragePooling1D(3, strides=1, padding="same"), (5, 1)),
    ("MaxPool3D 3 strides 2 same", L.MaxPooling3D(3, strides=2, padding="same", dtype="float32"), (3, 5, 4, 1)),
    ("MaxPool3D 1x2x3", L.MaxPooling3D((1, 2, 3), dtype="float32"), (3, 5, 7, 3)),
    ("AveragePool3D 3 strides 2 same", L.AveragePooling3D(3, strides=2, padding="same", dtype="float32"), (3, 5, 4, 1)),
    ("AveragePool3D 1x2x3", L.AveragePooling3D((1, 2, 3), dtype="float32"), (3, 5, 7, 3)),
    ("GlobalMaxPool sequence", L.GlobalMaxPooling1D(), (7, 2)),
    ("GlobalMaxPool volume", L.GlobalMaxPooling3D(), (3, 2, 5, 1)),
    ("GlobalAveragePool sequence", L.GlobalAveragePooling1D(), (7, 2)),
    ("GlobalAveragePool volume", L.GlobalAveragePooling3D(), (3, 2, 5, 1)),
    ("BatchNorm one channel", L.BatchNormalization(), (5, 7, 1)),
    ("LayerNorm sequence", L.LayerNormalization(), (5, 3)),
    ("ZeroPadding2D 1", L.ZeroPadding2D(1), (5, 3, 2)),
    ("ZeroPadding2D 2 0", L.ZeroPadding2D((2, 0)), (3, 4, 3)),
    ("ZeroPadding1D 3", L.ZeroPadding1D(3), (5, 2)),
    ("ZeroPadding3D 1 0 2", L.ZeroPadding3D((1, 0, 2)), (2, 3, 3, 1)),
    ("UpSampling1D 3", L.UpSampling1D(3), (5, 2)),
    ("UpSampling2D 2", L.UpSampling2D(2), (3, 5, 2)),
    ("UpSampling2D 1 3", L.UpSampling2D((1, 3)), (3, 2, 3)),
    ("UpSampling3D 2", L.UpSampling3D(2), (1, 3, 2, 2)),
    ("Permute 2 1", L.Permute((2, 1)), (5, 3)),
    ("Permute 3 1 2", L.Permute((3, 1, 2)), (5, 3, 2)),
    ("Permute 4 2 1 3", L.Permute((4, 2, 1, 3)), (2, 3, 5, 3)),
] + [(f"{name} {len(shape)}", L.Activation(f), shape) for name, f in ACTIVATIONS for shape in [(7,), (5, 3), (3, 1, 5)]] + [
    ("Maxout 4 3", maxout(4, 3), (7,)),
    ("Maxout 1 2", maxout(1, 2), (3,)),
    ("Maxout 5 1", maxout(5, 1), (4,)),
    ("Subsampling 2 sigmoid", subsampling(2, "sigmoid"), (4, 6, 3)),
    ("Subsampling 2x3", subsampling((2, 3), "linear"), (5, 7, 1)),
    ("Subsampling 3 tanh", subsampling(3, "tanh"), (7, 5, 2)),
    ("LocalResponseNorm 5", local_response(2, 0.2, 0.75, 2), (3, 2, 7)),
    ("LocalResponseNorm 3", local_response(1, 0.5, 0.5, 1), (5, 3, 4)),
    ("LocalResponseNorm 5 of few channels", local_response(2, 1e-1, 0.75, 2), (1, 5, 2)),
    ("Dense 4 sigmoid", L.Dense(4, activation="sigmoid"), (7,)),
    ("Dense 3 relu no bias", L.Dense(3, activation="relu", use_bias=False), (5,)),
    ("Dense 5 softmax", L.Dense(5, activation="softmax"), (3,)),
    ("Flatten features", L.Flatten(), (7,)),
    ("Flatten sequence", L.Flatten(), (5, 3)),
    ("Flatten image", L.Flatten(), (3, 1, 5)),
    ("Reshape 5 3", L.Reshape((5, 3)), (15,)),
    ("Reshape 3 1 7", L.Reshape((3, 1, 7)), (7, 3)),
    ("Reshape 9", L.Reshape((9,)), (3, 1, 3)),
    ("Conv1D 3 padding 2", padded((2,), L.Conv1D(3, 3)), (7, 2)),
    ("Conv2D 3x2 padding 2 1 strides 2", padded((2, 1), L.Conv2D(4, (3, 2), strides=2)), (5, 7, 3)),
    ("Conv3D 2 padding 1", padded((1, 1, 1), L.Conv3D(2, 2)), (3, 2, 5, 1)),
    ("DepthwiseConv2D 3 padding 1", padded((1, 1), L.DepthwiseConv2D(3)), (5, 7, 2)),
    ("Conv1D 3 groups 3", L.Conv1D(3, 3, groups=3), (7, 3)),
    ("Conv3D 1x2x2 dilation 2", L.Conv3D(2, (1, 2, 2), dilation_rate=2), (3, 5, 4, 1)),
    ("MaxPool1D 3 padding 1", padded_pool((1,), L.MaxPooling1D(3)), (7, 2)),
    ("MaxPool2D 3 strides 2 padding 1", padded_pool((1, 1), L.MaxPooling2D(3, strides=2)), (7, 5, 2)),
    ("MaxPool3D 2 padding 1 0 1", padded_pool((1, 0, 1), L.MaxPooling3D(2, dtype="float32")), (3, 5, 4, 1)),
    ("AveragePool1D 3 padding 1", padded_pool((1,), L.AveragePooling1D(3)), (7, 2)),
    ("AveragePool2D 3 strides 2 padding 1", padded_pool((1, 1), L.AveragePooling2D(3, strides=2)), (7, 5, 2)),
    ("AveragePool3D 2 padding 1 0 1", padded_pool((1, 0, 1), L.AveragePooling3D(2, dtype="float32")), (3, 5, 4, 1)),
    ("BatchNorm features inference", L.BatchNormalization(epsilon=0.1), (7,), False),
    ("BatchNorm one channel inference", L.BatchNormalization(), (5, 7, 1), False),
    ("ZeroPadding1D 1", L.ZeroPadding1D(1), (1, 3)),
    ("ZeroPadding1D 2", L.ZeroPadding1D(2), (7, 1)),
    ("ZeroPadding2D 0 3", L.ZeroPadding2D((0, 3)), (7, 5, 1)),
    ("ZeroPadding3D 1", L.ZeroPadding3D(1), (1, 3, 2, 2)),
    ("ZeroPadding3D 0 2 1", L.ZeroPadding3D((0, 2, 1)), (3, 1, 3, 1)),
    ("UpSampling1D 2", L.UpSampling1D(2), (3, 1)),
    ("UpSampling1D 1", L.UpSampling1D(1), (7, 3)),
    ("UpSampling2D 3", L.UpSampling2D(3), (5, 1, 1)),
    ("UpSampling3D 1 3 2", L.UpSampling3D((1, 3, 2)), (3, 1, 2, 1)),
    ("UpSampling3D 3", L.UpSampling3D(3), (1, 1, 3, 3)),
    ("PReLU image", L.PReLU(shared_axes=[1, 2]), (3, 5, 4)),
    ("PReLU features", L.PReLU(), (7,)),
    ("GroupNorm 2", L.GroupNormalization(2), (3, 5, 4)),
    ("GroupNorm 1 ε 0.1", L.GroupNormalization(1, epsilon=0.1), (5, 6)),
    ("GroupNorm 3 features", L.GroupNormalization(3), (12,)),
    ("Conv2DTranspose 2 strides 2", L.Conv2DTranspose(3, 2, strides=2), (3, 4, 2)),
    ("Conv2DTranspose 3 strides 2 relu", L.Conv2DTranspose(2, 3, strides=2, activation="relu"), (3, 2, 4)),
    ("Conv2DTranspose 3 strides 2 same", L.Conv2DTranspose(5, 3, strides=2, padding="same"), (4, 3, 3)),
    ("Conv2DTranspose 2x3 strides 3 1 no bias", L.Conv2DTranspose(2, (2, 3), strides=(3, 1), use_bias=False, activation="tanh"), (3, 4, 2)),
    ("Conv2DTranspose 4 softmax", L.Conv2DTranspose(3, 4, activation="softmax"), (2, 3, 1)),
    ("BatchNorm no scale", L.BatchNormalization(scale=False), (3, 5, 4)),
    ("BatchNorm no center", L.BatchNormalization(center=False, epsilon=0.1), (7,)),
    ("BatchNorm neither", L.BatchNormalization(center=False, scale=False), (3, 2)),
    ("BatchNorm no scale inference", L.BatchNormalization(scale=False), (3, 5, 4), False),
    ("AdaptiveAveragePool2D 2 3", L.AdaptiveAveragePooling2D((2, 3)), (5, 7, 2)),
    ("AdaptiveAveragePool2D 3 2 of 6 4", L.AdaptiveAveragePooling2D((3, 2)), (6, 4, 3)),
    ("AdaptiveMaxPool2D 3 4", L.AdaptiveMaxPooling2D((3, 4)), (7, 5, 2)),
    ("AdaptiveMaxPool2D 1 2", L.AdaptiveMaxPooling2D((1, 2)), (3, 4, 1)),
    ("Slice 1 3", L.Lambda(lambda x: x[..., 1:3]), (3, 5, 4)),
    ("Slice 2 5 axis 1", L.Lambda(lambda x: x[:, 2:5]), (6, 3, 2)),
    ("Slice 0 2 axis 2", L.Lambda(lambda x: x[:, :, 0:2]), (3, 4, 3)),
    ("PartialConv2D 3x3 tanh", partial_conv([[0, 1], [2], [3, 0, 1], [2, 1]], 3, activation="tanh"), (5, 4, 4)),
    ("PartialConv2D 2x3 strides 2 no bias", partial_conv([[1], [0, 1, 2]], (2, 3), strides=2, use_bias=False, padding="same"), (5, 6, 3)),
    ("SCells 3 5x5 same", SCells(3, (5, 5), 4, padding="SAME"), (6, 5, 2)),
    ("SCells 2 2x3 strides 2", SCells(2, (2, 3), 1.5, strides=2), (5, 7, 3)),
    ("CCells 5 strides 2 padding 4", CCells((5, 5), 0.5, strides=2, padding=4), (6, 5, 3)),
    ("CCells 2x3", CCells((2, 3), 0.3), (4, 5, 2)),
    ("RBF 4", RBF(4), (5,)),
    ("RBF 3 centres", RBF(3, [[1, -1, 1, 2], [-1, 0, 1, 1], [-1, -1, 0, 3]]), (4,)),
]

if __name__ == "__main__":
    out = pathlib.Path(__file__).resolve().parent / "keras_layers.json"
    cases = [run(*c) for c in CASES]
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    out.write_text('{"keras": "%s", "tensorflow": "%s", "cases": [\n%s\n]}\n' % (keras.__version__, tf.__version__, lines))
