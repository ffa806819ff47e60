"""Notebooks for the tests: the lecture's, shortened, and small ones."""

import json
import pathlib
import re

LECTURE = pathlib.Path(__file__).resolve().parent.parent / "notebooks"
KERNEL = {"kernelspec": {"name": "nnlab", "display_name": "nnlab (Go)", "language": "go"}}

DATA = '''import (
	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/viz"
)

var all, test = datasets.MNIST()
var train = all.Take(SAMPLES)'''

MODEL = '''var model = nn.Keep("rede", func() *nn.Model {
	return nn.Sequential(
		nn.Input(28, 28, 1), nn.Flatten(),
		nn.Dense(256, nn.ReLU),
		nn.Dense(10, nn.Softmax),
	).Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001), nn.Accuracy)
})'''


def write(path, *cells):
    """A notebook of Go cells."""
    path.write_text(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL,
        "cells": [{"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
                  for i, source in enumerate(cells)]}))


def small(path, *cells, samples=4000):
    """A notebook that declares train, test and model, and then runs the cells."""
    write(path, DATA.replace("SAMPLES", str(samples)), MODEL, *cells)


def shortened(name, path, **parameters):
    """A notebook of the lecture without outputs, with other values in its cell tagged parameters."""
    notebook = json.loads((LECTURE / name).read_text())
    if parameters:
        (cell,) = [c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", [])]
        cell["source"] = "".join(cell["source"])
    for key, value in parameters.items():
        cell["source"], n = re.subn(rf"^var {key} = \S+", f"var {key} = {value}", cell["source"], flags=re.MULTILINE)
        assert n == 1, f"{name} has no parameter {key}"
    for c in notebook["cells"]:
        if c["cell_type"] == "code":
            c["outputs"], c["execution_count"] = [], None
    path.write_text(json.dumps(notebook))
