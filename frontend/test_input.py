"""Programs that read what is typed: the input box under a cell."""

import notebooks

NAME = 'fmt.Print("Seu nome: ")\nvar nome string\n_, err := fmt.Scanln(&nome)\nfmt.Printf("olá, %s (%v)\\n", nome, err)'
LINES = 'in := bufio.NewScanner(os.Stdin)\nfor in.Scan() {\n\tfmt.Printf("%q\\n", in.Text())\n}'


def box(lab, index):
    """The box that nobody has typed in: JupyterLab keeps an answered one for half a second."""
    b = lab.show(index).locator("input.jp-Stdin-input:not([data-answered])")
    b.wait_for()
    return b


def answer(lab, index, line):
    b = box(lab, index).element_handle()
    b.evaluate("e => e.dataset.answered = true")
    b.fill(line)
    b.press("Enter")


def test_input_box(lab, server):
    notebooks.write(server.notebooks / "input.ipynb", NAME, LINES, "fmt.Println(nome)")
    lab.open("input.ipynb")
    lab.run(0)
    box(lab, 0)
    assert "Seu nome:" in lab.show(0).locator(".jp-Stdin").inner_text()
    answer(lab, 0, "Ação")
    lab.wait_done(0)
    assert lab.text(0).endswith("olá, Ação (<nil>)\n")
    # One line after the other, an empty one too, until the cell is stopped.
    lab.run(1)
    for line, shown in (("não é", '"não é"\n'), ("", '""\n')):
        answer(lab, 1, line)
        lab.wait(lambda: shown in lab.text(1), shown)
    box(lab, 1)
    lab.interrupt()
    lab.wait(lambda: not lab.cells()[1]["running"], "the cell to end")
    lab.run(2)
    lab.wait_done(2)
    assert lab.text(2) == "Ação\n"
