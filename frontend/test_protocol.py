"""Jupyter's own tests of a kernel, each of which waits for a reply no longer than it should."""

import os
import time

import jupyter_kernel_test
import pytest

# protocol.py runs the same tests with GoNB alone, to which statements are none
# without a line %% before them.
KERNEL = os.environ.get("NNLAB_PROTOCOL_KERNEL", "nnlab")
STATEMENTS = "" if KERNEL == "nnlab" else "%%\n"


@pytest.mark.timeout(120)
class TestKernel(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "go"
    file_extension = ".go"
    code_hello_world = STATEMENTS + 'fmt.Println("hello, world")'
    code_stderr = STATEMENTS + 'fmt.Fprintln(os.Stderr, "test")'
    code_generate_error = STATEMENTS + 'panic("x")'
    code_execute_result = [{"code": "1 + 2", "result": "3"}, {"code": 'strings.Repeat("ab", 2)', "result": "abab"}]
    code_display_data = [{"code": STATEMENTS + 'notebook.Show("", notebook.Bundle{"image/svg+xml": "<svg/>"})', "mime": "image/svg+xml"}]
    code_clear_output = STATEMENTS + "notebook.Clear(false)"
    code_page_something = "fmt.Println?"
    code_inspect_sample = "fmt.Println"
    code_history_pattern = "1?+*"
    supported_history_operations = ("tail", "range", "search")
    completion_samples = [{"text": "fmt.Printl", "matches": {"Println", "Sprintln", "Fprintln"}}]
    complete_code_samples = ["x := 1", "func f() {}", "!ls", "%%\nx := 1\n"]
    incomplete_code_samples = ["for {", "f(", "x :=", "`a"]
    invalid_code_samples = [")", '"a']

    def await_gopls(self):
        """gopls reads its packages for a while after the kernel has started, and GoNB alone may complete nothing."""
        deadline = time.monotonic() + (90 if KERNEL == "nnlab" else 40)
        while time.monotonic() < deadline:
            try:
                if self.kc.complete("fmt.Printl", reply=True, timeout=15)["content"]["matches"]:
                    break
            except TimeoutError:
                pass
            time.sleep(0.1)
        self.flush_channels()

    def test_completion(self):
        self.await_gopls()
        super().test_completion()

    def test_inspect(self):
        self.await_gopls()
        super().test_inspect()


@pytest.mark.timeout(120)
class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True
