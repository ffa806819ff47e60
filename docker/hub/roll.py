"""The roll of a class: a CSV that the teacher makes, with columns usuario and senha, and optionally
papel ("professor" or nothing) and others, which are the teacher's affair.

It is read as spreadsheets and editors of all systems save it, line by line: what contas wrote
behind a file that a spreadsheet has saved since has other separators, and perhaps another encoding.
"""

import csv
import json
import os
import pathlib
import re
import tempfile
import unicodedata

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")  # it becomes part of the names of a volume and a container
RULE = "letras minúsculas sem acento, algarismos e hífens, de 2 a 32, começando por uma letra"
SHORTEST = 8
COLUMNS = ("usuario", "senha")
TEACHER = "professor"
CLASS = "/srv/hub/turma/alunos.csv"  # in a folder, because editors put a new file in the place of the old one
KEPT = "/data/alunos.json"  # what stood in it last without a mistake
HEAD = re.compile(r"usuario([;,\t])senha\1papel", re.IGNORECASE)
MOST_SAID = 20


class Mistake(ValueError):
    """What is wrong in the file, in the teacher's words: the line, what was expected, and the mend."""


def read(path):
    """The accounts by name: password, and whether it is a teacher's."""
    path = pathlib.Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Mistake(f"{path.name} não existe; faça-o com o programa contas, na pasta de compose.yaml (README, Para professores)") from None
    except IsADirectoryError:
        raise Mistake(f"{path.name} é uma pasta; apague-a e faça o arquivo com o programa contas") from None
    except OSError as error:
        raise Mistake(f"{path.name} não pode ser lido: {error.strerror}") from error
    return parse(data, path.name)


def parse(data, name):
    """The accounts of a file's bytes."""
    if data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Mistake(f"{name} é uma planilha, e não um CSV; na planilha, salve como «CSV UTF-8»")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what Excel calls Unicode text
        data = data.decode("utf-16", errors="replace").encode()
    accounts, lines, columns, wrong = {}, {}, None, []
    for number, line in enumerate(data.splitlines(), 1):
        for text in whole_lines(decoded(line)) if columns else [decoded(line)]:
            try:
                if not text.strip("\ufeff \t;,\xa0\"") or text.lower().startswith("sep="):  # how Excel is told the separator
                    continue
                if head := columns_of(text):
                    columns = head
                elif columns is None:
                    raise Mistake(f"esperava os nomes das colunas, usuario;senha;papel, e achei {shown(text)}; {mend_of_head(text)}")
                else:
                    user, account = account_of(text, columns)
                    if user in accounts:
                        raise Mistake(f"o usuário {user} está duas vezes, a primeira na linha {lines[user]}; apague uma delas")
                    accounts[user], lines[user] = account, number
            except Mistake as mistake:
                wrong.append(f"linha {number}: {mistake}")
                if columns is None:
                    raise Mistake(f"{name}, {wrong[0]}") from None
    if len(wrong) > MOST_SAID:
        wrong[MOST_SAID:] = [f"e mais {len(wrong) - MOST_SAID} linhas"]
    if wrong:
        raise Mistake(f"{name}, " + f"\n{name}, ".join(wrong))
    if columns is None:
        raise Mistake(f"{name} está vazio; esperava usuario;senha;papel na primeira linha, como o programa contas escreve")
    if not accounts:
        raise Mistake(f"{name} não tem nenhum usuário, só os nomes das colunas; faça-o com o programa contas")
    return accounts


def decoded(line):
    """A line in the encoding that it has: Excel without «UTF-8» writes the one of Windows."""
    try:
        return unicodedata.normalize("NFC", line.decode("utf-8"))
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def plain(text):
    """Without capitals and accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def whole_lines(text):
    """What stands in a line: two of them where contas wrote behind a line without an end."""
    at = [m.start() for m in HEAD.finditer(text) if text[m.end():].strip() == "" and m.start() > 0 and text[:m.start()].strip("\ufeff\" \t")]
    return [text[:at[-1]], text[at[-1]:]] if at else [text]


def columns_of(text):
    """The separator and the columns, if the line has their names; else None."""
    for separator in ";,\t":
        try:
            names = [plain(n) for n in cells_of(text, separator)]
        except Mistake:
            continue  # not separated so
        if all(c in names for c in COLUMNS):
            if twice := [n for n in {*COLUMNS, "papel"} if names.count(n) > 1]:
                raise Mistake(f"a coluna {twice[0]} está duas vezes; apague uma delas")
            return separator, names
    return None


def mend_of_head(text):
    """How the first line becomes one with the columns' names."""
    if missing := [c for c in COLUMNS if c not in plain(text)]:
        if len(missing) < len(COLUMNS):
            return f"falta a coluna {', '.join(missing)}"
        return f"falta a coluna {', '.join(missing)}: escreva essa linha acima das outras"
    return "separe os nomes por ponto e vírgula"


def cells_of(text, separator):
    """The cells of a line, without the blanks around them."""
    try:
        (cells,) = csv.reader([text.strip("\ufeff")], delimiter=separator, skipinitialspace=True, strict=True)
    except csv.Error:
        raise Mistake("há aspas que não se fecham; uma linha tem um aluno, e uma senha com aspas as tem dobradas: \"\"") from None
    return [c.strip("\ufeff \t\xa0") for c in cells]


def account_of(text, columns):
    """An account from its line: name, and password with whether it is a teacher's."""
    separator, names = columns
    cells = cells_of(text, separator)
    if any(cells[len(names):]):
        raise Mistake(f"esperava {len(names)} colunas e achei {len(cells)}; uma senha com «{separator}» fica entre aspas")
    row = dict(zip(names, cells))
    user, password, role = (row.get(c, "") for c in ("usuario", "senha", "papel"))
    if not NAME.fullmatch(user):
        if len(cells) == 1 and len(names) > 1 and (other := next((s for s in ";,\t" if s in text), None)):
            raise Mistake(f"esperava colunas separadas por «{separator}», como nos nomes das colunas, e achei «{other}»; use o mesmo nas duas")
        raise Mistake(f"o usuário {shown(user)} não serve; use {RULE}{suggestion(user)}")
    if "\ufffd" in password or not password.isprintable():
        raise Mistake(f"a senha de {user} tem um sinal que não é texto; escreva-a de novo, ou salve o arquivo como «CSV UTF-8»")
    if re.fullmatch(r"\d+([.,]\d+)?E\+\d+", password):
        raise Mistake(f"a planilha fez da senha de {user} um número, {password}; formate a coluna senha como texto e escreva a senha de novo")
    if len(password) < SHORTEST:
        raise Mistake(f"a senha de {user} tem menos de {SHORTEST} letras; o programa contas faz senhas")
    if role.lower() not in ("", TEACHER):
        raise Mistake(f"o papel {shown(role)} não existe; escreva {TEACHER} ou nada")
    return user, (password, role.lower() == TEACHER)


def suggestion(user):
    """A name that would do, made of one that does not."""
    name = re.sub(r"[^a-z0-9]+", "-", plain(user)).lstrip("-0123456789")[:32].strip("-")
    return f"; por exemplo {name}" if NAME.fullmatch(name) else ""


def shown(text):
    """A text as a message may have it: short, and nothing that a terminal obeys."""
    text = "".join(c for c in text if c.isprintable())
    return repr(text if len(text) <= 40 else text[:39] + "…")


class Roll:
    """The accounts as they stand in the file now; where it has a mistake, as they last stood in it
    without one. Those are kept in a file too, so that a slip does not lock a class out either
    when the hub starts anew."""

    def __init__(self, path=CLASS, kept=KEPT):
        self.path, self.kept = path, kept
        self._last = None

    def read(self):
        """The accounts, None where there never were any, and what is wrong in the file, or None."""
        try:
            accounts = read(self.path)
        except Mistake as mistake:
            if self._last is None:
                self._last = self._remembered()
            return self._last, str(mistake)
        if accounts != self._last:
            self._last = accounts
            self._remember()
        return accounts, None

    def _remembered(self):
        try:
            found = json.loads(pathlib.Path(self.kept).read_text(encoding="utf-8"))
            return {name: (str(password), bool(teacher)) for name, (password, teacher) in found.items()} or None
        except (OSError, ValueError, AttributeError, TypeError):
            return None

    def _remember(self):
        """For the owner alone, as there are passwords in it; whole or not at all."""
        try:
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=pathlib.Path(self.kept).parent, delete=False) as file:
                try:
                    json.dump(self._last, file)
                    file.flush()
                    os.fsync(file.fileno())
                    os.replace(file.name, self.kept)
                except OSError:
                    os.unlink(file.name)
        except OSError:
            pass  # no folder for it, or a full disk: the class goes on
