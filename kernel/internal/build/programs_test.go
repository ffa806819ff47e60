package build

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/nnlab/vars"
)

// programs is how many notebooks TestPrograms draws:
//
//	go test ./kernel/internal/build -run TestPrograms -programs 200 -timeout 30m
var programs = flag.Int("programs", 40, "how many notebooks TestPrograms draws")

// together is how many notebooks share their cells, each with names of its own, so that
// as many are compiled at once.
const together, cellsEach = 20, 5

// common is declared in the first cell of all notebooks and in the plain program.
const common = `type node struct {
	N int
	S string
	L []int
	P *node
	M map[string]int
}

func deref(p *int) int {
	if p == nil {
		return -1
	}
	return *p
}

func store(p *int, v int) {
	if p != nil {
		*p = v
	}
}

func at(s []int, i int) *int {
	if len(s) == 0 {
		return nil
	}
	return &s[i%len(s)]
}

func half(s []int) []int { return s[:len(s)/2] }

func put(m map[string]int, k string, v int) {
	if m != nil {
		m[k] = v
	}
}

func touch(p *node, v int) {
	for range 3 {
		if p != nil {
			p.N += v
			p.L = append(p.L, v)
			p = p.P
		}
	}
}

func show(v any) string {
	switch v := v.(type) {
	case *int:
		if v != nil {
			return fmt.Sprint("*", *v)
		}
	case node:
		return show(&v)
	case *node:
		s := ""
		for range 3 {
			if v != nil {
				s += fmt.Sprint(v.N, v.S, v.L, cap(v.L), v.M, ";")
				v = v.P
			}
		}
		return s
	case []int:
		return fmt.Sprint(v, cap(v), v == nil)
	}
	return fmt.Sprintf("%T %v", v, v)
}
`

// notebooks is a folder like GoNB's beside the lab itself.
type notebooks struct {
	*workshop
	variables string
	decls     []string // of the cells before
	count     int
}

func newNotebooks(t *testing.T) *notebooks {
	w := newWorkshop(t)
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	w.write(filepath.Join(w.dir, "go.work"), "go 1.26.0\n\nuse (\n\t.\n\t"+root+"\n)\n")
	w.env = append(w.env, "GOTOOLCHAIN=local")
	return &notebooks{workshop: w}
}

// begin forgets all.
func (n *notebooks) begin() {
	n.variables, n.decls, n.count = n.TempDir(), []string{common}, 0
	n.Server.note = newNotebook(n.variables)
}

// run runs a cell and returns what it prints.
func (n *notebooks) run(statements, decls []string) (string, error) {
	n.count++
	cell, wrong := cells.Split(strings.Join(slices.Concat(decls, statements, []string{"fmt.Print()"}), "\n"))
	if wrong != nil {
		return "", fmt.Errorf("%v", wrong)
	}
	names, kinds, types := cells.Declared(cell.Code)
	if n.count == 1 {
		names, kinds, types = cells.Declared(common + cell.Code)
	}
	n.Begin(Plan{Count: n.count, Ordinary: true, Statements: true, Declares: names, Kinds: kinds, Types: types})
	text := "package main\n\nimport \"fmt\"\n\n" + strings.Join(n.decls, "\n") + "\n" + cell.Code
	n.decls = append(n.decls, decls...)
	out, err := n.execute(text)
	if err != nil {
		return "", err
	}
	if said := n.Finish(true); said != nil {
		return "", fmt.Errorf("after cell %d: %v", n.count, said)
	}
	return out, nil
}

func (n *notebooks) execute(text string) (string, error) {
	n.write(filepath.Join(n.dir, "main.go"), text)
	program := filepath.Join(n.dir, "gonb_1")
	a, err := Ask(n.listener.Addr().String(), Request{"go", []string{"build", "-o", program}, n.dir, n.env})
	if err != nil {
		return "", err
	}
	if a.Status != 0 {
		return "", fmt.Errorf("%s", a.Output)
	}
	c := exec.Command(program)
	c.Env = append(os.Environ(), vars.FolderName+"="+n.variables)
	out, err := c.CombinedOutput()
	if err != nil {
		f, _ := n.Failure()
		return "", fmt.Errorf("%v: %s\n%s", err, f.Message, out)
	}
	return string(out), nil
}

// Notebooks drawn at random print, cell by cell, what one plain Go program with the same
// statements prints.
func TestPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles some fifteen programs")
	}
	n := newNotebooks(t)
	if err := flag.Set("rapid.checks", fmt.Sprint((*programs+together-1)/together)); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		n.begin()
		all := make([]*drawn, together)
		for i := range all {
			all[i] = &drawn{t: t, id: i, vars: map[string]*variable{}, functions: map[string]*callable{}}
		}
		printed, story := "", ""
		for k := range cellsEach {
			var statements, decls, deleted []string
			for _, d := range all {
				s, f, gone := d.draw(k == cellsEach-1)
				statements, decls, deleted = append(statements, s...), append(decls, f...), append(deleted, gone...)
			}
			story += fmt.Sprintf("[%d]\n%s\n", k+1, strings.Join(slices.Concat(decls, statements), "\n"))
			out, err := n.run(statements, decls)
			if err != nil {
				t.Fatalf("%v\n%s", err, story)
			}
			printed += out
			if deleted != nil {
				story += fmt.Sprintf("%%del %s\n", strings.Join(deleted, " "))
				if _, err := n.Drop(deleted...); err != nil {
					t.Fatal(err)
				}
			}
		}
		plain := "package main\n\nimport \"fmt\"\n\n" + common
		main := "func main() {\n"
		for _, d := range all {
			plain += strings.Join(d.plainVars, "\n") + "\n"
			main += strings.Join(d.plain, "\n") + "\n"
		}
		n.Begin(Plan{})
		want, err := n.execute(plain + main + "}\n")
		if err != nil {
			t.Fatalf("the plain program: %v", err)
		}
		for _, d := range all {
			if got, want := d.lines(printed), d.lines(want); got != want {
				t.Fatalf("notebook %d prints\n%s\nwant\n%s\n%s", d.id, got, want, story)
			}
		}
	})
}

// lines are those that a notebook has printed.
func (d *drawn) lines(printed string) string {
	var own []string
	for line := range strings.Lines(printed) {
		if strings.HasPrefix(line, fmt.Sprintf("%d| ", d.id)) {
			own = append(own, line)
		}
	}
	return strings.Join(own, "")
}
