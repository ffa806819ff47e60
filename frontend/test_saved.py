"""A saved notebook shows its charts everywhere: untrusted, as HTML, without scripts."""

import os
import pathlib
import subprocess
import sys

import pytest

import figures
import notebooks
from outside import Outside
from test_chart import FIT


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A notebook that the kernel has executed without a front end, and its HTML page."""
    folder = tmp_path_factory.mktemp("saved")
    source, out, html = (folder / n for n in ("chart.ipynb", "executed.ipynb", "executed.html"))
    notebooks.small(source, FIT, "viz.Confusion(model, test.Take(300))")
    kernel = pathlib.Path(sys.prefix, "share/jupyter/kernels/nnlab/nnlab-kernel")
    outside = Outside()
    subprocess.run([kernel, "exec", source, "-o", out, "--html", html],
                   env=os.environ | outside.environment() | {"XDG_STATE_HOME": str(folder / "state")}, check=True, timeout=240)
    outside.close()
    assert outside.asked == []
    return out, html


def test_untrusted_notebook(saved, lab, server):
    """Another person's notebook: JupyterLab runs no script of it."""
    (server.notebooks / "foreign.ipynb").write_bytes(saved[0].read_bytes())
    lab.open("foreign.ipynb")
    cell = lab.show(2)
    assert figures.pictures(cell) == 1
    assert figures.pictures(lab.show(3)) == 1
    assert lab.page.locator(figures.LIVE).count() == 0


def test_nbconvert_html(saved, new_page, outside, tmp_path):
    """nbconvert's own scripts would come from the internet; they are left out here."""
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", "--log-level=ERROR", "--output", tmp_path / "converted",
                    "--HTMLExporter.require_js_url=", "--HTMLExporter.mathjax_url=", "--HTMLExporter.jquery_url=", saved[0]],
                   env=os.environ | outside.environment(), check=True, timeout=120)
    page = new_page()
    page.goto((tmp_path / "converted.html").as_uri())
    assert figures.pictures(page) == 1
    answers(page)


def test_exec_html(saved, new_page):
    """The page that `nnlab-kernel exec` writes."""
    page = new_page()
    page.goto(saved[1].as_uri())
    assert figures.pictures(page) == 1
    answers(page)


def answers(page):
    """The figure of the second cell stands in its picture's place, and a click shows its images, without any server."""
    figure = page.locator(figures.LIVE)
    figure.locator("[data-cell='7,7']").click()
    assert "rótulo 7, resposta 7" in figure.get_by_role("status").inner_text()
    figure.get_by_role("img").first.wait_for()


def test_html_without_scripts(saved, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(saved[1].as_uri())
    pictures = page.locator(figures.PICTURE)
    pictures.first.wait_for()
    assert pictures.count() == 2
    for picture in pictures.all():
        box = picture.bounding_box()
        assert box["width"] > 100 and box["height"] > 100
