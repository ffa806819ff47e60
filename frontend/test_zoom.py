"""Every figure in JupyterLab as readers have it: in a wide window, in a narrow one, at 200 %; light and dark.

One notebook with all of them is opened once."""

import json

import pytest

import figures
from notebooks import KERNEL
from sharing import shared  # a fixture
from test_figures import NAMES, gallery  # the second is a fixture

WINDOWS = pytest.mark.parametrize("width, zoom", [(1280, 1), (800, 1), (1280, 2), (800, 2)])


def outputs(folder, names=NAMES):
    """The figures as outputs of a cell."""
    return [{"output_type": "display_data", "metadata": {}, "data": json.loads((folder / f"{n}.bundle").read_text())} for n in names]


def alive(outputs):
    """How many of them a script brings to life."""
    return sum("<script>" in o["data"]["text/html"] for o in outputs)


@pytest.fixture(scope="module")
def every(shared, gallery):
    """JupyterLab with the figures, each an output of the one cell, and all that can be alive alive."""
    path = shared.server.notebooks / "every.ipynb"
    cell = {"cell_type": "code", "id": "every", "metadata": {}, "source": "// …", "execution_count": 1, "outputs": outputs(gallery)}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL, "cells": [cell]}))
    shared.server.trust(path)
    shared.open(path.name)
    shared.page.keyboard.press("Control+b")  # without the file browser
    shared.wait(lambda: shared.page.locator(figures.LIVE).count() == alive(cell["outputs"]), "the figures to be alive")
    return shared


@WINDOWS
@pytest.mark.parametrize("theme", ["light", "dark"], scope="module")  # all windows of one, then all of the other
def test_every_figure(theme, width, zoom, every, tmp_path):
    page = every.page
    if not page.locator(f"body[data-jp-theme-light={'true' if theme == 'light' else 'false'}]").count():
        every.resize(1280, 1)  # JupyterLab has no menus where it is narrow
        every.theme(f"JupyterLab {theme.title()}")
    page.emulate_media(color_scheme=theme)
    every.resize(width, zoom)
    page.evaluate(figures.SETTLED)
    outputs = page.locator(".jp-OutputArea-child")
    found = {name: list(figures.faults(look, zoom)) for name, look in zip(NAMES, outputs.evaluate_all(figures.LOOK), strict=True)}
    for i, name in enumerate(NAMES):
        if found[name]:
            outputs.nth(i).screenshot(path=tmp_path / f"{name}.png")
    assert {name: f for name, f in found.items() if f} == {}
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "the page is moved sideways"
