package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestExemplo2 runs the whole notebook, shortened: each of its cells must work,
// the slides' numbers must come out, and what little it trains must be learnt.
func TestExemplo2(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for half a minute")
	}
	p := newPlace(t)
	dir := t.TempDir()
	text, err := p.command("exec", "../notebooks/exemplo2-cnn.ipynb", "-o", filepath.Join(dir, "out.ipynb"), "--html", filepath.Join(dir, "out.html"),
		"-p", "epochs=1", "-p", "samples=2560").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, want := range []string{
		"[-5 -4 0 8]", "[-25]", // slides "Convolução" and "Convolução 3D"
		"= 608", "= 1 168", "= 544", // slide "Número de parâmetros"
		"1 199 882", "34 826", // Keras's summaries
		"matriz de confusão", "filtros de conv2d: [3 3 1 32]", "mapas de ativação: input, conv2d, conv2d_1",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("expected %q in\n%s", want, text)
		}
	}
	// 20 steps bring the large network to about 84 %; guessing gives 10 %.
	learnt := regexp.MustCompile(`cnn: perda no teste: [\d,]+ · acurácia no teste: ([\d,]+) %`).FindStringSubmatch(string(text))
	if learnt == nil || learnt[1] < "60" || len(learnt[1]) < 5 {
		t.Errorf("the network learnt %v", learnt)
	}
}
