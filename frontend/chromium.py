"""Chromium as the tests use it."""

import contextlib
import os
import shutil
from urllib.parse import urlsplit

FLAGS = [
    "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-domain-reliability", "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nor may the browser itself go anywhere
]

PATIENCE = 120  # seconds; of a page on a machine that has much other work. What is there earlier is not waited for.


def path():
    """The program that make test has found, or one in PATH; None where there is none."""
    return os.environ.get("NNLAB_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def launch(playwright):
    # As root, in containers, Chromium's own sandbox does not work.
    return playwright.chromium.launch(executable_path=path(), args=FLAGS, chromium_sandbox=os.geteuid() != 0)


@contextlib.contextmanager
def pages(browser, outside, folder):
    """Makes pages that reach 127.0.0.1 and files only, each in a session of its own; folder gets pictures of them at their end."""
    contexts = []

    def refuse(route):
        outside.asked.append("browser: " + route.request.url)
        route.abort()

    def make(**options):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block", **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        context.route(lambda url: urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname != "127.0.0.1", refuse)
        context.route_web_socket(lambda url: urlsplit(url).hostname != "127.0.0.1",
                                 lambda ws: (outside.asked.append("browser: " + ws.url), ws.close()))
        return context.new_page()

    yield make
    for i, c in enumerate(contexts):
        for j, page in enumerate(c.pages):
            page.screenshot(path=folder / f"page-{i}-{j}.png")
        c.close()
