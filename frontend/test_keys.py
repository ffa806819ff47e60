"""Figures that move, in a running JupyterLab, by the keys alone and for who wants nothing to move by itself."""

import re

import figures
import notebooks
from sharing import lab, server, shared  # fixtures
from test_controls import PLAY

DIGITS = """train, test := datasets.MNIST()
model := nn.Sequential(nn.Input(28, 28, 1), nn.Conv2D(4, 3, nn.ReLU), nn.MaxPool2D(2), nn.Flatten(), nn.Dense(10, nn.Softmax))
model.Compile(nn.CategoricalCrossentropy, nn.Adam(0.01), nn.Accuracy)
model.Fit(train.Take(300), nn.Epochs(1), nn.Verbose(false))"""
SLIDE = "viz.Convolution(nn.Conv2D(1, 2), [][]float32{{3, 0, 1, 2}, {1, 5, 8, 9}, {2, 7, 2, 5}}, viz.Kernel(1, 0, -1, 1))"
MAPS = "viz.FeatureMaps(model, test, 0)"
STEPS = """small := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Tanh), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
viz.Inspect(small, datasets.XOR(), 2)"""
CELLS = "viz.Confusion(model, test.Take(300))"

IN_FIGURE = "() => document.activeElement.closest('[data-nnlab=live]') !== null"
OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"


def test_figures_by_keys(lab, server):
    """Tab goes from the cell into its figure, whose keys are not JupyterLab's there."""
    page = lab.page
    page.emulate_media(reduced_motion="reduce")
    notebooks.write(server.notebooks / "keys.ipynb", DIGITS, SLIDE, MAPS, STEPS, CELLS, "// fim")
    lab.open("keys.ipynb")
    lab.ran(0)
    for index, key, before, after in [
        (1, "ArrowRight", "", "linha 1, coluna 2: saída = "),
        (2, "PageDown", "", "conv2d · |maxpool2d · "),
        (3, "ArrowRight", "entra o exemplo 0", "fase 1"),
        (4, "Enter", "escolha uma célula", r"rótulo \d, resposta \d"),
    ]:
        lab.ran(index)
        figure = lab.show(index).locator(figures.LIVE)
        figure.wait_for()
        count = len(lab.cells())
        page.keyboard.press("Escape")  # Shift+Enter has chosen the next cell
        page.keyboard.press("ArrowUp")
        chosen = active(lab)
        tab(page, IN_FIGURE)
        assert page.evaluate(OUTLINE) != "none", f"cell {index}: nothing shows where the keys go"
        said = figure.get_by_role("status").first
        assert re.search(before, said.inner_text()), said.inner_text()
        page.keyboard.press("x")  # would cut the cell
        page.keyboard.press("b")  # would put one below
        page.keyboard.press(key)
        figure.locator("[role=status]").filter(has_text=re.compile(after)).first.wait_for(state="attached")
        assert (len(lab.cells()), active(lab)) == (count, chosen), f"cell {index}: JupyterLab has taken the keys"
        assert figure.evaluate("f => f.getAnimations({subtree: true}).length") == 0
        assert figure.get_by_role("button", name="animar").count() == 0


def active(lab):
    """The cell that JupyterLab has chosen."""
    return lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")


def tab(page, reached):
    """Presses Tab until that is reached."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(reached):
            return
    raise AssertionError(f"Tab does not lead to it: {page.evaluate('() => document.activeElement.outerHTML.slice(0, 200)')}")


def test_playground_by_keys(lab, server):
    """A playground, from its first slider to its end, without the mouse."""
    page = lab.page
    notebooks.write(server.notebooks / "play.ipynb", PLAY)
    lab.open("play.ipynb")
    lab.run(0)
    cell = lab.show(0)
    # Each control comes when the kernel has answered it, and not in their order.
    for name in ["η", "α"]:
        cell.get_by_role("slider", name=name).wait_for()
    for name in ["relu", "terminar"]:
        cell.get_by_role("button", name=name).wait_for()
    picture = cell.locator("img[alt^='experimento']")

    def focused(name):
        return f"() => (document.activeElement.ariaLabel ?? document.activeElement.textContent) === '{name}'"

    def says(words):
        lab.wait(lambda: words in picture.get_attribute("alt"), words)

    page.keyboard.press("Escape")
    page.keyboard.press("ArrowUp")
    tab(page, "() => document.activeElement.labels?.[0].textContent.startsWith('η')")
    page.keyboard.press("Home")
    says("η = 0,001")
    tab(page, "() => document.activeElement.labels?.[0].textContent.startsWith('α')")
    page.keyboard.press("End")
    says("α = 0,95")
    tab(page, focused("relu"))
    page.keyboard.press("Enter")
    says("relu")
    tab(page, focused("terminar"))
    page.keyboard.press("Space")
    lab.wait_done(0)
    assert cell.get_by_role("slider").count() == 0
