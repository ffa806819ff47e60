#!/usr/bin/env python3
"""Measures how long an update of a figure keeps the main thread of JupyterLab's page, where nothing else can happen meanwhile.

    blocking.py        (make blocking)

The time of a task is that of its thread, which other work on the machine does not lengthen; behind it the time on
the clock. A task is called long from 50 ms on, as the browser's own PerformanceObserver does."""

import json
import pathlib
import tempfile

from playwright.sync_api import sync_playwright

import chromium
import figures
import notebooks
from labpage import LabPage
from outside import Outside
from server import Server

UPDATES = 40  # of each figure
LONG = 50  # ms

MLP = """mlp := func(rate float64) *nn.Model {
	return nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(64, nn.ReLU), nn.Dense(10, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(rate), nn.Accuracy)
}
model, ten, hundred := mlp(0.1), mlp(0.1), mlp(0.01)"""
TOY = "toy := nn.Sequential(nn.Input(2), nn.Dense(8, nn.Tanh), nn.Dense(8, nn.Tanh), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))"
FIGURES = {
    "Live": "model.Fit(train, nn.Epochs(100000), nn.Validation(test.Take(500)), nn.Verbose(false), viz.Live())",
    "Live(Now)": "model.Fit(train, nn.Epochs(100000), nn.Validation(test.Take(500)), nn.Verbose(false), viz.Live(viz.Now(test)))",
    "Race": 'viz.Race(train, nn.Epochs(100000), nn.Validation(test.Take(500)), viz.Runner("η = 0,1", ten), viz.Runner("η = 0,01", hundred))',
    "Playground": "viz.Playground(toy, datasets.Moons(200, 0.1, 1))",
}


def tasks(trace):
    """The tasks of the main threads of pages, in ms of the thread and of the clock."""
    events = json.loads(trace)["traceEvents"]
    main = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"}
    return [(e["tdur"] / 1000, e["dur"] / 1000) for e in events
            if e["name"].endswith("RunTask") and (e["pid"], e["tid"]) in main and "tdur" in e]


def traced(browser, page, act):
    browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
    act()
    return tasks(browser.stop_tracing())


def say(what, updates, found):
    thread, clock = max(found)
    print(f"| {what} | {updates} | {len(found)} | {thread:.0f} ms ({clock:.0f}) | {sum(t > LONG for t, _ in found)} |", flush=True)


def measure(browser, lab):
    notebooks.write(lab.server.notebooks / "blocking.ipynb", "train, test := datasets.MNIST()\ntrain = train.Take(2000)", MLP, TOY, *FIGURES.values())
    lab.open("blocking.ipynb")
    for i in range(3):
        lab.ran(i)
    print(f"| figure | updates | tasks of the main thread | the longest (on the clock) | longer than {LONG} ms |\n|---|---|---|---|---|")
    for i, what in enumerate(FIGURES, 3):
        lab.watch(i)
        lab.run(i)
        lab.show(i)
        lab.wait_pictures(2)
        say(what, UPDATES, traced(browser, lab.page, lambda: lab.wait_pictures(2 + UPDATES, timeout=300)))

        def end():
            lab.interrupt()
            lab.wait(lambda: not lab.cells()[i]["running"], "the end of the cell")
            if what.startswith("Live"):
                figures.live(lab.show(i))

        say(f"{what}, its end", 1, traced(browser, lab.page, end))


def main():
    outside = Outside()
    with tempfile.TemporaryDirectory(prefix="nnlab-") as folder, sync_playwright() as p:
        server = Server(pathlib.Path(folder), outside)
        try:
            browser = chromium.launch(p)
            measure(browser, LabPage(browser.new_page(viewport={"width": 1280, "height": 900}), server))
            browser.close()
        finally:
            server.stop()
            server.clean_up()
            outside.close()


main()
