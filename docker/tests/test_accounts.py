"""The teacher's CSV, as the hub reads it."""

import csv
import io
import json

import pytest

from engine import HUB, docker

READ = "import json, sys; sys.path.insert(0, '/srv/hub'); import accounts\ntry: print(json.dumps(accounts.read('/tmp/alunos.csv')))\nexcept accounts.Mistake as m: print(json.dumps(str(m)))"


def read(text):
    return json.loads(docker("run", "--rm", "--interactive", "--network", "none", HUB, "sh", "-c", 'cat > /tmp/alunos.csv && exec python -c "$0"', READ, input=text))


ANA, TEACHER = {"ana": ["segredo-da-ana", False]}, {"prof": ["segredo-dela", True]}


@pytest.mark.parametrize("text,want", [
    ("usuario,senha\nana,segredo-da-ana\n", ANA), ("papel,usuario,senha\n,ana,segredo-da-ana\nprofessor,prof,segredo-dela\n", ANA | TEACHER),
    ("\ufeffusuario;senha;papel;nome\nana;segredo-da-ana;;Ana Maria\nprof;segredo-dela;professor;\n", ANA | TEACHER),
    ("usuario,senha,papel\nana,segredo-da-ana,\nusuario,senha,papel\nprof,segredo-dela,professor\n", ANA | TEACHER)])
def test_read(text, want):
    assert read(text) == want


@pytest.mark.parametrize("text,says", [
    ("nome,senha\nana,segredo-da-ana\n", "falta a coluna usuario"), ("", "falta a coluna usuario, senha"),
    ("usuario,senha\nAna,segredo-da-ana\n", "linha 2: o usuário 'Ana' não serve"), ("usuario,senha\n../ana,segredo-da-ana\n", "não serve"), ("usuario,senha\na,segredo-da-ana\n", "não serve"),
    ("usuario,senha\nana,segredo-da-ana\nana,segredo-da-ana\n", "linha 3: o usuário ana está duas vezes"), ("usuario,senha\nana,curta\n", "menos de 8 letras"), ("usuario,senha\nana\n", "menos de 8 letras"),
    ("usuario,senha,papel\nana,segredo-da-ana,rainha\n", "o papel 'rainha' não existe")])
def test_mistakes(text, says):
    assert says in read(text)


def test_contas():
    """What contas writes is read, with a password of its own for each."""
    made = docker("run", "--rm", "--interactive", "--network", "none", HUB, "contas", input="ana\n\nbob-2\n")
    rows = list(csv.DictReader(io.StringIO(made)))
    assert [r["usuario"] for r in rows] == ["ana", "bob-2"] and len({r["senha"] for r in rows}) == 2
    assert set(read(made)) == {"ana", "bob-2"}
    assert set(read(made + docker("run", "--rm", "--interactive", "--network", "none", HUB, "contas", input="\ufeffcarla\r\n"))) == {"ana", "bob-2", "carla"}
    status, said = docker("run", "--rm", "--interactive", "--network", "none", HUB, "contas", input="Ana\n", ok=False)
    assert status == 1 and "Ana" in said
