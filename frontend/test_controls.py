"""A slider and a button under the cell that change the training that runs in it."""

import base64
import json
import re

import pytest

import figures
import notebooks
from labpage import LabPage

FIT = """model.Fit(train, nn.Epochs(10000), nn.BatchSize(32), viz.Live(),
	viz.Slider(nn.LearningRate, 1e-5, 1e-1), viz.Button("parar", nn.Stop))"""
KEPT = """fmt.Println("kept epochs:", model.History().Epochs())
fmt.Println("rates:", model.History().Get("learning_rate"))"""


def fit_in(lab, server, name, cell=FIT):
    notebooks.small(server.notebooks / name, cell, KEPT)
    lab.open(name)
    for i in range(3):
        lab.run(i)
    cell = lab.show(2)
    slider = cell.get_by_role("slider", name="taxa de aprendizado")
    slider.wait_for()
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
    lab.wait(lambda: "η = 0,0000101" in chart(cell)[1], "the move in the chart")
    moved = chart(cell)[0]  # of an epoch that has begun with another rate, perhaps
    lab.wait(lambda: chart(cell)[0] >= moved + 2, "an epoch of the new rate")
    cell.get_by_role("button", name="parar").click()
    lab.wait_done(2)
    alts = ended(lab)
    assert any(re.search(r"taxa de aprendizado.* · 0,0000101$", a) for a in alts), alts
    assert any(a.endswith("apertado") for a in alts), alts
    assert any("parado à mão" in a for a in alts), alts
    lab.run(3)
    lab.wait_done(3)
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
    lab.wait(lambda: not lab.cells()[2]["running"], "the end of the cell")
    lab.wait(lambda: slider.is_disabled() and cell.get_by_role("button", name="parar").is_disabled(), "disabled controls")
    assert slider.get_attribute("aria-valuetext") == "0,1"


class LossyLine:
    """Takes messages of the controls out of the page's lines to the kernel, as a busy server does."""

    def __init__(self, page):
        self.lost = {"comm_open": 2, "ready": 1, "comm_msg": 1, "heard": 1}  # how many are still to be lost, for each control
        page.route_web_socket(re.compile("/channels"), self._between)

    def _between(self, page_side):
        kernel_side, left = page_side.connect_to_server(), dict(self.lost)

        def loses(kind):
            left[kind] = left.get(kind, 0) - 1
            return left[kind] >= 0

        def to_kernel(message):
            kind = json.loads(message)["header"]["msg_type"] if isinstance(message, str) and "-session" in message else None
            if not loses(kind):
                kernel_side.send(message)

        def to_page(message):
            m = json.loads(message) if isinstance(message, str) else {}
            heard = m.get("content", {}).get("data", {}).get("heard") if m.get("msg_type") == "comm_msg" else None
            if not loses(None if heard is None else "heard" if heard else "ready"):
                page_side.send(message)

        page_side.on_message(to_kernel)
        kernel_side.on_message(to_page)


COUNTED = """pressed, moved := make(chan bool, 8), make(chan float64, 8)
b := viz.Button("contar", func() { pressed <- true })
s := viz.SliderOf("ruído", 0, 1, 0.5, func(v float64) { moved <- v })
b.Show()
s.Show()
for n := 0; n < 5; {
	select {
	case v := <-moved:
		fmt.Println("movido", v)
	case <-pressed:
		n++
		fmt.Println("apertado", n)
	}
}
b.Close()
s.Close()"""


def test_presses_survive_a_line_that_loses_messages(server, new_page):
    page = new_page()
    LossyLine(page)
    lab = LabPage(page, server)
    notebooks.small(server.notebooks / "lossy.ipynb", COUNTED)
    lab.open("lossy.ipynb")
    lab.run(0)
    lab.run(1)
    lab.run(2)
    cell = lab.show(2)
    cell.get_by_text("sem conexão").first.wait_for()
    button, slider = cell.get_by_role("button", name="contar"), cell.get_by_role("slider", name="ruído")
    button.wait_for()
    for _ in range(3):
        button.click()
    lab.wait(lambda: "apertado 3" in lab.text(2), "three presses")
    slider.wait_for()
    slider.press("End")
    lab.wait(lambda: "movido 1\n" in lab.text(2), "the move")
    lab.wait(lambda: not cell.get_by_text("sem conexão").count(), "the connection to be said to be there")
    button.click()
    button.click()
    lab.wait_done(2)
    assert re.findall(r"apertado (\d)", lab.text(2)) == list("12345"), lab.text(2)


PLAY = """toy := nn.Sequential(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
viz.Playground(toy, datasets.Moons(100, 0.1, 1))"""


def test_playground(lab, server):
    """It learns, does what its controls ask for, and ends by its button."""
    notebooks.small(server.notebooks / "play.ipynb", PLAY)
    lab.open("play.ipynb")
    for i in range(3):
        lab.run(i)
    cell = lab.show(2)

    def says():
        return cell.locator("img[alt^='experimento']").get_attribute("alt")

    def epoch():
        return int(re.search(r"época (\d+)", says())[1])

    momentum = cell.get_by_role("slider", name="α")
    momentum.wait_for()
    lab.wait(lambda: epoch() > 3, "epochs")
    momentum.press("End")
    cell.get_by_role("group", name="ativação").get_by_role("button", name="relu").click()
    lab.wait(lambda: "α = 0,95, relu" in says(), "another momentum and another function")
    cell.get_by_role("button", name="pausar ou continuar").click()
    cell.get_by_role("button", name="um passo").click()
    cell.get_by_role("button", name="recomeçar").click()
    lab.wait(lambda: epoch() == 0, "another beginning, which waits")
    cell.get_by_role("button", name="terminar").click()
    lab.wait_done(2)
    assert cell.get_by_role("slider").count() == 0 and figures.pictures(cell) == 5
