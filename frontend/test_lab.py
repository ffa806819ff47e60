"""What a student meets in JupyterLab besides running cells: help while typing, a fresh start, errors that quote HTML, the dark theme."""

import base64
import re

import psutil

import figures
import notebooks
from sharing import lab, server, shared  # fixtures

MARKUP = "<b>um</b><img src=x onerror='window.injected = 1'><script>window.injected = 1</script>"

# What HTML would have made of the markup, had it been taken for HTML.
MADE = "output => output.querySelectorAll('b, img, script, [onerror]').length + (window.injected ?? 0)"


def output(lab, index):
    return lab.show(index).locator(".jp-Cell-outputWrapper")


def failed(lab, index):
    """Runs a cell that fails and returns its output."""
    lab.run(index)
    lab.wait(lambda: any(o["output_type"] == "error" for o in lab.cells()[index]["outputs"]), "the error")
    return output(lab, index)


def test_completion_and_tooltip_in_an_unfinished_cell(lab, server):
    """Tab and Shift+Tab know nnlab before anything has been imported or run."""
    notebooks.write(server.notebooks / "typing.ipynb", "modelo := nn.Sequential(\n\tnn.Input(28, 28, 1), nn.De")
    lab.open("typing.ipynb")
    editor = lab.show(0).locator(".cm-content")
    editor.click()
    lab.page.keyboard.press("Control+End")
    completer = lab.page.locator(".jp-Completer")
    lab.ask("Tab", completer)
    assert "Dense" in completer.locator(".jp-Completer-match").all_inner_texts(), completer.inner_html()
    completer.locator(".jp-Completer-match", has_text=re.compile("^Dense$")).click()
    lab.wait(lambda: lab.cells()[0]["source"].endswith("nn.Dense"), "the name that was chosen")
    tooltip = lab.page.locator(".jp-Tooltip")
    words = lab.ask("Shift+Tab", tooltip)
    assert "func Dense(" in words, words
    editor.click()
    lab.page.keyboard.press("Control+End")
    lab.page.keyboard.type("(10).")
    assert lab.cells()[0]["source"].endswith("nn.Dense(10).")


def test_restart_and_run_all(lab, server):
    """A fresh kernel: the counter begins anew, and nothing of the old one lives."""
    others = server.children()  # what completes names lives on
    notebooks.write(server.notebooks / "restart.ipynb", "var n = 6", "fmt.Println(n * 7)", "n + 1")
    lab.open("restart.ipynb")
    for _ in range(2):
        lab.run_all()
        lab.wait_done()
    lab.wait(lambda: [c["count"] for c in lab.cells()] == [4, 5, 6], "the second run")
    before = [p for p in server.children() if p not in others]
    lab.menu("Kernel", "Restart Kernel and Run All Cells…")
    lab.page.locator(".jp-Dialog", has_text="Restart Kernel?").get_by_role("button", name="Confirm Kernel Restart").click()
    lab.wait(lambda: [c["count"] for c in lab.cells()] == [1, 2, 3], "the run of the new kernel")
    lab.wait_done()
    assert lab.text(1) == "42\n"
    assert lab.cells()[2]["outputs"][0]["data"]["text/plain"] == "7"
    _, alive = psutil.wait_procs(before, timeout=15)
    assert [p.cmdline() for p in alive] == []


def test_markup_in_errors_and_output_is_text(lab, server):
    notebooks.write(server.notebooks / "markup.ipynb",
                    f'panic("{MARKUP}")', f'var n int = "{MARKUP}"\nfmt.Println(n)',
                    f'fmt.Println("{MARKUP}")\nfmt.Fprintln(os.Stderr, "{MARKUP}")\n"{MARKUP}"')
    lab.open("markup.ipynb")
    for i, where in enumerate(["panic", "erro de compilação"]):
        words = failed(lab, i).inner_text()
        assert MARKUP in words and where in words + lab.cells()[i]["outputs"][-1]["ename"]
    lab.run(2)
    lab.wait_done(2)
    assert output(lab, 2).inner_text().count(MARKUP) == 3
    assert [output(lab, i).evaluate(MADE) for i in range(3)] == [0, 0, 0]
    lab.save()
    lab.reload("markup.ipynb")
    assert [output(lab, i).evaluate(MADE) for i in range(3)] == [0, 0, 0]
    assert [MARKUP in output(lab, i).inner_text() for i in range(3)] == [True, True, True]


def test_dark_theme(lab, server):
    """Chosen in the menu when the cells have run: what they show can be read."""
    notebooks.small(server.notebooks / "dark.ipynb",
                    "model.Fit(train, nn.Epochs(2), nn.BatchSize(32), viz.Live())", "viz.ClassReport(model, test.Take(500))",
                    'var n int = "texto"\nfmt.Println(n)', 'panic("x")', "viz.Confusion(model, test.Take(500))")
    lab.open("dark.ipynb")
    for i in range(4):
        lab.run(i)
    lab.wait_done(0, 1, 2, 3)
    failed(lab, 4)
    failed(lab, 5)
    lab.run(6)
    lab.wait_done(6)
    lab.theme("JupyterLab Dark")
    lab.wait(lambda: max(lab.show(0).evaluate(figures.GROUND)) < 50, "the dark ground")
    figures.live(lab.show(2))
    read = {"chart": output(lab, 2).locator(figures.LIVE).locator("svg").first.evaluate(figures.TEXTS),
            "figure": picture(lab, output(lab, 3)),
            "figure that answers": output(lab, 6).locator(figures.LIVE).locator("svg").first.evaluate(figures.TEXTS),
            "error of the compiler": output(lab, 4).evaluate(figures.WORDS),
            "panic": output(lab, 5).evaluate(figures.WORDS)}
    for what, words in read.items():
        assert words, f"the {what} says nothing"
        assert figures.pale(words) == [], f"the {what} cannot be read"


def picture(lab, where):
    """The words of a figure that is an <img>, on the ground on which it stands."""
    assert figures.pictures(where) == 1
    img = where.locator(figures.PICTURE)
    svg = base64.b64decode(img.get_attribute("src").partition(",")[2]).decode()
    scheme = img.evaluate("e => getComputedStyle(e).colorScheme")
    assert scheme == "dark", "the picture does not follow JupyterLab's theme"
    page = lab.page.context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_content(f'<body style="background:rgb{tuple(img.evaluate(figures.GROUND))}">{svg}</body>')
    words = page.locator("svg").evaluate(figures.TEXTS)
    page.close()
    return words


def test_letters_in_a_narrow_page(lab, server):
    """In a page of 800 pixels no letter of a figure is smaller than 11, and none is cut off; no row of a table is broken, at 200 % neither."""
    lab.page.set_viewport_size({"width": 800, "height": 900})
    notebooks.small(server.notebooks / "narrow.ipynb",
                    "%%\nmodel.Fit(train, nn.Epochs(2), nn.BatchSize(32), nn.Validation(test.Take(500)), viz.Live())\nviz.Curves(model.History())",
                    "%%\nviz.Confusion(model, test.Take(500))", "%%\nviz.Images(test, 30)", "%%\nviz.Draw(model)", "%%\nmodel.Summary()")
    lab.open("narrow.ipynb")
    lab.page.keyboard.press("Control+b")  # without the file browser
    for i in range(7):
        lab.run(i)
    lab.wait_done(*range(7))
    for i in (2, 3, 4, 5):
        for picture in output(lab, i).locator(figures.PICTURE).all():
            width, natural = picture.evaluate("e => [e.clientWidth, e.naturalWidth]")
            if width:  # a picture that a chart has replaced has none
                assert 12 * width / natural >= 11, f"cell {i}: a figure of {natural} pixels has {width}"
    figures.live(lab.show(2))
    texts = output(lab, 2).locator(figures.LIVE).locator("svg").first.evaluate(figures.TEXTS)
    assert [t for t in texts if not t["inside"]] == [], "words of the chart are cut off"
    table = output(lab, 6).locator("table")
    assert table.locator("tr").count() > 3
    for width, zoom in ((800, 1), (1280, 2)):
        lab.resize(width, zoom)
        heights = table.locator("tbody tr").evaluate_all("rows => rows.map(r => Math.round(r.getBoundingClientRect().height))")
        assert max(heights) <= min(heights) + 2, "a row of the table is broken"
        assert table.evaluate(figures.CUT) is None
