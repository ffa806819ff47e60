package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A notebook that is as it should be, and what is told of others.
func TestLintNotebook(t *testing.T) {
	const good = `{"cells": [
		{"cell_type": "markdown", "id": "t", "source": ["# Título\n", "[aqui](here.ipynb) e [fora](https://example.org/x)"]},
		{"cell_type": "code", "id": "a", "execution_count": 1, "source": "x := 1\nx", "outputs": [{"output_type": "stream", "text": ["1\n"]}]},
		{"cell_type": "code", "id": "b", "execution_count": 2, "metadata": {"tags": ["raises-exception"]}, "source": ["f()"], "outputs": [
			{"output_type": "display_data", "data": {"image/svg+xml": ["<svg/>"], "text/html": ["<img alt=\"uma rede\" src=\"data:\">"], "text/plain": ["uma rede"]}},
			{"output_type": "error", "ename": "panic"}]}]}`
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{"# Título", "Título", "does not begin with a title"},
		{"here.ipynb", "there.ipynb", "cell t: links to there.ipynb, which is not there"},
		{"e [fora]", "`nnlab/nn/nothing.go` e [fora]", "cell t: names nnlab/nn/nothing.go, which is not there"},
		{`x := 1\nx`, `x` + strings.Repeat(`\nx`, 10), "cell a: has 11 lines, more than 10"},
		{`x := 1\nx`, `%%\nx`, "cell a: is a %% cell"},
		{`"execution_count": 2`, `"execution_count": null`, "cell b: was not run as number 2: run the notebook whole"},
		{"raises-exception", "x", "cell b: ends with the error panic"},
		{`alt=\"uma rede\"`, ``, "cell b: a figure without alternative text"},
		{`alt=\"uma rede\"`, `alt=\" \"`, "cell b: a figure whose alternative text is empty"},
		{`["uma rede"]`, `[" "]`, "cell b: a figure without its words in text/plain"},
		{`src=\"data:\">`, `src=\"data:\"><script>f()</script>`, ""},
		{`<img alt=\"uma rede\" src=\"data:\">`, `<script>f('<img alt=\"uma rede\">')</script>`, "cell b: needs a script: save what `nnlab-kernel exec` makes, not JupyterLab"},
		{`src=\"data:\">`, `src=\"data:\"><script>load(base + 'echarts.min.js')</script>`, "cell b: needs a script: save what `nnlab-kernel exec` makes, not JupyterLab"},
		{"# Título", "# " + strings.Repeat("x", largestNotebook), "more than 1048576"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if c.old != "" && text == good {
			t.Fatalf("%q is not in the notebook", c.old)
		}
		path := filepath.Join(t.TempDir(), "here.ipynb")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		nb, err := readNotebook(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(nb.wrong(), "\n"); got != c.want && (c.want == "" || !strings.HasSuffix(got, c.want) || strings.Contains(got, "\n")) {
			t.Errorf("with %.40q for %q: got %q, want %q", c.new, c.old, got, c.want)
		}
	}
}

// What stands in code, formulas and titles is not held against the dictionary.
func TestSpelling(t *testing.T) {
	if !speaksPortuguese(t.Context()) {
		t.Skip("there is no Hunspell with its dictionary pt_BR")
	}
	t.Chdir("..")
	got, err := misspelt(t.Context(), "A rede aprnde, e o perceptron da Rosenblatt tambem; `nn.Dense`, $\\delta_j$, «deep learning», [slide](slide.ipynb)\n\n```python\nkeras.xyzzy\n```")
	if err != nil || !slices.Equal(got, []string{"aprnde", "tambem"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

// The table has what the notebooks report; one that failed makes an error.
func TestNotebooksTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.ipynb")
	const text = `{"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": ["var epochs = 2\n", "var rate, a = 1, 2\n", "x, y := 1, 2\n", "const c = 1"], "outputs": [
		{"output_type": "display_data", "data": {"application/vnd.nnlab.result+json": {"name": "mlp/accuracy", "value": 0.984}}},
		{"output_type": "display_data", "data": {"application/vnd.nnlab.result+json": {"name": "seno/loss", "value": 0.0029}}}]}]}`
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	nb, err := readNotebook(path)
	if err != nil || !nb.hasParameter("epochs") || !nb.hasParameter("rate") || nb.hasParameter("epoch") || !nb.hasParameter("a") || !nb.hasParameter("y") || !nb.hasParameter("c") {
		t.Error("parameters", err)
	}
	results, err := resultsOf(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err = tabulate(&out, []ran{{name: "x", results: results, took: 90 * time.Second}, {name: "y", err: errors.New("exit status 1"), took: 30 * time.Second}})
	if err == nil || err.Error() != "y: exit status 1" {
		t.Errorf("the error is %v", err)
	}
	for _, want := range []string{"x         1.5      mlp 98.40 % · seno/loss 0.0029\n", "y         0.5      FAILED\n", "together  2.0"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("expected %q in\n%s", want, &out)
		}
	}
}
