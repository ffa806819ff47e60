"""Every figure of nnlab/viz, drawn once for all tests.

A module has them by importing the fixture."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ["activations", "answers", "blocks", "boundary", "channels", "confusion", "convolution", "curves", "deep", "embedding", "features",
         "filters", "first", "functions", "gradients", "histograms", "images", "inspect", "live", "losses", "maps", "network", "now",
         "playground", "pooling", "race", "receptive", "report", "signal", "wrong"]
INTERACTIVE = ["activations", "curves", "first", "functions", "gradients", "live", "losses"]  # charts of ECharts


DRAWN = pytest.StashKey[pathlib.Path]()


@pytest.fixture(scope="session")
def gallery(request, tmp_path_factory):
    """A folder with, of each figure in Portuguese and, with -en behind its name, in English: NAME.svg, NAME.bundle with all that a notebook gets, and more."""
    stash = request.config.stash  # the fixture is another one in each module
    if DRAWN not in stash:
        folder = tmp_path_factory.mktemp("gallery")
        subprocess.run(["go", "test", "-count=1", "-run", "^TestGallery$", "./nnlab/viz"], cwd=ROOT,
                       env=os.environ | {"NNLAB_GALLERY": str(folder)}, check=True, timeout=240)
        assert sorted(p.stem for p in folder.glob("*.svg")) == sorted(NAMES + [f"{n}-en" for n in NAMES])
        assert sorted(p.stem for p in folder.glob("*.json") if "formulas" not in p.stem) == sorted(INTERACTIVE + [f"{n}-en" for n in INTERACTIVE])
        stash[DRAWN] = folder
    return stash[DRAWN]


def outputs(folder, names=NAMES):
    """The figures as outputs of a cell."""
    return [{"output_type": "display_data", "metadata": {}, "data": json.loads((folder / f"{n}.bundle").read_text())} for n in names]


def alive(outputs):
    """How many of them a script brings to life."""
    return sum("<script>" in o["data"]["text/html"] for o in outputs)
