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
NAMES = ["activations", "boundary", "confusion", "curves", "deep", "embedding", "filters", "first", "functions", "gradients",
         "histograms", "images", "inspect", "live", "losses", "maps", "network", "now", "race", "report", "wrong"]
INTERACTIVE = ["activations", "curves", "first", "functions", "gradients", "live", "losses"]
ALIVE = ["confusion", "embedding", "inspect"]  # those that answer clicks and keys from what lies in the page
ECHARTS = pathlib.Path(sys.prefix, "share/jupyter/kernels/nnlab/echarts.min.js")
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 17, 17)"}
WIDTHS = pytest.mark.parametrize("width", [900, 600])

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


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    subprocess.run(["go", "test", "-count=1", "-run", "^TestGallery$", "./nnlab/viz"], cwd=ROOT,
                   env=os.environ | {"NNLAB_GALLERY": str(folder)}, check=True, timeout=240)
    assert sorted(p.stem for p in folder.glob("*.svg")) == sorted(NAMES + [f"{n}-en" for n in NAMES])
    assert sorted(p.stem for p in folder.glob("*.json")) == sorted(INTERACTIVE + [f"{n}-en" for n in INTERACTIVE])
    assert sorted(p.stem for p in folder.glob("*.html")) == sorted(ALIVE + [f"{n}-en" for n in ALIVE])
    return folder


# Words that only one of the two languages has; each figure with words has one.
PORTUGUESE = r"perda|mapas|acurácia|época|treino|validação|rótulo|resposta|camadas|parâmetros|pesos|gradiente|norma do|média|suporte|regiões|precisão|entropia|alvo|\bde\b"
ENGLISH = r"\bloss\b|\bmaps\b|accuracy|epoch|training|validation|label|answer|layers|parameters|weights|gradient\b|norm of|\bmean\b|support|regions|precision|target|\bof\b"


@pytest.mark.parametrize("name", NAMES)
def test_one_language(name, gallery):
    """Words are Portuguese, and English where that was asked for; never both."""
    def words(name):
        found = re.findall(r'<text[^>]*>([^<]+)<|aria-label="([^"]+)"', (gallery / f"{name}.svg").read_text())
        return " ".join(text + label for text, label in found)
    portuguese, english = words(name), words(f"{name}-en")
    assert re.findall(ENGLISH, portuguese) == []
    assert re.findall(PORTUGUESE, english) == []
    if name not in ("functions", "activations"):  # these have none
        assert re.search(PORTUGUESE, portuguese) and re.search(ENGLISH, english)


@THEMES
@pytest.mark.parametrize("name", NAMES)
def test_figure(name, theme, gallery, new_page, tmp_path):
    svg = (gallery / f"{name}.svg").read_text()
    assert "<script" not in svg
    page = new_page(color_scheme=theme)
    page.set_content(f'<body style="margin:0;background:{GROUND[theme]}">{svg}</body>')
    drawn = page.evaluate(DRAWN, svg)
    assert drawn["width"] >= 240 and drawn["height"] >= 24
    assert drawn["part"] > 0.02, "the picture is empty"
    texts = page.locator("svg").evaluate(figures.TEXTS)
    assert texts, "no words"
    assert [t for t in texts if not t["inside"]] == [], "words are cut off"
    assert figures.pale(texts) == [], "words that cannot be read"
    assert page.locator("svg").evaluate(figures.OVERLAPS) == [], "words over words"
    assert page.locator("svg").evaluate(figures.CROSSING) == [], "words cross a box"
    page.locator("svg").first.screenshot(path=tmp_path / f"{name}.png")


@THEMES
@WIDTHS
@pytest.mark.parametrize("name", INTERACTIVE)
def test_interactive(name, theme, width, gallery, new_page, tmp_path):
    """What ECharts makes of a figure, as wide as JupyterLab's cells let it be in a wide page and in one of 800 pixels."""
    page = new_page()
    page.set_content(f'<body style="margin:0;background:{GROUND[theme]}"><div id="chart" style="width:min({width}px,648px)"></div></body>')
    page.add_script_tag(path=ECHARTS)
    page.add_script_tag(path=ROOT / "nnlab/viz/option.js")
    page.evaluate("""([given, dark]) => new Promise(done => {
        const place = document.getElementById("chart");
        place.style.height = given.option.nnlab.height + "px";
        const chart = echarts.init(place, null, {renderer: "svg"});
        chart.on("finished", done);
        chart.setOption(option(echarts, given, dark));
    })""", [json.loads((gallery / f"{name}.json").read_text()), theme == "dark"])
    page.locator("svg").screenshot(path=tmp_path / f"{name}.png")
    assert page.locator("svg path[stroke]").count() > 4, "no curves"
    texts = page.locator("svg").evaluate(figures.TEXTS)
    # The same ticks as in the picture, written alike: no point for a comma, no half epoch.
    still = re.findall(r"<text[^>]*>([^<]+)<", (gallery / f"{name}.svg").read_text())
    numbers = [t["words"] for t in texts if re.fullmatch(r"[−\d,.]+(\u00a0%)?|10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", t["words"])]
    assert len(numbers) > 5 and not [n for n in numbers if "." in n], numbers
    assert [n for n in numbers if n not in still] == [], (numbers, still)
    assert [t for t in texts if not t["inside"]] == [], "words are cut off"
    assert figures.pale(texts) == [], "words that cannot be read"


def alive(page, name, gallery, theme, width):
    """The figure that has taken the place of its picture, in JupyterLab's theme and not in the browser's."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="light" if theme == "dark" else "dark", reduced_motion="reduce")
    html = (gallery / f"{name}.html").read_text().replace("<body", f'<body data-jp-theme-light="{"true" if theme == "light" else "false"}"')
    page.set_content(html)
    page.add_style_tag(content=f"body{{background:{GROUND[theme]}}}")
    figure = page.locator(figures.LIVE)
    figure.wait_for()
    assert not page.locator(figures.PICTURE).first.is_visible(), "the picture stands beside the figure"
    return figure


def legible(figure, folder, name):
    """What can be seen of a figure now."""
    for svg in figure.locator("svg").all():
        texts = svg.evaluate(figures.TEXTS)
        assert [t for t in texts if not t["inside"]] == [], "words are cut off"
        assert figures.pale(texts) == [], "words that cannot be read"
        assert svg.evaluate(figures.OVERLAPS) == [], "words over words"
        assert svg.evaluate(figures.CROSSING) == [], "words cross a box"
    assert figures.pale(figure.evaluate(figures.WORDS)) == [], "words that cannot be read"
    assert figure.evaluate("f => document.getAnimations().length") == 0, "it moves by itself"
    figure.screenshot(path=folder / f"{name}.png")


@THEMES
@WIDTHS
def test_inspect_steps(theme, width, gallery, new_page, tmp_path):
    """Every step of an example, by the keys alone; then the next example by the button."""
    page = new_page()
    figure = alive(page, "inspect", gallery, theme, width)
    status, drawing = figure.get_by_role("status"), figure.locator("svg")
    assert "entra o exemplo 0" in status.inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "ao começo"
    said, shown = [], []
    for i in range(12):
        said.append(status.inner_text())
        shown.append(drawing.evaluate("svg => [...svg.querySelectorAll('text')].filter(t => t.getBoundingClientRect().width).length"))
        if i % 3 == 0:
            legible(figure, tmp_path, f"step-{i}")
        page.keyboard.press("ArrowRight")
    assert [s[:6] for s in said[1:4]] == ["fase 1"] * 3 and "E = " in said[4] and [s[:6] for s in said[5:11]] == ["fase 2"] * 6, said
    assert shown[0] < shown[1] < shown[5] < shown[11], shown
    assert "entra o exemplo 1" in status.inner_text()
    page.keyboard.press("ArrowLeft")
    assert status.inner_text() == said[-1]
    page.keyboard.press("Home")
    assert status.inner_text() == said[0]
    figure.get_by_role("button", name="próximo exemplo").click()
    figure.get_by_role("button", name="próximo exemplo").click()
    assert "entra o exemplo 2" in status.inner_text() and "exemplo 2 · passo 1/12" in figure.inner_text()
    figure.get_by_role("button", name="próximo exemplo").click()
    assert "passo 12/12" in figure.inner_text()
    legible(figure, tmp_path, "last")


@THEMES
def test_confusion_cells(theme, gallery, new_page, tmp_path):
    """A cell's images, by the keys and by the mouse."""
    page = new_page()
    figure = alive(page, "confusion", gallery, theme, 800)
    status = figure.get_by_role("status")
    assert "escolha uma célula" in status.inner_text()
    legible(figure, tmp_path, "before")
    page.keyboard.press("Tab")
    cells = {e.get_attribute("data-cell"): e for e in figure.get_by_role("button").all()}
    assert len(cells) == 4 and [k for k, e in cells.items() if e.evaluate("e => e === document.activeElement")] != []
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")  # there is none above or beside it
    page.keyboard.press("Enter")
    chosen = figure.locator("[data-cell][aria-pressed=true]")
    assert chosen.count() == 1
    for where, cell in cells.items():
        cell.click()
        label = cell.get_attribute("aria-label")
        assert status.inner_text().startswith(label) and chosen.get_attribute("data-cell") == where
        images = figure.get_by_role("img").all()
        assert len(images) == int(label.rpartition(": ")[2]), label
        assert all(i.evaluate("i => i.complete && i.naturalWidth > 0") and "era" in i.get_attribute("alt") for i in images)
        legible(figure, tmp_path, where)


@THEMES
def test_embedding_points(theme, gallery, new_page, tmp_path):
    """From epoch to epoch, and from example to example, by the keys; and the mouse over a point."""
    page = new_page()
    figure = alive(page, "embedding", gallery, theme, 800)
    where, says = figure.get_by_role("status").all()
    points = figure.locator("[data-point]")
    place = "ps => ps.map(p => { const b = p.getBoundingClientRect(); return [Math.round(b.x), Math.round(b.y)]; })"
    assert where.inner_text() == "época 0" and points.count() == 300
    before = points.evaluate_all(place)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert where.inner_text() == "época 2"
    after = points.evaluate_all(place)
    assert sum(a != b for a, b in zip(before, after)) > 250, "the points do not move"
    legible(figure, tmp_path, "last")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert re.fullmatch(r"exemplo 0: classe \d", says.inner_text())
    page.keyboard.press("ArrowRight")
    assert re.fullmatch(r"exemplo 2: classe \d", says.inner_text()), "the examples are every second one of 600"
    assert page.evaluate("document.activeElement.dataset.point") == "1"
    points.nth(7).hover(force=True)
    said = says.inner_text()
    label = re.fullmatch(r"exemplo (\d+): classe \d", said)
    assert label
    image = figure.get_by_role("img", name=said).last
    assert image.evaluate("i => getComputedStyle(i).backgroundImage.startsWith('url(')") and image.bounding_box()["width"] >= 56
    legible(figure, tmp_path, "pointed")
