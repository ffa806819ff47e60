#!/usr/bin/env python3
"""Exports networks of torchvision and of keras.applications as ONNX, and writes down what
onnxruntime answers with them; and with those that the standard has, which Caffe2 has written.

    pip install -r requirements.txt             # for the networks of PyTorch, and of Caffe2
    python foreign.py torch [NAME…]
    python foreign.py caffe2 [NAME…]
    pip install -r requirements-keras.txt       # in another environment, for those of Keras
    python foreign.py keras [NAME…]

The files are written as NAME.onnx.gz without the numbers of their large tensors. These come
from the formula of nnlab/nn/testdata/README.md instead, as the image does: of each tensor the
file says with which stream, limit and mean ("formula STREAM LIMIT MEAN").
"""

import gzip
import json
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "arch" / "testdata"))
from formula import formula

IMAGE = 200  # the stream of the image
SMALL = 16  # numbers that are kept
# How much larger than of variance 1/inputs the weights are: in a deep network without ways around,
# and without normalisations, which its export has put into the weights, ReLUs would leave nothing of
# the image.
GAINS = {"InceptionV3": 1.5}


def of_torchvision(folder):
    import torch
    from torchvision import models

    for name, size, options in [
        ("alexnet", 224, {}), ("vgg11", 224, {}), ("googlenet", 96, {"aux_logits": False, "init_weights": False}), ("inception_v3", 139, {"aux_logits": False, "init_weights": False}),
        ("resnet18", 64, {}), ("resnet50", 64, {}), ("squeezenet1_1", 96, {}), ("densenet121", 64, {}), ("mobilenet_v2", 64, {}),
    ]:
        if name not in (sys.argv[2:] or [name]):
            continue
        model = getattr(models, name)(weights=None, num_classes=10, **options).eval()
        path = folder / f"{name}.onnx"
        torch.onnx.export(model, (torch.randn(1, 3, size, size),), str(path), external_data=False)
        yield name, path


def of_keras(folder):
    import keras

    for name, size in [("VGG16", 48), ("ResNet50", 64), ("InceptionV3", 75)]:
        if name not in (sys.argv[2:] or [name]):
            continue
        model = getattr(keras.applications, name)(weights=None, classes=10, input_shape=(size, size, 3))
        model(np.zeros((1, size, size, 3), np.float32))  # else it cannot be exported
        path = folder / f"{name}.onnx"
        model.export(str(path), format="onnx", verbose=False)
        yield name, path


def of_caffe2(folder):
    """Those of onnx/backend/test/data/light, whose weights are all alike: they become others."""
    light = pathlib.Path(onnx.__file__).parent / "backend/test/data/light"
    for name in ["bvlc_alexnet", "inception_v1", "inception_v2", "shufflenet"]:
        if name not in (sys.argv[2:] or [name]):
            continue
        model = onnx.load(light / f"light_{name}.onnx")
        graph = model.graph
        stored = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        for n in [n for n in graph.node if n.op_type == "ConstantOfShape"]:
            graph.initializer.append(numpy_helper.from_array(np.ones(stored[n.input[0]], np.float32), n.output[0]))
            graph.node.remove(n)
        read = {i for n in graph.node for i in n.input}
        for t in [t for t in graph.initializer if t.name not in read]:
            graph.initializer.remove(t)
        weights = {t.name for t in graph.initializer}
        for entry in [i for i in graph.input if i.name in weights or i.name not in read]:
            graph.input.remove(entry)
        path = folder / f"{name}.onnx"
        onnx.save(model, path)
        yield name, path


def positive(graph):
    """The tensors that a BatchNormalization takes as variances, and those as weights."""
    variances, weights = set(), set()
    for n in graph.node:
        if n.op_type == "BatchNormalization":
            weights.add(n.input[1])
            variances.add(n.input[4])
    return variances, weights


def strip(model, gain):
    """Replaces the numbers of large tensors by the formula's, which it returns."""
    variances, weights = positive(model.graph)
    full = {}
    for stream, t in enumerate(model.graph.initializer):
        values = numpy_helper.to_array(t)
        if values.dtype != np.float32 or values.size <= SMALL:
            continue
        limit, mean = 0.1, 0.0
        if t.name in variances:
            limit, mean = 0.2, 1.0
        elif t.name in weights:
            mean = 0.5
        elif values.ndim > 1 and values.size > max(values.shape):
            fan = values[0].size if values.ndim > 2 else max(values.shape)
            limit = gain * (3 / fan) ** 0.5
        full[t.name] = (formula(stream % 128, values.size, limit) + np.float32(mean)).reshape(values.shape)
        t.ClearField("raw_data")
        t.ClearField("float_data")
        t.doc_string = f"formula {stream % 128} {limit!r} {mean!r}"
    return full


def bare(model):
    """Leaves out what tells of the machine that has written the file."""
    for holder in [model, model.graph, *model.graph.node]:
        holder.doc_string = ""
        del holder.metadata_props[:]
    del model.graph.value_info[:]
    del model.functions[:]


def main():
    answers = HERE / f"{sys.argv[1]}.json"
    said = json.loads(answers.read_text()) if answers.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, path in {"torch": of_torchvision, "keras": of_keras, "caffe2": of_caffe2}[sys.argv[1]](folder):
            model = onnx.load(path)
            bare(model)
            full = strip(model, GAINS.get(name, 1))
            (HERE / f"{name}.onnx.gz").write_bytes(gzip.compress(model.SerializeToString(), mtime=0))
            for t in model.graph.initializer:
                if t.name in full:
                    t.raw_data = full[t.name].tobytes()
                    t.doc_string = ""
            session = onnxruntime.InferenceSession(model.SerializeToString())
            entry = session.get_inputs()[0]
            shape = [1, *[int(d) for d in entry.shape[1:]]]
            x = formula(IMAGE, int(np.prod(shape)), 1.0).reshape(shape)
            (y,) = session.run(None, {entry.name: x})
            said[name] = {"input": shape[1:], "answer": [float(f"{v:.7g}") for v in y[0]]}
            print(name, shape, y[0][:3])
            answers.write_text(json.dumps(said, indent=1) + "\n")


main()
