"""The figures that answer clicks and keys from what lies in the page, in Chromium."""

import re

import figures
from test_alive import show
from test_figures import THEMES, WIDTHS, gallery  # noqa: F401, a fixture


def alive(page, name, gallery, theme, width):
    """The figure that has taken the place of its picture, in JupyterLab's theme and not in the browser's."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="light" if theme == "dark" else "dark", reduced_motion="reduce")
    show(page, gallery, name, theme)
    return page.locator(figures.LIVE)


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
@WIDTHS
def test_filters(theme, width, gallery, new_page, tmp_path):
    """A filter's numbers and its answer, by the keys and by the mouse."""
    page = new_page()
    figure = alive(page, "answers", gallery, theme, width)
    status, large = figure.get_by_role("status"), figure.locator("svg").nth(1)
    assert "escolha um filtro" in status.inner_text() and large.count() == 0
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert re.match(r"filtro 2 · w: −0,\d+ a 0,\d+, Σ w = ", status.inner_text())
    numbers = large.locator("text").all_text_contents()
    assert len([n for n in numbers if re.fullmatch(r"−?\d(,\d+)?", n)]) == 9, numbers
    assert large.locator("image").count() == 1
    legible(figure, tmp_path, "second")
    figure.get_by_role("button", name="filtro 7").click()
    assert status.inner_text().startswith("filtro 7 · ") and figure.locator("[aria-pressed=true]").get_attribute("aria-label") == "filtro 7"
    legible(figure, tmp_path, "seventh")


@THEMES
def test_receptive_fields(theme, gallery, new_page, tmp_path):
    """The fields of the numbers at a pixel, by the keys and by the mouse; it begins as the picture."""
    page = new_page()
    figure = alive(page, "receptive", gallery, theme, 800)
    marks, status, svg = figure.locator(".now rect"), figure.get_by_role("status"), figure.locator("svg")
    boxes = "rs => rs.map(r => ['x', 'y', 'width', 'height'].map(a => Math.round(r.getAttribute(a))))"
    assert "mouse" in status.inner_text()
    before = marks.evaluate_all(boxes)
    page.keyboard.press("Tab")
    page.keyboard.press("PageUp")  # there is none above
    assert marks.evaluate_all(boxes) == before, "the script finds other fields than Go"
    # The middle of 28 numbers lies between two of the 26.
    assert status.inner_text() == "conv2d, linha 13, coluna 13: campo 3×3, da imagem as linhas 13 a 15 e as colunas 13 a 15"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert status.inner_text() == "conv2d, linha 14, coluna 14: campo 3×3, da imagem as linhas 14 a 16 e as colunas 14 a 16"
    assert marks.evaluate_all(boxes)[0] != before[0]
    legible(figure, tmp_path, "moved")
    page.keyboard.press("PageDown")
    assert status.inner_text() == "maxpool2d, linha 7, coluna 7: campo 4×4, da imagem as linhas 13 a 16 e as colunas 13 a 16"
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    assert "coluna 1: campo 4×4, da imagem as linhas 13 a 16 e as colunas 1 a 4" in status.inner_text()
    # A corner of the image.
    box = svg.locator("use").nth(2).bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + 1)
    assert re.match(r"conv2d_1, linha 1, coluna 1: campo (\d+)×\1, da imagem as linhas 1 a \d+ e as colunas 1 a \d+$", status.inner_text()), status.inner_text()
    for layer in range(figure.locator("use").count()):
        page.keyboard.press("PageDown")
    assert re.match(r"dense: campo 28×28, da imagem as linhas 1 a 28 e as colunas 1 a 28$", status.inner_text()), status.inner_text()
    legible(figure, tmp_path, "last")


def test_points_without_a_place(gallery, new_page):
    """What is no number is not on the plane, is passed over by the keys, and is counted."""
    page = new_page()
    figure = alive(page, "lost", gallery, "light", 800)
    where, says = figure.get_by_role("status").all()
    points = figure.locator("[data-point]")
    seen = "ps => ps.map(p => getComputedStyle(p).visibility === 'visible')"
    figure.get_by_role("button", name="avançar").click()
    assert where.inner_text() == "época 1 · fora do plano, por serem NaN/∞: 1"
    assert points.evaluate_all(seen) == [True, True, False, True]
    points.nth(1).focus()
    page.keyboard.press("ArrowRight")
    assert says.inner_text() == "exemplo 3: classe 1"
    figure.get_by_role("button", name="avançar").click()
    assert where.inner_text() == "época 2 · fora do plano, por serem NaN/∞: 3" and points.evaluate_all(seen) == [False, False, False, True]
    figure.get_by_role("button", name="ao começo").click()
    assert where.inner_text() == "época 0" and points.evaluate_all(seen) == [True] * 4


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
