"""Variables in JupyterLab, used as somebody from Python uses them: in any order, again, stopped, forgotten by a restart."""

import re

import notebooks
from sharing import lab, server, shared  # fixtures

MODEL = """model := nn.Sequential(nn.Input(2), nn.Dense(8, nn.Tanh), nn.Dense(1, nn.Sigmoid))
model.Compile(nn.BinaryCrossentropy, nn.Adam(0.01), nn.Accuracy)"""


def restart(lab):
    lab.menu("Kernel", "Restart Kernel…")
    lab.page.locator(".jp-Dialog", has_text="Restart Kernel?").get_by_role("button", name="Confirm Kernel Restart").click()
    lab.wait(lambda: lab.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.connectionStatus === 'connected'"),
        "the new kernel")


def test_cells_in_any_order(lab, server):
    """Each cell shows what the cells that ran before it have left, wherever they stand."""
    X, MORE, SHOW, NAMES, NAME, COUNT, TWICE, FUNC, TEXT = range(9)
    notebooks.write(server.notebooks / "order.ipynb",
                    "x := 20", "x++", "x", 'names := []string{"ana"}', 'names = append(names, "bia")', "len(names)",
                    "twice(x)", "func twice(n int) int { return 2 * n }", 'x := "texto"')
    lab.open("order.ipynb")
    for step, (cell, want) in enumerate([
        (SHOW, "undefined: x"), (X, ""), (SHOW, "20"), (MORE, ""), (MORE, ""), (SHOW, "22"),
        (TWICE, "undefined: twice"), (FUNC, ""), (TWICE, "44"),
        (X, ""), (TWICE, "40"),
        (NAMES, ""), (NAME, ""), (NAME, ""), (COUNT, "3"), (NAMES, ""), (COUNT, "1"),
        (TEXT, ""), (SHOW, "texto"), (TWICE, "x é string, e aqui cabe int"), (SHOW, "texto"),
        (X, ""), (TWICE, "40"), (COUNT, "1"),
    ]):
        got = lab.ran(cell)
        assert want in got if " " in want else got == want, f"step {step}, cell {cell}: {got}"
    lab.edit(FUNC, "func twice(n int) int { return n + n + 1 }")
    assert lab.ran(TWICE) == "40", "a cell that was edited and not run changes nothing"
    assert lab.ran(FUNC) == ""
    assert lab.ran(TWICE) == "41"
    lab.edit(X, "x := []int{1, 2}")
    assert lab.ran(X) == ""
    assert lab.ran(SHOW) == "[1 2]"
    assert "x++" in lab.ran(MORE)
    assert lab.ran(SHOW) == "[1 2]"


def test_stop_in_the_middle(lab, server):
    """What was assigned and learned until then is there, and goes on."""
    notebooks.write(server.notebooks / "middle.ipynb", "sum, seen := 0, map[int]bool{}", """for i := 1; ; i++ {
	sum += i
	seen[i%10] = true
	if i == 100 {
		fmt.Println("begun")
	}
	time.Sleep(time.Microsecond)
}""", 'fmt.Println(sum >= 5050, len(seen))', MODEL, "model.Fit(datasets.Moons(20000, 0.1, 1), nn.Epochs(1000000), nn.Verbose(false), viz.Live())",
                    "model.History().Epochs()", "model.Fit(datasets.Moons(20000, 0.1, 1), nn.Epochs(3), nn.Verbose(false))")
    lab.open("middle.ipynb")
    lab.ran(0)
    lab.run(1)
    lab.wait(lambda: "begun" in lab.text(1), "the loop")
    lab.interrupt()
    lab.wait(lambda: not lab.cells()[1]["running"], "the end of the loop")
    assert "interrompida" in lab.shown(1)
    assert lab.ran(2) == "true 10\n"
    lab.ran(3)
    lab.watch(4)
    lab.run(4)
    lab.show(4)
    lab.wait_pictures(3)
    lab.interrupt()
    lab.wait_done(4)
    kept = int(lab.ran(5))
    assert kept >= 1
    lab.ran(6)
    assert int(lab.ran(5)) == kept + 3, "the next Fit goes on"


LOOP = """fmt.Println("begun")
for {
	time.Sleep(time.Millisecond)
}"""


def test_stop_empties_the_queue(lab, server):
    """What waits behind a cell that is stopped does not run."""
    notebooks.write(server.notebooks / "queue.ipynb", "x := 1", LOOP, "x = 2", "x")
    lab.open("queue.ipynb")
    lab.run_all()
    lab.wait(lambda: "begun" in lab.text(1), "the loop")
    lab.interrupt()
    lab.wait(lambda: not any(c["running"] for c in lab.cells()), "the end of all")
    assert [c["count"] for c in lab.cells()] == [1, 2, None, None]
    assert lab.ran(3) == "1"


def test_restart_in_the_middle(lab, server):
    """A cell that runs ends with its kernel, and the next one has its names anew."""
    notebooks.write(server.notebooks / "anew.ipynb", "x := 1", LOOP, "x")
    lab.open("anew.ipynb")
    lab.ran(0)
    lab.run(1)
    lab.wait(lambda: "begun" in lab.text(1), "the loop")
    restart(lab)
    lab.wait(lambda: not any(c["running"] for c in lab.cells()), "the end of the loop")
    assert "undefined: x" in lab.ran(2)
    lab.ran(0)
    assert lab.ran(2) == "1"


def test_what_lives_with_the_kernel(lab, server):
    """Variables outlive their cell and the page, and no other notebook has them."""
    notebooks.write(server.notebooks / "mine.ipynb", "x := 20", "x")
    notebooks.write(server.notebooks / "other.ipynb", "x", "x := 1", "x")
    lab.open("mine.ipynb")
    lab.ran(0)
    lab.show(0).locator(".cm-content").click()
    lab.page.keyboard.press("Escape")
    lab.page.keyboard.press("d")
    lab.page.keyboard.press("d")
    lab.wait(lambda: [c["source"] for c in lab.cells()] == ["x"], "the cell to be deleted")
    assert lab.ran(0) == "20"
    lab.save()
    lab.reload("mine.ipynb")
    assert lab.ran(0) == "20"
    lab.open("other.ipynb")
    assert "undefined: x" in lab.ran(0)
    lab.ran(1)
    assert lab.ran(2) == "1"
    lab.open("mine.ipynb")
    assert lab.ran(0) == "20"


def test_run_all_and_restart(lab, server):
    """Run All gives the same again and again; a restart forgets all variables."""
    notebooks.write(server.notebooks / "all.ipynb", "x := 20", "x++", "x", "func next() int { x++; return x }", "next()",
                    MODEL, "model.Fit(datasets.XOR(), nn.Epochs(5), nn.Verbose(false))", "model.WeightHash()", "model.History().Epochs()")
    lab.open("all.ipynb")
    hashes = set()
    for counts in (range(1, 10), range(10, 19)):
        lab.run_all()
        lab.wait(lambda: [c["count"] for c in lab.cells()] == list(counts), "Run All")
        lab.wait_done()
        assert [lab.shown(i) for i in (0, 1, 2, 3, 4, 8)] == ["", "", "21", "", "22", "5"]
        hashes.add(lab.shown(7))
    restart(lab)
    assert "undefined: x" in lab.ran(2)
    assert "undefined: model" in lab.ran(8)
    lab.run_all()  # with the empty cell that Shift+Enter has put behind the last
    lab.wait(lambda: [c["count"] for c in lab.cells()[:9]] == list(range(3, 12)), "Run All after the restart")
    lab.wait_done(*range(9))
    assert [lab.shown(i) for i in (2, 4, 8)] == ["21", "22", "5"]
    hashes.add(lab.shown(7))
    assert len(hashes) == 1 and len(hashes.pop()) == 64, "the same seed gives the same weights"


def test_run_all_ends_at_a_failure(lab, server):
    """The cells behind it do not run; what it assigned until then is there."""
    notebooks.write(server.notebooks / "failure.ipynb", "x := 1", 'x = 2\nos.Remove("/no/such/file")\nx = 3', "x = 100", "x")
    lab.open("failure.ipynb")
    lab.run_all()
    lab.wait(lambda: any(o["output_type"] == "error" for o in lab.cells()[1]["outputs"]), "the error")
    assert "/no/such/file" in lab.shown(1)
    lab.wait(lambda: not any(c["running"] for c in lab.cells()), "the end of Run All")
    assert [c["count"] for c in lab.cells()] == [1, 2, None, None]
    assert lab.ran(3) == "2"


def test_what_is_known_of_a_variable(lab, server):
    """Shift+Tab shows its type and its value, Tab what it can do."""
    notebooks.write(server.notebooks / "known.ipynb", "notes := []float64{7.5, 9}\n" + MODEL, "notes", "model.")
    lab.open("known.ipynb")
    lab.ran(0)
    editor = lab.show(1).locator(".cm-content")
    editor.click()
    lab.page.keyboard.press("Control+End")
    words = lab.ask("Shift+Tab", lab.page.locator(".jp-Tooltip"))
    assert "[]float64" in words and re.search(r"7[.,]5", words), words
    lab.page.keyboard.press("Escape")
    lab.show(2).locator(".cm-content").click()
    lab.page.keyboard.press("Control+End")
    completer = lab.page.locator(".jp-Completer")
    lab.ask("Tab", completer)
    names = completer.locator(".jp-Completer-match").all_inner_texts()
    assert {"Fit", "Predict", "Summary"} <= set(names), names
