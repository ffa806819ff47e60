package build

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// composed is the program that is compiled, or what is wrong with it.
type composed struct {
	text   []byte
	unused []Unused
	wrong  string   // as the compiler would say it; "" where it is left to that
	blamed []string // what variables have to do with that
}

// compose makes the program that is compiled, or tells what is wrong with it.
func (u *unit) compose(imports types.Importer, isPackage func(name string) bool) (made composed) {
	u.note.mu.Lock()
	defer u.note.mu.Unlock()
	l := u.living(imports)
	if l == nil {
		made.text, made.unused = rewrite(u.fset, u.file, u.text, imports, u.Result)
		return made
	}
	l.check()
	l.bury(isPackage)
	for _, e := range l.problems {
		if said := l.blame(l.pathTo(e.Pos), isPackage); said != "" && !slices.Contains(made.blamed, said) {
			made.blamed = append(made.blamed, said)
		}
	}
	var b strings.Builder
	for _, e := range append(l.problems, l.refused()...) {
		at := u.fset.PositionFor(e.Pos, false)
		fmt.Fprintf(&b, "%s:%d:%d: %s\n", u.path, at.Line, at.Column, Unmarked(e.Msg))
	}
	if made.wrong = b.String(); made.wrong != "" {
		return made
	}
	made.text, made.unused = l.program(u.Result)
	u.note.pending, u.note.hints = l.created, l.hinted
	return made
}
