"""Prints how nnlab and GoNB alone do in Jupyter's own tests of a kernel, as a Markdown table."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

FRONTEND = pathlib.Path(__file__).resolve().parent
INSTALLED = pathlib.Path(sys.prefix, "share/jupyter/kernels/nnlab/kernel.json")
PATIENCE = 60  # seconds; several tests wait for ever for a reply that does not come


def pytest(kernel, folder, *arguments):
    """Starts pytest in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-qq", "--tb=no", "-rfE", *arguments], cwd=FRONTEND, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        env=os.environ | {"NNLAB_PROTOCOL_KERNEL": kernel, "JUPYTER_PATH": folder, "COLUMNS": "250"})


def outcome(test, kernel, folder):
    process = pytest(kernel, folder, test)
    try:
        said, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # a kernel ends with its front end
        process.communicate()
        return f"no: no end within {PATIENCE} s"
    if process.returncode == 0:
        return "yes"
    why = [line.partition(" - ")[2] for line in said.splitlines() if line.startswith(("FAILED", "ERROR", "SUBFAILED"))]
    return "no: " + (why[0] if why else said.strip().splitlines()[-1]).replace("|", "\\|")


def main():
    with tempfile.TemporaryDirectory() as folder:
        spec = json.loads(INSTALLED.read_text())
        spec["argv"].insert(spec["argv"].index("run") + 1, "--plain")
        plain = pathlib.Path(folder, "kernels/gonb/kernel.json")
        plain.parent.mkdir(parents=True)
        plain.write_text(json.dumps(spec))
        listed, _ = pytest("nnlab", folder, "--collect-only", "test_protocol.py").communicate()
        tests = [line for line in listed.splitlines() if "::" in line]
        print("| test | nnlab | GoNB alone |\n|---|---|---|")
        for test in tests:
            name = test.rpartition("::")[2].removeprefix("test_")
            print(f"| `{name}` | {outcome(test, 'nnlab', folder)} | {outcome(test, 'gonb', folder)} |", flush=True)


if __name__ == "__main__":
    main()
