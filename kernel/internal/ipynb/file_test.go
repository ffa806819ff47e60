package ipynb

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// What is not a notebook in UTF-8 from the first byte to the last is refused with
// the reason.
func TestRead(t *testing.T) {
	const good = `{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}`
	wide := ""
	for _, u := range utf16.Encode([]rune(good)) {
		wide += string([]byte{byte(u), byte(u >> 8)})
	}
	for text, want := range map[string]string{
		good:                        "",
		"\ufeff" + good + "\n\n ":   "",
		"\xff\xfe" + wide:           "está em UTF-16; grave-o em UTF-8",
		wide:                        "está em UTF-16",
		"{\"a\":\n \"a\xe7\xe3o\"}": "na linha 2, coluna 4: o byte 0xE7 não é UTF-8 (o arquivo parece estar em Latin-1",
		good + "\n" + good:          "depois do fim do JSON, na linha 2, coluna 1, há mais texto: «{\"cells\": [], \"metadata\": {},…»",
		good + "}":                  "há mais texto: «}»",
		"":                          "o arquivo está vazio",
		" \n":                       "o arquivo está vazio",
		good[:30]:                   "o arquivo termina no meio do JSON, na linha 1, coluna 31",
		"{\n<<<<<<< HEAD\n\"cells\": []\n=======\n>>>>>>> x\n}": "na linha 2, coluna 1 há marcas de um conflito do git",
		"# Título\n":                    "na linha 1, coluna 1, não é JSON a partir de «# Título»",
		"{\"a\": 1,\n}":                 "na linha 2, coluna 1, não é JSON a partir de «}»",
		"[1]":                           "esperava um objeto JSON",
		"null":                          "o JSON é null",
		`{"nbformat": 3}`:               "esperava um caderno de nbformat 4, achei 3",
		`{}`:                            "achei nenhum",
		`{"nbformat": 4, "cells": 1}`:   "esperava uma lista de células",
		`{"nbformat": 4, "cells": [1]}`: "a célula 1 não é um objeto",
	} {
		file := filepath.Join(t.TempDir(), "n.ipynb")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Read(file)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), file)) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := Read("/nowhere/n.ipynb"); err == nil || err.Error() != "/nowhere/n.ipynb: não existe" {
		t.Errorf("no file: %v", err)
	}
}

// A symbolic link stays one, and a private file private.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "below"), 0o777); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("below/private"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"first": "second", "second": at("below/private"), "dangling": "below/new", "round": "round"} {
		if err := os.Symlink(to, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	for link, file := range map[string]string{"first": "below/private", "dangling": "below/new", "plain": "plain"} {
		if err := WriteFile(at(link), []byte(link)); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(at(file)); err != nil || string(data) != link {
			t.Errorf("%s: %q, %v", file, data, err)
		}
		if info, err := os.Lstat(at(link)); err != nil || link != file && info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s is no link now: %v", link, err)
		}
	}
	if info, err := os.Stat(at("first")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the private file: %v, %v", info.Mode(), err)
	}
	if err := WriteFile(at("round"), nil); err == nil || !strings.Contains(err.Error(), "aponta para si mesmo") {
		t.Errorf("a link to itself: %v", err)
	}
}

func TestForeign(t *testing.T) {
	for metadata, want := range map[string]string{
		`{}`: "", `{"kernelspec": {"name": "nnlab", "language": "go"}}`: "", `{"kernelspec": {"name": "gonb"}}`: "", `{"language_info": {"name": "Go"}}`: "",
		`{"kernelspec": {"name": "mine", "language": "golang"}}`:                                       "",
		`{"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}`:        "Python 3",
		`{"kernelspec": {"name": "ir", "display_name": "R 4", "language": "R"}}`:                       "R 4",
		`{"kernelspec": {"name": "torch", "display_name": "(torch)", "language": "python"}}`:           "python ((torch))",
		`{"kernelspec": {"name": "python3"}}`:                                                          "python3",
		`{"language_info": {"name": "julia"}}`:                                                         "julia",
		`{"kernelspec": {"name": "x", "display_name": "x\u001b[31m", "language": "python"}}`:           "python (x)",
		`{"kernelspec": {"display_name": "Go (gonb)", "name": "gonb"}, "language_info": {"name": ""}}`: "",
	} {
		nb, err := decode([]byte(`{"metadata": ` + metadata + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := nb.Foreign(); got != want {
			t.Errorf("%s: %q, want %q", metadata, got, want)
		}
	}
}
