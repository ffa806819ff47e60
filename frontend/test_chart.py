"""The chart that grows under the cell while a network learns."""

import pytest

import figures
import notebooks
from labpage import LabPage

FIT = "model.Fit(train, nn.Epochs(6), nn.BatchSize(32), nn.Validation(test.Take(500)), viz.Live())"


@pytest.mark.parametrize("name, epochs, samples, figures_shown", [
    ("exemplo1-mlp", 4, 6000, 4),  # sample images, two charts, wrong digits
    ("exemplo2-cnn", 1, 2560, 11),  # sample and moved images, three charts, the network, two of filters, maps, confusion, wrong digits
    ("exemplo3-cross-entropy", 2, 10000, 3),  # curves, derivatives, charts with the gradient below them
])
def test_exemplo(name, epochs, samples, figures_shown, lab, server):
    """The lecture's notebooks from the first cell to the last, saved, and opened again."""
    name += ".ipynb"
    notebooks.shortened(name, server.notebooks / name, epochs=epochs, samples=samples)
    lab.open(name)
    fit = lab.find("model.Fit(train")
    lab.watch(fit)
    lab.run_all()
    lab.show(fit)
    lab.wait_done(fit)
    assert lab.pictures() >= 2, "the chart must change while Fit runs"
    figures.live(lab.show(fit))
    lab.wait_done(timeout=180)
    shown = [i for i, c in enumerate(lab.cells()) if any("<img" in "".join(o.get("data", {}).get("text/html", "")) for o in c["outputs"])]
    assert len(shown) >= figures_shown
    lab.save()
    lab.reload(name)
    for i in shown:
        cell = lab.show(i)
        # A picture that is seen may be on its way out, for what is alive to take its place.
        lab.wait(lambda: cell.locator(figures.LIVE).count() or figures.drawn(cell), f"cell {i} to show something after a reload")
    figures.live(lab.show(fit))


@pytest.mark.parametrize("base_url", ["/", "/user/ana/"])
def test_chart_below_any_base_url(base_url, new_server, new_page):
    """As on a JupyterHub, where the server is not at the root; and still there after a reload."""
    server = new_server(base_url)
    lab = LabPage(new_page(), server)
    notebooks.small(server.notebooks / "chart.ipynb", FIT)
    lab.open("chart.ipynb")
    lab.watch(2)
    lab.run_all()
    lab.wait_done()
    assert lab.pictures() >= 2, "the chart must change while Fit runs"
    figures.live(lab.show(2))
    lab.save()
    lab.reload("chart.ipynb")
    figures.live(lab.show(2))


def test_chart_survives_scrolling(lab, server):
    """JupyterLab takes cells out of the page that are out of sight."""
    notebooks.small(server.notebooks / "long.ipynb", FIT, *["// …\n" * 40 + f"fmt.Println({i})" for i in range(8)])
    lab.open("long.ipynb")
    lab.run_all()
    lab.wait_done()
    for _ in range(2):
        lab.show(9)
        figures.live(lab.show(2))
