package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// A cell that takes too long ends its notebook, which is saved and says so; one
// that ignores the interrupt and has a child is killed with the child.
func TestExecTimeout(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]string{"endless": "foi interrompida", "stubborn": "foi encerrada à força"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			out := filepath.Join(t.TempDir(), "out.ipynb")
			text, err := p.command("exec", "-timeout", "20s", "testdata/"+name+".ipynb", "-o", out, "--html", filepath.Join(t.TempDir(), "x.html")).CombinedOutput()
			if status(err) != 1 {
				t.Errorf("exit status %d", status(err))
			}
			want := "tempo esgotado: a célula passou do tempo limite de 20s e " + how
			kerneltest.Expect(t, string(text), "a célula 1 falhou", want, "a célula 1 levou ")
			if strings.Contains(string(text), "depois") {
				t.Errorf("ran on after the failure:\n%s", text)
			}
			nb, err := ipynb.Read(out)
			if err != nil {
				t.Fatal(err)
			}
			outputs := nb.Cells()[0].Outputs()
			if len(outputs) == 0 || outputs[len(outputs)-1]["output_type"] != "error" {
				t.Fatalf("the saved notebook has the outputs %v", outputs)
			}
			if last := outputs[len(outputs)-1]; last["ename"] != "tempo esgotado" || ipynb.Text(outputs[0]["text"]) != "begun\n" {
				t.Errorf("the saved notebook has the outputs %v", outputs)
			}
			p.nothingLeft()
		})
	}
}

// Several notebooks run at once; one that fails does not stop the others, and
// each line says whose it is.
func TestExecParallel(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	text, err := p.command("exec", "-j", "2", "testdata/good.ipynb", "testdata/bad.ipynb", "-o", dir, "--html", dir).CombinedOutput()
	if status(err) != 1 {
		t.Errorf("exit status %d", status(err))
	}
	kerneltest.Expect(t, string(text), "good │ um 3 3\n", "good │ dois\n", "bad │ antes\n", "bad │ [2/3] nosuch(1)\n",
		"bad: a célula 2 falhou", "as mais lentas de 5 células", "good célula 1 ", "bad célula 2 ", filepath.Join(dir, "good.html"))
	for name, cells := range map[string]int{"good": 5, "bad": 3} {
		if nb, err := ipynb.Read(filepath.Join(dir, name+".ipynb")); err != nil || len(nb.Cells()) != cells {
			t.Errorf("%s was not saved: %v", name, err)
		}
	}
	p.nothingLeft()
}

func TestExecRefusesToWriteTwice(t *testing.T) {
	t.Parallel()
	text, err := newPlace(t).command("exec", "testdata/good.ipynb", "./testdata/../testdata/good.ipynb", "-o", t.TempDir()).CombinedOutput()
	if status(err) != 2 || !strings.Contains(string(text), "seria gravado duas vezes") {
		t.Errorf("status %d\n%s", status(err), text)
	}
}
