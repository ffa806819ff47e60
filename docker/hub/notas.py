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
import secrets
import sys
import tarfile

import docker
from docker.errors import APIError, NotFound

from roll import CLASS, Roll

LARGEST = 50 << 20  # of a notebook
# Where they lie in the marking container: neither in the sandbox's sight nor in what its limit of
# space is for.
TESTS, HANDED, SAID = "/notas/testes", "/notas/entregas", "/notas/disse"


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
        # Not get_archive, which has to be read to its end, though it were a folder of terabytes.
        archive = f"{engine.api.base_url}/v{engine.api.api_version}/containers/{holder.id}/archive"
        with engine.api.get(archive, params={"path": f"/trabalho/entrega/{notebook}"}, stream=True, timeout=600) as answer:
            if answer.status_code == 404:
                raise Unusable("não entregou")
            answer.raise_for_status()
            return only_file(answer.iter_content(1 << 20))
    except tarfile.TarError:
        raise Unusable("o arquivo mudou enquanto era lido")
    finally:
        holder.remove(force=True, v=True)


def only_file(chunks):
    """The file of which a tar is; no more is read of it than a notebook may have."""
    data = io.BytesIO()
    for chunk in chunks:
        data.write(chunk)
        if data.tell() > LARGEST + (1 << 20):
            break
    data.seek(0)
    with tarfile.open(fileobj=data, mode="r:") as archive:
        entry = archive.next()
        if not (entry and entry.isfile()):
            raise Unusable("não é um arquivo")
        if entry.size > LARGEST:
            raise Unusable("o arquivo é grande demais")
        return archive.extractfile(entry).read()


def packed(files):
    """A tar of the files, by their paths, and of the folder for what is said."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        folder = tarfile.TarInfo(SAID.strip("/"))
        folder.type, folder.mode = tarfile.DIRTYPE, 0o777
        archive.addfile(folder)
        for path, text in files.items():
            entry = tarfile.TarInfo(path.strip("/"))
            entry.size, entry.mode = len(text), 0o644
            archive.addfile(entry, io.BytesIO(text))
    return data.getvalue()


def grade(engine, image, tests, notebooks, options):
    """Runs check on the notebooks, by student; its reports, by student too."""
    files = {f"{TESTS}/{p.relative_to(tests.parent)}": p.read_bytes() for p in sorted(tests.parent.rglob("*")) if p.is_file()}
    files |= {f"{HANDED}/{name}.ipynb": text for name, text in notebooks.items()}
    command = ["nnlab-kernel", "check", f"{TESTS}/{tests.name}", *(f"{HANDED}/{n}.ipynb" for n in notebooks), "-json", SAID + "/notas.json", *options]
    memory = os.environ["NNLAB_MARKING"]
    # A user of its own: the system counts one's processes in all containers together, and the
    # students' servers run as 1000.
    own = str(61184 + secrets.randbelow(4000))
    space = "exec,mode=1777,size=2g"  # of the memory; a notebook's files go when it has been marked
    marker = engine.containers.create(image, entrypoint=["tini", "--"], command=command, network_mode="none", working_dir="/tmp", user=f"{own}:{own}",
                                      mem_limit=memory, memswap_limit=memory, pids_limit=4096, tmpfs={"/tmp": space, "/trabalho": space},
                                      cap_drop=["ALL"], security_opt=["no-new-privileges"])
    try:
        marker.put_archive("/", packed(files))
        marker.start()
        for line in marker.logs(stream=True, follow=True):
            sys.stdout.write(line.decode(errors="replace"))
        status = marker.wait()["StatusCode"]
        if status not in (0, 1):  # 1: somebody lacks points
            sys.exit(status)
        chunks, _ = marker.get_archive(SAID + "/notas.json")
        return json.loads(only_file(chunks))
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
    accounts, mistake = Roll().read()
    if accounts is None:
        sys.exit(mistake)
    if mistake:
        print(f"{mistake}\nAté lá vale a última lista sem erro, de {len(accounts)} contas.", file=sys.stderr)
    engine, image = docker.from_env(), os.environ["NNLAB_IMAGE"]
    notebooks, without = {}, {}
    for name, (_, teacher) in accounts.items():
        if not teacher:
            try:
                notebooks[name] = handed_in(engine, image, name, asked.caderno)
            except (Unusable, APIError, OSError) as why:
                without[name] = str(why)
    place = pathlib.Path("/entregas") / f"{asked.testes.stem}-{datetime.datetime.now():%Y-%m-%d-%H%M%S}"
    place.mkdir(parents=True, mode=0o700)
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
    # They are the teacher's, whose the class's folder is, and not root's as this program.
    owner = pathlib.Path(CLASS).parent.stat()
    for path in (place.parent, place, *place.iterdir()):
        os.chown(path, owner.st_uid, owner.st_gid)
    print(f"gravado em {place.name}/")


if __name__ == "__main__":
    main()
