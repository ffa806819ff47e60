package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/check"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// grade runs check on notebooks of testdata/check and returns what it prints, its
// exit status and the reports.
func grade(t *testing.T, args ...string) (text string, exit int, reports []check.Report) {
	t.Helper()
	return gradeIn(newPlace(t), func() {}, args...)
}

// gradeIn is grade in a place, and something that happens meanwhile.
func gradeIn(p *place, meanwhile func(), args ...string) (text string, exit int, reports []check.Report) {
	t := p.t
	t.Helper()
	file := filepath.Join(t.TempDir(), "grades.json")
	c := p.command(append([]string{"check", "-json", file}, args...)...)
	c.Env = append(c.Env, "HTTPS_PROXY=http://127.0.0.1:1", "CLASS_TOKEN=secret")
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	meanwhile()
	err := c.Wait()
	p.nothingLeft()
	data, rerr := os.ReadFile(file)
	if rerr != nil {
		t.Fatalf("%v\n%s", rerr, out.String())
	}
	var grades struct{ Notebooks []check.Report }
	if err := json.Unmarshal(data, &grades); err != nil {
		t.Fatal(err)
	}
	return out.String(), status(err), grades.Notebooks
}

// A class: one notebook is right, one wrong, one has the right outputs stored,
// one prints them, one has cells that fail.
func TestCheckAClass(t *testing.T) {
	t.Parallel()
	names := []string{"right", "wrong", "stored", "printing", "failing"}
	args := []string{"testdata/check/checks.toml"}
	for _, n := range names {
		args = append(args, "testdata/check/"+n+".ipynb")
	}
	text, exit, reports := grade(t, args...)
	if exit != 1 || len(reports) != len(names) {
		t.Fatalf("status %d, %d reports\n%s", exit, len(reports), text)
	}
	const half = 0.5
	// The checks: função soma 2, soma escrita 0.5, texto 0.5, dados lidos 1, rede
	// treinada 3, no fim 1. The failing notebook loses what failed and no more;
	// what only looks at the output can be printed, what evaluates cannot.
	want := map[string][]float64{
		"right":    {2, half, half, 1, 3, 1},
		"wrong":    {0, 0, 0, 0, 0, 0},
		"stored":   {0, 0, 0, 0, 0, 0},
		"printing": {0, 0, half, 1, 0, 0},
		"failing":  {2, 0, 0, 0, 3, 1},
	}
	for _, r := range reports {
		var got []float64
		sum := 0.0
		for _, c := range r.Checks {
			got = append(got, c.Points)
			if sum += c.Points; (c.Points == c.Max) == (len(c.Reasons) > 0) {
				t.Errorf("%s, %s: %v points and the reasons %q", r.Name, c.Name, c.Points, c.Reasons)
			}
		}
		if !slices.Equal(got, want[r.Name]) || r.Points != sum || r.Max != 8 {
			t.Errorf("%s has %v = %v of %v points, want %v\n%s", r.Name, got, r.Points, r.Max, want[r.Name], text)
		}
	}
	kerneltest.Expect(t, text, "Trabalho de teste\n", "esperado 5, obtido −1", "esperado 4,5, obtido 3,5", "«Olá, mundo»",
		"esperado no mínimo 0,99, obtido 0,5", "esperados 2 números, obtido 1", "erro de compilação: undefined: soma",
		"index out of range [3] with length 0", "erro de compilação: undefined: nosuch", "o programa terminou com o código 3",
		"o programa do caderno terminou antes", "8 / 8", "100 %")
	if strings.Contains(text, "\x1b") {
		t.Errorf("a student's control sequence reached the terminal\n%q", text)
	}
	if line := regexp.MustCompile(`(?m)^printing +0 +0 +0,5 +1 +0 +0 +1,5 / 8 +19 %$`); !line.MatchString(text) {
		t.Errorf("the table of the class is wrong\n%s", text)
	}
}

// Cells that never end, nor their children, that write without end or take all
// memory cost their points and nothing else.
func TestCheckStopsWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	text, exit, reports := grade(t, limited(t, "soma escrita", "20s"), "testdata/check/endless.ipynb", "-memory", "1GiB", "-o", out)
	if exit != 1 {
		t.Errorf("status %d", exit)
	}
	// Whether the endless cell was stopped or killed is a matter of the second in
	// which the machine comes to it; TestExecTimeout tells the two apart.
	kerneltest.Expect(t, text, "leia a célula 5, que tem «signal.Ignore»",
		"a célula passou do tempo limite de 20s e foi ", "a célula escreveu mais de 1 MiB e foi interrompida", "a memória permitida não bastou")
	if reports[0].Points != 4 {
		t.Errorf("expected 4 points, got\n%s", text)
	}
	data, err := os.ReadFile(filepath.Join(out, "endless.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	kerneltest.Expect(t, string(data), "3 linhas <nil>")
}

// limited is the class's checks with a time-out for one of them. All others have
// minutes: on a busy machine a cell would else come to its time-out before it has
// come to what it is tested for.
func limited(t *testing.T, check, timeout string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"checks.toml", "dados.csv"} {
		text, err := os.ReadFile(filepath.Join("testdata/check", name))
		if err != nil {
			t.Fatal(err)
		}
		title := fmt.Sprintf("name = %q\n", check)
		text = bytes.ReplaceAll(text, []byte(title), []byte(title+fmt.Sprintf("timeout = %q\n", timeout)))
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "checks.toml")
}

// A notebook runs in an empty folder with an empty state, without the teacher's
// proxy and secrets.
func TestCheckSurroundings(t *testing.T) {
	t.Parallel()
	if text, exit, _ := grade(t, "testdata/check/surroundings.toml", "testdata/check/surroundings.ipynb"); exit != 0 {
		t.Errorf("status %d\n%s", exit, text)
	}
}

// What is not a notebook, or has not the cells, has no points and a row that says why; it is
// neither followed nor waited for, and the others go on.
func TestCheckUnreadable(t *testing.T) {
	t.Parallel()
	right, err := filepath.Abs("testdata/check/surroundings.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	class := t.TempDir()
	in := func(name string) string { return filepath.Join(class, name) }
	link := func(to string) func(string) error {
		return func(path string) error { return os.Symlink(to, path) }
	}
	write := func(text string) func(string) error {
		return func(path string) error { return os.WriteFile(path, []byte(text), 0o666) }
	}
	odd := func(source any) string {
		return fmt.Sprintf(`{"cells": [{"cell_type": "code", "id": 5, "metadata": [], "source": %s, "outputs": {}}, {"cell_type": "code", "metadata": {"tags": "s", "name": 3}, "execution_count": "x"}], "metadata": 7, "nbformat": 4}`, source)
	}
	args := []string{"-j", "2", "testdata/check/surroundings.toml"}
	wants := []string{}
	for _, h := range []struct {
		path string
		make func(string) error
		want string
	}{
		{"main.go", nil, "o caderno não pode ser lido: main.go não é um caderno: na linha 1, coluna 1, não é JSON"},
		{"testdata/check/surroundings.ipynb", nil, ""},
		{"testdata/good.ipynb", nil, "o caderno não tem a célula «s»"},
		{notebookOf(t, map[string]any{"language_info": map[string]any{"name": "python"}}, ipynb.NewCode("s", "print(1)")), nil, "o caderno é de python, e não de Go"},
		{in("outro.ipynb"), link(right), "o caderno não pode ser lido: é um atalho (symlink) para outro lugar, que não foi seguido"},
		{in("senhas.ipynb"), link("/etc/passwd"), "é um atalho (symlink)"},
		{in("anel.ipynb"), link("anel.ipynb"), "é um atalho (symlink)"},
		{in("pasta.ipynb"), func(path string) error { return os.Mkdir(path, 0o777) }, "é uma pasta; peça o próprio arquivo"},
		{in("fila.ipynb"), func(path string) error { return syscall.Mkfifo(path, 0o666) }, "não é um arquivo"},
		{"/dev/zero", nil, "não é um arquivo"},
		{in("enorme.ipynb"), func(path string) error {
			if err := os.WriteFile(path, nil, 0o666); err != nil {
				return err
			}
			return os.Truncate(path, 1<<40)
		}, "tem mais de 50 MiB; quem o fez limpe as saídas"},
		{in("vazio.ipynb"), write(""), "vazio.ipynb não é um caderno: o arquivo está vazio"},
		{in("fundo.ipynb"), write(strings.Repeat("[", 1<<20)), "não é um caderno"},
		{in("metade.ipynb"), write(`{"cells": [{"cell_type": "co`), "talvez tenha sido copiado só em parte"},
		{in("torto.ipynb"), write(odd("{}")), "o caderno não tem a célula «s»"},
		{in("jos\xe9 \x1b[31m\n.ipynb"), write("[]"), "esperava um objeto JSON"},
		{in("nada.ipynb"), func(string) error { return nil }, "não existe"},
	} {
		if h.make != nil {
			if err := h.make(h.path); err != nil {
				t.Fatal(err)
			}
		}
		args, wants = append(args, h.path), append(wants, h.want)
	}
	text, exit, reports := grade(t, args...)
	if exit != 1 || len(reports) != len(wants) {
		t.Fatalf("status %d, %d reports, want %d\n%s", exit, len(reports), len(wants), text)
	}
	for i, want := range wants {
		r, points := reports[i], 0.0
		if want == "" {
			points = 1
		}
		said := r.Problem + " " + strings.Join(r.Checks[0].Reasons, " ")
		if r.Points != points || !strings.Contains(said, want) || (strings.TrimSpace(said) == "") != (want == "") {
			t.Errorf("%q: %v points, %q, want %q", r.Notebook, r.Points, said, want)
		}
		if strings.Contains(said, "root:") {
			t.Errorf("%q tells of another file: %s", r.Notebook, said)
		}
	}
	rows := regexp.MustCompile(`(?m)^senhas +0 +0 / 1 +0 % +o caderno não pode ser lido: é um atalho`)
	if !rows.MatchString(text) || strings.Contains(text, "\x1b") {
		t.Errorf("the table of the class is wrong\n%q", text)
	}
}

// Many cells that each keep to their time do not hold up a class.
func TestCheckTotal(t *testing.T) {
	t.Parallel()
	sheet := filepath.Join(t.TempDir(), "checks.toml")
	if err := os.WriteFile(sheet, []byte("total = \"8s\"\n[[check]]\ncell = \"a\"\n[[check]]\ncell = \"z\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	cells := []ipynb.Cell{ipynb.NewCode("a", "fmt.Println(1)")}
	for i := range 60 {
		cells = append(cells, ipynb.NewCode(fmt.Sprint("b", i), "time.Sleep(time.Second)"))
	}
	text, exit, reports := grade(t, sheet, notebookOf(t, nil, append(cells, ipynb.NewCode("z", "fmt.Println(2)"))...), notebookOf(t, nil, cells[0], ipynb.NewCode("z", "fmt.Println(2)")))
	if exit != 1 || len(reports) != 2 || reports[0].Points != 1 || reports[1].Points != 2 || !strings.Contains(reports[0].Problem, "o caderno levou mais de 8s ao todo") {
		t.Errorf("status %d, %+v\n%s", exit, reports, text)
	}
}

func TestCheckMistakes(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"esperava os testes e um caderno": {"check", "testdata/check/checks.toml"},
		"none.toml":                       {"check", "testdata/check/none.toml", "testdata/good.ipynb"},
		"esperava um tamanho como 2GiB":   {"check", "-memory", "much", "testdata/check/checks.toml", "testdata/good.ipynb"},
		"esperava ao menos 512 MiB":       {"check", "-memory", "1MiB", "testdata/check/checks.toml", "testdata/good.ipynb"},
		"linha 1, coluna":                 {"check", "main.go", "testdata/good.ipynb"},
		"o resultado não pode ser gravado: main.go: uma parte do caminho é um arquivo": {"check", "-json", "main.go/x.json", "testdata/check/checks.toml", "testdata/good.ipynb"},
		"esperava um número de cadernos":                                               {"check", "-j", "-1", "testdata/check/checks.toml", "testdata/good.ipynb"},
	} {
		text, err := newPlace(t).command(args...).CombinedOutput()
		if status(err) != 2 || !strings.Contains(string(text), want) {
			t.Errorf("%v: status %d, expected %q in\n%s", args, status(err), want, text)
		}
	}
}

// The example of the documentation is right, and Exemplo 1 passes it.
func TestCheckDocumentation(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for half a minute")
	}
	text, err := os.ReadFile("../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "```toml\n")
	example, _, found := strings.Cut(example, "```")
	file := filepath.Join(t.TempDir(), "checks.toml")
	if err := os.WriteFile(file, []byte(example), 0o666); err != nil || !found {
		t.Fatal("no example", err)
	}
	if out, exit, _ := grade(t, file, "../notebooks/exemplo1-mlp.ipynb"); exit != 0 {
		t.Errorf("status %d\n%s", exit, out)
	}
}

func TestCheckInterrupted(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	c := p.command("check", "testdata/check/checks.toml", "testdata/check/endless.ipynb", "-timeout", "1h")
	var text bytes.Buffer
	c.Stdout, c.Stderr = &text, &text
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if !kerneltest.Eventually(func() bool {
		return slices.ContainsFunc(p.processes(), func(c string) bool { return strings.Contains(c, "gonb -kernel") })
	}) {
		t.Fatalf("no kernel runs\n%s", text.String())
	}
	c.Process.Signal(syscall.SIGTERM)
	if err := c.Wait(); status(err) != 130 {
		t.Errorf("status %d\n%s", status(err), text.String())
	}
	p.nothingLeft()
}
