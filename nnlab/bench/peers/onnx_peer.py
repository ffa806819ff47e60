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


class Builder:
    """A chain of nodes; shape is that of what the last one returns, without the batch."""

    def __init__(self, shape):
        self.nodes, self.weights, self.shape, self.last = [], [], shape, "x"
        self.random = numpy.random.default_rng(1)

    def add(self, kind, *weights, **attributes):
        inputs = [self.last]
        for shape, scale in weights:
            inputs.append(f"w{len(self.weights)}")
            value = (self.random.standard_normal(shape) * scale).astype("float32")
            self.weights.append(numpy_helper.from_array(value, inputs[-1]))
        self.last = f"y{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [self.last], **attributes))

    def conv(self, filters, size, pad, activation, group=1):
        channels, *side = self.shape
        inputs = channels // group * size * size
        self.add("Conv", ((filters, channels // group, size, size), (2 / inputs) ** 0.5), ((filters,), 0),
                 pads=[pad] * 4, group=group)
        self.add(activation)
        self.shape = filters, *(n + 2 * pad - size + 1 for n in side)

    def pool(self, kind):
        self.add(kind, kernel_shape=[2, 2], strides=[2, 2])
        channels, *side = self.shape
        self.shape = channels, *(n // 2 for n in side)

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
    shape, batch = ((3, 224, 224), item["batch"]) if item["network"] == "vgg16" else ((1, 28, 28), item["batch"])
    builder = Builder(shape)
    for kind, *numbers in NETWORKS[item["network"]]:
        getattr(builder, kind)(*numbers)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = contender.THREADS
    session = onnxruntime.InferenceSession(
        builder.model(batch, shape).SerializeToString(), options, providers=["CPUExecutionProvider"])
    x = contender.pictures(item).transpose(0, 3, 1, 2)
    feed = {"x": numpy.ascontiguousarray(x)}
    return {"seconds": contender.repeat(item["budget"], lambda: session.run(None, feed))}


contender.serve(f"onnxruntime {onnxruntime.__version__}", do)
