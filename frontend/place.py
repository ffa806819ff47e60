"""Where a front end and all that it starts live: folders of their own, and a mark by which they are found."""

import os
import pathlib
import secrets

import psutil

MARK = "NNLAB_FRONTEND_TEST"  # an environment variable that is inherited


class Place:
    def __init__(self, folder: pathlib.Path, outside):
        self.notebooks = folder / "notebooks"
        self.temporary = folder / "tmp"
        self._mark = secrets.token_hex(8)
        for d in (self.notebooks, self.temporary, folder / "config", folder / "runtime"):
            d.mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | outside.environment() | {
            MARK: self._mark,
            "GOPROXY": "off",
            "GOTOOLCHAIN": "local",
            "TMPDIR": str(self.temporary),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),  # which notebooks are trusted
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "XDG_STATE_HOME": str(folder / "state"),  # what nn.Keep keeps
        }

    def processes(self):
        """Everything that was started here and still lives, wherever it hangs in the tree."""
        found = []
        for p in psutil.process_iter():
            try:
                if p.status() != psutil.STATUS_ZOMBIE and p.environ().get(MARK) == self._mark:
                    found.append(p)
            except psutil.Error:
                pass  # it ended meanwhile, or is not ours
        return found

    def empty(self):
        """Waits for the end of all that was started here, and tells what lives on and which files are left."""
        psutil.wait_procs(self.processes(), timeout=15)
        return [p.cmdline() for p in self.processes()], [f.name for f in self.temporary.iterdir()]

    def clean_up(self):
        """Ends whatever a failed test has left."""
        for p in self.processes():
            p.kill()
