package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// A name that means nothing: the cell that makes it is named, what became of that cell,
// and what to run.
func TestAbsentNames(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	const nobody = "nenhuma célula executada desde que este kernel começou cria "
	play(t, f, []step{
		{"model", "undefined: model |    1 │ model |      │ ^ | " + nobody + "model: se uma célula do caderno o faz, execute-a antes desta; se o nome está errado, corrija-o"},
		{"model, dados", nobody + "model, dados: se"},
		{"a := 1\nmodel := nosuch()", "undefined: nosuch"},
		{"model", " | quem cria model é a célula [3], na linha 2, mas ela não compilou e por isso não foi executada: corrija-a e execute-a de novo"},
		{"model := 1)", "erro de compilação"},
		{"model = 4", "model ainda não existe; em Go := cria uma variável, e = muda uma que já existe (undefined: model) |    1 │ model = 4 |      │ ^ | quem cria model é a célula [5], na linha 1, mas ela não compilou"},
		{"z := 0\nmodel := 1 / z\ndepois := 2", "divisão de um inteiro por zero"},
		{"model + depois", "quem cria model é a célula [7], na linha 2, mas ela parou com um erro antes de chegar ao fim: corrija-a e execute-a de novo | quem cria depois é a célula [7], na linha 3"},
		{"model := 3\nos.Exit(2)", "o programa terminou com o código 2"},
		{"model", "quem cria model é a célula [9], na linha 1, mas o programa dela foi encerrado no meio"},
		{"model := 3", "idle"},
		{"%del model", "idle"},
		{"model", "quem cria model é a célula [11], na linha 1, e a célula [12] mandou esquecer o que ela criou (%del, %rm ou %reset): execute a célula [11] de novo"},
		{"Média := 5\nqueda := 1", "idle"},
		{"média", "existe Média, da célula [14]: em Go maiúsculas e minúsculas fazem nomes diferentes; escreva Média em vez de média"},
		{"Media", "existe Média, da célula [14]: em Go acentos fazem nomes diferentes"},
		{"queds", "existe queda, da célula [14], que difere de queds por uma letra"},
		{"fmt.Println(tarde)\ntarde := 1", "tarde só existe a partir da linha 2 desta célula"},
		{"conta := func() int { return conta() }", "conta ainda não existe dentro da função que recebe"},
		{"if true {\n\tdentro := 1\n\tfmt.Print(dentro)\n}", "idle"},
		{"dentro", "dentro só existe dentro do bloco { } da linha 2 da célula [20]: crie ali esse nome antes do bloco, com var"},
		{"for range 1 {\n\taqui := 1\n}\naqui", "aqui só existe dentro do bloco { } da linha 2 desta célula"},
		{"%%\nsó := 1\nfmt.Print(só)", "idle"},
		{"só", "quem cria só é a célula [23], na linha 2; as variáveis de uma célula com uma linha %% ou com func main só existem nela"},
		{"x := True", "em Go se escreve true (undefined: True) |    1 │ x := True |      │      ^"},
		{"%reset vars", "idle"},
		{"queda", "quem cria queda é a célula [14], na linha 2, e a célula [26] mandou esquecer"},
		{"nunca", nobody + "nunca"},
	})
	// One that waits behind a cell that fails has not run, and makes nothing.
	failing := f.ask("shell", "execute_request", cell("time.Sleep(time.Second)\npanic(1)"))
	waits := f.ask("shell", "execute_request", cell("rede := 3"))
	f.done(failing)
	f.reply(waits)
	play(t, f, []step{{"rede", "quem cria rede é a célula «rede := 3», mas ela não foi executada, porque a célula [29], antes dela, falhou: corrija a [29] e execute as duas"}})
	// Nor has one that was interrupted.
	slow := f.ask("shell", "execute_request", cell("fmt.Println(\"vai\")\ntime.Sleep(time.Minute)\nlenta := 3"))
	f.await("its output", func(h heard) bool { return h.Parent.ID == slow && strings.Contains(string(h.Content), "vai") })
	f.ask("control", "interrupt_request", map[string]any{})
	f.reply(slow)
	play(t, f, []step{{"lenta", "quem cria lenta é a célula [31], na linha 3, mas ela foi interrompida antes de chegar ao fim: execute-a de novo, até o fim"}})
}

// After a restart the notebook as it was saved tells which cell to run again.
func TestAbsentInTheNotebook(t *testing.T) {
	dir := t.TempDir()
	nb := ipynb.Notebook{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}, "cells": []any{
		map[string]any{"cell_type": "markdown", "source": "model := 0"},
		map[string]any{"cell_type": "code", "execution_count": 7, "source": "taxa := 0.1\nmodel := 1 // a rede", "outputs": []any{}},
		map[string]any{"cell_type": "code", "execution_count": nil, "source": "train := 2", "outputs": []any{}},
		map[string]any{"cell_type": "code", "execution_count": 9, "source": "model + train + nada", "outputs": []any{}},
		map[string]any{"cell_type": "code", "execution_count": nil, "source": "model := 5", "outputs": []any{}},
	}}
	if err := nb.Write(filepath.Join(dir, "aula.ipynb")); err != nil {
		t.Fatal(err)
	}
	p := newPlace(t)
	p.environ = append(p.environ, "JPY_SESSION_NAME=turma/aula.ipynb")
	k := start(t, p, dir)
	got := k.execute("model + train + nada")
	for _, want := range []string{
		"quem cria model é a célula «model := 1 // a rede» do caderno, com o número [7]; ela foi executada antes de este kernel começar, e as variáveis acabam quando o kernel é reiniciado: execute-a de novo",
		"quem cria train é a célula «train := 2» do caderno, que ainda não foi executada: execute-a antes desta",
		"nenhuma célula executada desde que este kernel começou cria nada",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the cell shows\n%s\nwant\n%s", got, want)
		}
	}
	if err := os.Remove(filepath.Join(dir, "aula.ipynb")); err != nil {
		t.Fatal(err)
	}
	if got := k.execute("train"); !strings.Contains(got, "nenhuma célula executada desde que este kernel começou cria train") {
		t.Errorf("without its file the cell shows\n%s", got)
	}
}
