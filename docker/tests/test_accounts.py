"""The teacher's CSV, as spreadsheets and editors save it, and what the hub has of it when it is wrong."""

import csv
import io
import pathlib
import subprocess
import sys

import pytest

from engine import TOP

sys.path.insert(0, str(TOP / "docker" / "hub"))

from roll import Mistake, Roll, parse, read  # noqa: E402

ANA, TEACHER = {"ana": ("segredo-da-ana", False)}, {"prof": ("segredo-dela", True)}
BOTH = ANA | TEACHER


@pytest.mark.parametrize("data,want", [
    ("usuario,senha\nana,segredo-da-ana\n", ANA), ("papel,usuario,senha\n,ana,segredo-da-ana\nprofessor,prof,segredo-dela\n", BOTH),
    ("\ufeffusuario;senha;papel;nome\nana;segredo-da-ana;;Ana Maria\nprof;segredo-dela;professor;\n", BOTH),
    ("usuario\tsenha\tpapel\nana\tsegredo-da-ana\t\n", ANA),
    ("usuario,senha,papel\r\nana,segredo-da-ana,\r\n\r\nprof,segredo-dela,professor\r\n", BOTH),
    ("usuario,senha,papel\rana,segredo-da-ana,\r", ANA),  # the Macs of old
    (";;\n\nusuario;senha;papel\n  ana ; segredo-da-ana ;\n;;\n\xa0;;\nprof;segredo-dela;professor;;;\n", BOTH),
    (" Usuário ;SENHA;Papel \nana;segredo-da-ana;\nprof;segredo-dela;Professor\n", BOTH),
    ('"usuario";"senha";"papel"\n"ana"; "segredo-da-ana"; ""\n', ANA), ('usuario,senha\nana,"segredo, ""da"" ana"\n', {"ana": ('segredo, "da" ana', False)}),
    ("sep=;\nusuario;senha;papel\nana;segredo-da-ana;\n", ANA),
    # contas has written behind the others; those a spreadsheet has saved since; the last one has no end
    ("usuario,senha,papel\nana,segredo-da-ana,\nusuario,senha,papel\nprof,segredo-dela,professor\n", BOTH),
    ("\ufeffusuario;senha;papel\r\nana;segredo-da-ana;\r\n\ufeffusuario,senha,papel\nprof,segredo-dela,professor\n", BOTH),
    ("usuario;senha;papel\nprof;segredo-dela;professorusuario,senha,papel\nana,segredo-da-ana,\n", BOTH),
    ("nome;usuario;senha;papel\nJosé;ana;segredo-da-ana;\nMárcia;prof;segredo-dela;professor\n".encode("cp1252"), BOTH),
    ("usuario;senha;papel\r\njose;coração-de-mãe;\r\n".encode("cp1252"), {"jose": ("coração-de-mãe", False)}),
    ("usuario;senha\r\njose;coração-de-mãe\r\n".encode("cp1252") + "usuario,senha\nana,não-e-sim-ou\n".encode(), {"jose": ("coração-de-mãe", False), "ana": ("não-e-sim-ou", False)}),
    ("usuario,senha\njose,corac\u0327a\u0303o-de-ma\u0303e\n", {"jose": ("coração-de-mãe", False)}),
    ("usuario\tsenha\tpapel\r\nana\tsegredo-da-ana\t\r\n".encode("utf-16"), ANA)])
def test_parse(data, want):
    assert parse(data if isinstance(data, bytes) else data.encode(), "alunos.csv") == want


@pytest.mark.parametrize("data,says", [
    ("nome,senha\nana,segredo-da-ana\n", "linha 1: esperava os nomes das colunas, usuario;senha;papel, e achei 'nome,senha'; falta a coluna usuario"),
    ("usuario;papel\nana;\n", "falta a coluna senha"), ("\n\nana;segredo-da-ana\n", "linha 3: esperava os nomes das colunas"), ("ana;segredo-da-ana\n", "escreva essa linha acima das outras"),
    ("usuario|senha|papel\n", "separe os nomes por ponto e vírgula"), ("usuario;senha;senha\n", "linha 1: a coluna senha está duas vezes"),
    ("", "está vazio"), ("\ufeff\r\n;;\r\n", "está vazio"), ("usuario;senha;papel\n", "não tem nenhum usuário"),
    (b"PK\x03\x04\x14\x00", "é uma planilha, e não um CSV; na planilha, salve como"), ("usuario;senha\nana;segredo\n".encode("utf-16-le"), "linha 1: esperava"),
    ("usuario,senha\nAna Souza,segredo-da-ana\n", "linha 2: o usuário 'Ana Souza' não serve; use letras minúsculas sem acento, algarismos e hífens, de 2 a 32, começando por uma letra; por exemplo ana-souza"),
    ("usuario,senha\n2josé,segredo-da-ana\n", "por exemplo jose"), ("usuario,senha\n../ana,segredo-da-ana\n", "não serve"), ("usuario,senha\na,segredo-da-ana\n", "não serve"),
    ("usuario,senha\n\x1b[31mana,segredo-da-ana\n", "'[31mana' não serve"), ("usuario,senha\nana-,segredo-da-ana\n", "por exemplo ana"),
    ("usuario,senha\nana,segredo-da-ana\n\nana,segredo-da-ana\n", "linha 4: o usuário ana está duas vezes, a primeira na linha 2; apague uma delas"),
    ("usuario,senha\nana,curta\n", "menos de 8 letras"), ("usuario,senha\nana\n", "menos de 8 letras"),
    ("usuario;senha\nana;1,23457E+11\n", "a planilha fez da senha de ana um número, 1,23457E+11; formate a coluna senha como texto"),
    ("usuario;senha\nana;segredo\x00-da-ana\n", "um sinal que não é texto"), (b"usuario;senha\nana;segredo-\x81-da-ana\n", "um sinal que não é texto"),
    ("usuario,senha,papel\nana,segredo-da-ana,rainha\n", "linha 2: o papel 'rainha' não existe; escreva professor ou nada"),
    ("usuario,senha,papel\nana,segredo,da,ana\n", "linha 2: esperava 3 colunas e achei 4; uma senha com «,» fica entre aspas"),
    ("usuario;senha;papel\nana,segredo-da-ana,\n", "linha 2: esperava colunas separadas por «;», como nos nomes das colunas, e achei «,»"),
    ("usuario,senha\nana,\"segredo-da-ana\nbob,segredo-do-bob\n", "linha 2: há aspas que não se fecham"),
    ("usuario,senha\nAna,segredo-da-ana\nbob,curta\n", "alunos.csv, linha 2: o usuário 'Ana' não serve; use letras minúsculas sem acento, algarismos e hífens, de 2 a 32, começando por uma letra; por exemplo ana\nalunos.csv, linha 3: a senha de bob"),
    ("usuario,senha\n" + "Ana,x\n" * 30, "e mais 10 linhas")])
def test_mistakes(data, says):
    with pytest.raises(Mistake) as mistake:
        parse(data if isinstance(data, bytes) else data.encode(), "alunos.csv")
    assert says in str(mistake.value)
    assert str(mistake.value).startswith("alunos.csv")


def test_files(tmp_path):
    for path, says in ((tmp_path / "alunos.csv", "alunos.csv não existe; faça-o"), (tmp_path, "é uma pasta")):
        with pytest.raises(Mistake, match=says):
            read(path)


def test_a_slip_locks_nobody_out(tmp_path):
    """What stood in the file last without a mistake counts, also for a hub that starts anew."""
    file, kept = tmp_path / "alunos.csv", tmp_path / "data" / "alunos.json"

    def roll():
        return Roll(file, kept)

    assert roll().read()[0] is None  # nobody ever was in it
    file.write_text("usuario,senha\nana,segredo-da-ana\nprof,segredo-dela\n")
    assert roll().read() == ({"ana": ANA["ana"], "prof": ("segredo-dela", False)}, None)  # though it cannot be kept
    kept.parent.mkdir()
    file.write_text("usuario;senha;papel\r\nana;segredo-da-ana;\r\nprof;segredo-dela;professor\r\n")
    first = roll()
    assert first.read() == (BOTH, None)
    assert kept.stat().st_mode & 0o077 == 0 and [p.name for p in kept.parent.iterdir()] == ["alunos.json"]
    for broken in ("usuario,senha\nana,segre", "usuario,senha\n", "", "PK\x03\x04"):
        file.write_text(broken)
        for each in (first, roll()):
            accounts, mistake = each.read()
            assert accounts == BOTH and mistake, broken
    file.unlink()
    assert roll().read()[0] == BOTH
    file.write_text("usuario,senha\nprof,segredo-dela\n")  # right again, without ana
    assert first.read() == roll().read() == ({"prof": ("segredo-dela", False)}, None)
    file.write_text("x")
    assert list(roll().read()[0]) == ["prof"]
    kept.write_text("{")  # damaged: counts as none
    assert roll().read()[0] is None


def contas(data, *options):
    p = subprocess.run([sys.executable, TOP / "docker" / "hub" / "contas.py", *options], input=data if isinstance(data, bytes) else data.encode(), capture_output=True)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def test_contas():
    """What contas writes is read, with a password of its own for each."""
    status, made, said = contas("ana\n\nbob-2\n")
    rows = list(csv.DictReader(io.StringIO(made)))
    assert (status, said) == (0, "") and [r["usuario"] for r in rows] == ["ana", "bob-2"] and len({r["senha"] for r in rows}) == 2
    assert set(parse(made.encode(), "alunos.csv")) == {"ana", "bob-2"}
    for later in ("\ufeffcarla\r\n".encode(), "carla\r\n".encode("utf-16"), b" carla\xa0\r\n"):
        assert set(parse((made + contas(later)[1]).encode(), "alunos.csv")) == {"ana", "bob-2", "carla"}
    status, made, said = contas("ana\nJosé da Silva\nana\n".encode("cp1252"))
    assert status == 1 and made == "" and "linha 2: o usuário 'José da Silva' não serve" in said and "por exemplo jose-da-silva" in said and "linha 3: o usuário ana está duas vezes" in said
    status, made, said = contas("\n")
    assert status == 1 and made == "" and "não veio nenhum" in said


def test_contas_says_what_the_hub_will_say():
    assert contas("usuario;senha;papel\nana;segredo-da-ana;\nprof;segredo-dela;professor\n", "--conferir")[:2] == (0, "alunos.csv está em ordem: 2 contas, 1 de professor\n")
    status, _, said = contas("usuario;senha;papel\nana;curta;\n", "--conferir")
    assert status == 1 and said.startswith("alunos.csv, linha 2: a senha de ana tem menos")


def test_the_images_have_all_of_it():
    """Whatever the hub's programs import of each other is in its image, and on Kubernetes."""
    recipe = (TOP / "docker" / "hub" / "Dockerfile").read_text()
    for file in pathlib.Path(TOP / "docker" / "hub").glob("*.py"):
        assert f"docker/hub/{file.name}" in recipe, file.name
    values = (TOP / "docker" / "hub" / "values.yaml").read_text()
    for name in ("accounts.py", "roll.py"):
        assert f"/usr/local/share/jupyterhub/nnlab/{name}" in values
