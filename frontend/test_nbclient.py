"""The kernel without a front end that somebody sees: nbclient, which nbconvert and papermill use too."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def execute(place, *cells, **options):
    """Runs the cells and returns what each of them gave."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) if isinstance(c, str) else c for c in cells])
    client = NotebookClient(notebook, kernel_name="nnlab", resources={"metadata": {"path": str(place.notebooks)}}, **options)
    client.execute(env=place.environment)
    nbformat.validate(notebook)
    assert place.empty() == ([], [])
    return [c.outputs for c in notebook.cells]


def test_outputs(place):
    declared, text, result, figure = execute(
        place, "var n = 6", 'fmt.Println("<b>")\nfmt.Fprintln(os.Stderr, "ação")', "n * 7",
        'notebook.Show("", notebook.Bundle{"image/svg+xml": "<svg/>"})')
    assert declared == []
    assert {o.name: o.text for o in text} == {"stdout": "<b>\n", "stderr": "ação\n"}
    assert [(o.output_type, o.data["text/plain"], o.execution_count) for o in result] == [("execute_result", "42", 3)]
    assert [(o.output_type, o.data["image/svg+xml"]) for o in figure] == [("display_data", "<svg/>")]


@pytest.mark.parametrize("cell, words", [
    ('x := []int{1}\n\nfmt.Println(x[len(x)])', ["panic", "index out of range [1] with length 1", "Célula [2], linha 3"]),
    ('x := 1\nvar s string = x\nfmt.Println(s)', ["cannot use x", "Célula [2], linha 2"]),
])
def test_an_error_says_where(cell, words, place):
    with pytest.raises(CellExecutionError) as error:
        execute(place, "var n = 6", cell, "never")
    for w in words:
        assert w in str(error.value)
    assert "never" not in str(error.value)
    assert place.empty() == ([], [])


def test_a_cell_that_takes_too_long_is_interrupted(place):
    endless = nbformat.v4.new_code_cell('fmt.Println("begun")\nfor {\n}', metadata={"tags": ["raises-exception"]})
    _, stopped, after = execute(place, "var n = 6", endless, "n + 1", interrupt_on_timeout=True,
                                timeout_func=lambda cell: 6 if cell is endless else None)
    assert [(o.output_type, o.get("text") or o.evalue) for o in stopped] == [("stream", "begun\n"), ("error", "a célula foi interrompida")]
    assert [o.data["text/plain"] for o in after] == ["7"]
