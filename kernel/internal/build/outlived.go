package build

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// leaveOut writes the program in a folder, which the Go tool is going to make, without what
// is outlived. What cannot be read or written the tool tells of.
func (n *notebook) leaveOut(dir string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, name := range []string{"main.go", "main_test.go"} {
		path := filepath.Join(dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		u := &unit{Plan: n.plan, note: n, path: path, text: text}
		if u.parse() == nil && u.outlived() {
			os.WriteFile(path, u.text, 0o600)
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
