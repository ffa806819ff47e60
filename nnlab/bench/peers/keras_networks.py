"""The deep networks as torchvision has them, for Keras: the same windows, the same heads.

Layers have torchvision's names, with "-" for each dot, by which same_networks.py compares the two.
"""

from keras import Input, Model, layers, ops


class Adaptive(layers.Layer):
    """The means of size² cells that overlap where they do not divide the map: PyTorch's AdaptiveAvgPool2d."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def call(self, x):
        def cells(x, axis):
            n = x.shape[axis]
            bounds = [(i * n // self.size, -(-(i + 1) * n // self.size)) for i in range(self.size)]
            at = [slice(None)] * axis
            return ops.concatenate([ops.mean(x[(*at, slice(a, b))], axis, keepdims=True) for a, b in bounds], axis)

        return cells(cells(x, 1), 2)


def conv(x, name, filters, size, stride=1, pad=0, bias=True, activation=None):
    """A convolution with PyTorch's borders: where it moves by more than 1 those of "same" lie elsewhere."""
    size = size if isinstance(size, tuple) else (size, size)
    same = stride == 1 and (pad if isinstance(pad, tuple) else (pad, pad)) == (size[0] // 2, size[1] // 2)
    if pad and not same:
        x = layers.ZeroPadding2D(pad)(x)
    return layers.Conv2D(filters, size, stride, "same" if same else "valid", use_bias=bias, activation=activation, name=dashed(name))(x)


def dashed(name):
    """A name that PyTorch, as an engine of Keras, takes for a parameter's."""
    return name.replace(".", "-")


def unit(x, name, filters, size, stride=1, pad=0, epsilon=1e-3, relu=True, parts=("conv", "bn")):
    """A convolution with a normalisation behind it."""
    first, second = (f"{name}.{part}" if name else part for part in parts)
    x = conv(x, first, filters, size, stride, pad, bias=False)
    x = layers.BatchNormalization(momentum=0.9, epsilon=epsilon, name=dashed(second))(x)
    return layers.ReLU()(x) if relu else x


def dense(x, name, units=1000):
    return layers.Dense(units, activation="softmax" if units == 1000 else "relu", name=dashed(name))(x)


def alexnet(x, training):
    convolutions = (0, 64, 11, 4, 2, True), (3, 192, 5, 1, 2, True), (6, 384, 3, 1, 1, False), (8, 256, 3, 1, 1, False), (10, 256, 3, 1, 1, True)
    for at, filters, size, stride, pad, pooled in convolutions:
        x = conv(x, f"features.{at}", filters, size, stride, pad, activation="relu")
        if pooled:
            x = layers.MaxPooling2D(3, 2)(x)
    x = layers.Permute((3, 1, 2))(x)  # as PyTorch numbers them, so that weights mean the same
    x = layers.Flatten()(x)
    for at in 1, 4:
        x = dense(layers.Dropout(0.5)(x), f"classifier.{at}", 4096)
    return [dense(x, "classifier.6")]


def resnet(blocks, bottleneck):
    def block(x, name, filters, stride):
        def part(x, i, filters, size, stride=1, relu=True):
            return unit(x, name, filters, size, stride, size // 2, 1e-5, relu, (f"conv{i}", f"bn{i}"))

        if bottleneck:
            out = 4 * filters
            y = part(part(x, 1, filters, 1), 2, filters, 3, stride)
            y = part(y, 3, out, 1, relu=False)
        else:
            out = filters
            y = part(part(x, 1, filters, 3, stride), 2, filters, 3, relu=False)
        if stride > 1 or x.shape[-1] != out:
            x = unit(x, name, out, 1, stride, 0, 1e-5, False, ("downsample.0", "downsample.1"))
        return layers.ReLU()(layers.Add()([y, x]))

    def build(x, training):
        x = unit(x, "", 64, 7, 2, 3, 1e-5, parts=("conv1", "bn1"))
        x = layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))  # no number behind a ReLU is below 0
        for i, count in enumerate(blocks):
            for j in range(count):
                x = block(x, f"layer{i + 1}.{j}", 64 << i, 2 if i and not j else 1)
        return [dense(layers.GlobalAveragePooling2D()(x), "fc")]

    return build


def googlenet(x, training):
    def inception(x, name, one, three_reduced, three, five_reduced, five, pooled):
        name = f"inception{name}.branch"
        pool = layers.MaxPooling2D(3, 1, "same")(x)
        return layers.Concatenate()([
            unit(x, name + "1", one, 1),
            unit(unit(x, name + "2.0", three_reduced, 1), name + "2.1", three, 3, pad=1),
            unit(unit(x, name + "3.0", five_reduced, 1), name + "3.1", five, 3, pad=1),
            unit(pool, name + "4.1", pooled, 1),
        ])

    def head(x, name):
        x = layers.Permute((3, 1, 2))(unit(Adaptive(4)(x), name + ".conv", 128, 1))
        x = dense(layers.Flatten()(x), name + ".fc1", 1024)
        return dense(layers.Dropout(0.7)(x), name + ".fc2")

    x = layers.MaxPooling2D(3, 2, "same")(unit(x, "conv1", 64, 7, 2, 3))
    x = unit(unit(x, "conv2", 64, 1), "conv3", 192, 3, pad=1)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = inception(x, "3a", 64, 96, 128, 16, 32, 32)
    x = inception(x, "3b", 128, 128, 192, 32, 96, 64)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    a = x = inception(x, "4a", 192, 96, 208, 16, 48, 64)
    x = inception(x, "4b", 160, 112, 224, 24, 64, 64)
    x = inception(x, "4c", 128, 128, 256, 24, 64, 64)
    d = x = inception(x, "4d", 112, 144, 288, 32, 64, 64)
    x = inception(x, "4e", 256, 160, 320, 32, 128, 128)
    x = layers.MaxPooling2D(2, 2, "same")(x)
    x = inception(x, "5a", 256, 160, 320, 32, 128, 128)
    x = inception(x, "5b", 384, 192, 384, 48, 128, 128)
    y = dense(layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x)), "fc")
    return [y, head(a, "aux1"), head(d, "aux2")] if training else [y]


def inceptionv3(x, training):
    def mean(x):
        return layers.AveragePooling2D(3, 1)(layers.ZeroPadding2D(1)(x))  # which counts the zeros

    def a(x, name, pooled):
        x5 = unit(unit(x, name + ".branch5x5_1", 48, 1), name + ".branch5x5_2", 64, 5, pad=2)
        x3 = unit(unit(x, name + ".branch3x3dbl_1", 64, 1), name + ".branch3x3dbl_2", 96, 3, pad=1)
        x3 = unit(x3, name + ".branch3x3dbl_3", 96, 3, pad=1)
        return layers.Concatenate()([unit(x, name + ".branch1x1", 64, 1), x5, x3, unit(mean(x), name + ".branch_pool", pooled, 1)])

    def b(x, name):
        x3 = unit(unit(x, name + ".branch3x3dbl_1", 64, 1), name + ".branch3x3dbl_2", 96, 3, pad=1)
        x3 = unit(x3, name + ".branch3x3dbl_3", 96, 3, 2)
        return layers.Concatenate()([unit(x, name + ".branch3x3", 384, 3, 2), x3, layers.MaxPooling2D(3, 2)(x)])

    def line(x, name, *steps):
        for i, (filters, height, width) in enumerate(steps):
            x = unit(x, f"{name}_{i + 1}", filters, (height, width), pad=(height // 2, width // 2))
        return x

    def c(x, name, n):
        return layers.Concatenate()([
            unit(x, name + ".branch1x1", 192, 1),
            line(x, name + ".branch7x7", (n, 1, 1), (n, 1, 7), (192, 7, 1)),
            line(x, name + ".branch7x7dbl", (n, 1, 1), (n, 7, 1), (n, 1, 7), (n, 7, 1), (192, 1, 7)),
            unit(mean(x), name + ".branch_pool", 192, 1),
        ])

    def d(x, name):
        x3 = unit(unit(x, name + ".branch3x3_1", 192, 1), name + ".branch3x3_2", 320, 3, 2)
        x7 = line(x, name + ".branch7x7x3", (192, 1, 1), (192, 1, 7), (192, 7, 1))
        return layers.Concatenate()([x3, unit(x7, name + ".branch7x7x3_4", 192, 3, 2), layers.MaxPooling2D(3, 2)(x)])

    def fork(x, name):
        return layers.Concatenate()([unit(x, name + "a", 384, (1, 3), pad=(0, 1)), unit(x, name + "b", 384, (3, 1), pad=(1, 0))])

    def e(x, name):
        x3 = unit(unit(x, name + ".branch3x3dbl_1", 448, 1), name + ".branch3x3dbl_2", 384, 3, pad=1)
        return layers.Concatenate()([
            unit(x, name + ".branch1x1", 320, 1),
            fork(unit(x, name + ".branch3x3_1", 384, 1), name + ".branch3x3_2"),
            fork(x3, name + ".branch3x3dbl_3"),
            unit(mean(x), name + ".branch_pool", 192, 1),
        ])

    def head(x):
        x = unit(layers.AveragePooling2D(5, 3)(x), "AuxLogits.conv0", 128, 1)
        return dense(layers.GlobalAveragePooling2D()(unit(x, "AuxLogits.conv1", 768, 5)), "AuxLogits.fc")

    x = unit(unit(x, "Conv2d_1a_3x3", 32, 3, 2), "Conv2d_2a_3x3", 32, 3)
    x = layers.MaxPooling2D(3, 2)(unit(x, "Conv2d_2b_3x3", 64, 3, pad=1))
    x = unit(unit(x, "Conv2d_3b_1x1", 80, 1), "Conv2d_4a_3x3", 192, 3)
    x = layers.MaxPooling2D(3, 2)(x)
    for name, pooled in ("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64):
        x = a(x, name, pooled)
    x = b(x, "Mixed_6a")
    for name, n in ("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192):
        x = c(x, name, n)
    y = e(e(d(x, "Mixed_7a"), "Mixed_7b"), "Mixed_7c")
    y = dense(layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(y)), "fc")
    return [y, head(x)] if training else [y]


DEEP = {
    "alexnet": alexnet, "googlenet": googlenet, "inceptionv3": inceptionv3, "resnet18": resnet((2, 2, 2, 2), False),
    "resnet34": resnet((3, 4, 6, 3), False), "resnet50": resnet((3, 4, 6, 3), True),
}


def deep(network, side, training):
    """A network with the heads that training has, or without them."""
    x = Input((side, side, 3))
    return Model(x, DEEP[network](x, training))
