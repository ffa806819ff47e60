"""A slider and a button under the cell that change the training that runs in it."""

import base64
import re

import pytest

import figures
import notebooks
from labpage import LabPage

FIT = """%%
model.Fit(train, nn.Epochs(10000), nn.BatchSize(32), viz.Live(),
	viz.Slider(nn.LearningRate, 1e-5, 1e-1), viz.Button("parar", nn.Stop))"""
KEPT = """%%
fmt.Println("kept epochs:", model.History().Epochs())
fmt.Println("rates:", model.History().Get("learning_rate"))"""


def fit_in(lab, server, name, cell=FIT):
    notebooks.small(server.notebooks / name, cell, KEPT)
    lab.open(name)
    for i in range(3):
        lab.run(i)
    cell = lab.show(2)
    slider = cell.get_by_role("slider", name="taxa de aprendizado")
    slider.wait_for(timeout=60_000)
    return cell, slider


def ended(lab):
    """What the cell shows after its end: no control that could be moved, and pictures with what was used."""
    cell = lab.show(2)
    assert cell.get_by_role("slider").count() == 0
    assert figures.pictures(cell) >= 2
    return [p.get_attribute("alt") for p in cell.locator(figures.PICTURE).all()]


@pytest.mark.parametrize("base_url", ["/", "/user/ana/"])
def test_slider_and_button_change_a_running_fit(base_url, new_server, new_page):
    server = new_server(base_url)
    lab = LabPage(new_page(), server)
    cell, slider = fit_in(lab, server, "controls.ipynb")
    assert not cell.locator("img[alt*='taxa']").is_visible(), "the picture stands beside the control"
    assert slider.get_attribute("aria-valuetext") == "0,001"
    slider.focus()
    lab.page.keyboard.press("Home")
    lab.page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "0,0000101"
    lab.wait(lambda: "η = 0,0000101" in chart(cell)[1], 60, "the move in the chart")
    lab.wait(lambda: chart(cell)[0] >= 3, 120, "another epoch")
    cell.get_by_role("button", name="parar").click()
    lab.wait_done(30, 2)
    alts = ended(lab)
    assert any(re.search(r"taxa de aprendizado.* · 0,0000101$", a) for a in alts), alts
    assert any(a.endswith("apertado") for a in alts), alts
    assert any("parado à mão" in a for a in alts), alts
    lab.run(3)
    lab.wait_done(30, 3)
    assert int(re.search(r"kept epochs: (\d+)", lab.text(3))[1]) >= 2
    rates = [float(r) for r in re.search(r"rates: \[(.*)\]", lab.text(3))[1].split()]
    assert rates[-1] == 1.01e-05, rates
    lab.save()
    lab.reload("controls.ipynb")
    assert ended(lab) == alts


def chart(cell):
    """The epoch of the live chart, and its drawing."""
    picture = cell.locator("img[alt^='época']").first
    source, alt = picture.get_attribute("src"), picture.get_attribute("alt")
    return int(re.match(r"época (\d+)", alt)[1]), base64.b64decode(source.partition(",")[2]).decode()


def test_a_cell_that_dies_disables_its_controls(lab, server):
    cell, slider = fit_in(lab, server, "dies.ipynb", FIT.replace("model.Fit", "time.AfterFunc(8*time.Second, func() { panic(\"x\") })\nmodel.Fit"))
    slider.press("End")
    lab.wait(lambda: not lab.cells()[2]["running"], 60, "the end of the cell")
    lab.wait(lambda: slider.is_disabled() and cell.get_by_role("button", name="parar").is_disabled(), 10, "disabled controls")
    assert slider.get_attribute("aria-valuetext") == "0,1"
