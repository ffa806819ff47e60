"""What a teacher has set in .env, which compose.yaml hands over with a default for each."""

import os
import re
import sys

# How each is read, what is expected in words, and what counts instead of a slip: a hub that does
# not start locks the class out. They are compose.yaml's own.
KINDS = {
    "size": (lambda text: re.fullmatch(r"\d+(\.\d+)?[KMGT]?", text.upper().removesuffix("B").removesuffix("I")).group(), "um tamanho como 512M ou 2G"),
    "number": (lambda text: above_zero(float(text.replace(",", "."))), "um número como 1 ou 0.5"),
    "count": (lambda text: above_zero(int(text)), "um número inteiro como 512"),
    "seconds": (lambda text: above_zero(int(text) + 1) - 1, "segundos, como 3600, ou 0"),
}
SETTINGS = {
    "NNLAB_MEMORY": ("size", "1G"), "NNLAB_CPU": ("number", "1"), "NNLAB_PIDS": ("count", "512"), "NNLAB_DISK": ("size", "2G"),
    "NNLAB_IDLE": ("seconds", "3600"), "NNLAB_MARKING": ("size", "4G"),
}


def above_zero(number):
    if not 0 < number < float("inf"):
        raise ValueError(number)
    return number


def setting(name):
    """A setting as it is read. One that cannot be is said, and its default counts."""
    kind, default = SETTINGS[name]
    read, expected = KINDS[kind]
    text = os.environ.get(name, default).strip().strip("\"'")
    try:
        return read(text)
    except (ValueError, AttributeError):
        print(f"{name}={text} em .env: esperava {expected}; até ser consertado vale {default}", file=sys.stderr, flush=True)
        return read(default)
