"""The images and containers of the tests, by Docker's own client."""

import contextlib
import json
import os
import pathlib
import secrets
import signal
import subprocess
import time

import requests

from server import free_port

IMAGE = "nnlab"
HUB = "nnlab-hub"
TOP = pathlib.Path(__file__).resolve().parents[2]
WHOLE = bool(os.environ.get("NNLAB_WHOLE"))  # of what takes long, all


def docker(*arguments, input=None, timeout=600, ok=True):
    """Runs the client and returns what it printed."""
    p = subprocess.run(["docker", *map(str, arguments)], input=input, capture_output=True, encoding="utf-8", errors="replace", timeout=timeout)
    if ok and p.returncode:
        raise AssertionError(f"docker {' '.join(map(str, arguments))}: {p.returncode}\n{p.stdout}{p.stderr}")
    return p.stdout if ok else (p.returncode, p.stdout + p.stderr)


def inspect(what, kind=None):
    """What the engine knows of a thing; of which kind it is, where several have the name."""
    return json.loads(docker("inspect", *(["--type", kind] if kind else []), what))[0]


def run(*command, options=()):
    """What a command prints in a fresh container without a network."""
    return docker("run", "--rm", "--network", "none", *options, IMAGE, *command)


class Container:
    """JupyterLab in a container, with what labpage.LabPage asks of a server."""

    def __init__(self, *options, token=None):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/"
        self.began = time.monotonic()
        given = [] if token is None else ["--env", "JUPYTER_TOKEN=" + token]
        self.name = docker("run", "--detach", "--publish", f"127.0.0.1:{port}:8888", *given, *options, IMAGE,
                           "jupyter", "lab", "--expose-app-in-browser").strip()  # which LabPage reads
        self.token = token

    def await_answer(self, seconds=120):
        """Waits for JupyterLab, and returns how long that has taken from docker run."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(self.url + "api", timeout=30).ok:
                    return time.monotonic() - self.began
            if not inspect(self.name)["State"]["Running"]:
                break
            time.sleep(0.05)
        raise AssertionError("JupyterLab did not answer:\n" + self.log())

    def get(self, path, token=None):
        headers = {"Authorization": "token " + token} if token else {}
        return requests.get(self.url + path, headers=headers, timeout=30, allow_redirects=False)

    def log(self):
        return docker("logs", self.name, ok=False)[1]

    def sh(self, script, ok=True):
        return docker("exec", self.name, "bash", "-c", script, ok=ok)

    def put(self, path, text):
        """Writes a file into the student's work, as the student."""
        docker("exec", "--interactive", self.name, "sh", "-c", f"cat > /trabalho/{path}", input=text)

    def remove(self):
        docker("rm", "--force", self.name)


class Daemon:
    """The engine that with-docker has started for this call alone, which may be started anew."""

    def __init__(self):
        folder = os.environ.get("WITH_DOCKER_DIR")
        self.file = pathlib.Path(folder, "docker.pid") if folder else None
        self.process = None

    @property
    def ours(self):
        return self.file is not None

    def restart(self):
        """As when the machine starts anew: all containers end, and those that are told to come back."""
        pid = int(self.file.read_text())
        line = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        os.kill(pid, signal.SIGTERM)
        self.wait(lambda: not self.file.exists())
        log = self.file.with_name("dockerd-again.log").open("wb")
        self.process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait(lambda: docker("info", ok=False)[0] == 0)

    @staticmethod
    def wait(condition, seconds=300):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "the engine does not start anew"
            time.sleep(0.2)

    def end(self):
        """Ends the one that was started here; with-docker ends its own."""
        if self.process:
            self.process.terminate()
            self.process.wait(120)


@contextlib.contextmanager
def containers():
    """Makes containers and volumes, and removes them."""
    made, volumes = [], []

    class Make:
        @staticmethod
        def container(*options, token=None):
            made.append(Container(*options, token=token))
            return made[-1]

        @staticmethod
        def volume():
            volumes.append("nnlab-test-" + secrets.token_hex(4))
            return volumes[-1]

    try:
        yield Make
    finally:
        for c in made:
            c.remove()
        for v in volumes:
            docker("volume", "rm", "--force", v)
