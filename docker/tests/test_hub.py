"""A class on the hub: all at once, among hostile ones, apart from each other, through a restart; and their marks."""

import asyncio
import csv
import json
import time

import httpx
import pytest

from classroom import NAME, PROJECT, TEACHER, Classroom, Memory, do, together
from client import Refused, text_of
from engine import WHOLE, docker, inspect

STUDENTS = 30 if WHOLE else 4
NOTEBOOK = "exemplo1-mlp.ipynb"


@pytest.fixture
def classroom(tmp_path):
    made = []

    def make(students, **settings):
        made.append(Classroom(tmp_path, students, **settings))
        made[-1].up()
        return made[-1]

    yield make
    for c in made:
        c.down()


async def arrive(classroom, name):
    c = classroom.client(name)
    await c.log_in()
    await c.start()
    return c


async def work(classroom, name, path=NOTEBOOK, **parameters):
    """A student's hour, shortened: opens the notebook, runs it, saves it, and reads what was saved."""
    async with await arrive(classroom, name) as c:
        model = await c.notebook(path, **parameters)
        await c.run(path, model)
        await c.save(path, model)
        saved = await c.notebook(path)
        assert [cell.get("execution_count") for cell in saved["cells"]] == [cell.get("execution_count") for cell in model["cells"]]
        assert any(cell.get("outputs") for cell in saved["cells"])
        return c.took


@pytest.mark.timeout(3600)
def test_all_at_once(classroom, measured):
    """None fails, no kernel dies; what each waits for, and takes."""
    room = classroom(STUDENTS)
    with Memory() as memory:
        took = together(*(work(room, name, epochs=1, samples=2560) for name in room.students))
    for what in ("start", "first cell", "notebook"):
        times = sorted(t[what] for t in took)
        measured(f"{STUDENTS} students, {what}", f"first {times[0]:.1f} s, median {times[len(times) // 2]:.1f} s, last {times[-1]:.1f} s")
    most = sorted(memory.most.values())
    measured("memory of a student at most", f"median {most[len(most) // 2] / 2**20:.0f} MiB, most {most[-1] / 2**20:.0f} MiB")
    measured("memory of all at once at most", f"{memory.most_together / 2**30:.2f} GiB")
    measured("of his own a student has, in KiB", room.sh(room.students[0], "cd /trabalho && du -k --max-depth=2 . | sort -n | tail -n 5").replace("\n", "  ").replace("\t", " "))
    for name in room.students:
        assert room.sh(name, "cat /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null | grep -c 'oom_kill [1-9]' || true").strip() in ("", "0")


# What a hostile student runs, and what he gets.
HOSTILE = {
    # The memory of his container, past the limit that the kernel sets for cells.
    "allocates": '!python3 -c "x = [bytearray(1 << 26) for _ in iter(int, 1)]"',
    "forks": "!bash -c 'f() { f | f & }; f; sleep 20'",
    "fills the disk": "!for i in $(seq 300); do head -c 20000000 /dev/zero > /trabalho/z$i || break; sleep 0.2; done",
}


@pytest.mark.timeout(3600)
def test_the_others_finish(classroom, measured):
    """While one allocates, one forks and one fills the disk without end."""
    others = max(2, STUDENTS - len(HOSTILE))
    room = classroom(others + len(HOSTILE), NNLAB_DISK="400M")

    names = room.students

    async def attack(name, cell):
        """Has the cell running, and goes on with it in the background until it or the lesson ends."""
        c = await arrive(room, name)
        kernel = await c.kernel("exemplo2-cnn.ipynb")
        outputs, _ = await kernel.execute("1 + 1")
        assert text_of(outputs) == "" and outputs[-1]["data"]["text/plain"] == "2"
        return asyncio.ensure_future(kernel.execute(cell))

    async def lesson():
        attacks = await asyncio.gather(*(attack(name, cell) for name, cell in zip(names, HOSTILE.values())))
        results = await asyncio.gather(*(work(room, name, epochs=1, samples=2560) for name in names[len(HOSTILE):]), return_exceptions=True)
        for a in attacks:
            a.cancel()
        await asyncio.gather(*attacks, return_exceptions=True)  # whatever came to them
        return results

    results = do(lesson())
    wrong = [r for r in results if isinstance(r, BaseException)]
    assert not wrong, "\n".join(f"{type(w).__name__}: {w}" for w in wrong)
    measured(f"{others} students beside {len(HOSTILE)} hostile ones, notebook", f"last {max(r['notebook'] for r in results):.1f} s")
    filler = names[list(HOSTILE).index("fills the disk")]
    limited = "size" in (inspect("nnlab-" + filler, "volume")["Options"] or {})  # by the engine; else the hub stops him
    deadline = time.monotonic() + 180
    while not limited and room.container(filler) in docker("ps", "--format", "{{.Names}}").split():
        assert time.monotonic() < deadline, "nobody has stopped him"
        time.sleep(1)
    used = int(docker("run", "--rm", "--network", "none", "--user", "0", "--entrypoint", "du", "--volume", f"nnlab-{filler}:/v", "nnlab", "-sm", "/v").split()[0])
    measured("the disk of who fills it", f"{used} MB of 400")
    assert used <= 420 if limited else used > 400


# Asks an address with each token that a server's environment has, and with none.
PEEP = """
import os, sys, urllib.error, urllib.request
for token in (os.environ["JUPYTERHUB_API_TOKEN"], os.environ["JPY_API_TOKEN"], ""):
    try:
        print(urllib.request.urlopen(urllib.request.Request(sys.argv[1], headers={"Authorization": "token " + token}), timeout=60).status)
    except urllib.error.HTTPError as refused:
        print(refused.code)
"""


def test_apart(classroom):
    """Nobody reads another's work or uses another's server, and the hub's API asks who one is."""
    room = classroom(2)
    ana, bob = room.students

    async def lesson():
        async with await arrive(room, ana) as a, await arrive(room, bob) as b:
            model = await a.notebook(NOTEBOOK)
            await a.save("segredo.ipynb", model)
            for path in (f"{a.base}api/contents/segredo.ipynb", f"{a.base}files/segredo.ipynb", f"{a.base}api/kernels"):
                assert (await a.get(path)).status_code == 200
                answer = await b.get(path, ok=False)
                assert answer.status_code in (403, 404) and "cells" not in answer.text, (path, answer.status_code)
            answer = await b.send("POST", a.base + "api/kernels", ok=False, json={"name": "nnlab"})
            assert answer.status_code in (403, 404)
            # Over the class's network, past the proxy, with the tokens of his own server and without.
            said = room.sh(bob, f"python3 - http://{room.container(ana)}:8888{a.base}api/contents/segredo.ipynb <<'EOF'\n{PEEP}EOF")
            assert said.split() == ["403"] * 3, said
            assert room.sh(bob, "ls /var/run/docker.sock", ok=False)[0] != 0
            # Nor is there a way out of the class: the engine promises that of such a network.
            assert inspect("nnlab-test-class")["Internal"]
            # The hub's API: nobody, another's token, a student.
            assert httpx.get(room.url + "/hub/api/users").status_code == 403
            assert httpx.get(room.url + "/hub/api/users", headers={"Authorization": "token " + "0" * 32}).status_code == 403
            assert (await b.get("/hub/api/users", ok=False)).status_code == 403
            assert (await b.get(f"/hub/api/users/{ana}", ok=False)).status_code in (403, 404)

    do(lesson())
    for name, password in ((ana, "errada"), (ana, room.passwords[bob]), ("ninguem", "senha-de-0000"), (ana, "")):
        with pytest.raises(Refused):
            do(room.client(name, password or " ").log_in())


def test_restarts(classroom, daemon):
    """The hub starts anew in mid-class: kernels, and what they hold, live on. The engine starts anew,
    as with its machine: the hub comes back by itself, and the work is there."""
    room = classroom(1)
    (ana,) = room.students

    async def before():
        c = await arrive(room, ana)
        model = await c.notebook(NOTEBOOK)
        await c.save("meu.ipynb", model)
        k = await c.kernel("meu.ipynb")
        await k.execute("x := 41")
        return c, k

    async def lesson():
        c, k = await before()
        await asyncio.to_thread(room.compose, "restart", "hub")
        await asyncio.to_thread(room.await_hub)
        outputs, _ = await k.execute("fmt.Println(x + 1)")
        assert text_of(outputs) == "42\n"
        await c.get(c.base + "api/contents/meu.ipynb")
        async with await arrive(room, ana) as again:  # a new browser finds the same server
            listed = (await again.get(again.base + "api/kernels")).json()
            assert k.id in [x["id"] for x in listed]
        if daemon.ours:
            await asyncio.to_thread(daemon.restart)
        else:  # others use it too
            docker("kill", room.container(ana), *room.containers("com.docker.compose.project=" + PROJECT))
            room.compose("up", "--detach", "--no-build")
        await asyncio.to_thread(room.await_hub)
        async with await arrive(room, ana) as later:
            assert (await later.notebook("meu.ipynb"))["cells"]

    do(lesson())


TESTS = """title = "Exercício 1"
[[check]]
name = "soma"
points = 2
expr = "soma(2, 3)"
value = 5
"""


def handed(source):
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}


def test_marks(classroom, tmp_path):
    """Right, wrong, nothing, and a link to what is not his: one table."""
    room = classroom(5)
    right, wrong, nothing, link, never = room.students

    async def hand_in(name, model):
        async with await arrive(room, name) as c:
            if model:
                await c.send("PUT", c.base + "api/contents/entrega", json={"type": "directory"})
                await c.save("entrega/soma.ipynb", model)

    together(hand_in(right, handed("func soma(a, b int) int { return a + b }")), hand_in(wrong, handed("func soma(a, b int) int { return a - b }")),
             hand_in(nothing, None), hand_in(link, None))
    room.sh(link, "mkdir -p /trabalho/entrega && ln -s /etc/passwd /trabalho/entrega/soma.ipynb")
    tests = tmp_path / "testes"
    tests.mkdir()
    (tests / "um.toml").write_text(TESTS)
    said = room.compose("run", "--rm", "-T", "--volume", f"{tests}:/testes:ro", "hub", "notas", "/testes/um.toml", "soma.ipynb")
    (folder,) = (tmp_path / "entregas").iterdir()
    marks = {row["usuario"]: row for row in csv.DictReader((folder / "notas.csv").open())}
    assert {name: float(row["pontos"]) for name, row in marks.items()} == {right: 2, wrong: 0, nothing: 0, link: 0, never: 0}, said
    assert [marks[n]["observação"] for n in (nothing, link, never)] == ["não entregou", "não é um arquivo", "nunca entrou"]
    assert sorted(p.name for p in folder.iterdir()) == sorted([f"{right}.ipynb", f"{wrong}.ipynb", "notas.csv", "notas.json"])
    assert len(json.loads((folder / "notas.json").read_text())["notebooks"]) == 2


def test_accounts_change_without_a_restart(classroom):
    room = classroom(1)
    (ana,) = room.students
    do(room.client(ana).log_in())
    old = dict(room.passwords)
    room.passwords = {NAME + "nova": "senha-nova-1", TEACHER: old[TEACHER]}
    room.write_accounts()
    do(room.client(NAME + "nova").log_in())
    with pytest.raises(Refused):
        do(room.client(ana, old[ana]).log_in())
