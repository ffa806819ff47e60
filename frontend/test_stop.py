"""Training that is interrupted, killed or left alone: what was learned stays, nothing else does."""

import re
import signal
import time

import psutil
import pytest

import notebooks

LONG_FIT = "model.Fit(train, nn.Epochs(10000), nn.BatchSize(32), viz.Live())"
KEPT = 'fmt.Println("kept epochs:", model.History().Epochs())'
# Epochs of about a second, and a line of text at the end of each.
SLOW_FIT = "model.Fit(train, nn.Epochs(10000), nn.BatchSize(8))"
SLOW_SAMPLES = 20000


def kept_epochs(lab, index):
    return int(re.search(r"kept epochs: (\d+)", lab.text(index))[1])


def epochs_printed(lab, index):
    return len(re.findall(r"^Epoch \d+/", lab.text(index), re.MULTILINE))


def test_interrupt_ends_fit_and_keeps_the_state(lab, server, capsys):
    notebooks.small(server.notebooks / "stop.ipynb", LONG_FIT, KEPT,
                    "model.Fit(train, nn.Epochs(2), viz.Live())", "// and on\n" + KEPT)
    lab.open("stop.ipynb")
    lab.watch(2)
    for i in range(3):
        lab.run(i)
    lab.show(2)
    lab.wait_pictures(5)
    pressed = time.monotonic()
    lab.interrupt()
    lab.wait_done(2)
    took = time.monotonic() - pressed
    with capsys.disabled():  # two seconds are promised, which a loaded machine may not keep
        print(f"(the interrupted Fit ended after {took:.2f} s) ", end="")
    for i in (3, 4, 5):
        lab.run(i)
    lab.wait_done(3, 4, 5)
    assert kept_epochs(lab, 3) >= 1
    assert kept_epochs(lab, 5) == kept_epochs(lab, 3) + 2, "the next Fit must go on from the kept state"


def what_lives(server):
    """The processes behind the server, and the folders that they were given for their files."""
    processes = server.children()
    folders = set()
    for p in processes:
        try:
            folders.add(p.environ().get("TMPDIR"))
        except psutil.Error:
            pass  # it has just ended
    return processes, folders - {None, str(server.temporary)}


def assert_gone(processes, folders, server):
    _, alive = psutil.wait_procs(processes, timeout=15)
    assert [p.cmdline() for p in alive if p.is_running()] == []
    deadline = time.monotonic() + 5
    left = folders
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {f for f in folders if psutil.os.path.exists(f)}
    assert left == set(), "folders are left"


def train_into_the_middle_of_an_epoch(lab, server, name):
    notebooks.small(server.notebooks / name, SLOW_FIT, KEPT, samples=SLOW_SAMPLES)
    lab.open(name)
    for i in range(3):
        lab.run(i)
    lab.wait(lambda: epochs_printed(lab, 2) >= 2, "two epochs")
    time.sleep(0.2)
    processes, folders = what_lives(server)
    names = " ".join(" ".join(p.cmdline()[:1]) for p in processes)
    assert "gonb" in names and len(processes) >= 3, f"expected the kernel, GoNB and the cell among: {names}"
    assert folders, "the kernel has no folder of its own"
    return processes, folders, epochs_printed(lab, 2)


@pytest.mark.parametrize("victim", ["nnlab-kernel", "gonb"])
def test_kill_loses_one_epoch_and_leaves_nothing(victim, lab, server):
    processes, folders, epochs = train_into_the_middle_of_an_epoch(lab, server, "killed.ipynb")
    (process,) = [p for p in processes if p.name() == victim and "watch" not in p.cmdline()]
    process.send_signal(signal.SIGKILL)
    assert_gone(processes, folders, server)
    lab.after_kernel_died()
    for i in (0, 1, 3):
        lab.run(i)
    lab.wait_done(0, 1, 3)
    assert kept_epochs(lab, 3) >= epochs


def test_death_of_the_server_leaves_nothing(lab, server, new_server):
    processes, folders, epochs = train_into_the_middle_of_an_epoch(lab, server, "orphan.ipynb")
    server.kill()
    assert_gone(processes, folders, server)
    # The state outlives the server, too.
    state = list((server.notebooks.parent / "state").rglob("rede.safetensors"))
    assert len(state) == 1 and state[0].stat().st_size > 100_000


def test_shutdown_leaves_nothing(lab, server):
    notebooks.small(server.notebooks / "quiet.ipynb", KEPT)
    lab.open("quiet.ipynb")
    lab.run_all()
    lab.wait_done()
    processes, folders = what_lives(server)
    server.stop()
    assert_gone(processes, folders, server)
