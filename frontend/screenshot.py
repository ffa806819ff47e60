#!/usr/bin/env python3
"""Takes the README's picture: Exemplo 1 in JupyterLab, as it is after the training.

    screenshot.py docs/exemplo1.png        (make screenshot)
"""

import os
import pathlib
import sys
import tempfile

from playwright.sync_api import sync_playwright

import figures
import notebooks
import chromium
from labpage import LabPage
from outside import Outside
from server import Server

NAME = "exemplo1-mlp.ipynb"


def take(picture, epochs):
    outside = Outside()
    with tempfile.TemporaryDirectory(prefix="nnlab-") as folder, sync_playwright() as p:
        server = Server(pathlib.Path(folder), outside)
        try:
            notebooks.shortened(NAME, server.notebooks / NAME, epochs=epochs)
            browser = chromium.launch(p)
            lab = LabPage(browser.new_page(viewport={"width": 1280, "height": 1090}), server)
            lab.open(NAME)
            lab.page.keyboard.press("Control+b")  # without the file browser
            fit = lab.find("model.Fit(train")
            lab.run_all()
            lab.wait_done(*range(fit + 5), timeout=1800)
            figures.live(lab.show(fit))
            lab.page.mouse.move(0, 0)  # no tooltip over the curves
            lab.show(fit).evaluate("e => e.scrollIntoView({block: 'start'})")  # down to the first wrong digits
            lab.page.wait_for_timeout(1000)
            lab.page.screenshot(path=picture)
            browser.close()
        finally:
            server.stop()
            server.clean_up()
            outside.close()


take(sys.argv[1], epochs=int(os.environ.get("EPOCHS", 20)))
