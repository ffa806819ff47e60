"""A browser, JupyterLab servers, places for other front ends, and a counter of all that wants to leave this machine."""

import pytest
from playwright.sync_api import sync_playwright

import chromium
from labpage import LabPage
from outside import nothing_leaves
from place import Place
from server import servers


@pytest.fixture
def outside():
    with nothing_leaves() as o:
        yield o


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
    with chromium.pages(browser, outside, tmp_path) as make:
        yield make


@pytest.fixture
def place(outside, tmp_path):
    """For front ends without a server."""
    p = Place(tmp_path / "place", outside)
    yield p
    p.clean_up()


@pytest.fixture
def new_server(outside, tmp_path):
    with servers(tmp_path, outside) as make:
        yield make


@pytest.fixture
def server(new_server):
    return new_server()


@pytest.fixture
def lab(new_page, server):
    return LabPage(new_page(), server)
