"""Files that Go's onnx.Save wrote are valid ONNX, and onnxruntime answers as the lab does."""

import json
import pathlib
import subprocess

import numpy as np
import onnx
import onnxruntime
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent


def channels_first(a):
    """[N H W C] as [N C H W]: images and volumes alone."""
    return np.moveaxis(a, -1, 1) if a.ndim > 3 else a


def array(numbers, last):
    a = np.array(numbers["values"], np.float32).reshape(numbers["shape"])
    return a if last else np.ascontiguousarray(channels_first(a))


def check(path):
    """The file against the standard, and its answers against those of the lab."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    assert not model.functions and {d.domain for d in model.opset_import} == {""}
    said = json.loads(path.with_suffix(".json").read_text())
    last = said["ChannelsLast"]
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 2  # warnings count
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feeds = {x["name"]: array(x, last) for x in said["Inputs"]}
    assert [i.name for i in session.get_inputs()] == [x["name"] for x in said["Inputs"]]
    names = [o.name for o in session.get_outputs()]
    assert names, "no output"
    want = {y["name"]: array(y, last) for y in said["Outputs"]}
    for name, got in zip(names, session.run(None, feeds)):
        expected = want[name.removesuffix("/output")]
        assert got.shape == expected.shape, name
        # All axes but the batch are told by the file.
        dims = next(o for o in inferred.graph.output if o.name == name).type.tensor_type.shape.dim
        assert [d.dim_param or d.dim_value for d in dims] == ["N", *got.shape[1:]], name
        assert np.isfinite(got).all() and np.abs(got - expected).max() <= 1e-4 * max(1e-3, np.abs(expected).max()), name
    return names


@pytest.mark.parametrize("kind, least", [("layers", 154), ("graphs", 41), ("systems", 34)])
def test_onnxruntime_answers_as_the_lab(kind, least, tmp_path):
    subprocess.run(["go", "run", "./frontend/onnx", tmp_path, kind], cwd=REPOSITORY, check=True, timeout=240)
    files = sorted(tmp_path.glob("*.onnx"))
    assert len(files) >= least
    failed = []
    for path in files:
        try:
            check(path)
        except Exception as e:  # each file says its own
            failed.append(f"{path.stem}: {e}")
    assert not failed, "\n".join(failed)
