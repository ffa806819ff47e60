"""onnxruntime: the answers of the lecture's networks, which are built here layer by layer."""

import numpy
import onnx
import onnxruntime
from onnx import helper, numpy_helper

import contender


def vgg16():
    convolutions = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]
    blocks = [[("conv", f, 3, 1, "Relu")] * n + [("max",)] for f, n in convolutions]
    return [*sum(blocks, []), ("dense", 4096, "Relu"), ("dense", 4096, "Relu"), ("dense", 1000, "Softmax")]


# A convolution has filters, their size, and a border; a pool has windows of 2×2.
NETWORKS = {
    "mlp": [("dense", 512, "Relu"), ("dense", 512, "Relu"), ("dense", 10, "Softmax")],
    "cnn": [
        ("conv", 32, 3, 0, "Relu"), ("conv", 64, 3, 0, "Relu"), ("max",),
        ("dense", 128, "Relu"), ("dense", 10, "Softmax"),
    ],
    "lenet": [
        ("conv", 4, 5, 0, "Tanh"), ("subsampling", "Tanh"),
        ("conv", 12, 5, 0, "Tanh"), ("subsampling", "Tanh"), ("dense", 10, "Softmax"),
    ],
    "vgg16": vgg16(),
}




def chain(network):
    """What builds a network that is a list of layers."""
    def build(to):
        for kind, *numbers in NETWORKS[network]:
            getattr(to, kind)(*numbers)
    return build


def alexnet(to):
    for filters, size, stride, pad, pooled in (64, 11, 4, 2, 1), (192, 5, 1, 2, 1), (384, 3, 1, 1, 0), (256, 3, 1, 1, 0), (256, 3, 1, 1, 1):
        to.conv(filters, size, pad, "Relu", stride=stride)
        if pooled:
            to.pool("MaxPool", 3)
    to.dense(4096, "Relu")
    to.dense(4096, "Relu")
    to.dense(1000, "Softmax")


def resnet(blocks, bottleneck):
    def block(to, filters, stride):
        x = to.here()
        if bottleneck:
            to.unit(filters, 1)
            to.unit(filters, 3, 1, stride)
            filters *= 4
            to.unit(filters, 1, activation=None)
        else:
            to.unit(filters, 3, 1, stride)
            to.unit(filters, 3, 1, activation=None)
        y = to.here()
        to.go(x)
        if stride > 1 or to.shape[0] != filters:
            to.unit(filters, 1, 0, stride, activation=None)
        to.join("Add", [y, to.here()])
        to.add("Relu")

    def build(to):
        to.unit(64, 7, 3, 2)
        to.pool("MaxPool", 3, pad=1)
        for i, n in enumerate(blocks):
            for j in range(n):
                block(to, 64 << i, 2 if i and not j else 1)
        to.classify()

    return build


def googlenet(to):
    def inception(one, three_reduced, three, five_reduced, five, pooled):
        to.branches(
            [(one, 1)], [(three_reduced, 1), (three, 3, 1)], [(five_reduced, 1), (five, 3, 1)], ["MaxPool", (pooled, 1)])

    to.unit(64, 7, 3, 2)
    to.pool("MaxPool", 3, ceil=True)
    to.unit(64, 1)
    to.unit(192, 3, 1)
    to.pool("MaxPool", 3, ceil=True)
    inception(64, 96, 128, 16, 32, 32)
    inception(128, 128, 192, 32, 96, 64)
    to.pool("MaxPool", 3, ceil=True)
    inception(192, 96, 208, 16, 48, 64)
    inception(160, 112, 224, 24, 64, 64)
    inception(128, 128, 256, 24, 64, 64)
    inception(112, 144, 288, 32, 64, 64)
    inception(256, 160, 320, 32, 128, 128)
    to.pool("MaxPool", 2, ceil=True)
    inception(256, 160, 320, 32, 128, 128)
    inception(384, 192, 384, 48, 128, 128)
    to.classify()


def inceptionv3(to):
    wide, tall = ((1, 7), (0, 3)), ((7, 1), (3, 0))
    to.unit(32, 3, 0, 2)
    to.unit(32, 3)
    to.unit(64, 3, 1)
    to.pool("MaxPool", 3)
    to.unit(80, 1)
    to.unit(192, 3)
    to.pool("MaxPool", 3)
    for pooled in 32, 64, 64:  # A
        to.branches([(64, 1)], [(48, 1), (64, 5, 2)], [(64, 1), (96, 3, 1), (96, 3, 1)], ["AveragePool", (pooled, 1)])
    to.branches([(384, 3, 0, 2)], [(64, 1), (96, 3, 1), (96, 3, 0, 2)], ["MaxPool/2"])  # B
    for c in 128, 160, 160, 192:  # C
        to.branches([(192, 1)], [(c, 1), (c, *wide), (192, *tall)],
                    [(c, 1), (c, *tall), (c, *wide), (c, *tall), (192, *wide)], ["AveragePool", (192, 1)])
    to.branches([(192, 1), (320, 3, 0, 2)], [(192, 1), (192, *wide), (192, *tall), (192, 3, 0, 2)], ["MaxPool/2"])  # D
    fork = [[(384, (1, 3), (0, 1))], [(384, (3, 1), (1, 0))]]
    for _ in range(2):  # E
        to.branches([(320, 1)], [(384, 1), fork], [(448, 1), (384, 3, 1), fork], ["AveragePool", (192, 1)])
    to.classify()


DEEP = {
    "alexnet": alexnet, "googlenet": googlenet, "inceptionv3": inceptionv3, "resnet18": resnet((2, 2, 2, 2), False),
    "resnet34": resnet((3, 4, 6, 3), False), "resnet50": resnet((3, 4, 6, 3), True),
}


class Builder:
    """A chain of nodes; shape is that of what the last one returns, without the batch."""

    def __init__(self, shape):
        self.nodes, self.weights, self.shape, self.last = [], [], shape, "x"
        self.random = numpy.random.default_rng(1)

    def here(self):
        """The end of the chain, from which others can begin."""
        return self.last, self.shape

    def go(self, place):
        self.last, self.shape = place

    def join(self, kind, ends, **attributes):
        """One end of several, along the channels where it concatenates."""
        self.shape = ends[0][1]
        if kind == "Concat":
            self.shape = sum(shape[0] for _, shape in ends), *self.shape[1:]
        self.last = f"y{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, [name for name, _ in ends], [self.last], **attributes))

    def branches(self, *branches):
        """Units, or a pool, or branches, one behind the other, beside each other."""
        x, ends = self.here(), []
        for branch in branches:
            self.go(x)
            for step in branch:
                if isinstance(step, list):
                    self.branches(*step)
                elif step == "MaxPool/2":
                    self.pool("MaxPool", 3)
                elif isinstance(step, str):
                    self.pool(step, 3, 1, 1)
                else:
                    self.unit(*step)
            ends.append(self.here())
        self.join("Concat", ends, axis=1)

    def add(self, kind, *weights, **attributes):
        inputs = [self.last]
        for shape, scale, *shift in weights:
            inputs.append(f"w{len(self.weights)}")
            value = (self.random.standard_normal(shape) * scale + sum(shift)).astype("float32")
            self.weights.append(numpy_helper.from_array(value, inputs[-1]))
        self.last = f"y{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [self.last], **attributes))

    def conv(self, filters, size, pad, activation, group=1, stride=1, bias=True):
        height, width = size if isinstance(size, tuple) else (size, size)
        top, left = pad if isinstance(pad, tuple) else (pad, pad)
        channels, rows, columns = self.shape
        inputs = channels // group * height * width
        weights = [((filters, channels // group, height, width), (2 / inputs) ** 0.5)] + [((filters,), 0)] * bias
        self.add("Conv", *weights, pads=[top, left, top, left], group=group, strides=[stride, stride])
        if activation:
            self.add(activation)
        self.shape = filters, (rows + 2 * top - height) // stride + 1, (columns + 2 * left - width) // stride + 1

    def unit(self, filters, size, pad=0, stride=1, activation="Relu"):
        """A convolution with a normalisation behind it."""
        self.conv(filters, size, pad, None, stride=stride, bias=False)
        self.add("BatchNormalization", ((filters,), 0, 1), ((filters,), 0), ((filters,), 0), ((filters,), 0, 1))
        if activation:
            self.add(activation)

    def pool(self, kind, size=2, stride=2, pad=0, ceil=False):
        attributes = {"count_include_pad": 1} if kind == "AveragePool" and pad else {}
        self.add(kind, kernel_shape=[size, size], strides=[stride, stride], pads=[pad] * 4, ceil_mode=int(ceil), **attributes)
        channels, *side = self.shape
        self.shape = channels, *((n + 2 * pad - size + (stride - 1) * ceil) // stride + 1 for n in side)

    def classify(self):
        """The mean of each map, and 1 000 classes."""
        self.add("GlobalAveragePool")
        self.shape = self.shape[0], 1, 1
        self.dense(1000, "Softmax")

    def max(self):
        self.pool("MaxPool")

    def subsampling(self, activation):
        """LeNet's: the mean of a window, times a weight of the map, plus a bias of the map."""
        self.pool("AveragePool")
        self.conv(self.shape[0], 1, 0, activation, group=self.shape[0])

    def dense(self, units, activation):
        inputs = int(numpy.prod(self.shape))
        if len(self.shape) > 1:
            self.add("Flatten")
        self.add("Gemm", ((inputs, units), (2 / inputs) ** 0.5), ((units,), 0))
        self.add(activation)
        self.shape = (units,)

    def model(self, batch, inputs):
        x, y = (helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [batch, *shape])
                for name, shape in (("x", inputs), (self.last, self.shape)))
        graph = helper.make_graph(self.nodes, "network", [x], [y], self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def do(item):
    x = contender.pictures(item).transpose(0, 3, 1, 2)
    builder = Builder(x.shape[1:])
    DEEP.get(item["network"], chain(item["network"]))(builder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = contender.THREADS
    session = onnxruntime.InferenceSession(
        builder.model(len(x), x.shape[1:]).SerializeToString(), options, providers=["CPUExecutionProvider"])
    feed = {"x": numpy.ascontiguousarray(x)}
    return {"seconds": contender.repeat(item["budget"], lambda: session.run(None, feed))}


contender.serve(f"onnxruntime {onnxruntime.__version__}", do)
