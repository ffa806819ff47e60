"""A saved notebook shows its charts everywhere: untrusted, as HTML, without scripts."""

import os
import pathlib
import subprocess
import sys

import pytest

import figures
import notebooks
from test_chart import FIT


def jupyter(outside, *arguments):
    subprocess.run([sys.executable, "-m", *arguments], env=os.environ | outside.environment(), check=True, timeout=120)


@pytest.fixture
def saved(tmp_path, outside):
    """A notebook that the kernel has executed without a front end, and its HTML page."""
    source, out, html = (tmp_path / n for n in ("chart.ipynb", "executed.ipynb", "executed.html"))
    notebooks.small(source, FIT)
    kernel = pathlib.Path(sys.prefix, "share/jupyter/kernels/nnlab/nnlab-kernel")
    subprocess.run([kernel, "exec", source, "-o", out, "--html", html],
                   env=os.environ | outside.environment() | {"GOPROXY": "off", "XDG_STATE_HOME": str(tmp_path / "state")},
                   check=True, timeout=240)
    return out, html


def test_untrusted_notebook(saved, lab, server):
    """Another person's notebook: JupyterLab runs no script of it."""
    (server.notebooks / "foreign.ipynb").write_bytes(saved[0].read_bytes())
    lab.open("foreign.ipynb")
    cell = lab.show(2)
    assert figures.pictures(cell) == 1
    assert cell.locator("canvas").count() == 0


def test_nbconvert_html(saved, new_page, outside, tmp_path):
    """nbconvert's own scripts would come from the internet; they are left out here."""
    jupyter(outside, "nbconvert", "--to", "html", "--log-level=ERROR", "--output-dir", str(tmp_path), "--output", "converted",
            "--HTMLExporter.require_js_url=", "--HTMLExporter.mathjax_url=", "--HTMLExporter.jquery_url=", str(saved[0]))
    page = new_page()
    page.goto((tmp_path / "converted.html").as_uri())
    assert figures.pictures(page) == 1


def test_exec_html(saved, new_page):
    """The page that `nnlab-kernel exec` writes."""
    page = new_page()
    page.goto(saved[1].as_uri())
    assert page.locator("canvas").count() or figures.pictures(page)


def test_html_without_scripts(saved, browser, outside):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(saved[1].as_uri())
    page.locator(figures.PICTURE).first.wait_for()
    box = page.locator(figures.PICTURE).first.bounding_box()
    context.close()
    assert box["width"] > 100 and box["height"] > 100
