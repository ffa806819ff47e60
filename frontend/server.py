"""A real JupyterLab server with folders of its own, on a free port of the loopback."""

import contextlib
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import time

import nbformat
import psutil
import requests
from nbformat.sign import NotebookNotary

from place import Place

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """folder gets the notebooks (notebooks/), the server's own files and its log."""

    def __init__(self, folder: pathlib.Path, outside, base_url="/"):
        self._place = Place(folder, outside)
        self.notebooks, self.temporary = self._place.notebooks, self._place.temporary
        self._log = folder / "server.log"
        self.token = secrets.token_hex(16)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}{base_url}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser",
             f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.base_url={base_url}",
             f"--ServerApp.root_dir={self.notebooks}", f"--IdentityProvider.token={self.token}"],
            env=self._place.environment, stdin=subprocess.DEVNULL, stdout=self._log.open("w"), stderr=subprocess.STDOUT,
            start_new_session=True)
        self._await()

    def _await(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if self.get("api/status").ok:
                    return
            except requests.ConnectionError:
                pass
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("JupyterLab did not start:\n" + self.log())

    def log(self):
        return self._log.read_text(errors="replace")

    def _request(self, method, path, **arguments):
        return requests.request(method, self.url + path, headers={"Authorization": "token " + self.token}, timeout=30, **arguments)

    def get(self, path):
        return self._request("GET", path)

    def kernels(self):
        return self.get("api/kernels").json()

    def shut_down_kernels(self):
        for kernel in self.kernels():
            self._request("DELETE", f"api/kernels/{kernel['id']}").raise_for_status()

    def trust(self, path):
        """Makes a notebook one of the user's own, whose scripts run."""
        with contextlib.closing(NotebookNotary(data_dir=self._place.environment["JUPYTER_DATA_DIR"])) as notary:
            notary.sign(nbformat.read(path, 4))

    def interrupt(self):
        """Interrupts the one kernel that runs, as a front end's stop button does."""
        (kernel,) = self.kernels()
        self._request("POST", f"api/kernels/{kernel['id']}/interrupt").raise_for_status()

    def children(self):
        """Everything that this server has started and that still lives, wherever it hangs in the tree."""
        return [p for p in self._place.processes() if p.pid != self._process.pid]

    def stop(self):
        """Shuts down as File → Shut Down does: kernels first, then the server."""
        if self._process.poll() is None:
            kernels = psutil.Process(self._process.pid).children()
            self._request("POST", "api/shutdown")
            psutil.wait_procs(kernels, timeout=15)
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self.kill()  # Jupyter Server 2.21 may wait for a worker thread of its own when all else is over

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def clean_up(self):
        """Ends whatever a failed test has left."""
        if self._process.poll() is None:
            self.kill()
        self._place.clean_up()


@contextlib.contextmanager
def servers(folder, outside):
    """Makes servers, each in a folder of its own, and ends them."""
    made = []

    def make(base_url="/"):
        made.append(Server(folder / f"server-{len(made)}", outside, base_url))
        return made[-1]

    try:
        yield make
    finally:
        for s in made:
            s.stop()
            s.clean_up()
