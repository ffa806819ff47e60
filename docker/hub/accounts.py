"""The accounts of a class, as JupyterHub asks for them."""

import hmac
import unicodedata

from jupyterhub.auth import Authenticator
from traitlets import Unicode

from roll import CLASS, KEPT, Roll


class FromFile(Authenticator):
    """Lets in who stands in the file now: a change needs no restart. Where it has a mistake, who
    stood in it before: a slip logs nobody out, and locks nobody out after a restart."""

    path = Unicode(CLASS, config=True, help="the teacher's CSV")
    kept = Unicode(KEPT, config=True, help="where the accounts are kept as they last stood in it without a mistake")
    said = ""  # what was wrong in it when it was read last

    def __init__(self, **settings):
        super().__init__(**settings)
        self.roll = Roll(self.path, self.kept)
        self.accounts()  # a mistake in it is said now, and not at the first login

    def accounts(self):
        """The accounts by name: password, and whether it is a teacher's. None where the file never was right."""
        accounts, mistake = self.roll.read()
        if mistake and mistake != self.said:
            self.log.error("%s\n%s", mistake, "Até lá vale a última lista sem erro." if accounts is not None else "Até lá ninguém entra.")
        elif self.said and not mistake:
            self.log.info("a lista da turma está em ordem: %d contas", len(accounts))
        self.said = mistake or ""
        return accounts

    async def authenticate(self, handler, data):
        name = self.normalize_username(str(data["username"]).strip())  # telephones write Ana
        password, teacher = (self.accounts() or {}).get(name, ("", False))
        given = unicodedata.normalize("NFC", str(data["password"]))  # macOS types accents apart
        right = hmac.compare_digest(password.encode(), given.encode())
        if not password or not right:
            return None
        return {"name": name, "admin": teacher}

    async def refresh_user(self, user, handler=None, **_):
        """Who has been taken out of the file is logged out."""
        accounts = self.accounts()
        if accounts is None:
            return True  # nobody can tell who that is
        account = accounts.get(user.name)
        return {"name": user.name, "admin": account[1]} if account else False
