"""Where else notebooks are read: Notebook 7, VS Code, printed by nbconvert and from the page of `nnlab-kernel exec`."""

import io
import json
import os
import subprocess
import sys

import pypdf
import pytest

import chromium
import figures
from notebooks import KERNEL
from test_controls import PLAY
from test_figures import INTERACTIVE, NAMES, gallery  # the last is a fixture
from test_saved import saved  # a fixture
from test_zoom import alive, outputs

# In the page in which VS Code puts outputs, with its setting notebook.experimental.enableCsp, these
# rules hold (backLayerWebView.ts); and scripts of HTML run when they are made anew, one after the
# other (extensions/notebook-renderers). VS Code takes HTML before SVG, and SVG before text.
VS_CODE = """<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval';
style-src 'unsafe-inline'; img-src https: http: data:; font-src https:; connect-src https:; child-src https: data:"></head><body class="vscode-dark" style="margin:0;background:#1f1f1f"></body></html>"""
RENDER = """html => {
    const output = document.createElement('div');
    output.innerHTML = html;
    document.body.append(output);
    for (const given of output.querySelectorAll('script')) {
        const script = document.createElement('script');
        script.text = given.textContent;
        output.append(script);
        script.remove();
    }
}"""


def test_vs_code(gallery, new_page):
    """What moves by what stands in the page moves; charts, whose library is at a server, are pictures; the theme is VS Code's."""
    page = new_page(color_scheme="light")
    page.set_content(VS_CODE)
    shown = outputs(gallery)
    for o in shown:
        assert set(o["data"]) == {"text/html", "image/svg+xml", "text/plain"}
        page.evaluate(RENDER, o["data"]["text/html"])
    live = page.locator(figures.LIVE)
    moving = alive(shown) - len(INTERACTIVE)
    live.nth(moving - 1).wait_for()
    assert live.count() == moving
    pictures = page.locator(figures.PICTURE + ":visible")
    assert pictures.count() == len(NAMES) - live.count()
    assert {p.evaluate("e => getComputedStyle(e).colorScheme") for p in pictures.all()} == {"dark"}
    for figure in live.all():
        for svg in figure.locator("svg").all():
            assert figures.pale(svg.evaluate(figures.TEXTS)) == []


def test_notebook_7(gallery, server, new_page):
    """Charts and figures are alive as in JupyterLab, and the controls of a cell that runs reach it."""
    shown = ["curves", "confusion", "convolution"]
    path = server.notebooks / "seven.ipynb"

    def cell(i, source, outputs=()):
        return {"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "source": source, "execution_count": None, "outputs": list(outputs)}

    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL, "cells": [cell(0, "// …", outputs(gallery, shown)), cell(1, PLAY)]}))
    server.trust(path)
    page = new_page()
    page.goto(f"{server.url}notebooks/{path.name}?token={server.token}")
    cells = page.locator(".jp-Notebook .jp-Cell")
    cells.locator(figures.LIVE).nth(2).wait_for()
    assert cells.nth(0).locator(figures.LIVE).count() == len(shown)
    assert cells.nth(0).locator(figures.PICTURE + ":visible").count() == 0
    page.locator(f"{figures.LIVE} svg[role=application]").press("ArrowRight")
    page.locator("[role=status]", has_text="linha 1, coluna 2:").wait_for(state="attached")
    cells.nth(1).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    momentum = cells.nth(1).get_by_role("slider", name="α")
    momentum.wait_for()
    momentum.press("End")
    cells.nth(1).locator("img[alt*='α = 0,95']").first.wait_for()
    cells.nth(1).get_by_role("button", name="terminar").click()
    momentum.wait_for(state="detached")
    assert figures.pictures(cells.nth(1)) == 5


# nbconvert with the tests' browser: playwright knows only browsers of its own by itself.
WEBPDF = """
import sys
from functools import partialmethod
from playwright.async_api import BrowserType
BrowserType.launch = partialmethod(BrowserType.launch, executable_path=sys.argv.pop(1))
from nbconvert.nbconvertapp import main
main()
"""


def words(pdf):
    """The text of each page."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_webpdf(saved, tmp_path):
    """The printed notebook has its figures, as drawings and not as pixels: their words can be looked for."""
    if not chromium.path():
        pytest.skip("there is no Chromium")
    subprocess.run([sys.executable, "-c", WEBPDF, chromium.path(), "--to", "webpdf", "--log-level=ERROR", "--output", tmp_path / "printed",
                    "--HTMLExporter.require_js_url=", "--HTMLExporter.mathjax_url=", "--HTMLExporter.jquery_url=",
                    f"--WebPDFExporter.disable_sandbox={os.geteuid() == 0}", f"--WebPDFExporter.browser_args={chromium.FLAGS}", saved[0]],
                   check=True, timeout=240)  # the flags let nothing out; what Chromium itself would ask is not counted
    printed = " ".join(words((tmp_path / "printed.pdf").read_bytes()))
    for expected in ("perda", "acurácia", "validação", "viz.Confusion", "matriz de confusão", "rótulo"):
        assert expected in printed, (expected, printed)


def test_print_of_exec(saved, new_page):
    """The page of exec on paper: black on white in a dark browser too, each figure with its cell."""
    page = new_page(color_scheme="dark")
    page.goto(saved[1].as_uri())
    page.locator(figures.LIVE).wait_for()
    page.emulate_media(media="print", color_scheme="light")
    pages = words(page.pdf(print_background=True))
    for source, figure in (("viz.Live()", "perda"), ("viz.Confusion", "rótulo")):
        where = [i for i, w in enumerate(pages) if source in w]
        assert len(where) == 1, (source, pages)
        assert figure in pages[where[0]], f"the figure of {source} is on another page"
