"""A class on the hub of docker/hub/compose.yaml, and what its containers take."""

import asyncio
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import threading
import time

import httpx

from client import Client
from engine import TOP, docker
from server import free_port

HUB = TOP / "docker" / "hub"
PROJECT = "nnlab-test"
NAME, TEACHER = "testedeturma", "testedeprofessora"  # which no real class on this engine has


def composer():
    """Docker's own compose, or the program of its first version."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        return ["docker", "compose"]
    assert shutil.which("docker-compose"), "there is no docker compose"
    return ["docker-compose"]


class Classroom:
    def __init__(self, folder: pathlib.Path, students, **settings):
        self.folder = folder
        self.passwords = {f"{NAME}{i:02}": f"senha-de-{i:04}" for i in range(students)} | {TEACHER: "senha-da-professora"}
        self.write_accounts()
        (folder / "entregas").mkdir()
        self.url = f"http://127.0.0.1:{free_port()}"
        socket = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
        self.environment = os.environ | {
            "NNLAB_CLASS": str(folder), "NNLAB_HANDED": str(folder / "entregas"), "NNLAB_SOCKET": socket,
            "NNLAB_NETWORK": "nnlab-test-class", "NNLAB_PORT": "127.0.0.1:" + self.url.rpartition(":")[2]} | settings

    def write_accounts(self):
        """As editors save: a new file takes the place of the old one."""
        lines = [f"{name},{password},{'professor' if name == TEACHER else ''}" for name, password in self.passwords.items()]
        self.write_csv("usuario,senha,papel\n" + "\n".join(lines) + "\n")

    def write_csv(self, text):
        (self.folder / "alunos.csv.new").write_text(text)
        (self.folder / "alunos.csv.new").replace(self.folder / "alunos.csv")

    @property
    def students(self):
        return [name for name in self.passwords if name != TEACHER]

    def client(self, name, password=None):
        return Client(self.url, name, password or self.passwords[name])

    def compose(self, *arguments):
        p = subprocess.run([*composer(), "--project-name", PROJECT, "--file", HUB / "compose.yaml", *arguments], env=self.environment,
                           capture_output=True, text=True, timeout=600)
        assert p.returncode == 0, f"compose {arguments}\n{p.stdout}{p.stderr}\n{self.log()}"
        return p.stdout

    def log(self):
        return "".join(docker("logs", "--tail", "80", name, ok=False)[1] for name in self.containers("com.docker.compose.project=" + PROJECT))

    @staticmethod
    def containers(label):
        return docker("ps", "--all", "--quiet", "--filter", "label=" + label).split()

    def up(self):
        self.compose("up", "--detach", "--no-build")
        self.await_hub()

    def await_hub(self, seconds=300):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if httpx.get(self.url + "/hub/api/", timeout=30).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        raise AssertionError("the hub does not answer\n" + self.log())

    def container(self, name):
        return f"nnlab-{name}"

    def running(self, name):
        return self.container(name) in docker("ps", "--format", "{{.Names}}").split()

    def sh(self, name, script, ok=True):
        return docker("exec", self.container(name), "bash", "-c", script, ok=ok)

    def down(self):
        made = docker("ps", "--all", "--quiet", "--filter", "name=^nnlab-" + NAME).split()
        if made:
            docker("rm", "--force", *made)
        subprocess.run([*composer(), "--project-name", PROJECT, "--file", HUB / "compose.yaml", "down", "--volumes"], env=self.environment, capture_output=True, timeout=300)
        volumes = docker("volume", "ls", "--quiet", "--filter", "name=^nnlab-" + NAME).split()
        if volumes:
            docker("volume", "rm", *volumes)


def quantity(text):
    """Bytes, of what docker stats writes: 12.3MiB."""
    number = text.rstrip("KMGTiB")
    return float(number) * 1024 ** "BKMGT".index(text[len(number):][:1] or "B")


class Memory:
    """Looks again and again at what the students' containers take, without what files are cached,
    and how many processes they have."""

    def __init__(self):
        self.most, self.most_together, self.processes = {}, 0, {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self):
        while not self._end.is_set():
            status, said = docker("stats", "--no-stream", "--format", "{{json .}}", ok=False)
            if status == 0:
                now = {}
                for line in said.splitlines():
                    if line.startswith("{"):
                        one = json.loads(line)
                        if one["Name"].startswith("nnlab-" + NAME):
                            now[one["Name"]] = quantity(one["MemUsage"].split(" / ")[0])
                            self.processes[one["Name"]] = max(int(one["PIDs"]), self.processes.get(one["Name"], 0))
                for name, used in now.items():
                    self.most[name] = max(used, self.most.get(name, 0))
                self.most_together = max(self.most_together, sum(now.values()))
            self._end.wait(1)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join(60)


def do(coroutine):
    """Runs a coroutine in a thread of its own: in the tests' lives the browser's loop."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def together(*coroutines):
    """Runs them at once, waits for all, and says all that went wrong."""
    async def all_of():
        return await asyncio.gather(*coroutines, return_exceptions=True)

    results = do(all_of())
    wrong = [r for r in results if isinstance(r, BaseException)]
    assert not wrong, "\n".join(f"{type(w).__name__}: {w}" for w in wrong)
    return results
