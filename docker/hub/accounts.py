"""The accounts of a class: a CSV that the teacher makes."""

import csv
import hmac
import pathlib
import re

from jupyterhub.auth import Authenticator
from traitlets import Unicode

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")  # it becomes part of the names of a volume and a container
SHORTEST = 8
COLUMNS = ("usuario", "senha")
TEACHER = "professor"
CLASS = "/srv/hub/turma/alunos.csv"  # in a folder, because editors put a new file in the place of the old one


class Mistake(ValueError):
    """What is wrong in the file, in the teacher's words."""


def read(path):
    """The accounts by name: password, and whether it is a teacher's. Columns: usuario, senha, and
    optionally papel ("professor" or nothing) and others, which are the teacher's affair."""
    accounts = {}
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8-sig")  # as spreadsheets write it
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(f"{path}: {error}") from error
    dialect = csv.excel
    if ";" in text.partition("\n")[0]:
        class dialect(csv.excel):
            delimiter = ";"
    rows = csv.DictReader(text.splitlines(), dialect=dialect)
    if missing := [c for c in COLUMNS if c not in (rows.fieldnames or ())]:
        raise Mistake(f"{path}: falta a coluna {', '.join(missing)}; a primeira linha é usuario,senha,papel")
    for row in rows:
        name, password, role = (str(row.get(c) or "").strip() for c in ("usuario", "senha", "papel"))
        if (name, password) == COLUMNS:
            continue  # the head of what contas wrote behind the others
        where = f"{path}, linha {rows.line_num}"
        if not NAME.fullmatch(name):
            raise Mistake(f"{where}: o usuário {name!r} não serve; use letras minúsculas sem acento, algarismos e hífens, de 2 a 32")
        if name in accounts:
            raise Mistake(f"{where}: o usuário {name} está duas vezes")
        if len(password) < SHORTEST:
            raise Mistake(f"{where}: a senha de {name} tem menos de {SHORTEST} letras; o programa contas faz senhas")
        if role not in ("", TEACHER):
            raise Mistake(f"{where}: o papel {role!r} não existe; escreva {TEACHER} ou nada")
        accounts[name] = password, role == TEACHER
    return accounts


class FromFile(Authenticator):
    """Lets in who stands in the file now: a change needs no restart. Where it has a mistake, who
    stood in it before: a slip in mid-class logs nobody out."""

    path = Unicode(CLASS, config=True, help="the teacher's CSV")
    right = {}  # what stood in it last without a mistake

    def accounts(self):
        try:
            self.right = read(self.path)
        except Mistake as mistake:
            self.log.error("the accounts stay as they were: %s", mistake)
        return self.right

    async def authenticate(self, handler, data):
        name = self.normalize_username(str(data["username"]).strip())  # telephones write Ana
        password, teacher = self.accounts().get(name, ("", False))
        right = hmac.compare_digest(password.encode(), str(data["password"]).encode())
        if not password or not right:
            return None
        return {"name": name, "admin": teacher}

    async def refresh_user(self, user, handler=None, **_):
        """Who has been taken out of the file is logged out."""
        account = self.accounts().get(user.name)
        return {"name": user.name, "admin": account[1]} if account else False
