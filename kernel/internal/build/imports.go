package build

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// names remembers what goimports has found: the package that a name with these
// selectors is.
type names map[string]imported

type imported struct{ name, path string } // name is "" where the package's own will do

// goimports does what the tool does to GoNB's program: it adds the imports that
// are missing and takes out those that are not used. What names stand for it
// has learnt from the tool, which is asked again only about new ones.
func (s *Server) goimports(ctx context.Context, q Request, file string) (Response, error) {
	if filepath.Base(file) != "main.go" {
		return s.real(ctx, q)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return Response{}, err
	}
	u, err := newUnit(s.note, file, text)
	if err != nil {
		return s.real(ctx, q) // which says what is wrong
	}
	reached := u.forImports()
	if imports, ok := s.names.fix(reached, s.packageName, s.find); ok {
		return Response{}, os.WriteFile(file, withImports(imports, text), 0o600)
	}
	if err := os.WriteFile(file, reached, 0o600); err != nil {
		return Response{}, err
	}
	a, err := s.real(ctx, q)
	if err != nil || a.Status != 0 {
		return a, err
	}
	fixed, err := os.ReadFile(file)
	if err != nil {
		return a, err
	}
	if s.names == nil {
		s.names = names{}
	}
	s.names.learn(fixed, s.packageName)
	f, err := parser.ParseFile(token.NewFileSet(), "", fixed, parser.ImportsOnly)
	if err != nil {
		return a, err
	}
	var imports []imported
	for _, spec := range f.Imports {
		i := imported{path: cells.ImportPath(spec)}
		if spec.Name != nil {
			i.name = spec.Name.Name
		}
		imports = append(imports, i)
	}
	return a, os.WriteFile(file, withImports(imports, text), 0o600)
}

// withImports is a program with other imports.
func withImports(imports []imported, text []byte) []byte {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", text, parser.ImportsOnly)
	if err != nil {
		return text
	}
	end := f.Name.End()
	for _, d := range f.Decls {
		end = max(end, d.End())
	}
	out := []byte("package main\n\nimport (\n")
	for _, i := range imports {
		out = fmt.Appendf(out, "\t%s %q\n", i.name, i.path)
	}
	out = append(out, ")\n"...)
	return append(out, text[fset.PositionFor(end, false).Offset:]...)
}

// packageName is the name of a package; "" when it is not known.
func (s *Server) packageName(importPath string) string {
	if s.known.exports[importPath] != "" && s.known.importer != nil {
		if p, err := s.known.importer.Import(importPath); err == nil {
			return p.Name()
		}
	}
	if first, _, _ := strings.Cut(importPath, "/"); !strings.Contains(first, ".") {
		return cells.PackageName(importPath) // of the standard library
	}
	return ""
}

// used lists for each name that a file does not declare, and behind which a
// period stands, what stands behind the period.
func used(f *ast.File) map[string][]string {
	free := map[*ast.Ident]bool{}
	for _, i := range f.Unresolved {
		free[i] = true
	}
	found := map[string]map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && free[x] {
				if found[x.Name] == nil {
					found[x.Name] = map[string]bool{}
				}
				found[x.Name][s.Sel.Name] = true
			}
		}
		return true
	})
	sorted := map[string][]string{}
	for name, selectors := range found {
		sorted[name] = slices.Sorted(maps.Keys(selectors))
	}
	return sorted
}

// several are names that more than one package of the standard library has;
// which of them is meant the tool decides.
var several = []string{"rand", "template", "scanner", "pprof", "driver", "trace", "metrics", "types", "version"}

// find finds the package that a name is, among those that cells have used so far:
// one of the standard library or of the usual ones that has all that the cell
// takes of it. A cell that is being typed, or wrong, takes what no package has;
// then it is the usual one of the name.
func (s *Server) find(name string, selectors []string) string {
	if s.known.importer == nil || slices.Contains(several, name) {
		return ""
	}
	var whole, called []string
	for path := range s.known.exports {
		usual := slices.Contains(s.usual, path)
		if path != name && !strings.HasSuffix(path, "/"+name) || internal(path) && !usual || s.packageName(path) != name {
			continue
		}
		p, err := s.known.importer.Import(path)
		if err != nil {
			continue
		}
		if !slices.ContainsFunc(selectors, func(x string) bool { return p.Scope().Lookup(x) == nil }) {
			whole = append(whole, path)
		}
		if usual {
			called = append(called, path)
		}
	}
	switch {
	case len(whole) == 1:
		return whole[0]
	case len(whole) == 0 && len(called) == 1:
		return called[0]
	}
	return ""
}

// isPackage tells whether a cell can use a package of a name.
func (s *Server) isPackage(name string) bool {
	for path := range s.known.exports {
		if s.packageName(path) == name && (!internal(path) || slices.Contains(s.usual, path)) {
			return true
		}
	}
	return false
}

// internal tells whether a path is not one of the standard library for all.
func internal(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".") || first == "vendor" || slices.Contains(strings.Split(path, "/"), "internal")
}

// fix are the right imports of a program; false when something is not known.
func (n names) fix(text []byte, nameOf func(path string) string, find func(name string, selectors []string) string) (keep []imported, ok bool) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", text, 0)
	if err != nil {
		return nil, false
	}
	need := used(f)
	for _, spec := range f.Imports {
		i := imported{path: cells.ImportPath(spec)}
		name := ""
		if spec.Name != nil {
			i.name, name = spec.Name.Name, spec.Name.Name
		} else if name = nameOf(i.path); name == "" {
			return nil, false
		}
		if _, ok := need[name]; ok || name == "_" || name == "." {
			keep = append(keep, i)
		}
		delete(need, name)
	}
	for name, selectors := range need {
		i, ok := n[key(name, selectors)]
		if !ok {
			if i.path = find(name, selectors); i.path == "" {
				return nil, false
			}
		}
		keep = append(keep, i)
	}
	return keep, true
}

// learn notes what the names of a program stand for that the tool has mended.
func (n names) learn(text []byte, nameOf func(path string) string) {
	f, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil {
		return
	}
	need := used(f)
	for _, spec := range f.Imports {
		i := imported{path: cells.ImportPath(spec)}
		name := nameOf(i.path)
		if spec.Name != nil {
			i.name, name = spec.Name.Name, spec.Name.Name
		}
		if selectors, ok := need[name]; ok {
			n[key(name, selectors)] = i
		}
	}
}

func key(name string, selectors []string) string { return name + "." + strings.Join(selectors, ",") }
