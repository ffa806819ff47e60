"""One JupyterLab and one page for all tests of a module, since these take longer to start than such a test lasts.

A module has it by importing the three fixtures."""

import pytest

import chromium
from labpage import LabPage
from outside import nothing_leaves
from server import servers


@pytest.fixture(scope="module")
def shared(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shared")
    with nothing_leaves() as outside, servers(folder, outside) as new_server, chromium.pages(browser, outside, folder) as new_page:
        yield LabPage(new_page(), new_server())


@pytest.fixture
def lab(shared):
    yield shared
    shared.server.shut_down_kernels()


@pytest.fixture
def server(shared):
    return shared.server
