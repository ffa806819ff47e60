"""A browser, JupyterLab servers, places for other front ends, and a counter of all that wants to leave this machine."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

import chromium
from labpage import LabPage
from outside import Outside
from place import Place
from server import Server


@pytest.fixture
def outside():
    """Nothing may leave: the test fails at its end when a server, kernel or page has tried."""
    o = Outside()
    yield o
    o.close()
    assert o.asked == []


@pytest.fixture(scope="session")
def browser():
    if not chromium.path():
        pytest.skip("there is no Chromium")
    with sync_playwright() as p:
        b = chromium.launch(p)
        yield b
        b.close()


@pytest.fixture
def new_page(browser, outside, tmp_path):
    """Makes pages that reach 127.0.0.1 and files only, each in a session of its own."""
    contexts = []

    def refuse(route):
        outside.asked.append("browser: " + route.request.url)
        route.abort()

    def make(**options):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block", **options)
        contexts.append(context)
        context.set_default_timeout(30_000)
        context.route(lambda url: urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname != "127.0.0.1", refuse)
        context.route_web_socket(lambda url: urlsplit(url).hostname != "127.0.0.1",
                                 lambda ws: (outside.asked.append("browser: " + ws.url), ws.close()))
        return context.new_page()

    yield make
    for i, c in enumerate(contexts):
        for j, page in enumerate(c.pages):
            page.screenshot(path=tmp_path / f"page-{i}-{j}.png")
        c.close()


@pytest.fixture
def place(outside, tmp_path):
    """For front ends without a server."""
    p = Place(tmp_path / "place", outside)
    yield p
    p.clean_up()


@pytest.fixture
def new_server(outside, tmp_path):
    servers = []

    def make(base_url="/"):
        folder = tmp_path / f"server-{len(servers)}"
        servers.append(Server(folder, outside, base_url))
        return servers[-1]

    yield make
    for s in servers:
        s.stop()
        s.clean_up()


@pytest.fixture
def server(new_server):
    return new_server()


@pytest.fixture
def lab(new_page, server):
    return LabPage(new_page(), server)
