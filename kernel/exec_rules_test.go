package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// notebookOf writes a notebook with these code cells.
func notebookOf(t *testing.T, metadata map[string]any, cells ...ipynb.Cell) string {
	t.Helper()
	nb := ipynb.Notebook{"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": []any{}}
	for i, c := range cells {
		nb.Insert(i, c)
	}
	file := filepath.Join(t.TempDir(), "n.ipynb")
	if err := nb.Write(file); err != nil {
		t.Fatal(err)
	}
	return file
}

// Parameters are made by := or by var, and what their cell has made of them follows.
func TestExecParameters(t *testing.T) {
	t.Parallel()
	file := notebookOf(t, map[string]any{},
		ipynb.NewCode("p", "epochs, lr := 20, 0.1\nvar a, b = 1, \"x\"\nsteps := 3 * epochs\nfmt.Println(\"antes\", steps)", "parameters"),
		ipynb.NewCode("c", "fmt.Printf(\"%d %T %v %d %s %d\\n\", epochs, lr, lr, a, b, steps)"))
	out := filepath.Join(t.TempDir(), "out.ipynb")
	call := func(args ...string) string {
		text, _ := newPlace(t).command(append([]string{"exec", file, "-o", out}, args...)...).CombinedOutput()
		return string(text)
	}
	if text := call("-p", "epochs=2", "-p", "lr=1", "-p", "b=dois mil"); !strings.Contains(text, "antes 60\n") || !strings.Contains(text, "2 float64 1 1 dois mil 6\n") {
		t.Errorf("it printed\n%s", text)
	}
	if text := call("-p", "epoch=2"); !strings.Contains(text, "-p epoch: os parâmetros do caderno são epochs, lr, a, b, steps") || strings.Contains(text, "antes") {
		t.Errorf("another name gave\n%s", text)
	}
}

// A cell that is there to fail may, one that is to be skipped is not run and keeps
// what it shows, and a parameter keeps its type.
func TestExecTags(t *testing.T) {
	t.Parallel()
	skipped := ipynb.NewCode("b", "fmt.Print(\"nunca\")", "skip-execution")
	skipped.SetOutputs([]ipynb.Output{{"output_type": "stream", "name": "stdout", "text": []any{"de antes"}}}, 7)
	file := notebookOf(t, map[string]any{},
		ipynb.NewCode("p", "var lr = 0.1\nvar name = \"um\"", "parameters"),
		ipynb.NewCode("a", "panic(\"de propósito\")", "raises-exception"), skipped,
		ipynb.NewCode("c", "nosuch()", "raises-exception"),
		ipynb.NewCode("d", "fmt.Printf(\"%T %v %s\\n\", lr, lr, name)"))
	link := filepath.Join(t.TempDir(), "link.ipynb")
	out := filepath.Join(t.TempDir(), "new", "folder", "out.ipynb")
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(out, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(out, link); err != nil {
		t.Fatal(err)
	}
	pages := filepath.Join(t.TempDir(), "pages") + "/" // a folder that is not there yet
	text, err := newPlace(t).command("exec", file, "-o", link, "--html", pages, "-p", "lr=1", "-p", "name=3 camadas").CombinedOutput()
	if err != nil || !strings.Contains(string(text), "float64 1 3 camadas\n") || strings.Contains(string(text), "nunca") {
		t.Fatalf("%v\n%s", err, text)
	}
	nb, err := ipynb.Read(out) // and not the link alone
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]string{2: "error", 4: "error", 5: "stream"} {
		if o := nb.Cells()[i].Outputs(); len(o) != 1 || o[0]["output_type"] != want {
			t.Errorf("cell %d shows %v", i, o)
		}
	}
	if o := nb.Cells()[3].Outputs(); len(o) != 1 || ipynb.Text(o[0]["text"]) != "de antes" || fmt.Sprint(nb.Cells()[3]["execution_count"]) != "7" {
		t.Errorf("the skipped cell shows %v", o)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info.Mode(), err)
	}
	if page, err := os.ReadFile(filepath.Join(pages, "n.html")); err != nil || !strings.Contains(string(page), "de propósito") {
		t.Errorf("the page: %v", err)
	}
}

// A notebook that reads comes to its end, where nobody can type.
func TestExecReads(t *testing.T) {
	t.Parallel()
	file := notebookOf(t, map[string]any{}, ipynb.NewCode("a", "var n int\nfmt.Print(\"n: \")\n_, err := fmt.Scanln(&n)\nfmt.Println(err != nil)"),
		ipynb.NewCode("b", "!cat; echo fim"), ipynb.NewCode("c", "fmt.Scanln(&n)"))
	text, err := newPlace(t).command("exec", file).CombinedOutput()
	const said = "nnlab: esta interface não deixa digitar uma entrada; a leitura encontra o fim do arquivo (EOF)\n"
	for _, want := range []string{"n: " + said + "true\n", "echo fim\n" + said + "fim\n", said + "EOF\nCélula [3], linha 1: ninguém ficou com este erro\n"} {
		if status(err) == 0 || !strings.Contains(string(text), want) {
			t.Errorf("status %d, expected %q in\n%s", status(err), want, text)
		}
	}
}

// What cannot end well is refused before a cell runs, in Portuguese.
func TestExecRefuses(t *testing.T) {
	t.Parallel()
	code := ipynb.NewCode("p", "var lr = 0.1\nfmt.Print(\"rodou\")", "parameters")
	declared := ipynb.NewCode("p", "var lr = 0.1", "parameters")
	good := notebookOf(t, map[string]any{}, declared, code)
	python := notebookOf(t, map[string]any{"kernelspec": map[string]any{"name": "python3", "display_name": "Python 3", "language": "python"}}, code)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "n.executed.html")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		python + " é um caderno de Python 3, e este kernel só roda Go":                      {python},
		"-p lr=muito: o caderno declara lr como float64, e muito não é um valor desse tipo": {good, "-p", "lr=muito"},
		"o resultado não pode ser gravado: " + file + ": uma parte do caminho é um arquivo": {good, "-o", filepath.Join(file, "out.ipynb")},
		"o resultado não pode ser gravado: /proc/self: ":                                    {good, "-o", "/proc/self/out.ipynb"},
		"a opção -x não existe; a chamada é: nnlab-kernel exec CADERNO…":                    {good, "-x"},
		"a opção -p precisa de um valor":                                                    {good, "-p"},
		"-j: o valor \"dois\" não serve":                                                    {good, "-j", "dois"},
		"-timeout: o valor \"5\" não serve":                                                 {good, "-timeout", "5"},
		"-p \"5\": esperava nome=valor":                                                     {good, "-p", "5"},
		"nnlab: nenhumab: não existe\n":                                                     {"nenhum\x1b[31ma\x1b]0;t\ab\u202e"},
		filepath.Join(folder, "n.html") + " é uma pasta":                                    {good, "--html", folder},
	} {
		if strings.HasSuffix(want, "é uma pasta") {
			if err := os.Mkdir(filepath.Join(folder, "n.html"), 0o777); err != nil {
				t.Fatal(err)
			}
		}
		text, err := newPlace(t).command(append([]string{"exec"}, args...)...).CombinedOutput()
		if status(err) == 0 || !strings.Contains(string(text), want) || strings.Contains(string(text), "rodou") || strings.Contains(string(text), "no such file") || strings.ContainsAny(string(text), "\x1b\a\u202e") {
			t.Errorf("%q: status %d, expected %q in\n%s", args, status(err), want, text)
		}
	}
	if text, err := newPlace(t).command().CombinedOutput(); status(err) != 2 || !strings.Contains(string(text), execUsage) || !strings.Contains(string(text), checkUsage) {
		t.Errorf("%v\n%s", err, text)
	}
	help, err := newPlace(t).command("exec", "-h").Output()
	if err != nil || !strings.Contains(string(help), "  -p nome=valor\n        nome=valor para uma variável") {
		t.Errorf("%v\n%s", err, help)
	}
}

// Of a notebook nothing is kept where both results go to a device, which stays one.
func TestPlanOfADevice(t *testing.T) {
	jobs, err := plan([]string{"testdata/endless.ipynb"}, os.DevNull, os.DevNull)
	if err != nil || len(jobs) != 1 || jobs[0].Out != os.DevNull || jobs[0].html != os.DevNull {
		t.Errorf("%+v, %v", jobs, err)
	}
}
