"""Chromium as the tests use it."""

import os
import shutil

FLAGS = [
    "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-domain-reliability", "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nor may the browser itself go anywhere
]


def path():
    """The program that make test has found, or one in PATH; None where there is none."""
    return os.environ.get("NNLAB_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def launch(playwright):
    # As root, in containers, Chromium's own sandbox does not work.
    return playwright.chromium.launch(executable_path=path(), args=FLAGS, chromium_sandbox=os.geteuid() != 0)
