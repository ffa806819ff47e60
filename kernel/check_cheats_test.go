package main

import (
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// cheat is what a notebook of testdata/check/cheats comes to.
type cheat struct {
	drawn, fixed float64  // points of what is drawn anew, of 4, and of what is not, of 2
	notes        []string // what the teacher is told
	why          string   // of the drawn check
	prints       string   // the cell that tells how far it came
}

// read is the remark that a cell is to be read.
func read(cell int, what string) string {
	return "leia a célula " + strconv.Itoa(cell) + ", que tem «" + what + "»"
}

const drawnWrong, noFile, noNumber = "no sorteio 1 de 10: esperado ", "a avaliação não pode ser lida: a resposta não é um arquivo", "esperado um número, obtido «··»"

var cheats = map[string]cheat{
	"honest":            {drawn: 4, fixed: 2, prints: "trabalho\n"},
	"hard-coded":        {fixed: 2, why: drawnWrong, prints: "5\n"},
	"forged-answer":     {fixed: 2, notes: []string{read(1, `import "encoding/gob"`)}, why: drawnWrong, prints: "5\n"},
	"link-answer":       {notes: []string{read(1, `import "encoding/gob"`)}, why: noFile, prints: "5\n"},
	"pipe-answer":       {notes: []string{read(1, `import "encoding/gob"`)}, why: noFile, prints: "5\n"},
	"folder-answer":     {notes: []string{read(1, `import "encoding/gob"`)}, why: noFile, prints: "5\n"},
	"long-answer":       {notes: []string{read(1, `import "encoding/gob"`)}, why: "a resposta tem mais de 1 MiB", prints: "5\n"},
	"long-value":        {why: "a resposta tem mais de 1 MiB", prints: "5\n"},
	"escape":            {why: noNumber},
	"own-true":          {fixed: 2, notes: []string{read(1, "true, que deixa de ser o de Go")}, why: drawnWrong, prints: "5\n"},
	"own-math":          {notes: []string{read(1, "func init")}, why: "no sorteio 1 de 10: esperado 1 número, obtidos 3", prints: "5\n"},
	"unsafe-patch":      {fixed: 2, notes: []string{read(1, `import "unsafe"`)}, why: drawnWrong},
	"find-solution":     {fixed: 2, notes: []string{read(1, "filepath.WalkDir")}, why: drawnWrong, prints: "5\n"},
	"other-students":    {fixed: 2, notes: []string{read(2, "filepath.Dir")}, why: drawnWrong, prints: "outros: 0\n"},
	"steal-environment": {fixed: 2, notes: []string{read(2, "filepath.Glob")}, why: drawnWrong, prints: "segredos: 0 \n"},
	"kernel-memory":     {fixed: 2, notes: []string{read(2, "os.Getppid")}, why: drawnWrong, prints: "lidos: 0\n"},
	"poison":            {fixed: 2, notes: []string{read(2, "os.Getenv")}, why: drawnWrong, prints: "escritos: 0\n"},
	"fill-disk":         {fixed: 2, notes: []string{read(2, "os.Create")}, why: drawnWrong, prints: "grande: false\n"},
	"many-processes":    {fixed: 2, notes: []string{read(2, "exec.Command")}, why: drawnWrong, prints: "processos: true\n"},
	"leave-a-thief":     {fixed: 2, notes: []string{read(2, "exec.Command")}, why: drawnWrong, prints: "<nil>\n"},
	"call-home":         {fixed: 2, notes: []string{read(2, "net.DialTimeout")}, why: drawnWrong, prints: "liguei: false\n"},
	"shell":             {fixed: 2, notes: []string{read(2, "!cat /proc/*/environ ~/.ssh/* /root/.bashrc | grep -c . ; ls /home /root")}, why: drawnWrong, prints: "5\n"},
	"kill-all": {fixed: 2, notes: []string{read(2, "syscall.Kill"), "a célula 2 terminou o kernel: o que vem depois rodou em outro, com as outras células, sem ela"},
		why: drawnWrong, prints: "5\n"},
}

// What is drawn anew cannot be forged: only who does the task has its points, and all
// that cheats can have is marked. Each has its own kernel, two at once; all of them take
// about half a minute of a processor.
func TestCheckCheats(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/check/cheats/*.ipynb")
	if err != nil || len(files) != len(cheats) {
		t.Fatalf("%d notebooks, and %d are described here, %v", len(files), len(cheats), err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan bool)
	go func() {
		c, err := listener.Accept()
		if err == nil {
			c.Close()
		}
		heard <- err == nil
	}()
	p, out := newPlace(t), t.TempDir()
	p.environ = []string{"NNLAB_TEST_PORT=" + port}
	text, exit, reports := gradeIn(p, func() {}, append([]string{"-j", "2", "-o", out, "testdata/check/cheats/cheats.toml"}, files...)...)
	listener.Close()
	if <-heard {
		t.Error("a notebook has called home")
	}
	if exit != 1 || len(reports) != len(files) || strings.ContainsAny(text, "\x1b\a") {
		t.Fatalf("status %d\n%q", exit, text)
	}
	for _, r := range reports {
		want, known := cheats[r.Name]
		drawn, fixed := r.Checks[0], r.Checks[1]
		if !known || drawn.Points != want.drawn || fixed.Points != want.fixed || !slices.Equal(r.Notes, want.notes) {
			t.Errorf("%s: got %v and %v points and the remarks %q, want %+v", r.Name, drawn.Points, fixed.Points, r.Notes, want)
		}
		if why := strings.Join(drawn.Reasons, "; "); want.why == "" != (why == "") || !strings.Contains(why, want.why) {
			t.Errorf("%s: %q, want %q", r.Name, why, want.why)
		}
		for i, c := range r.Checks {
			if c.Points > 0 && c.Forgeable != (i > 0) {
				t.Errorf("%s: %+v is marked wrongly", r.Name, c)
			}
		}
		if want.prints == "" {
			continue
		}
		nb, err := ipynb.Read(filepath.Join(out, r.Name+".ipynb"))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range nb.Cells() {
			if o := c.Outputs(); c.Called("saida") && (len(o) != 1 || ipynb.Text(o[0]["text"]) != want.prints) {
				t.Errorf("%s: its last cell wrote %v, want %q", r.Name, o, want.prints)
			}
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}
