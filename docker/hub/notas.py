"""Marks what a class has handed in: collects one notebook of each student's folder entrega and has
nnlab-kernel check grade them, each in its sandbox, in a container that is thrown away.

    docker compose run --rm -v "$PWD/testes:/testes:ro" hub notas /testes/exercicio1.toml exemplo1-mlp.ipynb

Beside the table, the folder entregas has the notebooks as they were handed in, notas.csv and notas.json.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import secrets
import shutil
import sys
import tarfile
import tempfile

import docker
from docker.errors import DockerException, NotFound

from roll import CLASS, Roll
from settings import setting

PLACE = pathlib.Path("/entregas")
LARGEST = 50 << 20  # of a notebook
# Where they lie in the marking container: neither in the sandbox's sight nor in what its limit of
# space is for.
TESTS, HANDED, SAID = "/notas/testes", "/notas/entregas", "/notas/disse"


class Unusable(Exception):
    """Why there is nothing to mark, in the teacher's words."""


def handed_in(engine, image, name, notebook, to):
    """Writes the notebook in a student's folder entrega to a file. Nothing of the student's is run,
    and no link is followed."""
    volume = os.environ["NNLAB_PREFIX"] + name
    try:
        engine.volumes.get(volume)
    except NotFound:
        raise Unusable("nunca entrou") from None
    holder = engine.containers.create(image, entrypoint=["true"], network_mode="none", volumes={volume: {"bind": "/trabalho", "mode": "ro"}})
    try:
        # Not get_archive, which has to be read to its end, though it were a folder of terabytes.
        archive = f"{engine.api.base_url}/v{engine.api.api_version}/containers/{holder.id}/archive"
        with engine.api.get(archive, params={"path": f"/trabalho/entrega/{notebook}"}, stream=True, timeout=600) as answer:
            if answer.ok:
                return only_file(answer.iter_content(1 << 20), to)
            if answer.status_code != 404 and "not a directory" not in answer.text:  # as where entrega is a file
                raise Unusable(f"não pôde ser buscado: {answer.text.strip()}")
    except tarfile.TarError:
        raise Unusable("o arquivo mudou enquanto era lido; corrija de novo") from None
    finally:
        holder.remove(force=True, v=True)
    raise Unusable(missing(notebook, instead(engine, image, volume)))


def only_file(chunks, to):
    """Writes the file of which a tar is; no more is read of it than a notebook may have."""
    with tempfile.TemporaryFile() as data:
        for chunk in chunks:
            data.write(chunk)
            if data.tell() > LARGEST + (1 << 20):
                break
        data.seek(0)
        with tarfile.open(fileobj=data, mode="r:") as archive:
            entry = archive.next()
            if entry and (entry.issym() or entry.islnk()):
                raise Unusable("é um atalho (symlink) para outro lugar, que não foi seguido; peça o próprio arquivo")
            if entry and entry.isdir():
                raise Unusable("é uma pasta; peça o próprio arquivo")
            if not (entry and entry.isfile()):
                raise Unusable("não é um arquivo; peça o próprio caderno")
            if entry.size > LARGEST:
                raise Unusable(f"tem {entry.size >> 20} MiB, mais de {LARGEST >> 20}; o aluno limpe as saídas (Edit → Clear Outputs of All Cells) e o entregue de novo")
            with to.open("xb") as file:
                shutil.copyfileobj(archive.extractfile(entry), file)


# The names in the folder entrega, which is not followed where it is a link. As root, whom no permission hides one.
NAMES = r"find -P /trabalho/entrega -mindepth 1 -maxdepth 1 -printf '%f\0' 2>/dev/null | head -c 4096"


def instead(engine, image, volume):
    """What lies in a student's folder entrega, as names without an end."""
    return engine.containers.run(image, entrypoint=["sh", "-c", NAMES], user="0", network_mode="none", remove=True,
                                 volumes={volume: {"bind": "/trabalho", "mode": "ro"}})


def missing(notebook, names):
    """That there is no such notebook, and what there is, whatever bytes are in a name."""
    there = sorted("".join(c if c.isprintable() else "\ufffd" for c in n.decode("utf-8", errors="replace")) for n in names.split(b"\0") if n and not n.startswith(b"."))
    if not there:
        return "não entregou: a pasta entrega não existe, ou está vazia"
    shown = [f"«{n if len(n) <= 60 else n[:59] + '…'}»" for n in there[:4]] + ["…"] * (len(there) > 4)
    return f"não entregou {notebook}; na pasta entrega há {', '.join(shown)}"


def packed(files):
    """A file that is a tar of the files, by their paths in it, and of the folder for what is said."""
    data = tempfile.TemporaryFile()
    with tarfile.open(fileobj=data, mode="w") as archive:
        folder = tarfile.TarInfo(SAID.strip("/"))
        folder.type, folder.mode = tarfile.DIRTYPE, 0o777
        archive.addfile(folder)
        for inside, path in files.items():
            with path.open("rb") as file:
                entry = tarfile.TarInfo(inside.strip("/"))
                entry.size, entry.mode = os.fstat(file.fileno()).st_size, 0o644
                archive.addfile(entry, file)
    data.seek(0)
    return data


def grade(engine, image, tests, notebooks, options):
    """Has check mark the notebooks, files by student: its reports, and why a student has none.
    Should one of them end the marking of all, each is marked alone."""
    status, reports = mark(engine, image, tests, notebooks, options)
    if reports is not None:
        return reports, {}
    if len(notebooks) == 1:
        return {"notebooks": []}, dict.fromkeys(notebooks, f"a correção deste caderno terminou no meio (código {status}); corrija-o à mão, ou dê mais memória por NNLAB_MARKING")
    print(f"a correção terminou no meio (código {status}); agora um caderno de cada vez", flush=True)
    together, without = {"notebooks": []}, {}
    for name, path in notebooks.items():
        one, lost = grade(engine, image, tests, {name: path}, options)
        together = {**one, "notebooks": together["notebooks"] + one["notebooks"]}
        without |= lost
    return together, without


def mark(engine, image, tests, notebooks, options):
    """Runs check on the notebooks: its status, and its reports, None where it did not come to its end."""
    files = {f"{TESTS}/{p.relative_to(tests.parent)}": p for p in sorted(tests.parent.rglob("*")) if p.is_file()}
    files |= {f"{HANDED}/{name}.ipynb": path for name, path in notebooks.items()}
    command = ["nnlab-kernel", "check", f"{TESTS}/{tests.name}", *(f"{HANDED}/{n}.ipynb" for n in notebooks), "-json", SAID + "/notas.json", *options]
    memory = setting("NNLAB_MARKING")
    # A user of its own: the system counts one's processes in all containers together, and the
    # students' servers run as 1000.
    own = str(61184 + secrets.randbelow(4000))
    space = "exec,mode=1777,size=2g"  # of the memory; a notebook's files go when it has been marked
    marker = engine.containers.create(image, entrypoint=["tini", "--"], command=command, network_mode="none", working_dir="/tmp", user=f"{own}:{own}",
                                      mem_limit=memory, memswap_limit=memory, pids_limit=4096, tmpfs={"/tmp": space, "/trabalho": space},
                                      cap_drop=["ALL"], security_opt=["no-new-privileges"])
    try:
        with packed(files) as archive:
            marker.put_archive("/", archive)
        marker.start()
        for line in marker.logs(stream=True, follow=True):
            sys.stdout.write(line.decode(errors="replace"))
        status = marker.wait()["StatusCode"]
        if status == 2:  # the teacher's tests have a mistake, which check has said
            sys.exit(status)
        if status not in (0, 1):  # 1: somebody lacks points
            return status, None
        try:
            chunks, _ = marker.get_archive(SAID + "/notas.json")
            with tempfile.TemporaryDirectory() as folder:
                said = pathlib.Path(folder, "notas.json")
                only_file(chunks, said)
                return status, json.loads(said.read_bytes())
        except (NotFound, Unusable, ValueError):
            return status, None
    finally:
        marker.remove(force=True, v=True)


def main():
    call = argparse.ArgumentParser(prog="notas", description="corrige o que a turma entregou")
    call.add_argument("testes", type=pathlib.Path, help="o arquivo de testes (docs/check.md)")
    call.add_argument("caderno", help="o nome do caderno na pasta entrega de cada aluno")
    call.add_argument("opções", nargs=argparse.REMAINDER, help="opções de nnlab-kernel check")
    asked = call.parse_args()
    if pathlib.PurePosixPath(asked.caderno).name != asked.caderno:
        sys.exit("o caderno é um nome, sem pasta")
    if not asked.testes.is_file():
        sys.exit(f"{asked.testes} não é um arquivo de testes que a correção veja; dê a sua pasta ao contêiner com --volume PASTA:/testes:ro antes de hub")
    accounts, mistake = Roll().read()
    if accounts is None:
        sys.exit(mistake)
    if mistake:
        print(f"{mistake}\nAté lá vale a última lista sem erro, de {len(accounts)} contas.", file=sys.stderr)
    try:
        table(accounts, asked)
    except (DockerException, OSError) as error:
        sys.exit(f"a correção não foi até o fim: {getattr(error, 'explanation', None) or error}")


def table(accounts, asked):
    """Collects and marks, and writes a row for each student."""
    engine, image = docker.from_env(), os.environ["NNLAB_IMAGE"]
    place = PLACE / f"{asked.testes.stem}-{datetime.datetime.now():%Y-%m-%d-%H%M%S}"
    place.mkdir(parents=True, mode=0o700)
    students = [name for name, (_, teacher) in accounts.items() if not teacher]
    notebooks, without = {}, {}
    for name in students:
        file = place / f"{name}.ipynb"
        try:
            handed_in(engine, image, name, asked.caderno, file)
            notebooks[name] = file
        except Unusable as why:
            without[name] = str(why)
        except (DockerException, OSError) as error:
            file.unlink(missing_ok=True)
            without[name] = f"não pôde ser buscado: {getattr(error, 'explanation', None) or error}"
    reports, lost = grade(engine, image, asked.testes, notebooks, asked.opções) if notebooks else ({"notebooks": []}, {})
    without |= lost
    (place / "notas.json").write_text(json.dumps(reports, ensure_ascii=False, indent=1))
    marked = {pathlib.PurePath(r["notebook"]).stem: r for r in reports["notebooks"]}
    with (place / "notas.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["usuario", "pontos", "de", "observação"])
        for name in students:
            if report := marked.get(name):
                out.writerow([name, report["points"], report["max"], "; ".join(filter(None, [report.get("problem"), *(report.get("notes") or [])]))])
            else:
                out.writerow([name, 0, "", without.get(name, "não foi avaliado")])
                print(f"{name}: {without.get(name, 'não foi avaliado')}")
    # They are the teacher's, whose the class's folder is, and not root's as this program.
    owner = pathlib.Path(CLASS).parent.stat()
    for path in (place.parent, place, *place.iterdir()):
        os.chown(path, owner.st_uid, owner.st_gid)
    print(f"gravado em {place.name}/")


if __name__ == "__main__":
    main()
