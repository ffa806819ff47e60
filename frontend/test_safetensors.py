"""Weights that Go saved are read by Python's safetensors, and the other way round."""

import json
import pathlib
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent


def run(*command):
    return json.loads(subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, timeout=240).stdout)


def go(command, path):
    return run("go", "run", "./frontend/safetensors", command, path)


def go_says(command, path):
    """What Go writes to standard error, and whether it succeeds."""
    done = subprocess.run(["go", "run", "./frontend/safetensors", command, path], cwd=REPOSITORY, capture_output=True, text=True, timeout=240)
    return done.stderr, done.returncode == 0


def python(*arguments):
    return run(sys.executable, "nnlab/nn/testdata/safetensors_check.py", *arguments)


def parameters(report):
    """The arrays of a file without the optimizer's."""
    assert {a["dtype"] for a in report["arrays"].values()} == {"float32"}
    return {name: {"shape": a["shape"], "sha256": a["sha256"]}
            for name, a in report["arrays"].items() if not name.startswith("optimizer/")}


def test_python_reads_what_go_saved(tmp_path):
    saved = go("save", tmp_path / "go.safetensors")
    report = python("read", tmp_path / "go.safetensors")
    assert sorted(saved) == ["dense/bias", "dense/kernel", "dense_1/bias", "dense_1/kernel"]
    assert parameters(report) == saved
    assert set(report["arrays"]) > set(saved), "the optimizer's state is missing"
    assert "nnlab" in report["metadata"]


def test_go_reads_what_python_saved(tmp_path):
    saved = go("save", tmp_path / "go.safetensors")
    report = python("negate", tmp_path / "go.safetensors", tmp_path / "python.safetensors")
    loaded = go("load", tmp_path / "python.safetensors")
    assert loaded == parameters(report)
    assert loaded != saved


def test_go_reads_other_types_of_numbers(tmp_path):
    go("save", tmp_path / "go.safetensors")
    report = python("convert", tmp_path / "go.safetensors", tmp_path / "types.safetensors")
    assert go("load", tmp_path / "types.safetensors") == parameters(report)
    said, _ = go_says("load", tmp_path / "types.safetensors")
    assert said.endswith("types.safetensors: BF16, F16, F64 is converted to F32; no layer has, and so was passed over, bn.num_batches_tracked (I64)\n")


def test_both_refuse_what_the_format_forbids(tmp_path):
    go("save", tmp_path / "go.safetensors")
    refused = python("damage", tmp_path / "go.safetensors", tmp_path)
    assert len(refused) == 5
    for path, python_says in refused.items():
        says, loaded = go_says("load", path)
        assert not loaded and "is not a safetensors file" in says, (path, says)
        # Python's package lets a name pass that is there twice, which the page of the format forbids.
        assert python_says or path.endswith("twice.safetensors"), path
