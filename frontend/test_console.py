"""The kernel in a terminal: `jupyter console`, driven key by key."""

import re
import sys

import pexpect
import pytest

COLOURS = r"(?:\x1b\[[0-9;?]*[a-zA-Z])*"


# The head of a line of a log, GoNB's and ours, and a line of a Go stack.
LOGGED = r"[IWEF]\d{4} \d\d:\d\d:\d\d.*|nnlab: \d{4}/.*|goroutine \d+.*|\w+\.go:\d+ \+0x.*"


def coloured(text):
    """A pattern of a text between whose characters the console may change the colour."""
    return COLOURS.join(re.escape(c) for c in text)


@pytest.fixture
def console(place):
    environment = place.environment | {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}  # this terminal does not tell where its cursor is
    with (place.temporary.parent / "console.log").open("w") as log:
        c = pexpect.spawn(sys.executable, ["-m", "jupyter_console", "--kernel", "nnlab"], env=environment,
                          cwd=str(place.notebooks), encoding="utf-8", timeout=150, dimensions=(50, 200))
        c.logfile_read = log
        yield c
        c.close(force=True)


def test_console(console, place):
    def shows(text):
        console.expect(coloured(text))

    shows("In [1]: ")
    console.send("20 + 22\r")
    shows("Out[1]: 42")

    shows("In [2]: ")
    console.send('s := "a<b>"; panic(s)\r')
    for text in ("panic: a<b>", "Célula [2], linha 1", "│ s := "):
        shows(text)

    # Pasted: Enter would run the first line.
    shows("In [3]: ")
    console.send("\x1b[200~%with_inputs\n!printf 'no%s' me?; read x; echo got-$x\x1b[201~")
    console.send("\r")
    shows("nome?")
    console.send("ação\r")
    shows("got-ação")

    # A cell that is not complete goes on in the next line.
    shows("In [4]: ")
    console.send('for i := 0; ; i++ {\r')
    shows("...: ")
    console.send('if i == 0 { fmt.Print("be", "gun") }\r')
    console.send("}\r")
    shows("begun")
    console.sendintr()
    shows("A célula foi interrompida.")

    shows("In [5]: ")
    console.send("3 * 5\r")
    shows("Out[5]: 15")

    # The screen shows what is wrong, and nothing that the kernel or GoNB logs of it.
    shows("In [6]: ")
    console.send('var n int = "texto"; fmt.Println(n)\r')
    shows("Célula [6], linha 1")
    shows("In [7]: ")
    console.send("exit\r")
    console.expect(pexpect.EOF)
    screen = (place.temporary.parent / "console.log").read_text()
    assert re.findall(LOGGED, screen) == []
    assert place.empty() == ([], [])
