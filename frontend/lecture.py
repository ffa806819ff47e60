"""Each of the lecture's notebooks in JupyterLab: restarted and run whole, as a student does who wants to know whether all of it still works.

`go run ./tools lecture` runs it for the notebooks that have changed since they passed, `make test-all` for all of them. NNLAB_NOTEBOOKS has the names of others."""

import json
import os
import sys

import pytest

import notebooks
from sharing import lab, server, shared  # fixtures

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # JupyterLab's own there

NAMES = os.environ.get("NNLAB_NOTEBOOKS", "").split() or sorted(p.stem for p in notebooks.LECTURE.glob("*.ipynb") if not p.stem.endswith(".executed"))


def short(name):
    """The parameters with which a notebook is marked, which make it short."""
    sheet = notebooks.LECTURE / "professor" / f"{name}.toml"
    return tomllib.loads(sheet.read_text()).get("parameters", {}) if sheet.exists() else {}


def kinds(cell):
    """What a cell shows, without how much of it: streams by their names, data by the richest form."""
    found = set()
    for o in cell["outputs"]:
        if o["output_type"] == "stream":
            found.add(o["name"])
        else:
            found.add(next((k for k in ("image/svg+xml", "text/html", "text/plain") if k in o.get("data", {})), o["output_type"]))
    return found


@pytest.mark.timeout(1800)  # a machine of two cores that has other work, too
@pytest.mark.parametrize("name", NAMES)
def test_restart_and_run_all(name, lab, server):
    """No cell fails, each is run once and in order by the new kernel, and each shows what the committed notebook shows."""
    file = f"{name}.ipynb"
    notebooks.shortened(file, server.notebooks / file, **short(name))
    committed = [c for c in json.loads((notebooks.LECTURE / file).read_text())["cells"] if c["cell_type"] == "code"]
    lab.open(file)
    first = next(i for i, c in enumerate(lab.cells()) if c["type"] == "code")
    lab.ran(first)
    lab.menu("Kernel", "Restart Kernel and Run All Cells…")
    lab.page.locator(".jp-Dialog", has_text="Restart Kernel?").get_by_role("button", name="Confirm Kernel Restart").click()
    lab.wait_done(timeout=1500)
    cells = [c for c in lab.cells() if c["type"] == "code"]
    assert [c["count"] for c in cells] == list(range(1, len(committed) + 1))
    assert [kinds(c) for c in cells] == [kinds(c) for c in committed]
