package vars

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// program runs the body of a cell with variables as Run does, in this process.
func program(t *testing.T, folder string, c Cell, quota int64, body func()) (*saved, error) {
	t.Helper()
	s, err := open(&c, folder, quota)
	if err != nil {
		t.Fatal(err)
	}
	body()
	out, err := s.save()
	if err != nil {
		s.files.close()
		if failed := s.manifest.Sweep(folder); failed != nil {
			t.Fatal(failed)
		}
		return nil, err
	}
	if err := s.write(out); err != nil {
		t.Fatal(err)
	}
	m, err := ReadManifest(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Sweep(folder); err != nil {
		t.Fatal(err)
	}
	return out, nil
}

func contents(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", e.Name(), info.Mode())
		}
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

var yes = true

var made = []*bool{&yes}

// Variables of a notebook, through four cells.
func TestCells(t *testing.T) {
	dir := t.TempDir()
	type memory struct {
		a, b *point
		big  []float64
		n    int
	}
	// The first cell makes them.
	m := &memory{}
	_, err := program(t, dir, Cell{Variables: []Variable{{Name: "a", ID: 1, At: &m.a, Made: made}, {Name: "b", ID: 2, At: &m.b, Made: made},
		{Name: "big", ID: 3, At: &m.big, Made: made}, {Name: "n", ID: 4, At: &m.n, Made: made}, {Name: "never", ID: 5, At: new(int), Made: []*bool{new(bool)}}}}, 0, func() {
		m.a = &point{1, 2}
		m.b = m.a
		m.big = make([]float64, 1<<20)
		m.n = 7
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := contents(t, dir); got != "b2 manifest v1 v3 v4" {
		t.Errorf("after the first cell: %s", got)
	}
	// The second one only reads.
	before, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	m = &memory{}
	all := Cell{Variables: []Variable{{Name: "a", ID: 1, At: &m.a, Restore: true}, {Name: "b", ID: 2, At: &m.b, Restore: true},
		{Name: "big", ID: 3, At: &m.big, Restore: true}, {Name: "n", ID: 4, At: &m.n, Restore: true}}}
	if _, err = program(t, dir, all, 0, func() {
		if m.a == nil || m.a != m.b || m.a.Y != 2 || m.n != 7 || len(m.big) != 1<<20 {
			t.Errorf("restored %+v", m)
		}
		sum := 0.0
		for _, v := range m.big {
			sum += v
		}
	}); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(filepath.Join(dir, manifestFile)); err != nil || string(after) != string(before) || contents(t, dir) != "b2 manifest v1 v3 v4" {
		t.Errorf("a cell that only reads has written: %s", contents(t, dir))
	}
	// The third one changes one number of the large slice, and joins two variables.
	m = &memory{}
	all.Variables[0].At, all.Variables[1].At, all.Variables[2].At, all.Variables[3].At = &m.a, &m.b, &m.big, &m.n
	if _, err = program(t, dir, all, 0, func() {
		m.big[500000] = 3
		m.b = &point{5, 6}
	}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "b7"))
	if err != nil {
		t.Fatal(contents(t, dir), err)
	}
	if info.Size() > 1<<16 {
		t.Errorf("one number of 8 MB has written %d bytes", info.Size())
	}
	if got := contents(t, dir); got != "b2 b7 manifest v4 v5 v6 v8" {
		t.Errorf("after the third cell: %s", got)
	}
	// The fourth one sees all that, and declares one anew.
	m = &memory{}
	text := ""
	if _, err = program(t, dir, Cell{Variables: []Variable{{Name: "big", ID: 3, At: &m.big, Restore: true}, {Name: "b", ID: 2, At: &m.b, Restore: true},
		{Name: "n", ID: 4, At: &m.n, Restore: true, Until: made}, {Name: "n", ID: 9, At: &text, Made: made}}}, 0, func() {
		if m.big[500000] != 3 || m.big[0] != 0 || m.b.X != 5 || m.n != 7 {
			t.Errorf("restored %v, %+v, %d", m.big[500000], m.b, m.n)
		}
		text = "now a text"
	}); err != nil {
		t.Fatal(err)
	}
	got, err := ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, e := range got.Entries {
		words = append(words, fmt.Sprint(e.Name, e.ID, " ", e.Short))
	}
	if got := strings.Join(words, ", "); got != `a1 &{X:1 Y:2}, b2 &{X:5 Y:6}, big3 1048576, n9 "now a text"` {
		t.Errorf("the manifest is %s", got)
	}
}

// What does not fit leaves all as it was.
func TestQuota(t *testing.T) {
	dir := t.TempDir()
	x, y := 1, []float64{}
	c := Cell{Variables: []Variable{{Name: "x", ID: 1, At: &x, Made: made}, {Name: "y", ID: 2, At: &y, Made: made}}}
	if _, err := program(t, dir, c, 1<<20, func() {}); err != nil {
		t.Fatal(err)
	}
	before, _ := ReadManifest(dir)
	_, err := program(t, dir, c, 1<<20, func() { x, y = 2, make([]float64, 1<<18) })
	if err == nil || !strings.Contains(err.Error(), "a maior é y (2,1 MB)") {
		t.Errorf("got %v", err)
	}
	if after, _ := ReadManifest(dir); !reflect.DeepEqual(before, after) {
		t.Errorf("the manifest has become %+v", after)
	}
	// It is of all that a cell adds: variables that fit one by one do not fit together.
	few, many := make([]Variable, 5), make([]Variable, 5)
	for i := range few {
		name := fmt.Sprint("z", i)
		few[i] = Variable{Name: name, ID: 3 + i, At: ptr(strings.Repeat("x", 300<<10)), Made: made}
		many[i] = Variable{Name: name, ID: 3 + i, At: ptr(make([]float64, 300<<7)), Made: made}
	}
	for _, all := range [][]Variable{few, many, slices.Concat(few[:2], many[2:])} {
		if _, err := program(t, dir, Cell{Variables: all[:3]}, 1<<20, func() {}); err != nil {
			t.Errorf("%T: three of 300 kB: %v", all[0].At, err)
		}
		if _, err := program(t, dir, Cell{Variables: all}, 1<<20, func() {}); err == nil {
			t.Errorf("%T, %T: five of 300 kB are kept in 1 MB", all[0].At, all[4].At)
		}
	}
}

// A variable that cannot be kept is noted with the reason, the others are kept.
func TestRefusedEntry(t *testing.T) {
	dir := t.TempDir()
	x, y := make(chan int), 5
	c := Cell{Variables: []Variable{{Name: "x", ID: 1, At: &x, Made: made}, {Name: "y", ID: 2, At: &y, Made: made}}}
	if _, err := program(t, dir, c, 0, func() {}); err != nil {
		t.Fatal(err)
	}
	m, err := ReadManifest(dir)
	if err != nil || len(m.Entries) != 2 || m.Entries[0].Refused != "x (chan int): um canal só existe no processo da célula" || m.Entries[1].File == "" {
		t.Errorf("got %+v, %v", m, err)
	}
}

// A map that a stopped goroutine is writing is not read.
func TestWriting(t *testing.T) {
	dir := t.TempDir()
	x := map[string]int{"a": 1}
	c := Cell{Variables: []Variable{{Name: "x", ID: 1, At: &x, Made: made}}}
	if _, err := program(t, dir, c, 0, func() {}); err != nil {
		t.Fatal(err)
	}
	x = nil
	c = Cell{Variables: []Variable{{Name: "x", ID: 1, At: &x, Restore: true}}}
	out, err := program(t, dir, c, 0, func() {
		x["b"] = 2
		(*mapHeader)(reflect.ValueOf(x).UnsafePointer()).writing = 1
	})
	(*mapHeader)(reflect.ValueOf(x).UnsafePointer()).writing = 0
	if err != nil || len(out.said) != 1 || !strings.Contains(out.said[0], "x fica com o valor que tinha antes") {
		t.Errorf("said %v, %v", out, err)
	}
	y := map[string]int(nil)
	if _, err := program(t, dir, Cell{Variables: []Variable{{Name: "x", ID: 1, At: &y, Restore: true}}}, 0, func() {}); err != nil || fmt.Sprint(y) != "map[a:1]" {
		t.Errorf("restored %v, %v", y, err)
	}
}

// What a map looks like in memory is as this package has it: as the runtime's source
// says.
func TestMapHeader(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "src/internal/runtime/maps/map.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, of, _ := strings.Cut(string(source), "type Map struct {")
	of, _, _ = strings.Cut(of, "\n}")
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", "package p\nimport \"unsafe\"\ntype Map struct {"+of+"\n}", 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := (&types.Config{Importer: importer.Default()}).Check("p", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := p.Scope().Lookup("Map").Type().Underlying().(*types.Struct)
	var fields []*types.Var
	for i := range s.NumFields() {
		fields = append(fields, s.Field(i))
	}
	offsets := types.SizesFor("gc", runtime.GOARCH).Offsetsof(fields)
	for i, f := range fields {
		if f.Name() == "writing" {
			if is := int64(unsafe.Offsetof(mapHeader{}.writing)); is != offsets[i] {
				t.Errorf("writing is at %d, not at %d", offsets[i], is)
			}
			return
		}
	}
	t.Error("there is no field writing")
}
