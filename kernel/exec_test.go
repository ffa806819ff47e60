package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

func status(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

func TestExec(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	out, page := filepath.Join(t.TempDir(), "out.ipynb"), filepath.Join(t.TempDir(), "out.html")
	text, err := p.command("exec", "testdata/good.ipynb", "-o", out, "--html", page, "-p", "n=5", "-p", "word=dois pontos").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, want := range []string{"dois pontos 5 3\n[4 5] true\ndois\n", out, page, "[4/5]"} {
		if !strings.Contains(strings.ReplaceAll(string(text), "um\r", ""), want) {
			t.Errorf("expected %q in\n%s", want, text)
		}
	}
	nb, err := ipynb.Read(out)
	if err != nil {
		t.Fatal(err)
	}
	cells := nb.Cells()
	if got := cells[2].Source(); cells[2].Tags()[0] != "injected-parameters" || got != "// parâmetros desta execução\nvar n = 5\nconst word = \"dois pontos\"" {
		t.Errorf("injected %q", got)
	}
	if outputs := cells[4].Outputs(); len(outputs) != 1 || ipynb.Text(outputs[0]["text"]) != "dois pontos 5 3\n[4 5] true\ndois\n" {
		t.Errorf("outputs %v", outputs)
	}
	if nb["metadata"].(map[string]any)["foreign"] != true || cells[1]["metadata"].(map[string]any)["kept"] == nil {
		t.Error("what the program does not know is gone")
	}
	html, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<h1>Título", "<mfrac>", "dois pontos 5 3"} {
		if !bytes.Contains(html, []byte(want)) {
			t.Errorf("the page has no %q", want)
		}
	}
	if asked := bytes.ReplaceAll(html, []byte("http://www.w3.org/1998/Math/MathML"), nil); bytes.Contains(asked, []byte("http://")) || bytes.Contains(asked, []byte("https://")) {
		t.Error("the page asks for something of the network")
	}
	p.nothingLeft()
}

func TestExecReportsTheFailingCell(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	out := filepath.Join(t.TempDir(), "out.ipynb")
	text, err := p.command("exec", "testdata/bad.ipynb", "-o", out, "--html", filepath.Join(t.TempDir(), "x.html")).CombinedOutput()
	if status(err) != 1 {
		t.Errorf("exit status %d", status(err))
	}
	for _, want := range []string{"antes", "a célula 2 falhou", "   1 │ %%", "→  2 │ nosuch(1)", "undefined: nosuch"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("expected %q in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "depois") || strings.Contains(string(text), "\x1b[") {
		t.Errorf("ran on after the failure, or coloured a log:\n%s", text)
	}
	nb, err := ipynb.Read(out)
	if err != nil || len(nb.Cells()[1].Outputs()) == 0 {
		t.Errorf("the executed notebook does not have the failure: %v", err)
	}
	p.nothingLeft()
}

func TestExecMistakes(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"os parâmetros do caderno são n, word": {"exec", "testdata/good.ipynb", "-p", "m=5"},
		"esperava um caderno":                  {"exec"},
		"não existe":                           {"exec", "testdata/none.ipynb"},
		"não é um caderno":                     {"exec", "main.go"},
		"esperava nome=valor":                  {"exec", "testdata/good.ipynb", "-p", "5"},
	} {
		text, err := newPlace(t).command(args...).CombinedOutput()
		if status(err) == 0 || !strings.Contains(string(text), want) {
			t.Errorf("%v: status %d, expected %q in\n%s", args, status(err), want, text)
		}
	}
}

// A user's or a system's wish to stop saves what there is.
func TestExecInterrupted(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		p := newPlace(t)
		out := filepath.Join(t.TempDir(), "out.ipynb")
		if text, err := p.endless(sig, out); status(err) != 130 {
			t.Errorf("%v: exit status %d\n%s", sig, status(err), text)
		}
		nb, err := ipynb.Read(out)
		if err != nil || len(nb.Cells()[0].Outputs()) == 0 {
			t.Errorf("%v: the notebook until then is not there: %v", sig, err)
		}
		p.nothingLeft()
	}
}

func TestExecKilled(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if text, err := p.endless(syscall.SIGKILL, filepath.Join(t.TempDir(), "out.ipynb")); err == nil {
		t.Errorf("not killed\n%s", text)
	}
	p.nothingLeft()
}

// endless sends a signal to the execution of a cell that never ends, and
// returns how it ended.
func (p *place) endless(sig syscall.Signal, out string) (string, error) {
	c := p.command("exec", "testdata/endless.ipynb", "-o", out, "--html", filepath.Join(p.t.TempDir(), "x.html"))
	var text bytes.Buffer
	begun, w := newWatch("begun")
	both := w(&text)
	c.Stdout, c.Stderr = both, both
	if err := c.Start(); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-begun:
	case <-time.After(kerneltest.Patience):
		c.Process.Kill()
		c.Wait()
		p.t.Fatalf("the cell does not run\n%s", text.String())
	}
	if len(p.folders()) == 0 {
		p.t.Error("there is nothing that could be left behind")
	}
	c.Process.Signal(sig)
	err := c.Wait()
	return text.String(), err
}

// nothingLeft waits until the place is empty: no process, no folder.
func (p *place) nothingLeft() {
	p.t.Helper()
	if !kerneltest.Eventually(func() bool { return len(p.processes()) == 0 && len(p.folders()) == 0 }) {
		p.t.Fatalf("left behind: %v %v", p.processes(), p.folders())
	}
}

func TestFetchMistakes(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"expected the name of a data set": {"fetch"},
		"mnist":                           {"fetch", "mnits"}, // the names that there are
	} {
		text, err := newPlace(t).command(args...).CombinedOutput()
		if status(err) != 2 || !strings.Contains(string(text), want) {
			t.Errorf("%v: status %d, expected %q in\n%s", args, status(err), want, text)
		}
	}
}
