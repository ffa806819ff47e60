"""Every figure of nnlab/viz in Chromium, on JupyterLab's light ground and on its dark one."""

import json
import pathlib
import re
import sys

import pytest

import figures
from gallery import INTERACTIVE, NAMES, ROOT, gallery  # a fixture

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


# Words that only one of the two languages has; each figure with words has one.
PORTUGUESE = r"perda|mapas|acurácia|época|treino|validação|rótulo|resposta|camadas|parâmetros|pesos|gradiente|norma do|média|suporte|regiões|precisão|alvo|entropia|convolução|subamostragem|campo receptivo|\bde\b"
ENGLISH = r"\bloss\b|\bmaps\b|accuracy|epoch|training|validation|label|answer|layers|parameters|weights|gradient\b|norm of|\bmean\b|support|regions|precision|target|convolution\b|pooling|receptive field|\bof\b"


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
