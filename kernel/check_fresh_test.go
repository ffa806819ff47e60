package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/check"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// sheetWith writes a file of checks, and others beside it.
func sheetWith(t *testing.T, text string, others map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	others["checks.toml"] = text
	for name, text := range others {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "checks.toml")
}

// pointsOf are the points of each check of a report, by name.
func pointsOf(t *testing.T, all []check.Report) (points []map[string]float64) {
	t.Helper()
	for _, r := range all {
		m := map[string]float64{}
		for _, c := range r.Checks {
			m[c.Name] = c.Points
		}
		points = append(points, m)
	}
	return points
}

// Whatever a cell does, it costs its own points and no other: what was declared before it
// is there behind it, what it declares itself too, and the table says when a kernel was
// replaced.
func TestCheckGoesOn(t *testing.T) {
	t.Parallel()
	bad := []struct{ name, source, reason string }{
		{"print", "%%\nfor {\n\tfmt.Println(\"de novo\")\n}", "a célula escreveu mais de 1 MiB e foi interrompida"},
		{"loop", "for {\n}", "a célula passou do tempo limite de 25s e foi "},
		{"exit", "os.Exit(3)", "o programa terminou com o código 3"},
		{"memory", "var all [][]byte\nfor {\n\tall = append(all, bytes.Repeat([]byte{1}, 64<<20))\n}", "a memória permitida não bastou"},
		{"crash", "var p *int\n*p = dobro(1)", "invalid memory address or nil pointer dereference"},
		{"kill", "%%\nsyscall.Kill(os.Getppid(), syscall.SIGKILL)\ntime.Sleep(time.Hour)", "o kernel terminou enquanto a célula era executada, e de novo na segunda vez"},
		{"stop", "%%\nsyscall.Kill(os.Getppid(), syscall.SIGSTOP)\ntime.Sleep(time.Hour)", "a célula passou do tempo limite de 25s e foi "},
	}
	toml := "timeout = \"10m\"\n"
	cells := []ipynb.Cell{ipynb.NewCode("first", "func dobro(x int) int { return 2 * x }\nbase := 20")}
	for _, b := range bad {
		toml += "[[check]]\ncell = \"" + b.name + "\"\n"
		if strings.Contains(b.reason, "25s") {
			toml += "timeout = \"25s\"\n"
		}
		declared := "func depois_" + b.name + "() int { return base + 1 }\n"
		cells = append(cells, ipynb.NewCode(b.name, declared+b.source), ipynb.NewCode("after "+b.name, "fmt.Println(\"base\", dobro(base))\nbase++"))
		toml += "[[check]]\ncell = \"after " + b.name + "\"\nafter = \"base\"\nvalue = " + strconv.Itoa(2*(20+len(cells)/2-1)) + "\n"
		toml += "[[check]]\nname = \"declared by " + b.name + "\"\nexpr = \"depois_" + b.name + "()\"\nvalue = " + strconv.Itoa(21+len(bad)) + "\n"
	}
	text, exit, reports := grade(t, "-memory", "1GiB", sheetWith(t, toml, map[string]string{}), notebookOf(t, map[string]any{}, cells...))
	if exit != 1 {
		t.Errorf("status %d", exit)
	}
	got := pointsOf(t, reports)[0]
	for i, b := range bad {
		if got[b.name] != 0 || got["after "+b.name] != 1 || got["declared by "+b.name] != 1 {
			t.Errorf("%s: %v points, %v behind it, %v for what it declares", b.name, got[b.name], got["after "+b.name], got["declared by "+b.name])
		}
		if why := reports[0].Checks[3*i].Reasons; len(why) != 1 || !strings.Contains(why[0], b.reason) {
			t.Errorf("%s: %q, want %q", b.name, why, b.reason)
		}
	}
	kerneltest.Expect(t, text, "atenção: a célula 12 terminou o kernel: o que vem depois rodou em outro, com as outras células e só as declarações dela",
		"atenção: a célula 14 não se deixou interromper, e o kernel foi encerrado com ela: o que vem depois rodou em outro, com as outras células e só as declarações dela")
	if t.Failed() {
		t.Log(text)
	}
}

// A kernel that is killed from outside while a cell runs costs nobody a point.
func TestCheckKernelKilledFromOutside(t *testing.T) {
	t.Parallel()
	sheet := sheetWith(t, "timeout = \"10m\"\n[[check]]\ncell = \"espera\"\nafter = \"base\"\nvalue = 20\n[[check]]\nexpr = \"base\"\nvalue = 20\n", map[string]string{})
	notebook := notebookOf(t, map[string]any{}, ipynb.NewCode("a", "base := 20"),
		ipynb.NewCode("espera", `os.WriteFile("begun", nil, 0o666)
for {
	if _, err := os.Stat("go"); err == nil {
		break
	}
	time.Sleep(10 * time.Millisecond)
}
fmt.Println("base", base)`))
	p := newPlace(t)
	begun := func() string { // the folder of the kernel in which the cell waits
		var found []string
		if !kerneltest.Eventually(func() bool {
			found, _ = filepath.Glob(filepath.Join(p.tmp, "nnlab-*", "work", "begun"))
			return len(found) == 1
		}) {
			t.Error("the cell has not begun")
			return p.tmp
		}
		return filepath.Dir(found[0])
	}
	text, exit, reports := gradeIn(p, func() {
		first := begun()
		for _, c := range p.processes() {
			if pid, command, _ := strings.Cut(c, ":"); strings.Contains(command, "gonb -kernel") && !strings.Contains(command, watchdog) {
				kill(t, atoi(t, pid), syscall.SIGKILL)
			}
		}
		var second string
		if !kerneltest.Eventually(func() bool {
			second = begun()
			return second != first
		}) {
			t.Error("the cell has not begun anew")
		}
		if err := os.WriteFile(filepath.Join(second, "go"), nil, 0o666); err != nil {
			t.Error(err)
		}
	}, sheet, notebook)
	if exit != 0 || reports[0].Points != 2 {
		t.Errorf("status %d, %+v\n%s", exit, reports, text)
	}
	kerneltest.Expect(t, text, "atenção: o kernel terminou durante a célula 2, mas não quando ela rodou outra vez: não é culpa dela, e nada se perdeu")
}

// A solution that does not work is the teacher's mistake, whichever notebook comes to it
// first, and is said once.
func TestCheckSolutionFails(t *testing.T) {
	t.Parallel()
	const sheet = "solution = \"s.go\"\n[[check]]\ndraw = \"a := rand.IntN(9)\"\nexpr = \"soma(a)\"\n"
	for solution, want := range map[string]string{
		"package s\nfunc soma(a int) int { return nosuch }":     "s.go: erro de compilação: undefined: nosuch",
		"package s\nfunc soma(a int) int { panic(\"de mim\") }": "soma(a): panic: de mim",
	} {
		notebook := notebookOf(t, map[string]any{}, ipynb.NewCode("a", "func soma(a int) int { return a }"))
		p := newPlace(t)
		c := p.command("check", "-j", "2", sheetWith(t, sheet, map[string]string{"s.go": solution}), notebook, notebook)
		var said, printed bytes.Buffer
		c.Stderr, c.Stdout = &said, &printed
		err := c.Run()
		p.nothingLeft()
		if n := strings.Count(said.String(), "a solução do professor falhou: "+want); status(err) != 2 || n != 1 || printed.Len() > 0 {
			t.Errorf("%v, %d times %q in\n%s%s", err, n, want, said.String(), printed.String())
		}
	}
}
