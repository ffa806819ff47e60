"""Jupyter's own tests of a kernel, each of which waits for a reply no longer than it should."""

import time

import jupyter_kernel_test
import pytest


@pytest.mark.timeout(120)
class TestKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "nnlab"
    language_name = "go"
    file_extension = ".go"
    code_hello_world = 'fmt.Println("hello, world")'
    code_stderr = 'fmt.Fprintln(os.Stderr, "test")'
    code_generate_error = 'panic("x")'
    code_execute_result = [{"code": "1 + 2", "result": "3"}, {"code": 'strings.Repeat("ab", 2)', "result": "abab"}]
    code_display_data = [{"code": 'notebook.Show("", notebook.Bundle{"image/svg+xml": "<svg/>"})', "mime": "image/svg+xml"}]
    code_clear_output = "notebook.Clear(false)"
    code_page_something = "fmt.Println?"
    code_inspect_sample = "fmt.Println"
    code_history_pattern = "1?+*"
    supported_history_operations = ("tail", "range", "search")
    completion_samples = [{"text": "fmt.Printl", "matches": {"Println", "Sprintln", "Fprintln"}}]
    complete_code_samples = ["x := 1", "func f() {}", "!ls", "%%\nx := 1\n"]
    incomplete_code_samples = ["for {", "f(", "x :=", "`a"]
    invalid_code_samples = [")", '"a']

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # gopls reads its packages for a while after the kernel has started.
        deadline = time.monotonic() + 90
        while not cls.kc.complete("fmt.Printl", reply=True, timeout=30)["content"]["matches"]:
            assert time.monotonic() < deadline, "nothing is completed"


class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "nnlab"
    support_iopub_welcome = True
