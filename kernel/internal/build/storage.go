package build

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// storage is a variable of the package.
type storage struct {
	name  string // in the program
	of    *Living
	typ   string // as Go has it
	made  []int  // the marks of the statements that declare it
	until []int  // the marks of those that declare another of the name
	read  bool   // it is restored
	value string // of one that the program has without that, as Go has it
}

// definition is a statement at the top of main that declares variables.
type definition struct {
	stmt   ast.Stmt
	idents []*ast.Ident
	mark   int
}

// define finds the statements that declare variables at the top of main.
func (l *living) define() {
	for _, s := range l.main.Body.List {
		if ids := cells.Defines(s); ids != nil {
			l.defs = append(l.defs, &definition{stmt: cells.Unlabeled(s), idents: ids, mark: -1})
		}
	}
}

// nested is the body of main with a new block for each statement that declares only
// names that its block has.
func (l *living) nested() []ast.Stmt {
	top := &ast.BlockStmt{}
	block, names := top, map[string]bool{}
	for _, s := range l.main.Body.List {
		again, fresh := false, false
		_, isVar := cells.Unlabeled(s).(*ast.DeclStmt)
		ids := cells.Defines(s)
		for _, i := range ids {
			if i.Name != "_" {
				again, fresh = again || names[i.Name], fresh || !names[i.Name]
			}
		}
		if again && (isVar || !fresh) {
			inner := &ast.BlockStmt{Lbrace: s.Pos(), Rbrace: l.main.Body.Rbrace}
			block.List = append(block.List, inner)
			block, names = inner, map[string]bool{}
		}
		for _, i := range ids {
			names[i.Name] = true
		}
		block.List = append(block.List, s)
	}
	return top.List
}

// settle gives the variables that main declares at its top their place in the
// package.
func (l *living) settle(info *types.Info, used []string) {
	type version struct {
		object types.Object
		def    *definition
	}
	versions := map[string][]version{}
	for _, d := range l.defs {
		for _, i := range d.idents {
			if o := info.Defs[i]; o != nil && i.Name != "_" {
				versions[i.Name] = append(versions[i.Name], version{o, d})
			}
		}
	}
	for name, all := range versions {
		last := all[len(all)-1].object.Type()
		source, shown, imports, ok := l.typeOf(last)
		if !ok {
			l.hinted[name] = hint{l.u.Count, "o tipo " + shown + " só pode ser escrito onde foi declarado"}
			delete(versions, name)
			continue
		}
		old := l.u.visible[name]
		s := &storage{name: mark + name, typ: source}
		if old != nil && old.Type == source {
			s.of = old
		} else {
			l.u.note.next++
			s.of = &Living{Name: name, ID: l.u.note.next, Cell: l.u.Count, Type: source, Shown: shown, Imports: imports}
			l.created = append(l.created, s.of)
		}
		l.final[name] = s
	}
	for name, all := range versions {
		s := l.final[name]
		for k, v := range all {
			here := s
			if !types.Identical(v.object.Type(), all[len(all)-1].object.Type()) {
				source, _, imports, ok := l.typeOf(v.object.Type())
				if !ok {
					continue // it stays a variable of main
				}
				for _, path := range imports {
					l.paths[path] = true
				}
				here = &storage{name: fmt.Sprint(mark, k+1, name), typ: source}
				if old := l.u.visible[name]; old != nil && old.Type == source { // it is still that one
					here, v.def.mark = l.oldStorage(old), 0
				}
			} else {
				v.def.mark = 0
			}
			l.storage[v.object] = here
		}
	}
	marks := 0
	for _, d := range l.defs {
		if d.mark < 0 {
			continue
		}
		d.mark = marks
		marks++
		for _, i := range d.idents {
			if s := l.storage[info.Defs[i]]; s != nil && s.of != nil {
				s.made = append(s.made, d.mark)
			}
		}
	}
	l.marks = marks
	for name, s := range l.old {
		s.until = l.final[name].made
	}
	for _, name := range used {
		if v := l.u.visible[name]; v != nil {
			l.oldStorage(v)
		}
	}
}

// oldStorage is where a variable is that was there before.
func (l *living) oldStorage(v *Living) *storage {
	if s := l.old[v.Name]; s != nil {
		return s
	}
	s := l.final[v.Name]
	switch {
	case l.u.visible[v.Name] != v: // the cell declares a function of its name
		s = &storage{name: mark + "0" + v.Name, typ: v.Type, of: v}
	case s == nil:
		s = &storage{name: mark + v.Name, typ: v.Type, of: v}
		l.final[v.Name] = s
	case s.of != v:
		s = &storage{name: mark + "0" + v.Name, typ: v.Type, of: v, until: s.made}
	}
	l.old[v.Name] = s
	return s
}
