"""Every figure of nnlab/viz in Chromium, on JupyterLab's light ground and on its dark one."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

import figures

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ["activations", "answers", "blocks", "boundary", "channels", "classes", "confusion", "convolution", "curves", "deep", "digits", "features", "filters", "first", "functions", "gradients",
         "histograms", "images", "legend", "live", "losses", "maps", "network", "oblong", "pooling", "receptive", "report", "scales", "signal", "wrong"]
INTERACTIVE = ["activations", "curves", "diverged", "first", "functions", "gradients", "legend", "live", "losses", "scales"]
KERNELSPEC = pathlib.Path(sys.prefix, "share/jupyter/kernels/nnlab")
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 17, 17)"}
WIDTHS = pytest.mark.parametrize("width", [900, 600])
NAMES += ["diverged", "diverged-race", "embedding", "inspect", "lost", "now", "playground", "race"]
NAMES += ["features-clothes", "features-objects", "now-clothes", "now-objects"]

# The part of a figure's pixels that are drawn, as the <img> of a notebook draws them.
DRAWN = """async svg => {
    const img = new Image();
    img.src = 'data:image/svg+xml;base64,' + btoa(unescape(encodeURIComponent(svg)));
    await img.decode();
    const canvas = document.createElement('canvas');
    canvas.width = img.naturalWidth; canvas.height = img.naturalHeight;
    const c = canvas.getContext('2d');
    c.drawImage(img, 0, 0);
    const {data} = c.getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 3; i < data.length; i += 4) n += data[i] > 0;
    return {width: canvas.width, height: canvas.height, part: n / (data.length / 4)};
}"""


def serve(page, body):
    """Opens a page as from a server that has the kernelspec's files."""
    def answer(route):
        _, is_file, name = route.request.url.partition("/kernelspecs/nnlab/")
        if is_file:
            route.fulfill(path=KERNELSPEC / name, content_type="text/javascript")
        else:
            route.fulfill(body=f"<!doctype html><meta charset=utf-8>{body}", content_type="text/html")

    page.route("http://127.0.0.1/**", answer)
    page.goto("http://127.0.0.1/")


DRAWN_FIGURES = pytest.StashKey[pathlib.Path]()


@pytest.fixture(scope="session")
def gallery(request, tmp_path_factory):
    """A folder with, of each figure in Portuguese and, with -en behind its name, in English: NAME.svg, NAME.bundle with all that a notebook gets, and more."""
    stash = request.config.stash  # a module that imports the fixture has one of its own
    if DRAWN_FIGURES not in stash:
        folder = tmp_path_factory.mktemp("gallery")
        subprocess.run(["go", "test", "-count=1", "-run", "^TestGallery$", "./nnlab/viz"], cwd=ROOT,
                       env=os.environ | {"NNLAB_GALLERY": str(folder)}, check=True, timeout=240)
        assert sorted(p.stem for p in folder.glob("*.svg")) == sorted(NAMES + [f"{n}-en" for n in NAMES])
        assert sorted(p.stem for p in folder.glob("*.json") if "formulas" not in p.stem) == sorted(INTERACTIVE + [f"{n}-en" for n in INTERACTIVE])
        stash[DRAWN_FIGURES] = folder
    return stash[DRAWN_FIGURES]


# Words that only one of the two languages has; each figure with words has one.
PORTUGUESE = r"perda|mapas|acurácia|época|treino|validação|rótulo|resposta|camadas|parâmetros|pesos|gradiente|norma do|média|suporte|regiões|precisão|entropia|convolução|subamostragem|campo receptivo|\bde\b"
ENGLISH = r"\bloss\b|\bmaps\b|accuracy|epoch|training|validation|label|answer|layers|parameters|weights|gradient\b|norm of|\bmean\b|support|regions|precision|convolution\b|pooling|receptive field|\bof\b"


PORTUGUESE += "|alvo"
ENGLISH += "|target"


@pytest.mark.parametrize("name", NAMES)
def test_one_language(name, gallery):
    """Words are Portuguese, and English where that was asked for; never both."""
    def words(name):
        found = re.findall(r'<text[^>]*>([^<]+)<|aria-label="([^"]+)"', (gallery / f"{name}.svg").read_text())
        return " ".join(text + label for text, label in found)
    portuguese, english = words(name), words(f"{name}-en")
    assert re.findall(ENGLISH, portuguese) == []
    assert re.findall(PORTUGUESE, english) == []
    if name not in ("functions", "activations", "legend", "scales"):  # these have none
        assert re.search(PORTUGUESE, portuguese) and re.search(ENGLISH, english)


@THEMES
def test_pictures(theme, gallery, new_page, tmp_path):
    page = new_page(color_scheme=theme)
    for name in NAMES:
        svg = (gallery / f"{name}.svg").read_text()
        assert "<script" not in svg
        page.set_content(f'<body style="margin:0;background:{GROUND[theme]}">{svg}</body>')
        drawn = page.evaluate(DRAWN, svg)
        assert drawn["width"] >= 240 and drawn["height"] >= 24, name
        assert drawn["part"] > 0.02, f"{name} is empty"
        shown = page.locator("svg").first
        texts = shown.evaluate(figures.TEXTS)
        assert texts, f"{name} has no words"
        shown.screenshot(path=tmp_path / f"{name}.png")
        assert [t for t in texts if not t["inside"]] == [], f"words of {name} are cut off"
        assert figures.pale(texts) == [], f"words of {name} cannot be read"
        assert shown.evaluate(figures.OVERLAPS) == [], f"words over words in {name}"
        assert shown.evaluate(figures.CROSSING) == [], f"words cross a box in {name}"


@THEMES
@WIDTHS
@pytest.mark.parametrize("name", INTERACTIVE)
def test_interactive(name, theme, width, gallery, new_page, tmp_path):
    """What ECharts makes of a figure, as wide as JupyterLab's cells let it be in a wide page and in one of 800 pixels."""
    page = new_page()
    serve(page, f'<body style="margin:0;background:{GROUND[theme]}"><div id="chart" style="width:min({width}px,648px)"></div></body>')
    for script in ["numbers.js", "option.js"]:
        page.add_script_tag(path=ROOT / "nnlab/viz" / script)
    page.evaluate("""async ([given, dark]) => {
        const echarts = await import("/kernelspecs/nnlab/echarts/echarts.js"), place = document.getElementById("chart");
        place.style.height = given.option.nnlab.height + "px";
        const chart = echarts.init(place, null, {renderer: "svg"});
        const drawn = new Promise(done => chart.on("finished", done));
        chart.setOption(option(echarts, given, dark, place.clientWidth));
        await drawn;
    }""", [json.loads((gallery / f"{name}.json").read_text()), theme == "dark"])
    page.locator("svg").screenshot(path=tmp_path / f"{name}.png")
    assert page.locator("svg path[stroke]").count() > 4, "no curves"
    texts = page.locator("svg").evaluate(figures.TEXTS)
    # The same ticks as in the picture, written alike: no point for a comma, no half epoch.
    still = re.findall(r"<text[^>]*>([^<]+)<", (gallery / f"{name}.svg").read_text())
    numbers = [t["words"] for t in texts if re.fullmatch(r"[−\d,.\u00a0]+(\u00a0%|·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|−?10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", t["words"])]
    assert len(numbers) > 5 and not [n for n in numbers if "." in n], numbers
    assert [n for n in numbers if n not in still] == [], (numbers, still)
    assert [t for t in texts if not t["inside"]] == [], "words are cut off"
    assert figures.pale(texts) == [], "words that cannot be read"
    assert page.locator("svg").evaluate(figures.OVERLAPS) == [], "words over words"


@THEMES
@pytest.mark.parametrize("name", ["curves", "gradients"])
def test_chart_by_keys(name, theme, gallery, new_page, tmp_path):
    """A chart's numbers and its zoom, by the keys alone; what they are is read aloud."""
    page = new_page()
    serve(page, f'<body data-jp-theme-light="{str(theme == "light").lower()}"><script id="jupyter-config-data" type="application/json">{{"baseUrl": "/"}}</script><main></main></body>')
    page.evaluate("""html => {
        document.querySelector("main").append(document.createRange().createContextualFragment(html));
    }""", json.loads((gallery / f"{name}.bundle").read_text())["text/html"])
    chart, status = page.locator(figures.LIVE), page.get_by_role("status")
    chart.locator("svg").wait_for()
    page.keyboard.press("Tab")
    assert chart.evaluate("e => e === document.activeElement") and len(chart.get_attribute("aria-label")) > 20
    said = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        said.append(status.inner_text())
        assert said[-1].split() == chart.locator(":scope > div").nth(1).inner_text().split()
    assert len(set(said)) == 3 and all(s.startswith("época ") and re.search(r": \S*\d", s) for s in said), said
    page.keyboard.press("ArrowLeft")
    assert status.inner_text() == said[1]
    if name == "curves":
        page.keyboard.press("ArrowDown")
        assert "acurácia" in status.inner_text() and "acurácia" not in said[1]
    ticks = chart.locator("svg text").all_text_contents()
    page.keyboard.press("+")
    page.wait_for_function("before => [...document.querySelectorAll('[data-nnlab=live] svg text')].map(t => t.textContent).join() !== before", arg=",".join(ticks))
    page.screenshot(path=tmp_path / "near.png")
    lines = chart.locator("svg path[stroke]").evaluate_all("ps => ps.filter(p => p.getAttribute('fill') === 'none' && p.getBoundingClientRect().width > 100 && p.getBoundingClientRect().height > 5).length")
    assert lines >= 2, "no curves are left"
    page.keyboard.press("Escape")
    page.wait_for_function("before => [...document.querySelectorAll('[data-nnlab=live] svg text')].map(t => t.textContent).join() === before", arg=",".join(ticks))
