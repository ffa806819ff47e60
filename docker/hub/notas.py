"""Marks what a class has handed in: collects one notebook of each student's folder entrega and has
nnlab-kernel check grade them, each in its sandbox, in a container that is thrown away.

    docker compose run --rm -v "$PWD/testes:/testes:ro" hub notas /testes/exercicio1.toml exemplo1-mlp.ipynb

Beside the table, the folder entregas has the notebooks as they were handed in, notas.csv and notas.json.
"""

import argparse
import csv
import datetime
import io
import json
import os
import pathlib
import sys
import tarfile

import docker
from docker.errors import APIError, NotFound

from accounts import Mistake, read

LARGEST = 50 << 20  # of a notebook
TESTS, HANDED = "/tmp/testes", "/tmp/entregas"  # where cells in their sandbox do not see them


class Unusable(Exception):
    """Why there is nothing to mark, in the teacher's words."""


def handed_in(engine, image, name, notebook):
    """The notebook in a student's folder entrega. Nothing of the student's is run, and no link is followed."""
    volume = "nnlab-" + name
    try:
        engine.volumes.get(volume)
    except NotFound:
        raise Unusable("nunca entrou")
    holder = engine.containers.create(image, entrypoint=["true"], network_mode="none", volumes={volume: {"bind": "/trabalho", "mode": "ro"}})
    try:
        chunks, about = holder.get_archive(f"/trabalho/entrega/{notebook}")
        if about["size"] > LARGEST:
            raise Unusable("o arquivo é grande demais")
        with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
            (entry,) = archive.getmembers()[:1]
            if not entry.isfile():
                raise Unusable("não é um arquivo")
            return archive.extractfile(entry).read()
    except NotFound:
        raise Unusable("não entregou")
    finally:
        holder.remove(force=True, v=True)


def packed(files):
    """A tar of the files, by their paths."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(text), 0o644
            archive.addfile(entry, io.BytesIO(text))
    return data.getvalue()


def grade(engine, image, tests, notebooks, options):
    """Runs check on the notebooks, by student; its reports, by student too."""
    files = {f"testes/{p.relative_to(tests.parent)}": p.read_bytes() for p in sorted(tests.parent.rglob("*")) if p.is_file()}
    files |= {f"entregas/{name}.ipynb": text for name, text in notebooks.items()}
    command = ["nnlab-kernel", "check", f"{TESTS}/{tests.name}", *(f"{HANDED}/{n}.ipynb" for n in notebooks), "-json", "/tmp/notas.json", *options]
    marker = engine.containers.create(image, entrypoint=["tini", "--"], command=command, network_mode="none", working_dir="/tmp",
                                      cap_drop=["ALL"], security_opt=["no-new-privileges"])
    try:
        marker.put_archive("/tmp", packed(files))
        marker.start()
        for line in marker.logs(stream=True, follow=True):
            sys.stdout.write(line.decode(errors="replace"))
        status = marker.wait()["StatusCode"]
        if status not in (0, 1):  # 1: somebody lacks points
            sys.exit(status)
        chunks, _ = marker.get_archive("/tmp/notas.json")
        with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
            reports = json.load(archive.extractfile(archive.getmembers()[0]))
    finally:
        marker.remove(force=True, v=True)
    return reports


def main():
    call = argparse.ArgumentParser(prog="notas", description="corrige o que a turma entregou")
    call.add_argument("testes", type=pathlib.Path, help="o arquivo de testes (docs/check.md)")
    call.add_argument("caderno", help="o nome do caderno na pasta entrega de cada aluno")
    call.add_argument("opções", nargs=argparse.REMAINDER, help="opções de nnlab-kernel check")
    asked = call.parse_args()
    if pathlib.PurePosixPath(asked.caderno).name != asked.caderno:
        sys.exit("o caderno é um nome, sem pasta")
    try:
        accounts = read("/srv/hub/alunos.csv")
    except Mistake as mistake:
        sys.exit(str(mistake))
    engine, image = docker.from_env(), os.environ["NNLAB_IMAGE"]
    notebooks, without = {}, {}
    for name, (_, teacher) in accounts.items():
        if not teacher:
            try:
                notebooks[name] = handed_in(engine, image, name, asked.caderno)
            except (Unusable, APIError) as why:
                without[name] = str(why)
    place = pathlib.Path("/entregas") / f"{asked.testes.stem}-{datetime.datetime.now():%Y-%m-%d-%H%M%S}"
    place.mkdir(parents=True)
    for name, text in notebooks.items():
        (place / f"{name}.ipynb").write_bytes(text)
    reports = grade(engine, image, asked.testes, notebooks, asked.opções) if notebooks else {"notebooks": []}
    (place / "notas.json").write_text(json.dumps(reports, ensure_ascii=False, indent=1))
    with (place / "notas.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["usuario", "pontos", "de", "observação"])
        for report in reports["notebooks"]:
            out.writerow([pathlib.PurePath(report["notebook"]).stem, report["points"], report["max"],
                          "; ".join(filter(None, [report.get("problem"), *report.get("notes", [])]))])
        for name, why in without.items():
            out.writerow([name, 0, "", why])
            print(f"{name}: {why}")
    print(f"gravado em {place.name}/")


if __name__ == "__main__":
    main()
