package build

import (
	"cmp"
	"context"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// leaveOut writes the program in a folder, which the Go tool is going to make, without what
// is outlived, and of all cells' declarations with those alone that its own cell leads to:
// others may no longer compile, as a function that sees variables, which such a program
// has not. What cannot be read or written the tool tells of.
func (s *Server) leaveOut(ctx context.Context, q Request) {
	for _, name := range []string{"main.go", "main_test.go"} {
		path := filepath.Join(q.Dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		u := s.note.apart(path, text)
		if u == nil {
			continue
		}
		u.blankImports(s.packageName)
		text = u.text
		if len(q.Args) > 0 && q.Args[0] == "test" && u.parse() == nil {
			text = s.bury(ctx, q, u)
		}
		os.WriteFile(path, text, 0o600)
	}
}

// apart is a program that knows no variables, with what its cell leads to; nil where it
// is none.
func (n *notebook) apart(path string, text []byte) *unit {
	n.mu.Lock()
	defer n.mu.Unlock()
	//lint:ignore SA1019 see unit
	u := &unit{Plan: n.plan, note: n, path: path, text: text, free: map[*ast.Ident]bool{}, hidden: map[*ast.Object]bool{}}
	if u.parse() != nil || u.outlived() && u.parse() != nil {
		return nil
	}
	u.prune()
	if u.parse() != nil {
		return nil
	}
	return u
}

// bury is the text of such a program without what methods do that no longer compile and
// that nothing calls by name: their type may have changed, and it has all of its methods.
func (s *Server) bury(ctx context.Context, q Request, u *unit) []byte {
	paths, _, err := importsOf(u.file)
	if err != nil || s.special(environment(q.Env)) || s.known.have(ctx, s, q, paths) != nil {
		return u.text
	}
	u.note.mu.Lock()
	defer u.note.mu.Unlock()
	l := u.newLiving(s.known.importer)
	l.check()
	l.bury(s.isPackage)
	return l.apply(0, len(u.text))
}

// blankImports leaves out imports of which the program uses nothing.
func (u *unit) blankImports(packageName func(path string) string) {
	uses := used(u.file)
	for _, d := range u.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			continue
		}
		for _, s := range g.Specs {
			s := s.(*ast.ImportSpec)
			path := cells.ImportPath(s)
			name := cmp.Or(packageName(path), cells.PackageName(path))
			if s.Name != nil {
				name = s.Name.Name
			}
			switch _, is := uses[name]; {
			case is || name == "_" || name == "." || path == "C" || !token.IsIdentifier(name):
			case g.Lparen.IsValid():
				u.blank(s.Pos(), s.End())
			default:
				u.blank(g.Pos(), g.End())
			}
		}
	}
}

// outlived leaves out what has been declared again as something of another kind, as a
// function what was a type, with the methods of such a type: GoNB keeps both. It tells
// whether there was any.
func (u *unit) outlived() (some bool) {
	old := func(name string, kind token.Token) bool {
		now, ok := u.Kinds[name]
		if !ok {
			now, ok = u.note.kinds[name]
		}
		return ok && now != kind && name != "_"
	}
	blank := func(n ast.Node, doc *ast.CommentGroup) {
		some = true
		if doc != nil { // it may say something to the compiler
			u.blank(doc.Pos(), doc.End())
		}
		u.blank(n.Pos(), n.End())
	}
	for _, d := range u.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if of := cells.Receiver(d); of == "" && old(d.Name.Name, token.FUNC) || of != "" && old(of, token.TYPE) {
				blank(d, d.Doc)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				left := false
				for _, i := range specIdents(s) {
					left = left || !old(i.Name, d.Tok)
				}
				switch {
				case d.Tok == token.IMPORT:
				case !left && d.Tok != token.CONST && d.Lparen.IsValid():
					blank(s, nil)
				case !left && d.Tok != token.CONST:
					blank(d, d.Doc)
				default: // others may be counted or given values with it
					for _, i := range specIdents(s) {
						if old(i.Name, d.Tok) {
							some = true
							u.blank(i.Pos(), i.End())
							u.text[u.offset(i.Pos())] = '_'
						}
					}
				}
			}
		}
	}
	return some
}

// specIdents are the names by which types, constants and variables are declared.
func specIdents(s ast.Spec) []*ast.Ident {
	switch s := s.(type) {
	case *ast.TypeSpec:
		return []*ast.Ident{s.Name}
	case *ast.ValueSpec:
		return s.Names
	}
	return nil
}
