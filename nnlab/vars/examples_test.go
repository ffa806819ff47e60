package vars

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// testCell is what the test program has by name.
var testCell = &Cell{
	Functions: []Function{
		{Name: "main.double", F: double}, {Name: "math.Sin", F: math.Sin}, {Name: "math.Cos", F: math.Cos},
		{Name: "strings.ToUpper", F: strings.ToUpper}, {Name: "strings.ToLower", F: strings.ToLower},
		{Name: "bufio.ScanWords", F: bufio.ScanWords},
		{Name: "point.norm", F: point.norm}, {Name: "point.move", F: (*point).move},
		{Name: "point.norm-fm", F: point{}.norm, Receiver: (*point)(nil), Bind: func(p unsafe.Pointer) any { return (*point)(p).norm }},
		{Name: "point.move-fm", F: (*point)(nil).move, Receiver: (**point)(nil), Bind: func(p unsafe.Pointer) any { return (*(**point)(p)).move }},
	},
	Types: []any{(*struct{ P *int })(nil)},
	Names: []Name{{"io.EOF", &io.EOF}, {"io.ErrUnexpectedEOF", &io.ErrUnexpectedEOF}, {"os.ErrNotExist", &os.ErrNotExist}, {"fs.ErrExist", &fs.ErrExist},
		{"os.Stdout", &os.Stdout}, {"os.Stderr", &os.Stderr}, {"time.Local", &time.Local}, {"time.UTC", &time.UTC}},
}

var testNames = newNames(testCell)

// variablesOf are the fields of a struct as variables.
func variablesOf(v any) (all []Variable, by map[string]Variable) {
	e := reflect.ValueOf(v).Elem()
	by = map[string]Variable{}
	for i := range e.NumField() {
		x := Variable{Name: e.Type().Field(i).Name, At: e.Field(i).Addr().Interface()}
		all, by[x.Name] = append(all, x), x
	}
	return all, by
}

// put encodes variables into a folder: a file for each group that shares memory.
func put(folder string, variables []Variable, f *files) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	s := newScan(testNames, variables)
	s.run()
	groups := map[int][]int{}
	for i := range variables {
		if s.refused[i] != nil {
			return s.refused[i]
		}
		groups[s.group(i)] = append(groups[s.group(i)], i)
	}
	for first, group := range groups {
		data, _, err := encode(s, group, f)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint("v", first)), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// take decodes what put has encoded.
func take(folder string, variables map[string]Variable, f *files) error {
	found, err := filepath.Glob(filepath.Join(folder, "v*"))
	if err != nil {
		return err
	}
	c := *testCell
	for _, v := range variables {
		c.Variables = append(c.Variables, v)
	}
	names := newNames(&c)
	for _, path := range found {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := decode(data, names, variables, f); err != nil {
			return err
		}
	}
	return nil
}

// step is what a process of the test does: as a cell does, it takes variables out of
// one folder and puts them into the next.
const step = "NNLAB_TEST_VARIABLES"

func TestMain(m *testing.M) {
	dir := os.Getenv(step)
	if dir == "" {
		os.Exit(m.Run())
	}
	n := 0
	if _, err := fmt.Sscan(os.Getenv(step+"_RANDOM"), &n); err == nil {
		randomStep(dir, n)
		return
	}
	fmt.Sscan(os.Getenv(step+"_N"), &n)
	for i, x := range examples {
		v := reflect.New(reflect.TypeOf(x.make()).Elem()).Interface()
		if err := cell(dir, i, n, v, x.make); err != nil {
			fmt.Printf("%s: program %d: %v\n", x.name, n, err)
		}
	}
}

// cell is program n, of three.
func cell(dir string, i, n int, v any, make func() any) error {
	folder := func(n int) string { return filepath.Join(dir, fmt.Sprint(i, "-", n)) }
	list, by := variablesOf(v)
	f := newFiles(dir, fileName("b", 10*i+n), 0)
	defer f.close()
	if n == 0 {
		list, _ = variablesOf(make())
		return put(folder(0), list, f)
	}
	if err := take(folder(n-1), by, f); err != nil {
		return fmt.Errorf("decoding: %w", err)
	}
	if n < 2 {
		return put(folder(n), list, f)
	}
	return same(make(), v)
}

func TestExamples(t *testing.T) {
	if len(examples) < 80 {
		t.Errorf("%d examples", len(examples))
	}
	dir := t.TempDir()
	for n := range 3 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), step+"="+dir, fmt.Sprint(step, "_N=", n))
		if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
			t.Fatalf("%v\n%s", err, out)
		}
	}
}
