package build

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// declared is what types say of a name that a package gives which is imported with
// a period.
var declared = regexp.MustCompile(`already declared through dot-import of package \S+ \("(.*)"\)`)

// dot is the import with a period of a path.
func (c *checked) dot(path string) *ast.ImportSpec {
	for _, s := range c.file.Imports {
		if s.Name != nil && s.Name.Name == "." && cells.ImportPath(s) == path {
			return s
		}
	}
	return nil
}

// takes tells whether a program takes a name from a package that is imported with
// a period, beside those that it declares itself.
func (c *checked) takes(path string, imports types.Importer) bool {
	p, err := imports.Import(path)
	if err != nil {
		return true
	}
	own := map[string]bool{}
	for _, d := range c.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil { // a method hides nothing
				own[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				for _, name := range specNames(s) {
					own[name] = true
				}
			}
		}
	}
	takes, selected := false, map[*ast.Ident]bool{}
	ast.Inspect(c.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			selected[n.Sel] = true
		case *ast.Ident:
			takes = takes || !own[n.Name] && !selected[n] && n.IsExported() && p.Scope().Lookup(n.Name) != nil
		}
		return true
	})
	return takes
}

// importAt leaves out the import at pos, and returns it; nil where there is none.
func (c *checked) importAt(pos token.Pos) *ast.ImportSpec {
	for _, d := range c.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			continue
		}
		open, end := "/*", "*/"
		if !g.Lparen.IsValid() {
			open, end = "(/*", "*/)"
		}
		for _, s := range g.Specs {
			if pos >= s.Pos() && pos < s.End() {
				c.insert(c.offset(s.Pos()), open)
				c.insert(c.offset(s.End()), end)
				return s.(*ast.ImportSpec)
			}
		}
	}
	return nil
}
