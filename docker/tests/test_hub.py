"""A class on the hub: all at once, among hostile ones, apart from each other, through a restart; and their marks."""

import asyncio
import csv
import json
import os
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


# What a hostile student runs.
HOSTILE = {
    # The memory of his container, by programs that each stay below the limit of a cell's.
    "allocates": """!for i in $(seq 20); do python3 -c 'import time; x = b"x" * (1 << 27); time.sleep(60)' & done; wait""",
    "forks": "!bash -c 'f() { f | f & }; f; sleep 20'",
    "fills the disk": "!for i in $(seq 300); do head -c 20000000 /dev/zero > /trabalho/z$i || break; sleep 0.2; done",
    # Of which each takes a block, or an inode.
    "fills it with crumbs": "!mkdir /trabalho/z; for i in $(seq 60000); do : > /trabalho/z/$i; done; sleep 600",
}
PROCESSES, DISK = 512, 400  # of a student; in MB


@pytest.mark.timeout(3600)
def test_the_others_finish(classroom, measured):
    """While one allocates, one forks and two fill the disk without end. Each of them runs into his limit."""
    others = max(2, STUDENTS - len(HOSTILE))
    room = classroom(others + len(HOSTILE), NNLAB_PIDS=str(PROCESSES), NNLAB_DISK=f"{DISK}M")
    names = room.students
    allocates, forks, *fill = names[:len(HOSTILE)]

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
        said, _ = await attacks[0]  # his container is there still
        assert "Killed" in text_of(said), said
        for a in attacks:
            a.cancel()
        await asyncio.gather(*attacks, return_exceptions=True)  # whatever came to the others
        return results

    with Memory() as seen:
        results = do(lesson())
    wrong = [r for r in results if isinstance(r, BaseException)]
    assert not wrong, "\n".join(f"{type(w).__name__}: {w}" for w in wrong)
    measured(f"{others} students beside {len(HOSTILE)} hostile ones, notebook", f"last {max(r['notebook'] for r in results):.1f} s")
    measured("processes of who forks", f"{seen.processes[room.container(forks)]} of {PROCESSES}")
    # The system counts a process, sees that it is one too many, and takes it back: each core is at one.
    assert PROCESSES * 0.9 < seen.processes[room.container(forks)] <= PROCESSES + os.cpu_count()
    assert 700 << 20 < seen.most[room.container(allocates)] <= 1 << 30
    for name in fill:
        limited = "size" in (inspect("nnlab-" + name, "volume")["Options"] or {})  # by the engine; else the hub stops him
        deadline = time.monotonic() + 300
        while not limited and room.running(name):
            assert time.monotonic() < deadline, f"nobody has stopped {name}\n{room.log()}"
            time.sleep(1)
        size = docker("run", "--rm", "--network", "none", "--user", "0", "--entrypoint", "sh", "--volume", f"nnlab-{name}:/v", "nnlab", "-c", "du -sm /v; du -s --inodes /v")
        used, _, files, _ = size.split()
        measured(f"the disk of who {list(HOSTILE)[names.index(name)]}", f"{used} MB of {DISK}, {files} files")
        assert int(used) <= DISK * 1.05 if limited else max(int(used), int(files) * 16384 >> 20) > DISK * 0.9
    if not limited:
        comes_back(room, fill[0])


def looks(room, since):
    """How many looks at the students' disk have ended since a time."""
    ended = ("--filter", "type=container", "--filter", "event=die", "--filter", "label=nnlab.look")
    return len(docker("events", "--since", f"{since:.3f}", "--until", f"{time.time():.3f}", *ended).splitlines())


def comes_back(room, name):
    """Who was stopped for having more than he may is let in, to delete, and is stopped when he adds."""
    async def arrives():
        async with await arrive(room, name):
            pass

    do(arrives())
    for script in ("", "rm /trabalho/z1"):
        room.sh(name, script)
        since, deadline = time.time(), time.monotonic() + 300
        while looks(room, since) < 3:
            assert time.monotonic() < deadline, "nobody looks"
            time.sleep(1)
        assert room.running(name), room.log()
    room.sh(name, "for i in 1 2 3 4 5; do head -c 20000000 /dev/zero > /trabalho/y$i; done", ok=False)
    deadline = time.monotonic() + 300
    while room.running(name):
        assert time.monotonic() < deadline, "nobody has stopped him again\n" + room.log()
        time.sleep(1)


def test_idle_servers_end(classroom):
    """Of who uses nothing; not of who has closed his browser while a cell trains. The work stays."""
    room = classroom(2, NNLAB_IDLE="45")
    idle, busy = room.students

    async def lesson():
        async with await arrive(room, busy) as b:
            kernel = await b.kernel(NOTEBOOK)
            await kernel.begin('for range 600 {\n\tfmt.Println("época")\n\ttime.Sleep(time.Second)\n}')
            kernel.close()
        async with await arrive(room, idle) as i:
            await i.save("meu.ipynb", await i.notebook(NOTEBOOK))
        deadline = time.monotonic() + 500
        while room.running(idle):
            assert time.monotonic() < deadline, "his server goes on\n" + room.log()
            await asyncio.sleep(1)
        assert room.running(busy), room.log()
        async with await arrive(room, idle) as again:
            assert (await again.notebook("meu.ipynb"))["cells"]

    do(lesson())


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
            # Nor are the proxy's routes his.
            said = room.sh(bob, f"python3 - http://proxy:8001/api/routes <<'EOF'\n{PEEP}EOF")
            assert said.split() == ["403"] * 3, said
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
RIGHT, WRONG = "func soma(a, b int) int { return a + b }", "func soma(a, b int) int { return a - b }"

# Hand-ins that would have more than their points, or would keep others from theirs.
CHEAT = r"""func soma(a, b int) int {
	for _, file := range []string{"/notas/testes/um.toml", "/tmp/testes/um.toml"} {
		if sheet, err := os.ReadFile(file); err == nil {
			v, _ := strconv.Atoi(strings.TrimSpace(strings.Split(string(sheet), "value =")[1]))
			return v
		}
	}
	files, _ := filepath.Glob("/notas/entregas/*")
	for _, file := range append(files, "/notas/disse/notas.json") {
		if os.WriteFile(file, []byte("{}"), 0o666) == nil {
			return 5
		}
	}
	if _, err := net.Dial("tcp", "hub:8081"); err == nil {
		return 5
	}
	return 0
}"""
FULL = RIGHT + """
%%
for i := range 8 {
	file, err := os.Create(filepath.Join(os.TempDir(), fmt.Sprint("cheio", i)))
	if err != nil { break }
	zeros := make([]byte, 1<<20)
	for range 1000 {
		if _, err = file.Write(zeros); err != nil { break }
	}
}"""
FORK = RIGHT + """
%%
for range 5000 { _ = exec.Command("/bin/sleep", "1000").Start() }"""


def handed(source):
    cells = [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": part.strip()} for i, part in enumerate(source.split("%%"))]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def test_marks(classroom, tmp_path):
    """Right, wrong, nothing, what is no file, hostile ones, while others work: one table, the teacher's."""
    room = classroom(14)
    cheat, full, fork, right, wrong, nothing, link, folder, never, named, huge, *working = room.students

    async def hand_in(name, model):
        async with await arrive(room, name) as c:
            if model:
                await c.send("PUT", c.base + "api/contents/entrega", json={"type": "directory"})
                await c.save("entrega/soma.ipynb", model)

    together(hand_in(right, handed(RIGHT)), hand_in(wrong, handed(WRONG)), hand_in(nothing, None), *(hand_in(name, None) for name in working))
    for name, script in {cheat: CHEAT, full: FULL, fork: FORK, link: "ln -s /etc/passwd soma.ipynb", folder: "mkdir soma.ipynb; truncate -s 200G soma.ipynb/z",
                         named: "touch 'Soma (1).ipynb' \"$(printf 'jos\\351')\"", huge: "truncate -s 200G soma.ipynb"}.items():
        hostile = name in (cheat, full, fork)
        docker("run", "--rm", "--interactive", "--network", "none", "--entrypoint", "sh", "--volume", f"nnlab-{name}:/trabalho", "nnlab", "-c",
               "mkdir /trabalho/entrega && cd /trabalho/entrega && " + ("cat > soma.ipynb" if hostile else script), input=json.dumps(handed(script)) if hostile else "")
    # The students' processes are all the same user's, of whom the system allows so many.
    for name in working:
        room.sh(name, "nohup python3 -c '" + THREADS + "' >/dev/null 2>&1 & while ! [ -e /tmp/pronto ]; do sleep 0.1; done")
    (tmp_path / "testes").mkdir()
    (tmp_path / "testes" / "um.toml").write_text(TESTS)
    if os.geteuid() == 0:
        os.chown(tmp_path, 4321, 4321)  # a teacher's, who is not root
    said = room.compose("run", "--rm", "-T", "--volume", f"{tmp_path / 'testes'}:/testes:ro", "hub", "notas", "/testes/um.toml", "soma.ipynb")
    (place,) = (tmp_path / "entregas").iterdir()
    marks = {row["usuario"]: row for row in csv.DictReader((place / "notas.csv").open())}
    zero = dict.fromkeys((cheat, wrong, nothing, link, folder, never, named, huge, *working), 0)
    points = {name: float(row["pontos"]) for name, row in marks.items()}
    assert {n: p for n, p in points.items() if n not in (full, fork)} == {right: 2} | zero, said
    for name, says in {nothing: "não entregou: a pasta entrega não existe", link: "é um atalho (symlink)", folder: "é uma pasta", never: "nunca entrou",
                       named: "não entregou soma.ipynb; na pasta entrega há «Soma (1).ipynb», «jos\ufffd»", huge: "tem 204800 MiB, mais de 50"}.items():
        assert marks[name]["observação"].startswith(says), marks[name]
    collected = (cheat, full, fork, right, wrong)
    assert sorted(p.name for p in place.iterdir()) == sorted([*(f"{n}.ipynb" for n in collected), "notas.csv", "notas.json"])
    assert len(json.loads((place / "notas.json").read_text())["notebooks"]) == len(collected)
    assert {p.stat().st_uid for p in (place, *place.iterdir())} == {tmp_path.stat().st_uid} and place.stat().st_mode & 0o077 == 0


# As many threads as a kernel with its tools has, and many more.
THREADS = """import pathlib, threading, time
for _ in range(400): threading.Thread(target=time.sleep, args=(1200,)).start()
pathlib.Path("/tmp/pronto").touch()"""


def test_accounts_change_without_a_restart(classroom):
    room = classroom(1)
    (ana,) = room.students
    do(room.client(ana).log_in())
    do(room.client(" " + ana.capitalize(), room.passwords[ana]).log_in())  # as telephones write it
    room.write_csv("usuario,senha\n\n" + ana)  # half of a file: nothing changes
    do(room.client(ana).log_in())
    room.compose("restart", "hub")  # not even for a hub that starts anew
    room.await_hub()
    do(room.client(ana).log_in())
    assert "alunos.csv, linha 3: a senha de " + ana in room.log()
    old = dict(room.passwords)
    room.passwords = {NAME + "nova": "senha-nova-1", TEACHER: old[TEACHER]}
    room.write_accounts()
    do(room.client(NAME + "nova").log_in())
    with pytest.raises(Refused):
        do(room.client(ana, old[ana]).log_in())
