// Package nils holds a package's exported functions to what they owe a nil: an error in
// words, no panic. For tests.
package nils

import (
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Row is a call with nil in one place and what is right elsewhere. It returns the error that
// a student sees, of that call or of the first one that uses its result, or panics with it.
type Row struct {
	Says string // a part of the error's text, beside "nil"
	Call func() error
}

// Check plays the rows. A key is a function or method and the parameter that is nil,
// "Dense.options" or "Model.Fit.train". Check finds the parameters of the package at path that
// can be nil, slices and maps apart, for which there is neither a row nor a reason in excused,
// whose keys may also be a function or a type alone.
func Check(t *testing.T, path string, rows map[string]Row, excused map[string]string) {
	t.Helper()
	all := parametersOf(t, path)
	used := map[string]bool{}
	for _, p := range all {
		parts := strings.Split(p, ".")
		why := ""
		for n := 1; n <= len(parts); n++ {
			if key := strings.Join(parts[:n], "."); excused[key] != "" {
				why, used[key] = excused[key], true
			}
		}
		if _, ok := rows[p]; ok == (why != "") {
			t.Errorf("%s: a row: %v, excused: %q", p, ok, why)
		}
	}
	for key := range excused {
		if !used[key] {
			t.Errorf("%s is excused, and is nothing that can be nil", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		if !slices.Contains(all, key) {
			t.Errorf("%s is nothing that can be nil", key)
		}
		err := called(rows[key].Call)
		if err == nil || !strings.Contains(err.Error(), "nil") || !strings.Contains(err.Error(), rows[key].Says) {
			t.Errorf("%s: got %v, want an error with nil and %q", key, err, rows[key].Says)
		}
	}
}

// called is the error of a call. A panic of the runtime's has no words.
func called(call func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			err = errors.New("a panic")
		case error:
			err = p
		default:
			panic(p)
		}
	}()
	return call()
}

// parametersOf are the parameters of a package's exported functions and methods that can be
// nil.
func parametersOf(t *testing.T, path string) (all []string) {
	t.Helper()
	p, err := load(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range p.Scope().Names() {
		switch o := p.Scope().Lookup(name).(type) {
		case *types.Func:
			if o.Exported() {
				all = append(all, nilable(name, o)...)
			}
		case *types.TypeName:
			named, ok := o.Type().(*types.Named)
			if !o.Exported() || !ok {
				continue
			}
			for m := range named.Methods() {
				if m.Exported() {
					all = append(all, nilable(name+"."+m.Name(), m)...)
				}
			}
		}
	}
	return all
}

func nilable(name string, f *types.Func) (all []string) {
	s := f.Signature()
	for i := range s.Params().Len() {
		p := s.Params().At(i)
		of := p.Type()
		if slice, ok := of.(*types.Slice); ok && s.Variadic() && i == s.Params().Len()-1 {
			of = slice.Elem()
		}
		if isNilable(of) {
			all = append(all, name+"."+p.Name())
		}
	}
	return all
}

func isNilable(t types.Type) bool {
	if p, ok := t.(*types.TypeParam); ok {
		return slices.ContainsFunc(typesOf(p.Constraint().Underlying().(*types.Interface)), isNilable)
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Signature:
		return true
	}
	return false
}

// typesOf are those that a constraint allows by name.
func typesOf(constraint *types.Interface) (all []types.Type) {
	for embedded := range constraint.EmbeddedTypes() {
		if u, ok := embedded.(*types.Union); ok {
			for term := range u.Terms() {
				all = append(all, term.Type())
			}
		}
	}
	return all
}

// load reads what the compiler has written of a package.
func load(path string) (*types.Package, error) {
	out, err := exec.Command("go", "list", "-deps", "-export", "-f", "{{.ImportPath}}={{.Export}}", path).Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		files[name] = file
	}
	lookup := func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }
	return importer.ForCompiler(token.NewFileSet(), "gc", lookup).Import(path)
}
