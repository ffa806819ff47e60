"""A browser, and containers that end with their test."""

import pytest
from playwright.sync_api import sync_playwright

import chromium
from engine import Daemon, containers


class Anywhere:
    """Notes what pages ask of other machines."""

    def __init__(self):
        self.asked = []


@pytest.fixture(scope="session")
def browser():
    assert chromium.path(), "there is no Chromium"
    with sync_playwright() as p:
        b = chromium.launch(p)
        yield b
        b.close()


@pytest.fixture
def new_page(browser, tmp_path):
    outside = Anywhere()
    with chromium.pages(browser, outside, tmp_path) as make:
        yield make
    assert outside.asked == []


@pytest.fixture(scope="session")
def daemon():
    d = Daemon()
    yield d
    d.end()


@pytest.fixture
def new():
    with containers() as make:
        yield make


@pytest.fixture
def measured(record_property, capsys):
    """Says a number that was measured, in the output and in the report."""
    def say(what, value):
        record_property(what, value)
        with capsys.disabled():
            print(f"\n    {what}: {value}")
    return say
