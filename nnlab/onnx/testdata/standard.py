#!/usr/bin/env python3
"""Gathers the tests that the ONNX standard has for its operators into standard.zip.

    pip install -r requirements.txt
    python standard.py                  # standard.zip, which is committed: the tests with little data
    python standard.py /tmp/whole.zip   # all of them, for go test ./nnlab/onnx -run TestStandard -standard /tmp/whole.zip

They are those of the package onnx (Apache-2.0): onnx.backend.test.case.node, and the networks in
onnx/backend/test/data that PyTorch wrote. Of each the archive has NAME/model.onnx, and the tensors
NAME/input_0.pb … and NAME/output_0.pb … as the standard stores them. Taken are the tests of the
operators that the importer knows (OPERATORS), with inputs of float32 numbers.

The standard has weights, and whole numbers that say how an operator works, among the inputs of a
model, where programs that export a network have them in the file: so they are here (KEEPS). Of
an operator that gives means and deviations, too, the first output is asked for (FIRST).
operators.txt lists all operators of the standard.
"""

import io
import pathlib
import sys
import warnings
import zipfile

import numpy as np
import onnx
from onnx import numpy_helper

HERE = pathlib.Path(__file__).parent
LITTLE = 16_000  # bytes of a test's inputs and outputs

OPERATORS = set(
    """Add AveragePool BatchNormalization Cast Clip Concat Constant ConstantOfShape Conv ConvTranspose Div Dropout Elu Flatten Gather Gemm
    GlobalAveragePool GlobalMaxPool GroupNormalization Identity InstanceNormalization LayerNormalization LeakyRelu LRN MatMul Max MaxPool Mean Mul Pad PRelu ReduceMax
    ReduceMean Relu Reshape Resize Shape Sigmoid Slice Softmax Split Squeeze Sub Sum Tanh Transpose Unsqueeze Upsample""".split()
)
FIRST = {"LayerNormalization"}
KEEPS = {"Add", "Concat", "Div", "Max", "Mean", "Mul", "Sub", "Sum"}  # whose inputs are all examples


def of_nodes():
    """The tests of single operators, with the models that stand for composed ones."""
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # infinities, on purpose
        cases = collect_testcases(None)
    kinds = {case.name: {n.op_type for n in case.model.graph.node} for case in cases}
    for case in cases:
        whole = case.name.split("_expanded")[0]  # of an operator that is composed of others
        if not kinds.get(whole, set()) <= OPERATORS:
            continue
        for inputs, outputs in case.data_sets[:1]:
            yield case.name, case.model, inputs, outputs


def of_folders():
    """The tests of networks that are stored as files."""

    def tensors(folder, kind):
        paths = sorted(folder.glob(f"{kind}_*.pb"), key=lambda p: int(p.stem.split("_")[1]))
        return [numpy_helper.to_array(onnx.load_tensor(p)) for p in paths]

    data = pathlib.Path(onnx.__file__).parent / "backend/test/data"
    for model in sorted(data.glob("*/*/model.onnx")):
        first = model.parent / "test_data_set_0"
        try:
            yield model.parent.name, onnx.load(model), tensors(first, "input"), tensors(first, "output")
        except TypeError:  # sequences are no tensors
            continue


def is_float(a):
    return isinstance(a, np.ndarray) and a.dtype == np.float32


def taken(model, inputs, outputs):
    kinds = {n.op_type for n in model.graph.node}
    ours = kinds <= OPERATORS and all(d.domain in ("", "ai.onnx") or d.version for d in model.opset_import)
    return ours and inputs and is_float(inputs[0]) and all(is_float(y) for y in outputs)


def asked(model, outputs):
    """Leaves out the outputs that nobody asks for."""
    if {n.op_type for n in model.graph.node} <= FIRST:
        del model.graph.output[1:]
        return outputs[:1]
    return outputs


def moved(model, inputs):
    """Puts what is no example into the file; what is left."""
    graph = model.graph
    stored = {t.name for t in graph.initializer}
    names = [i for i in graph.input if i.name not in stored]
    examples = []
    for k, (entry, x) in enumerate(zip(names, inputs, strict=True)):
        keeps = {n.op_type for n in graph.node} <= KEEPS or k == 0
        if keeps and is_float(x):
            examples.append(x)
        else:
            graph.initializer.append(numpy_helper.from_array(x, entry.name))
            graph.input.remove(entry)
    return examples


def main():
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "standard.zip"
    most = LITTLE if len(sys.argv) == 1 else float("inf")
    left = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:

        def put(name, data):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)

        for name, model, inputs, outputs in [*of_nodes(), *of_folders()]:
            if not taken(model, inputs, outputs):
                continue
            if sum(a.nbytes for a in [*inputs, *outputs] if a is not None) + model.ByteSize() > most:
                left.append(name)
                continue
            examples, outputs = moved(model, inputs), asked(model, outputs)
            put(f"{name}/model.onnx", model.SerializeToString(deterministic=True))
            for kind, arrays in [("input", examples), ("output", outputs)]:
                for k, a in enumerate(arrays):
                    put(f"{name}/{kind}_{k}.pb", numpy_helper.from_array(a).SerializeToString(deterministic=True))
        names = {s.name for s in onnx.defs.get_all_schemas() if s.domain == ""}
        put("operators.txt", f"onnx {onnx.__version__}\n" + "\n".join(sorted(names)) + "\n")
        print(len({n.split("/")[0] for n in archive.namelist()}) - 1, "tests; too large:", *left)
    print(path.stat().st_size, "bytes")


main()
