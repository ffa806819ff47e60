"""What notas makes of each student's folder entrega, without an engine: test_hub.py has one."""

import csv
import io
import json
import os
import sys
import tarfile
import types

import pytest

from engine import TOP

sys.path.insert(0, str(TOP / "docker" / "hub"))


@pytest.fixture
def notas(monkeypatch):
    """The program, beside a package docker that has its errors alone."""
    errors = types.ModuleType("docker.errors")
    errors.DockerException = type("DockerException", (Exception,), {})
    errors.NotFound = type("NotFound", (errors.DockerException,), {})
    package = types.ModuleType("docker")
    package.errors = errors
    monkeypatch.setitem(sys.modules, "docker", package)
    monkeypatch.setitem(sys.modules, "docker.errors", errors)
    monkeypatch.delitem(sys.modules, "notas", raising=False)
    import notas
    yield notas
    del sys.modules["notas"]


def tar_of(**entry):
    """A tar as the engine sends it, in pieces."""
    data, out = entry.pop("data", b""), io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("a.ipynb")
        info.size = len(data)
        for name, value in entry.items():
            setattr(info, name, value)
        archive.addfile(info, io.BytesIO(data))
    text = out.getvalue()
    return [text[i:i + 700] for i in range(0, len(text), 700)]


def test_only_a_file(notas, tmp_path):
    to = tmp_path / "a.ipynb"
    notas.only_file(tar_of(data=b"x" * 3000), to)
    assert to.read_bytes() == b"x" * 3000
    for entry, says in (({"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}, "é um atalho (symlink) para outro lugar, que não foi seguido"), ({"type": tarfile.LNKTYPE, "linkname": "b"}, "é um atalho"),
                        ({"type": tarfile.DIRTYPE}, "é uma pasta; peça o próprio arquivo"), ({"type": tarfile.FIFOTYPE}, "não é um arquivo"), ({"type": tarfile.CHRTYPE}, "não é um arquivo")):
        with pytest.raises(notas.Unusable, match="^" + says.replace("(", r"\(").replace(")", r"\)")):
            notas.only_file(tar_of(**entry), tmp_path / "b.ipynb")
    assert not (tmp_path / "b.ipynb").exists()


def test_no_more_is_read_than_a_notebook_has(notas, tmp_path):
    info, read = tarfile.TarInfo("a.ipynb"), 0
    info.size = 1 << 40

    def endless():
        nonlocal read
        yield info.tobuf()
        while True:
            read += 1 << 20
            yield bytes(1 << 20)

    with pytest.raises(notas.Unusable, match="tem 1048576 MiB, mais de 50; o aluno limpe as saídas"):
        notas.only_file(endless(), tmp_path / "a.ipynb")
    assert read < 60 << 20 and not list(tmp_path.iterdir())
    with pytest.raises(tarfile.TarError):  # it has become shorter while it was read
        notas.only_file([b"no tar"], tmp_path / "a.ipynb")


@pytest.mark.parametrize("names,says", [
    (b"", "não entregou: a pasta entrega não existe, ou está vazia"), (b".ipynb_checkpoints\0", "não entregou: a pasta"),
    (b"Soma (1).ipynb\0", "não entregou soma.ipynb; na pasta entrega há «Soma (1).ipynb»"), (b"b\0a\0", "há «a», «b»"),
    (b"jos\xe9\x1b[31m\n.ipynb\0", "há «jos\ufffd\ufffd[31m\ufffd.ipynb»"), (b"a\0b\0c\0d\0e\0", "há «a», «b», «c», «d», …"), (b"x" * 4096, "«" + "x" * 59 + "…»")])
def test_other_names(notas, names, says):
    assert says in notas.missing("soma.ipynb", names)


class Engine:
    """Has a marking container for each call, in which the notebooks of some end check."""

    def __init__(self, notas, deadly=(), mistake=False):
        self.notas, self.deadly, self.mistake, self.calls = notas, deadly, mistake, []
        self.containers = self
        self.volumes = self

    def create(self, image, command, **_):
        self.command = command
        self.names = [os.path.basename(a).removesuffix(".ipynb") for a in command if a.startswith(self.notas.HANDED)]
        self.calls.append(self.names)
        return self

    def put_archive(self, place, archive):
        with tarfile.open(fileobj=archive) as tar:
            self.inside = {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}

    def start(self):
        pass

    def logs(self, **_):
        return [b"corrigindo\n"]

    def wait(self):
        return {"StatusCode": 2 if self.mistake else 137 if set(self.names) & set(self.deadly) else 1}

    def get_archive(self, path):
        reports = [{"notebook": f"{self.notas.HANDED}/{n}.ipynb", "points": 1, "max": 2, "problem": "", "notes": ["leia"]} for n in self.names]
        return tar_of(data=json.dumps({"title": "t", "notebooks": reports}).encode()), None

    def remove(self, **_):
        pass


@pytest.fixture
def class_of(notas, tmp_path, monkeypatch):
    """Has notas mark a class; what each has handed in, None for nothing."""
    monkeypatch.setenv("NNLAB_IMAGE", "nnlab")
    monkeypatch.setenv("NNLAB_MARKING", "4G")
    monkeypatch.setenv("NNLAB_PREFIX", "nnlab-")

    def mark(handed, **engine):
        (tmp_path / "testes").mkdir(exist_ok=True)
        (tmp_path / "testes" / "um.toml").write_text("title = 't'")
        e = Engine(notas, **engine)
        sys.modules["docker"].from_env = lambda: e

        def handed_in(_, image, name, notebook, to):
            if isinstance(handed[name], Exception):
                raise handed[name]
            to.write_text(handed[name])

        monkeypatch.setattr(notas, "handed_in", handed_in)
        monkeypatch.setattr(notas, "CLASS", str(tmp_path / "alunos.csv"))
        monkeypatch.setattr(notas, "PLACE", tmp_path / "entregas")
        accounts = {name: ("senha", False) for name in handed} | {"prof": ("senha", True)}
        notas.table(accounts, types.SimpleNamespace(testes=tmp_path / "testes" / "um.toml", caderno="soma.ipynb", opções=["-j", "1"]))
        (place,) = (tmp_path / "entregas").iterdir()
        return e, {row["usuario"]: row for row in csv.DictReader((place / "notas.csv").open())}, place

    return mark


def test_a_row_for_each(notas, class_of):
    """In the order of the class, whatever came of one."""
    handed = {"ana": "{}", "bob": notas.Unusable("é uma pasta"), "cid": sys.modules["docker.errors"].DockerException("x"), "dora": "{}", "eva": ConnectionError("y")}
    engine, rows, place = class_of(handed)
    assert list(rows) == list(handed) and engine.calls == [["ana", "dora"]]
    assert [r["pontos"] for r in rows.values()] == ["1", "0", "0", "1", "0"]
    assert [r["observação"] for r in rows.values()] == ["leia", "é uma pasta", "não pôde ser buscado: x", "leia", "não pôde ser buscado: y"]
    assert engine.inside["notas/entregas/ana.ipynb"] == b"{}" and "notas/testes/um.toml" in engine.inside
    assert sorted(p.name for p in place.iterdir()) == ["ana.ipynb", "dora.ipynb", "notas.csv", "notas.json"]


def test_one_who_ends_the_marking(class_of):
    """Costs his own points: the others are marked alone."""
    engine, rows, place = class_of({"ana": "{}", "bob": "{}", "cid": "{}"}, deadly=["bob"])
    assert engine.calls == [["ana", "bob", "cid"], ["ana"], ["bob"], ["cid"]]
    assert [r["pontos"] for r in rows.values()] == ["1", "0", "1"] and "terminou no meio (código 137); corrija-o à mão" in rows["bob"]["observação"]
    said = json.loads((place / "notas.json").read_text())
    assert said["title"] == "t" and len(said["notebooks"]) == 2


def test_nobody_has_handed_in(notas, class_of):
    engine, rows, _ = class_of({"ana": notas.Unusable("nunca entrou")})
    assert engine.calls == [] and rows["ana"]["observação"] == "nunca entrou"


def test_a_mistake_of_the_teachers(class_of):
    """Ends the marking with what check has said of it, at the first notebook."""
    with pytest.raises(SystemExit) as ended:
        class_of({"ana": "{}", "bob": "{}"}, mistake=True)
    assert ended.value.code == 2
