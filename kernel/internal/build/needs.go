package build

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/nnlab/vars"
)

// needed is what a program must have by name for its variables.
type needed struct{ functions, types, names, keep string }

// needs lists the functions, types and variables of packages that the variables may
// lead to: those that the files say, and those that this program makes.
func (l *living) needs(all []*storage) (n needed) {
	kept := map[string]bool{}
	packages := map[string]bool{}
	for _, s := range l.file.Imports {
		packages[cells.ImportPath(s)] = true
	}
	seen := map[string]bool{}
	for _, s := range all {
		if !s.read {
			continue
		}
		for _, need := range s.of.Entry.Needs {
			if seen[need] {
				continue
			}
			seen[need] = true
			what, name, _ := strings.Cut(need, " ")
			switch what {
			case "type":
				n.types += l.typeNeeded(name, kept)
			case "func":
				if m, ok := l.u.note.snippets[name]; ok && m.source == "" {
					if l.there(m) {
						l.snippet(name, m)
					}
				} else if value := l.functionNeeded(name); value != "" {
					l.values[name] = function{name: name, value: value}
				}
			case "name":
				if i := strings.LastIndexByte(name, '.'); i > 0 {
					packages[strings.TrimPrefix(name[:i], "&")] = true
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.values)) {
		f := l.values[name]
		if f.value == "" {
			continue
		}
		n.functions += fmt.Sprintf("{Name: %q, F: %s", f.name, f.value)
		if f.receiver != "" {
			l.paths["unsafe"] = true
			n.functions += fmt.Sprintf(", Receiver: %s, Bind: %s", f.receiver, f.bind)
		}
		n.functions += "}, "
	}
	for _, path := range slices.Sorted(maps.Keys(packages)) {
		n.names += l.packageNames(path)
	}
	n.keep = strings.Join(slices.Sorted(maps.Keys(kept)), ", ")
	return n
}

func (l *living) functionNeeded(name string) string {
	if short, ok := strings.CutPrefix(name, "main."); ok {
		if o := l.file.Scope.Lookup(short); o != nil && o.Kind == ast.Fun && l.pkg.Scope().Lookup(short) != nil {
			return short
		}
		if l.hoisted[short] != nil {
			return short
		}
		return ""
	}
	if !strings.Contains(name, ".") {
		return ""
	}
	return l.valueOf(name)
}

// packageNames are the variables of a package that keep their identity: pointers, and
// interfaces, which may hold them.
func (l *living) packageNames(path string) string {
	if path == "unicode" || path == "C" || path == "unsafe" || strings.Contains("/"+path+"/", "/internal/") {
		return "" // tables that the linker would have to keep
	}
	if slices.Contains(vars.WellKnown, path) {
		return ""
	}
	p, err := l.imports.Import(path)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, name := range p.Scope().Names() {
		v, ok := p.Scope().Lookup(name).(*types.Var)
		if !ok || !v.Exported() {
			continue
		}
		switch v.Type().Underlying().(type) {
		case *types.Pointer, *types.Interface:
			fmt.Fprintf(&b, "{%q, &%s.%s}, ", path+"."+name, aliasOf(path), name)
		}
	}
	if b.Len() > 0 {
		l.paths[path] = true
	}
	return b.String()
}

// typeNeeded is a nil pointer to a type; of one that only its package can name the
// package's functions are kept, which may make values of it: else the linker leaves it
// out.
func (l *living) typeNeeded(key string, kept map[string]bool) string {
	p := keyParser{l: l, rest: key}
	source := p.parse()
	if p.rest == "" && !p.failed {
		for _, path := range p.paths {
			l.paths[path] = true
		}
		return fmt.Sprintf("(*%s)(nil), ", source)
	}
	for _, path := range p.closed {
		pkg, err := l.imports.Import(path)
		if err != nil {
			continue
		}
		for _, name := range pkg.Scope().Names() {
			switch o := pkg.Scope().Lookup(name).(type) {
			case *types.Func:
				if makesClosed(o) {
					l.paths[path] = true
					kept[aliasOf(path)+"."+name] = true
				}
			case *types.TypeName:
				l.methodsKept(path, o, kept)
			}
		}
	}
	return ""
}

// methodsKept keeps the methods of a type that may make values of types that only
// their package can name.
func (l *living) methodsKept(path string, o *types.TypeName, kept map[string]bool) {
	named, ok := o.Type().(*types.Named)
	if !ok || !o.Exported() || named.TypeParams().Len() > 0 || types.IsInterface(named) {
		return
	}
	for m := range named.Methods() {
		if makesClosed(m) {
			l.paths[path] = true
			kept[fmt.Sprintf("(*%s.%s).%s", aliasOf(path), o.Name(), m.Name())] = true
		}
	}
}

// makesClosed tells whether a function may return a value of a type that only its
// package can name: as an interface, or as what it is.
func makesClosed(f *types.Func) bool {
	if !f.Exported() || f.Signature().TypeParams().Len() > 0 {
		return false
	}
	for r := range f.Signature().Results().Variables() {
		t := r.Type()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := t.(*types.Named); ok && !n.Obj().Exported() && n.Obj().Pkg() != nil {
			return true
		}
		if types.IsInterface(t) {
			return true
		}
	}
	return false
}
