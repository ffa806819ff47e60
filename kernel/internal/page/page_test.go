package page

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// written is the page of a notebook's cells, as their JSON.
func written(t *testing.T, dir, cells string) string {
	t.Helper()
	file := filepath.Join(dir, "n.ipynb")
	if err := os.WriteFile(file, []byte(`{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [`+cells+`]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	nb, err := ipynb.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(t.TempDir(), "n.html")
	if err := Write(page, nb, "n", dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(text), "<main>")
	return body
}

func TestMarkdown(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "n")
	for name, text := range map[string]string{"a b.png": "PNG", "figuras/c.png": "PNG", "secret.txt": "secret", "../secret.png": "secret"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	const attached = `, "attachments": {"x y.png": {"image/png": "QUJD\nREVG\n"}, "v.svg": {"image/svg+xml": ["<svg>", "</svg>"]}}`
	for source, want := range map[string]string{
		"![um](attachment:x%20y.png)":                       `<img src="data:image/png;base64,QUJDREVG" alt="um"`,
		"<img src=\"attachment:v.svg\" width=\"40\">":       `<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=" width="40"`,
		"![](a%20b.png)":                                    `<img src="data:image/png;base64,UE5H"`,
		"![](./x/../figuras/c.png)":                         `<img src="data:image/png;base64,UE5H"`,
		"![texto](../secret.png)":                           `<img src="../secret.png" alt="texto"`,
		"![texto](figuras/../../secret.png)":                `<img src="figuras/../../secret.png" alt="texto"`,
		"![texto](secret.txt)":                              `<img src="secret.txt" alt="texto"`,
		"![texto](none.png)":                                `<img src="none.png" alt="texto"`,
		"|a|b|\n|-|-|\n|1|~~2~~|":                           "<td><del>2</del></td>",
		"linha<br>outra <sub>i</sub>":                       "linha<br>outra <sub>i</sub>",
		"- [x] feito":                                       `type="checkbox"`,
		"a[^1]\n\n[^1]: nota":                               "nota",
		"$\\frac{1}{2}$":                                    `<span class="math"><span class="katex"><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow>`,
		"$$\nw_{ij} * x\n$$":                                `<div class="math"><span class="katex"><math xmlns="http://www.w3.org/1998/Math/MathML" display="block">`,
		"\\\\(a_1*b*c\\\\)":                                 `<msub><mi>a</mi><mn>1</mn></msub>`,
		"\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}": "<mtable",
		"$\\nosuch$":                                        "nosuch",
		"\x1b[31mvermelho\x1b[0m":                           "<p>vermelho</p>",
	} {
		got := written(t, dir, `{"cell_type": "markdown", "metadata": {}, "source": `+jsonOf(t, source)+attached+`}`)
		if !strings.Contains(got, want) {
			t.Errorf("%q became\n%s\nwant %s", source, got, want)
		}
		if strings.ContainsAny(got, "\x1b\a") || strings.Contains(got, "c2VjcmV0") {
			t.Errorf("%q became\n%s", source, got)
		}
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestOutputs(t *testing.T) {
	for output, want := range map[string]string{
		`"stream", "name": "stdout", "text": "\u001b[1mgrosso\u001b[0m \u001b]8;;http://x\u0007elo\u001b]8;;\u0007\u001b(B"`:             "<pre class=\"text\">grosso elo</pre>",
		`"error", "traceback": ["\u001b[31mum\u001b[0m", "dois <b>"]`:                                                                    "<pre class=\"error\">um\ndois &lt;b&gt;\n</pre>",
		`"display_data", "data": {"image/png": "QUJD\nREVG\n", "text/plain": "alt \u001b[0m"}, "metadata": {"image/png": {"width": 40}}`: `<img src="data:image/png;base64,QUJDREVG" alt="alt " width="40">`,
		`"display_data", "data": {"image/jpeg": ["QUJD\n", "REVG"]}`:                                                                     `<img src="data:image/jpeg;base64,QUJDREVG" alt="">`,
		`"display_data", "data": {"image/gif": "QUJD"}`:                                                                                  `<img src="data:image/gif;base64,QUJD" alt="">`,
		`"display_data", "data": {"image/webp": "QUJD"}`:                                                                                 `<img src="data:image/webp;base64,QUJD" alt="">`,
		`"display_data", "data": {"image/bmp": "QUJD"}`:                                                                                  `<img src="data:image/bmp;base64,QUJD" alt="">`,
		`"display_data", "data": {"image/avif": "QUJD"}`:                                                                                 `<img src="data:image/avif;base64,QUJD" alt="">`,
		`"display_data", "data": {"image/svg+xml": ["<svg>", "</svg>"], "image/png": "QUJD"}`:                                            `<img src="data:image/svg&#43;xml;base64,PHN2Zz48L3N2Zz4=" alt="">`,
		`"execute_result", "data": {"text/markdown": "*forte* $x^2$", "text/plain": "p"}`:                                                "<em>forte</em> <span class=\"math\">",
		`"execute_result", "data": {"text/latex": ["$$\\frac{1}", "{2}$$"], "text/plain": "p"}`:                                          `<div class="math"><span class="katex"><math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><semantics><mrow><mfrac>`,
		`"execute_result", "data": {"text/html": "<b>h</b>", "text/plain": "p"}`:                                                         `<div class="output"><b>h</b></div>`,
		`"execute_result", "data": {"application/json": {"a": 1}, "text/plain": "<p>"}`:                                                  "<pre class=\"text\">&lt;p&gt;</pre>",
	} {
		got := written(t, t.TempDir(), `{"cell_type": "code", "metadata": {}, "source": "f()", "execution_count": 1, "outputs": [{"output_type": `+output+`}]}`)
		if !strings.Contains(got, want) {
			t.Errorf("%s became\n%s\nwant %s", output, got, want)
		}
		if strings.ContainsAny(got, "\x1b\a") {
			t.Errorf("%s: escape sequences on the page\n%q", output, got)
		}
	}
	if got := written(t, t.TempDir(), `{"cell_type": "raw", "metadata": {}, "source": "cru <b>"}`); !strings.Contains(got, "cru &lt;b&gt;") {
		t.Errorf("a raw cell became\n%s", got)
	}
}

// KaTeX is the one that its README tells.
func TestKaTeX(t *testing.T) {
	readme, err := os.ReadFile("katex/README.md")
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(katex))); !strings.Contains(string(readme), sum) {
		t.Errorf("the checksum is %s", sum)
	}
}

// Every formula of the lecture's notebooks is laid out.
func TestFormulas(t *testing.T) {
	files, err := filepath.Glob("../../../notebooks/*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatal("no notebooks", err)
	}
	tex := regexp.MustCompile(`(?s)\$\$.+?\$\$|\$[^$]+\$`)
	n := 0
	for _, f := range files {
		nb, err := ipynb.Read(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range nb.Cells() {
			if c["cell_type"] != "markdown" {
				continue
			}
			for _, x := range tex.FindAllString(c.Source(), -1) {
				n++
				if got := formula(x, false); !strings.Contains(got, "<math") || strings.Contains(got, "katex-error") {
					t.Errorf("%s: %s became %s", filepath.Base(f), x, got)
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d formulas", n)
	}
}
