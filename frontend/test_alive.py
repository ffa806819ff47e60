"""The figures that are moved by who reads them, without a kernel, in Chromium."""

import html
import json
import os
import re
import subprocess
import sys

import pytest

import figures
from test_figures import GROUND, ROOT, THEMES, gallery  # noqa: F401, a fixture

ALIVE = ["blocks", "channels", "convolution", "features", "maps", "pooling", "signal"]
LIVE = "[data-nnlab=live]"
NOW = LIVE + " svg .now text"


def show(page, gallery, name, theme="light"):
    """Puts a figure into a page as JupyterLab does, and waits until it is alive."""
    page.set_content(f'<body data-jp-theme-light="{str(theme == "light").lower()}" style="margin:0;background:{GROUND[theme]}">'
                     + (gallery / f"{name}.html").read_text() + "</body>")
    page.locator(LIVE).wait_for()
    assert not page.locator("img.nnlab").is_visible(), "the picture stands beside what is alive"
    return page.locator(LIVE + " > svg")


def said(page):
    return " ".join(page.locator(NOW).all_text_contents())


def sound(svg):
    texts = svg.evaluate(figures.TEXTS)
    assert [t for t in texts if not t["inside"]] == [], "words are cut off"
    assert figures.pale(texts) == [], "words that cannot be read"
    assert svg.evaluate(figures.OVERLAPS) == [], "words over words"


@THEMES
def test_begins_as_the_picture(theme, gallery, new_page, tmp_path):
    """The script draws what the picture shows: the same words, readable in the page's theme."""
    page = new_page(color_scheme="dark" if theme == "light" else "light")  # the page's theme counts, not the browser's
    for name in ALIVE:
        svg = show(page, gallery, name, theme)
        sound(svg)
        still = re.findall(r"<text[^>]*>([^<]+)<", (gallery / f"{name}.svg").read_text())
        assert " ".join(svg.locator("text").all_text_contents()) == html.unescape(" ".join(still))
        paper = svg.locator("rect").first.evaluate("e => getComputedStyle(e).fill")
        assert (paper == "rgb(255, 255, 255)") == (theme == "light")
        svg.screenshot(path=tmp_path / f"{name}.png")
        page.evaluate("() => { document.body.dataset.jpThemeLight = String(document.body.dataset.jpThemeLight === 'false'); }")
        page.wait_for_function("paper => getComputedStyle(document.querySelector('[data-nnlab=live] svg rect')).fill !== paper", arg=paper)


def test_keyboard_alone(gallery, new_page):
    page = new_page()
    show(page, gallery, "convolution")
    assert said(page).startswith("linha 1, coluna 1: saída = 3·1 + 0·0")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("linha 1, coluna 2:") and said(page).endswith("= −4")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    assert said(page).startswith("linha 2, coluna 4:") and said(page).endswith("= 3")
    page.locator(LIVE + " [role=status]", has_text="linha 2, coluna 4").wait_for(state="attached")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # from "voltar" to "avançar"
    page.keyboard.press("Enter")
    assert said(page).startswith("linha 3, coluna 1:")

    show(page, gallery, "features")
    page.keyboard.press("Tab")
    page.keyboard.press("PageDown")
    assert said(page).startswith("maxpool2d · ")
    before = said(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert said(page).startswith("maxpool2d · ") and said(page) != before
    for _ in range(10):
        page.keyboard.press("PageDown")
    assert said(page).startswith("dense_1 · ") and re.search(r"softmax\(.*\) = .*%$", said(page))


def test_blocks(gallery, new_page, tmp_path):
    """A block is opened by Enter and by a click, and closed by Escape and by another."""
    page = new_page()
    svg = show(page, gallery, "blocks")
    before = svg.bounding_box()
    inside = svg.locator("svg text", has_text="bloco de 5 camadas")
    first, second = svg.get_by_role("button").all()
    assert inside.count() == 0
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert inside.count() == 1 and first.get_attribute("aria-expanded") == "true"
    assert svg.locator("svg text", has_text=re.compile("^BatchNorm$")).count() == 1
    assert svg.locator("svg").evaluate(figures.OVERLAPS) == [] and svg.locator("svg").evaluate(figures.CROSSING) == []
    assert [t for t in svg.locator("svg").evaluate(figures.TEXTS) if not t["inside"]] == []
    assert [t["words"] for t in svg.evaluate(figures.TEXTS) if not t["inside"]] == []
    svg.screenshot(path=tmp_path / "open.png")
    page.keyboard.press("Escape")
    assert inside.count() == 0 and svg.bounding_box() == before
    second.click()
    assert inside.count() == 1 and first.get_attribute("aria-expanded") == "false" and second.get_attribute("aria-expanded") == "true"
    second.click()
    assert inside.count() == 0 and svg.bounding_box() == before


def test_mouse(gallery, new_page):
    """Whatever is pointed at says what Go says of it, to the letter."""
    page = new_page()
    page.set_viewport_size({"width": 1000, "height": 1200})
    for name in ("features", "features-en"):
        svg = show(page, gallery, name)
        box = svg.bounding_box()
        for pixel in json.loads((gallery / f"{name}-formulas.json").read_text()):
            page.mouse.move(box["x"] + pixel["x"], box["y"] + pixel["y"])
            assert said(page) == " ".join(pixel["sentences"])
        sound(svg)
    svg = show(page, gallery, "pooling")
    box = svg.locator("rect").nth(1).bounding_box()  # the first number of the input
    page.mouse.move(box["x"] + 4.5 * box["width"], box["y"] + 0.5 * box["height"])
    assert said(page) == "linha 1, coluna 3: saída = máx(7, 4, 3, 1) = 7"


def test_motion(gallery, new_page):
    page = new_page()
    show(page, gallery, "signal")
    page.get_by_role("button", name="animar").click()
    page.wait_for_function("() => document.querySelector('[data-nnlab=live] .now').textContent.startsWith('coluna 3')")
    page.get_by_role("button", name="parar").click()
    page = new_page(reduced_motion="reduce")
    show(page, gallery, "signal")
    assert page.get_by_role("button", name="avançar").count() == 1 and page.get_by_role("button", name="animar").count() == 0


@pytest.mark.parametrize("width", [1280, 800])
def test_zoom(width, gallery, new_page):
    """At 200 %, which leaves half the page, all of it is there, and no letter is smaller than 11 pixels of the screen."""
    page = new_page(device_scale_factor=2)
    page.set_viewport_size({"width": width // 2, "height": 450})
    for name in ALIVE:
        svg = show(page, gallery, name)
        sound(svg)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), f"{name} is moved sideways"
        assert 2 * 12 * svg.evaluate("e => e.getScreenCTM().a") >= 11, name


def test_without_scripts(gallery, new_page):
    page = new_page(java_script_enabled=False)
    page.set_content((gallery / "convolution.html").read_text())
    assert figures.pictures(page) == 1


def test_saved_notebook(gallery, new_page, outside, tmp_path):
    """nbconvert's page of a saved notebook moves too; its own scripts, which would come from the internet, are left out."""
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": (gallery / "convolution.html").read_text()}}
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": "viz.Convolution(…)", "outputs": [output]}
    (tmp_path / "saved.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", "--log-level=ERROR", "--HTMLExporter.require_js_url=",
                    "--HTMLExporter.mathjax_url=", "--HTMLExporter.jquery_url=", tmp_path / "saved.ipynb"],
                   env=os.environ | outside.environment(), check=True, timeout=120)
    page = new_page()
    page.goto((tmp_path / "saved.html").as_uri())
    page.locator(LIVE).wait_for()
    page.locator(LIVE + " > svg").press("ArrowRight")
    assert said(page).startswith("linha 1, coluna 2:")


def test_page_of_exec(gallery, new_page):
    """The rules that the page of `nnlab-kernel exec` has for scripts let the figures move."""
    (rules,) = re.findall(r"<meta[^>]*Content-Security-Policy[^>]*>", (ROOT / "kernel/internal/page/page.html").read_text())
    page = new_page(color_scheme="dark")
    page.set_content(f"<!doctype html><html><head>{rules}</head><body>{(gallery / 'features.html').read_text()}</body></html>")
    page.locator(LIVE).wait_for()
    page.locator(LIVE + " > svg").press("PageDown")
    assert said(page).startswith("maxpool2d · ")
    sound(page.locator(LIVE + " > svg"))  # in the browser's theme, where the page says none
