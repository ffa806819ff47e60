package build

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// unit is a program on its way from GoNB to the compiler: of what all cells have
// declared only what its own cell can reach.
type unit struct {
	Plan
	note    *notebook
	path    string
	fset    *token.FileSet
	file    *ast.File
	text    []byte // with blanks for what has been left out; longer than GoNB's by the snippets
	visible map[string]*Living
	free    map[*ast.Ident]bool // names that the file does not declare
	//lint:ignore SA1019 names are all that is asked for, and the types that would tell more are not known yet
	hidden   map[*ast.Object]bool
	again    []string        // variables that share memory and that main declares again
	reached  map[string]bool // names that the cell's own code leads to
	required map[string]bool // those that main leads to
}

// piece is a declaration that can be left out.
type piece struct {
	names   []string
	node    ast.Node
	from    token.Pos
	to      token.Pos
	refs    map[string]bool // names that it may mean variables by
	types   map[string]bool // those in places where no variable can stand
	method  bool
	kept    bool
	initial bool // runs by itself
}

// newUnit reads a program. What it reaches of the notebook's variables brings code
// along: types, and functions that the variables hold.
func newUnit(n *notebook, path string, text []byte) (*unit, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.plan
	//lint:ignore SA1019 see hidden
	u := &unit{Plan: p, note: n, path: path, visible: n.visible(p), free: map[*ast.Ident]bool{}, hidden: map[*ast.Object]bool{}}
	all := bytes.Clone(text)
	for _, name := range n.needed(u.visible) {
		all = append(all, "\nfunc "+name+strings.TrimPrefix(n.snippets[name].source, "func")+"\n"...)
	}
	u.text = all
	if err := u.parse(); err != nil {
		return nil, err
	}
	if u.outlived() {
		if err := u.parse(); err != nil {
			return nil, err
		}
	}
	for _, i := range u.file.Unresolved {
		u.free[i] = true
	}
	u.prune()
	return u, nil
}

func (u *unit) parse() (err error) {
	u.fset = token.NewFileSet()
	u.file, err = parser.ParseFile(u.fset, u.path, u.text, parser.ParseComments)
	return err
}

// needed are the snippets that variables may hold.
func (n *notebook) needed(visible map[string]*Living) (names []string) {
	for _, v := range visible {
		for _, need := range v.Entry.Needs {
			if name, ok := strings.CutPrefix(need, "func main."); ok && n.snippets[name].source != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// prune leaves out the declarations that nothing reaches, and those whose names are
// variables now.
func (u *unit) prune() {
	pieces := u.pieces()
	for _, p := range pieces {
		for _, name := range p.names {
			if o := u.file.Scope.Lookup(name); o != nil && u.visible[name] != nil && !p.method {
				u.hidden[o] = true
			}
		}
	}
	u.again = u.declaredAgain()
	u.required = u.walk(pieces, true)
	u.reached = u.walk(pieces, false)
	for _, p := range pieces {
		if !p.kept {
			u.blank(p.from, p.to)
		}
	}
	u.blankDirectives(pieces)
	u.keep(pieces)
}

// blankDirectives leaves out what is said to the compiler of declarations that are left out:
// it would be misplaced. A go:linkname may stand anywhere.
func (u *unit) blankDirectives(pieces []*piece) {
	kept, gone := map[string]bool{}, map[int]bool{} // names, and lines that begin what is left out
	for _, p := range pieces {
		if !p.kept {
			gone[u.fset.PositionFor(p.from, false).Line] = true
			continue
		}
		for _, name := range p.names {
			kept[name] = kept[name] || !p.method
		}
	}
	for _, group := range u.file.Comments {
		before := gone[u.fset.PositionFor(group.End(), false).Line+1]
		for _, c := range group.List {
			words := strings.Fields(c.Text)
			if !strings.HasPrefix(c.Text, "//go:") || words[0] != linkname && !before {
				continue
			}
			if words[0] != linkname || len(words) > 1 && !kept[words[1]] {
				u.blank(c.Pos(), c.End())
			}
		}
	}
}

const linkname = "//go:linkname"

// declaredAgain are the variables that share memory and that main declares again: with
// the same type that is to assign to them, and the others see it.
func (u *unit) declaredAgain() (names []string) {
	main := cells.Main(u.file)
	if main == nil || !u.Statements {
		return nil
	}
	for _, s := range main.Body.List {
		for _, i := range cells.Defines(s) {
			if v := u.visible[i.Name]; v != nil && len(u.note.group(v)) > 1 && !slices.Contains(names, i.Name) {
				names = append(names, i.Name)
			}
		}
	}
	return names
}

// pieces takes the file apart.
func (u *unit) pieces() (all []*piece) {
	add := func(n ast.Node, names ...string) *piece {
		p := &piece{names: names, node: n, from: n.Pos(), to: n.End(), refs: map[string]bool{}, types: map[string]bool{}}
		u.refer(p, n, false)
		all = append(all, p)
		return p
	}
	for _, d := range u.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			p := add(d, d.Name.Name)
			if d.Recv != nil {
				p.names, p.method = []string{cells.Receiver(d)}, true
			}
			p.initial = d.Recv == nil && d.Name.Name == "init"
		case *ast.GenDecl:
			switch {
			case d.Tok == token.IMPORT:
			case d.Tok == token.CONST || !d.Lparen.IsValid():
				p := add(d)
				for _, s := range d.Specs {
					p.names = append(p.names, specNames(s)...)
				}
			default:
				for _, s := range d.Specs {
					add(s, specNames(s)...)
				}
			}
		}
	}
	return all
}

func specNames(s ast.Spec) (names []string) {
	for _, i := range specIdents(s) {
		names = append(names, i.Name)
	}
	return names
}

// refer notes the names by which a piece may mean what is declared elsewhere.
func (u *unit) refer(p *piece, n ast.Node, inType bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl: // its own name is none
			if n.Recv != nil {
				u.refer(p, n.Recv, true)
			}
			u.refer(p, n.Type, true)
			if n.Body != nil {
				u.refer(p, n.Body, false)
			}
			return false
		case *ast.TypeSpec, *ast.FuncType:
			if !inType {
				u.refer(p, n, true)
				return false
			}
		case *ast.SelectorExpr:
			u.refer(p, n.X, inType)
			return false
		case *ast.Ident:
			if n.Obj == nil || u.file.Scope.Lookup(n.Name) == n.Obj {
				if inType {
					p.types[n.Name] = true
				} else {
					p.refs[n.Name] = true
				}
			}
		}
		return true
	})
}

// walk finds the names that main leads to, or all of the cell's own code.
func (u *unit) walk(pieces []*piece, main bool) map[string]bool {
	reached := map[string]bool{}
	by := map[string][]*piece{}
	for _, p := range pieces {
		p.kept = false
		for _, name := range p.names {
			by[name] = append(by[name], p)
		}
	}
	var queue []string
	reach := func(name string) {
		if !reached[name] {
			reached[name] = true
			queue = append(queue, name)
		}
	}
	var keep func(p *piece)
	// What values and types need is no variable, though one may have its name.
	declared := func(name string) {
		for _, p := range by[name] {
			keep(p)
		}
	}
	keep = func(p *piece) {
		if p.kept {
			return
		}
		p.kept = true
		for name := range p.refs {
			reach(name)
		}
		for name := range p.types {
			declared(name)
		}
		for _, name := range p.names { // the other names of one declaration
			declared(name)
		}
	}
	for _, name := range u.again {
		reach(name)
	}
	for _, p := range pieces {
		f, isFunc := p.node.(*ast.FuncDecl)
		switch {
		case isFunc && f.Recv == nil && f.Name.Name == "main", p.initial, slices.Contains(p.names, "_"):
			keep(p)
		case !main && isFunc && slices.Contains(u.Declares, cells.FunctionName(f)):
			keep(p)
		case isFunc && f.Recv == nil && (f.Name.Name == "TestMain" || u.AllTests && testFunctions.MatchString(f.Name.Name)):
			keep(p)
		case !main && !isFunc && slices.ContainsFunc(p.names, func(n string) bool { return slices.Contains(u.Declares, n) }):
			keep(p)
		}
	}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if v := u.visible[name]; v != nil {
			for _, w := range u.note.group(v) {
				if u.visible[w.Name] != nil {
					reach(w.Name)
				}
				for _, text := range append(slices.Clone(w.Entry.Needs), w.Type) {
					for _, word := range cells.Identifiers(text) {
						declared(word)
					}
				}
			}
			continue // what has this name is hidden
		}
		declared(name)
	}
	return reached
}

// testFunctions are the names of functions that a program of tests runs.
var testFunctions = regexp.MustCompile(`^(?:Test|Benchmark|Fuzz|Example)(?:$|\P{Ll})`)

// keep makes the file one of what is left.
func (u *unit) keep(pieces []*piece) {
	kept := map[ast.Node]bool{}
	for _, p := range pieces {
		kept[p.node] = p.kept
	}
	var decls []ast.Decl
	for _, d := range u.file.Decls {
		if k, ok := kept[d]; ok {
			if k {
				decls = append(decls, d)
			}
			continue
		}
		if g := d.(*ast.GenDecl); g.Tok != token.IMPORT {
			g.Specs = slices.DeleteFunc(g.Specs, func(s ast.Spec) bool { return !kept[s] })
		}
		decls = append(decls, d)
	}
	u.file.Decls = decls
}

func (u *unit) offset(p token.Pos) int { return u.fset.PositionFor(p, false).Offset }

// blank puts blanks in the place of a text, and leaves its lines.
func (u *unit) blank(from, to token.Pos) {
	for i := u.offset(from); i < u.offset(to); i++ {
		if u.text[i] != '\n' {
			u.text[i] = ' '
		}
	}
}

// forImports is the program as far as it is compiled, with all variables declared, for
// whoever looks for names of packages.
func (u *unit) forImports() []byte {
	out := bytes.Clone(u.text)
	for name := range u.visible {
		if o := u.file.Scope.Lookup(name); name != "main" && name != "init" && (o == nil || u.hidden[o]) {
			out = append(out, "\nvar "+name+" int\n"...)
		}
	}
	return out
}

// paths are the packages that the types of the variables in reach need.
func (u *unit) paths() (all []string) {
	u.note.mu.Lock()
	defer u.note.mu.Unlock()
	for name, v := range u.visible {
		if u.reached[name] {
			for _, w := range u.note.group(v) {
				all = append(all, w.Imports...)
				for _, need := range w.Entry.Needs {
					what, key, _ := strings.Cut(need, " ")
					if m, ok := u.note.snippets[key]; ok && what == "func" {
						all = append(all, m.imports...)
					} else {
						all = append(all, needPaths(key)...)
					}
				}
			}
		}
	}
	return all
}

// needPaths are the packages that what a variable needs names.
func needPaths(key string) (paths []string) {
	for _, word := range strings.FieldsFunc(key, func(r rune) bool { return strings.ContainsRune("*&[](){},; ", r) }) {
		if i := strings.LastIndexByte(word, '.'); i > 0 && word[:i] != "main" && !strings.HasPrefix(word, "..") {
			paths = append(paths, word[:i])
		}
	}
	return paths
}
