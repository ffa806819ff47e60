"""A student in the classroom's image, in a real browser: the lecture's examples, as any user, from one container to the next."""

import time

import pytest

import notebooks
from engine import TOP, WHOLE
from labpage import LabPage

TOKEN = "a-token-of-the-teacher"
FIRST = "train, _ := datasets.MNIST()\nfmt.Println(train.Len())"
SHORT = {"exemplo1-mlp.ipynb": {"epochs": 1, "samples": 2560}, "exemplo2-cnn.ipynb": {"epochs": 1, "samples": 640},
         "exemplo3-cross-entropy.ipynb": {"epochs": 1, "samples": 2560}}
# As a careful host runs it: all that can be taken from a container is taken.
NARROW = ("--read-only", "--tmpfs", "/tmp:exec,mode=1777", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--pids-limit", "512", "--memory", "2g")


@pytest.mark.parametrize("user", ["1000:0", "12345:54321"])
def test_first_cell_as(user, new, new_page, tmp_path, measured):
    """In a container without anything that it can do without."""
    c = new.container("--user", user, *NARROW, token=TOKEN)
    measured("JupyterLab answers", f"{c.await_answer():.1f} s")
    notebooks.write(tmp_path / "novo.ipynb", FIRST, "nn.Dense(10, nn.Softmax)")
    c.put("novo.ipynb", (tmp_path / "novo.ipynb").read_text())
    lab = LabPage(new_page(), c)
    lab.open("novo.ipynb")
    began = time.monotonic()
    assert lab.ran(0) == "60000\n"
    measured("first cell", f"{time.monotonic() - began:.1f} s")
    began = time.monotonic()
    lab.ran(1)
    measured("second cell", f"{time.monotonic() - began:.1f} s")
    lab.save()
    assert c.sh("stat -c %u:%g /trabalho/novo.ipynb").strip() == user
    assert "60000" in c.sh("cat /trabalho/novo.ipynb")


@pytest.mark.parametrize("name", sorted(p.name for p in (TOP / "notebooks").glob("exemplo*.ipynb") if ".executed." not in p.name))
@pytest.mark.timeout(3600)
def test_exemplo(name, new, new_page, tmp_path, measured):
    """To its end, in the browser; whole in make test-all."""
    c = new.container(token=TOKEN)
    c.await_answer()
    if not WHOLE:
        notebooks.shortened(name, tmp_path / name, **SHORT[name])
        c.put(name, (tmp_path / name).read_text())
    lab = LabPage(new_page(), c)
    lab.open(name)
    began = time.monotonic()
    lab.run_all()
    lab.wait(lambda: any(cell["running"] for cell in lab.cells()), "the first cell")
    lab.wait_done(timeout=3000 if WHOLE else 600)
    measured(name, f"{time.monotonic() - began:.0f} s")
    lab.save()


def test_work_survives_a_new_container(new, new_page, tmp_path):
    """What is saved, what nn.Keep keeps, and what the student made of the course's notebooks."""
    volume = new.volume()
    notebooks.small(tmp_path / "meu.ipynb", "model.Fit(train, nn.Epochs(1), nn.BatchSize(64))", 'fmt.Println("kept epochs:", model.History().Epochs())', samples=640)
    old = new.container("--volume", f"{volume}:/trabalho", token=TOKEN)
    old.await_answer()
    old.put("meu.ipynb", (tmp_path / "meu.ipynb").read_text())
    old.sh("echo '{}' > /trabalho/exemplo1-mlp.ipynb; rm /trabalho/exemplo2-cnn.ipynb")
    lab = LabPage(new_page(), old)
    lab.open("meu.ipynb")
    for i in range(3):
        lab.ran(i)
    assert lab.ran(3) == "kept epochs: 1\n"
    lab.save()
    states = old.sh("find /trabalho/.local/state/nnlab -type f | sort")
    assert states
    lab.page.close()
    old.remove()

    new_one = new.container("--volume", f"{volume}:/trabalho", token=TOKEN)
    new_one.await_answer()
    assert new_one.sh("cat /trabalho/exemplo1-mlp.ipynb") == "{}\n"
    assert new_one.sh("cmp /trabalho/exemplo2-cnn.ipynb /opt/nnlab/curso/exemplo2-cnn.ipynb") == ""
    assert new_one.sh("find /trabalho/.local/state/nnlab -type f | sort") == states
    lab = LabPage(new_page(), new_one)
    lab.open("meu.ipynb")
    assert lab.shown(3) == "kept epochs: 1\n"
    lab.run(0)
    lab.run(1)
    assert lab.ran(3) == "kept epochs: 1\n"  # without the cell that trains
