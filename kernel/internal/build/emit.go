package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// program writes the program: names of variables are those of the package's, what
// declares them assigns to them, and main runs between reading and writing them.
func (l *living) program(result bool) (text []byte, unused []Unused) {
	for i, o := range l.info.Defs {
		if o != nil && l.storage[o] != nil {
			l.uses[i] = o // one way to look at all
		}
	}
	l.unused = slices.DeleteFunc(l.unused, func(e types.Error) bool { return l.livesAt(e.Pos) })
	unused = l.use(l.imports)
	var shown *ast.ExprStmt
	if result {
		shown = l.last()
	}
	l.dropped(shown)
	if result {
		l.showResult()
	}
	l.awaitDisplays()
	for i, name := range l.renamed {
		l.replace(i.Pos(), i.End(), l.nameOf(i, name))
	}
	for i, o := range l.uses {
		if s := l.storage[o]; s != nil {
			l.replace(i.Pos(), i.End(), s.name)
		}
	}
	for _, d := range l.defs {
		l.assign(d)
	}
	l.hoist()
	l.functionValues()
	tail, runs := l.tail()
	if runs && l.main != nil {
		l.replace(l.main.Name.Pos(), l.main.Name.End(), inner+"main")
	}
	if at := l.early(); runs && at.IsValid() {
		p := l.fset.PositionFor(at, false)
		l.insert(l.offset(at), fmt.Sprintf("var _ = %s.Early((*%st)(nil)); /*line :%d:%d*/", aliasOf(varsPackage), inner, p.Line, p.Column))
	}
	head := ""
	for _, path := range slices.Sorted(maps.Keys(l.paths)) {
		head += fmt.Sprintf("; import %s %q", aliasOf(path), path)
	}
	l.insert(l.offset(l.file.Name.End()), head)
	return append(l.apply(0, len(l.text)), tail...), unused
}

// early is where the program's own variables begin, if values are given to them, or an
// init runs, before main: there the variables of the notebook have to be restored
// already.
func (l *living) early() token.Pos {
	first, wanted := token.NoPos, false
	for _, d := range l.file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.IMPORT || len(d.Specs) == 0 {
				continue
			}
			wanted = wanted || d.Tok == token.VAR
		case *ast.FuncDecl:
			wanted = wanted || d.Recv == nil && d.Name.Name == "init"
		}
		if !first.IsValid() {
			first = d.Pos()
		}
	}
	if !wanted {
		return token.NoPos
	}
	return first
}

// livesAt tells whether what is declared at a place is a variable of the notebook.
func (l *living) livesAt(pos token.Pos) bool {
	for i, o := range l.info.Defs {
		if i.Pos() == pos {
			return l.storage[o] != nil
		}
	}
	return false
}

// nameOf is the name in the package of what a name means: in main the variable as it
// was, elsewhere as main leaves it.
func (l *living) nameOf(i *ast.Ident, name string) string {
	if l.main != nil && i.Pos() >= l.main.Pos() && i.Pos() < l.main.End() {
		if s := l.old[name]; s != nil {
			return s.name
		}
	}
	return mark + name
}

// replace puts a text in the place of another.
func (l *living) replace(from, to token.Pos, text string) { l.replaceLines(from, to, "", text) }

// replaceLines puts two texts in the place of one, whose lines it keeps between them:
// a line may end there.
func (l *living) replaceLines(from, to token.Pos, before, after string) {
	at, end := l.offset(from), l.offset(to)
	lines := strings.Repeat("\n", strings.Count(string(l.text[at:end]), "\n"))
	l.edits = append(l.edits, edit{at: at, text: before + lines + after, end: end})
}

// assign makes an assignment of a declaration, as far as what it declares lives.
func (l *living) assign(d *definition) {
	lives, local := []*ast.Ident{}, false
	for _, i := range d.idents {
		switch {
		case i.Name == "_":
		case l.storage[l.uses[i]] != nil:
			lives = append(lives, i)
		default:
			local = true
		}
	}
	if g, ok := d.stmt.(*ast.DeclStmt); ok {
		for _, s := range g.Decl.(*ast.GenDecl).Specs {
			s := s.(*ast.ValueSpec)
			local = local || s.Type != nil && slices.ContainsFunc(s.Names, func(i *ast.Ident) bool { return i.Name == "_" })
		}
	}
	after := ""
	switch {
	case len(lives) == 0:
		return
	case local: // some stay variables of main: all are, for a moment
		l.edits = slices.DeleteFunc(l.edits, func(e edit) bool {
			return e.end > 0 && slices.ContainsFunc(lives, func(i *ast.Ident) bool { return e.at == l.offset(i.Pos()) })
		})
		for k, i := range lives {
			t := fmt.Sprint(inner, "t", k)
			l.replace(i.Pos(), i.End(), t)
			after += fmt.Sprintf("; %s = %s", l.storage[l.uses[i]].name, t)
		}
	default:
		l.plain(d)
	}
	if d.mark >= 0 {
		after += fmt.Sprintf("; %sm[%d] = true", inner, d.mark)
	}
	l.insert(l.offset(d.stmt.End()), after)
}

// plain makes a declaration an assignment.
func (l *living) plain(d *definition) {
	switch s := d.stmt.(type) {
	case *ast.AssignStmt:
		l.replace(s.TokPos, s.TokPos+2, "= ")
	case *ast.DeclStmt:
		g := s.Decl.(*ast.GenDecl)
		l.replace(g.TokPos, g.TokPos+3, "   ")
		if g.Lparen.IsValid() {
			l.replace(g.Lparen, g.Lparen+1, " ")
			l.replace(g.Rparen, g.Rparen+1, " ")
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			if v.Type == nil {
				continue
			}
			l.spent = append(l.spent, v.Type)
			switch {
			case v.Values != nil:
				l.replaceLines(v.Type.Pos(), v.Values[0].Pos(), "= ", "")
			default:
				zero := make([]string, len(v.Names))
				for k, i := range v.Names {
					zero[k] = "*new(" + l.storage[l.uses[i]].typ + ")"
				}
				l.replaceLines(v.Type.Pos(), v.Type.End(), "= ", strings.Join(zero, ", "))
			}
		}
	}
}

// tail is what stands behind the program: the variables, and where it runs them, what the
// runtime has to know of them, and main. It does not where the program has no variables
// but fixed ones, does not look at errors and leaves its process as it is.
func (l *living) tail() (text string, runs bool) {
	fixed, all := l.fix(l.variables())
	var b strings.Builder
	b.WriteString("\n")
	for _, name := range slices.Sorted(maps.Keys(l.literals)) {
		b.WriteString(l.literals[name] + "\n")
	}
	for _, s := range fixed {
		fmt.Fprintf(&b, "var %s %s = %s\n", s.name, s.typ, s.value)
		for _, path := range s.of.Imports {
			l.paths[path] = true
		}
	}
	if len(all) == 0 && !l.checks && !l.moves {
		return b.String(), false
	}
	v := aliasOf(varsPackage)
	l.paths[varsPackage] = true
	// What is imported for a type that is no longer written where it was is still used.
	for _, t := range l.spent {
		fmt.Fprintf(&b, "var _ %s\n", l.inside(l.offset(t.Pos()), l.offset(t.End())))
	}
	fmt.Fprintf(&b, "var %sm [%d]bool\n", inner, max(l.marks, 1))
	declared := map[string]bool{}
	list := ""
	for _, s := range all {
		if !declared[s.name] {
			declared[s.name] = true
			fmt.Fprintf(&b, "var %s %s\n", s.name, s.typ)
		}
		for _, path := range s.of.Imports {
			l.paths[path] = true
		}
		list += fmt.Sprintf("{Name: %q, ID: %d, At: &%s, Restore: %v", s.of.Name, s.of.ID, s.name, s.read)
		if len(s.made) > 0 {
			list += fmt.Sprintf(", Made: %s", marks(s.made))
		}
		if len(s.until) > 0 {
			list += fmt.Sprintf(", Until: %s", marks(s.until))
		}
		list += "}, "
	}
	// Versions that only main knows have a place, but no entry.
	for _, o := range slices.SortedFunc(maps.Keys(l.storage), func(a, b types.Object) int { return int(a.Pos() - b.Pos()) }) {
		if s := l.storage[o]; s.of == nil && !declared[s.name] {
			declared[s.name] = true
			fmt.Fprintf(&b, "var %s %s\n", s.name, s.typ)
		}
	}
	needs := l.needs(all)
	// Tables of addresses are data of the program; in a function they would be code.
	fmt.Fprintf(&b, "var %sv = []%s.Variable{%s}\n", inner, v, list)
	fmt.Fprintf(&b, "var %sn = []%s.Name{%s}\n", inner, v, needs.names)
	fmt.Fprintf(&b, "var %sy = []any{%s}\n", inner, needs.types)
	fmt.Fprintf(&b, "type %st struct{}\nfunc (*%st) Cell() *%s.Cell { return &%s.Cell{", inner, inner, v, v)
	fmt.Fprintf(&b, "Variables: %sv, ", inner)
	fmt.Fprintf(&b, "Functions: []%s.Function{%s}, ", v, needs.functions)
	fmt.Fprintf(&b, "Types: %sy, ", inner)
	fmt.Fprintf(&b, "Timers: %v, Signals: %v, ", l.timers(), l.takes("os/signal", "Notify", "NotifyContext"))
	fmt.Fprintf(&b, "Linked: []any{%s}, ", needs.keep)
	fmt.Fprintf(&b, "Names: %sn} }\n", inner)
	if l.main != nil {
		fmt.Fprintf(&b, "func main() { %s.Run((*%st)(nil).Cell(), %smain) }\n", v, inner, inner)
	}
	return b.String(), true
}

func marks(of []int) string {
	all := make([]string, len(of))
	for i, m := range of {
		all[i] = fmt.Sprintf("&%sm[%d]", inner, m)
	}
	return "[]*bool{" + strings.Join(all, ", ") + "}"
}

// variables are those of the program, the old version of a name before the new one.
// Those that main does not lead to are not read.
func (l *living) variables() (all []*storage) {
	old := map[string]bool{}
	for _, name := range slices.Concat(slices.Collect(maps.Values(l.renamed)), l.u.again) {
		v := l.u.visible[name]
		if v == nil || old[name] {
			continue
		}
		old[name] = true
		s := l.oldStorage(v)
		if !l.u.required[name] || l.main == nil {
			all = append(all, s)
			continue
		}
		for _, w := range l.u.note.group(v) {
			s := l.oldStorage(w)
			s.read = w.Entry.File != ""
			all = append(all, s)
		}
	}
	all = slices.AppendSeq(all, maps.Values(l.final))
	all = slices.AppendSeq(all, maps.Values(l.old))
	slices.SortFunc(all, func(a, b *storage) int {
		if a.of.Name == b.of.Name {
			return a.of.ID - b.of.ID
		}
		return strings.Compare(a.of.Name, b.of.Name)
	})
	all = slices.Compact(all)
	return all
}

// refused are the variables that could not be kept and that the program uses.
func (l *living) refused() (errs []types.Error) {
	told := map[string]bool{}
	var ids []*ast.Ident
	for i := range l.renamed {
		ids = append(ids, i)
	}
	slices.SortFunc(ids, func(a, b *ast.Ident) int { return int(a.Pos() - b.Pos()) })
	for _, i := range ids {
		v := l.u.visible[l.renamed[i]]
		if v == nil || v.Entry.Refused == "" || told[v.Name] || !l.u.required[v.Name] {
			continue
		}
		told[v.Name] = true
		errs = append(errs, types.Error{Fset: l.fset, Pos: i.Pos(), Msg: fmt.Sprintf(
			"a variável %s (%s), da célula [%d], não passa de uma célula para outra: %s; use-a na célula [%d], ou crie-a de novo nesta",
			v.Name, v.Shown, v.Cell, v.Entry.Refused, v.Cell)})
	}
	return errs
}

// timers tells whether goroutines of the program may wait for timers, or for what is
// outside of it.
func (l *living) timers() bool {
	for _, s := range l.file.Imports {
		switch path := cells.ImportPath(s); {
		case path == "context", path == "os/signal", path == "net", strings.HasPrefix(path, "net/"):
			return true
		}
	}
	return l.takes("time", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Reset")
}

// takes tells whether the program names one of the functions of a package.
func (l *living) takes(path string, functions ...string) bool {
	for _, o := range l.uses {
		if f, ok := o.(*types.Func); ok && f.Pkg() != nil && f.Pkg().Path() == path && slices.Contains(functions, f.Name()) {
			return true
		}
	}
	return false
}
