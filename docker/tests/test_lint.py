"""The Dockerfiles by hadolint, whose rules are the trade's."""

import pathlib
import subprocess
import sys

import pytest

from engine import TOP


@pytest.mark.parametrize("file", ["docker/Dockerfile", "docker/hub/Dockerfile"])
def test_hadolint(file):
    hadolint = pathlib.Path(sys.executable).parent / "hadolint"
    p = subprocess.run([hadolint, TOP / file], capture_output=True, text=True)
    assert p.returncode == 0, p.stdout + p.stderr


def test_hadolint_finds_what_is_wrong():
    hadolint = pathlib.Path(sys.executable).parent / "hadolint"
    p = subprocess.run([hadolint, "-"], input="FROM debian:latest\nRUN cd /tmp && apt-get install vim\n", capture_output=True, text=True)
    assert p.returncode == 1 and "DL3007" in p.stdout
