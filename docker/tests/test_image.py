"""The classroom's image by itself: what is in it and what is not, whom it lets in, and whose it runs as."""

import json
import re
import subprocess

import pytest

from engine import IMAGE, TOP, docker, inspect, run

LARGEST = 1_600_000_000  # bytes, uncompressed
PARTS = ("/usr/local/go", "/opt/nnlab/jupyter", "/opt/nnlab/go-build", "/opt/nnlab/modules", "/opt/nnlab/tools", "/opt/nnlab/lab",
         "/usr/local/share/jupyter", "/usr/lib", "/usr/bin", "/usr/share")


def test_size(measured):
    size = inspect(IMAGE)["Size"]
    measured("image", f"{size / 1e6:.0f} MB")
    for line in sorted(run("du", "-sm", *PARTS).splitlines(), key=lambda s: -int(s.split()[0])):
        measured(line.split()[1], line.split()[0] + " MB")
    assert size <= LARGEST


def test_labels_and_defaults():
    config = inspect(IMAGE)["Config"]
    assert config["User"] == "1000" and config["Volumes"] == {"/trabalho": {}} and "8888/tcp" in config["ExposedPorts"]
    assert config["Entrypoint"][0] == "tini" and config["Healthcheck"]
    assert config["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"


def test_no_secret_and_nothing_of_the_builder():
    """Neither in the settings nor in how the layers were made nor in the files."""
    said = json.dumps(inspect(IMAGE)["Config"]["Env"]) + docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", IMAGE)
    assert not re.search(r"(?i)token|password|secret|://[^/\s]*@|_proxy", said), said
    found = run("bash", "-c", r"""find / -xdev \( -name .git -o -name .netrc -o -name .npmrc -o -name '*.pem' -o -name id_rsa -o -name .env -o -name alunos.csv \) """
                "-not -path '*/certifi/*' -not -path '/etc/ssl/*' -not -path '/usr/share/*' -not -path '/usr/lib/ssl/*' -not -path '/usr/local/go/src/*' 2>/dev/null; ls -A /usr/local/share/ca-certificates /root/.cache /root/.config 2>/dev/null || true")
    kept = [line for line in found.splitlines() if line and not line.endswith(":")]
    assert kept == []


@pytest.mark.parametrize("user", ["1000:0", "12345:54321"])
def test_others_write_to_the_work_folder_only(user):
    everyone = run("find", "/", "-xdev", "-type", "d", "-perm", "-0002", options=("--user", "0")).split()
    assert set(everyone) - {"/tmp", "/var/tmp", "/run/lock"} == {"/trabalho"}
    able = run("bash", "-c", "find / -xdev -writable \\( -type f -o -type d \\) -not -path '/proc/*' 2>/dev/null || true", options=("--user", user)).split()
    outside = [path for path in able if not re.match(r"/(tmp|trabalho|run/lock)(/|$)", path) and not path.startswith(("/dev/", "/sys/"))]
    assert outside == []


def test_token_is_drawn_and_asked_for(new, measured):
    c = new.container()
    measured("JupyterLab answers", f"{c.await_answer():.1f} s")
    assert c.get("api/contents").status_code == 403
    assert c.get("api/kernels").status_code == 403
    assert c.get("lab").status_code == 302 and "/login" in c.get("lab").headers["Location"]
    assert c.get("api/contents", token="0" * 48).status_code == 403
    (token,) = set(re.findall(r"token=([0-9a-f]{48})", c.log()))
    listed = {entry["name"] for entry in c.get("api/contents", token=token).json()["content"]}
    assert {p.name for p in (TOP / "notebooks").glob("*.ipynb") if ".executed." not in p.name} | {"curso"} == listed
    kernels = c.get("api/kernelspecs", token=token).json()
    assert list(kernels["kernelspecs"]) == ["nnlab"] and kernels["default"] == "nnlab"


def test_becomes_healthy(new):
    c = new.container("--health-interval", "1s", token="t")
    c.await_answer()
    assert docker("exec", c.name, "/opt/nnlab/healthy") == ""
    status, _ = docker("exec", "--env", "JUPYTERHUB_SERVICE_URL=http://127.0.0.1:8888/other/", c.name, "/opt/nnlab/healthy", ok=False)
    assert status != 0


def test_another_owners_folder_is_refused_in_words(tmp_path):
    tmp_path.chmod(0o755)
    status, said = docker("run", "--rm", "--network", "none", "--volume", f"{tmp_path}:/trabalho", IMAGE, ok=False)
    assert status == 1 and "não pode escrever em /trabalho" in said


def test_doctor_finds_nothing_missing():
    said = run("nnlab-kernel", "doctor")
    assert "missing" not in said and "without" not in said, said


def test_notebooks_were_proven_in_the_build():
    proof = run("cat", "/opt/nnlab/proof")
    assert re.findall(r"^(\S+\.ipynb) ", proof, re.MULTILINE) == sorted(p.name for p in (TOP / "notebooks").glob("*.ipynb") if ".executed." not in p.name)


def test_students_have_no_solutions():
    """Neither in the course's folder nor anywhere else in the image."""
    course = run("bash", "-c", "cd /opt/nnlab/curso/ && find . -type f | sort").split()
    assert course == [f"./{p.name}" for p in sorted((TOP / "notebooks").glob("*.ipynb")) if ".executed." not in p.name]
    solved = [p.name for p in (TOP / "notebooks").glob("*.ipynb") if "// aluno:" in p.read_text() or "// SOLUÇÃO" in p.read_text()]
    assert len(solved) > 5
    said = run("bash", "-c", "grep -rlE '// (aluno:|SOLUÇÃO)' / --include='*.ipynb' -s; find / -xdev -path '*professor*' -not -path '/proc/*' 2>/dev/null || true", options=("--user", "0"))
    assert said == ""


def of_readme(row):
    """The command in a row of README's table for teachers."""
    (line,) = [line for line in (TOP / "README.md").read_text().splitlines() if line.startswith(f"| {row} |")]
    return line.split("`")[1]


def test_backup(new, tmp_path):
    """As README says it: the work is in the copy, and comes back, the student's."""
    volume = new.volume()
    there = ("--volume", f"{volume}:/trabalho")
    run("bash", "-c", "mkdir entrega && echo 'meu caderno' > entrega/a.ipynb", options=there)

    def by_readme(row, *words):
        command = of_readme(row)
        for word, meant in words:
            assert word in command
            command = command.replace(word, meant)
        subprocess.run(["bash", "-euc", command], cwd=tmp_path, check=True)

    by_readme("backing up", ("name=nnlab-", "name=" + volume))
    assert [p.name for p in (tmp_path / "copia").iterdir()] == [volume + ".tar.gz"]
    docker("volume", "rm", volume)
    by_readme("one student's work back", ("nnlab-NAME", volume))
    assert run("bash", "-c", "cat entrega/a.ipynb && echo more >> entrega/a.ipynb && stat -c %u entrega/a.ipynb", options=there) == "meu caderno\n1000\n"


def test_mnist_is_unpacked_for_all(new):
    """The first cell of a student leaves no copy of his own."""
    c = new.container(token="t")
    c.await_answer()
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": "train, test := datasets.MNIST()\nfmt.Println(train.Len(), test.Len())"}
    c.put("a.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}))
    assert "60000 10000" in c.sh("cd /trabalho && nnlab-kernel exec a.ipynb 2>&1")
    assert c.sh("find /trabalho -name '*.cache' -type f") == ""


def test_check_grades_in_a_jail():
    """Without privileges, in Docker's own profile."""
    script = """set -e; mkdir -p /tmp/testes; cd /tmp/testes
printf 'title = "Um"\\n[[check]]\\nname = "soma"\\nexpr = "soma(2, 3)"\\nvalue = 5\\n' > testes.toml
printf '{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","id":"a","metadata":{},"execution_count":null,"outputs":[],"source":"func soma(a, b int) int { return a + b }"}]}' > /trabalho/ana.ipynb
nnlab-kernel check testes.toml /trabalho/ana.ipynb 2>&1"""
    said = run("bash", "-c", script)
    assert "1/1" in said.replace(" ", "") or "1 de 1" in said, said
