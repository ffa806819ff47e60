"""JupyterLab in the browser, as a user sees and uses it."""

import re
import time

from playwright.sync_api import Page, TimeoutError

from chromium import PATIENCE

# The application object is only read, to know what windowed cells that are out
# of sight are doing. Whatever a user does is done with mouse and keyboard.
NOTEBOOK = "window.jupyterapp.shell.currentWidget?.content"
CELLS = f"""() => {NOTEBOOK}.widgets.map(w => ({{
    type: w.model.type,
    source: w.model.sharedModel.source,
    running: w.model.type === 'code' && w.model.executionState !== 'idle',
    count: w.model.executionCount ?? null,
    outputs: w.model.type === 'code' ? w.model.outputs.toJSON() : [],
}}))"""


# Notes each different picture that a cell shows while it runs; the kernel sends
# ten a second at most.
WATCH = f"""i => {{
    const seen = window.nnlabSeen = new Set();
    const look = () => {{
        if ({NOTEBOOK}.widgets[i].model.executionState !== 'running') return;
        const cell = document.querySelector(`.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell[data-windowed-list-index="${{i}}"]`);
        for (const img of cell?.querySelectorAll('.jp-OutputArea-output img') ?? [])
            if (img.checkVisibility()) seen.add(img.src);
    }};
    clearInterval(window.nnlabWatch);
    window.nnlabWatch = setInterval(look, 20);
}}"""


class LabPage:
    def __init__(self, page: Page, server):
        self.page, self.server, self._devtools = page, server, None

    def open(self, notebook):
        self.page.goto(f"{self.server.url}lab/tree/{notebook}?reset&token={self.server.token}")
        self._ready(notebook)

    def reload(self, notebook):
        self.page.reload()
        self._ready(notebook)

    def _ready(self, notebook):
        """Waits for the notebook and a kernel, which a dialog may ask for."""
        self.page.wait_for_function(
            f"() => window.jupyterapp?.shell.currentWidget?.context?.path === '{notebook}' && {NOTEBOOK}.widgets.length > 0")
        deadline = time.monotonic() + PATIENCE
        while not self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel != null"):
            self._choose_kernel()
            if time.monotonic() > deadline:
                raise AssertionError("the notebook got no kernel")
            self.page.wait_for_timeout(200)
        self._choose_kernel()
        self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").first.wait_for()

    def _choose_kernel(self):
        dialog = self.page.locator(".jp-Dialog", has_text="Select Kernel")
        if dialog.count():
            dialog.get_by_role("button", name="Select Kernel").click()

    def after_kernel_died(self):
        """JupyterLab says so, starts it anew, and the notebook can run cells again."""
        self.page.locator(".jp-Dialog", has_text="Kernel Restarting").get_by_role("button", name="Ok").click()
        # Its status may stay "unknown" until a first cell has run.
        self.page.wait_for_function("""() => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            return kernel.connectionStatus === 'connected' && !/dead|restarting/.test(kernel.status);
        }""")

    def menu(self, menu, item):
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{menu}$")).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{item}$")).click()

    def theme(self, name):
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Settings$")).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Theme$")).hover()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{name}$")).click()
        self.page.locator(f"body[data-jp-theme-name='{name}']").wait_for(state="attached")

    def resize(self, width, zoom):
        """Gives the window another width, in pixels of the screen, and the browser another zoom."""
        self._devtools = self._devtools or self.page.context.new_cdp_session(self.page)
        self._devtools.send("Emulation.setDeviceMetricsOverride",
                            {"width": width // zoom, "height": 900 // zoom, "deviceScaleFactor": zoom, "mobile": False})

    def run_all(self):
        self.menu("Run", "Run All Cells")

    def interrupt(self):
        """The stop button above the notebook."""
        self.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) [data-jp-item-name="interrupt"] jp-button').click()

    def save(self):
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")

    def cells(self):
        return self.page.evaluate(CELLS)

    def find(self, text):
        """The index of the one code cell whose source contains the text."""
        (index,) = [i for i, c in enumerate(self.cells()) if c["type"] == "code" and text in c["source"]]
        return index

    def run(self, index):
        """Runs one cell with Shift+Enter."""
        cell = self.show(index)
        cell.locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Shift+Enter")

    def ran(self, index):
        """Runs one cell, waits for its end, and returns all that it shows as text: an error by its name and words."""
        before = self.cells()[index]["count"]
        self.run(index)

        def ended():
            c = self.cells()[index]
            return c["count"] not in (None, before) and not c["running"]

        self.wait(ended, f"cell {index} to end")
        return self.shown(index)

    def shown(self, index):
        """What a cell shows as text."""
        return "".join(
            f"{o['ename']}: {o['evalue']}" if o["output_type"] == "error" else
            "".join(o["text"]) if o["output_type"] == "stream" else "".join(o["data"]["text/plain"])
            for o in self.cells()[index]["outputs"])

    def edit(self, index, source):
        """Writes another source over a cell's."""
        self.show(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)
        assert self.cells()[index]["source"] == source

    def ask(self, key, answer):
        """Asks about the place of the cursor with a key, again when JupyterLab has given up after its second, and returns the words of the answer."""
        def asked():
            self.page.keyboard.press(key)
            try:
                answer.wait_for(timeout=3_000)
            except TimeoutError:
                return False
            return True

        self.wait(asked, f"an answer to {key}")
        self.wait(answer.inner_text, "its words")  # they are drawn after their frame
        return answer.inner_text()

    def wait_done(self, *indices, timeout=PATIENCE):
        """Waits for the cells, all code cells unless told which, and fails at the first error."""
        def done():
            cells = [c for i, c in enumerate(self.cells()) if c["type"] == "code" and (not indices or i in indices)]
            for c in cells:
                for o in c["outputs"]:
                    if o["output_type"] == "error":
                        raise AssertionError(f"a cell failed:\n{c['source']}\n{o['ename']}: {o['evalue']}\n" + "\n".join(o["traceback"]))
            return all(c["count"] is not None and not c["running"] for c in cells)

        self.wait(done, "the cells to end", timeout)

    def wait(self, condition, what, timeout=PATIENCE):
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {timeout} s for {what}\n{self.server.log()[-3000:]}")
            self.page.wait_for_timeout(50)

    def watch(self, index):
        """Begins to count the different pictures that a cell shows while it runs."""
        self.page.evaluate(WATCH, index)

    def pictures(self):
        """How many different pictures there have been. A busy page passes some over: of a training that
        draws twenty it may show the first, one in its middle, and the last."""
        return self.page.evaluate("() => window.nnlabSeen.size")

    def wait_pictures(self, n, timeout=PATIENCE):
        self.wait(lambda: self.pictures() >= n, f"{n} pictures", timeout)

    def text(self, index):
        """What a cell has printed so far."""
        return "".join("".join(o.get("text", "")) for o in self.cells()[index]["outputs"])

    def show(self, index):
        """Scrolls to a cell, which may be out of the window and so not in the page, and returns it."""
        cell = self.page.locator(f'.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell[data-windowed-list-index="{index}"]')
        self.page.evaluate(f"i => {NOTEBOOK}.scrollToItem(i, 'center')", index)
        cell.wait_for()
        cell.scroll_into_view_if_needed()
        return cell
