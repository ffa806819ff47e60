package build

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/vars"
)

// Finish takes over the variables that the last program has left, if it has
// compiled, and returns what is to be said of them.
func (s *Server) Finish(compiled bool) []string { return s.note.finish(compiled) }

// Failure is why the last program has ended by itself, if it has told.
func (s *Server) Failure() (vars.Failure, bool) { return vars.TakeFailure(s.note.folder) }

// Variables are those of the notebook, by name.
func (s *Server) Variables() (all []Living) {
	s.note.mu.Lock()
	defer s.note.mu.Unlock()
	for _, v := range s.note.alive {
		all = append(all, *v)
	}
	slices.SortFunc(all, func(a, b Living) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Aliases are the packages of a variable's type by the names that they have in it.
func (v Living) Aliases() map[string]string {
	all := map[string]string{}
	for _, path := range v.Imports {
		all[aliasOf(path)] = path
	}
	return all
}

// Drop forgets variables, all if none is named, and returns which there were.
func (s *Server) Drop(names ...string) ([]string, error) { return s.note.drop(names...) }

// Hides tells which variable hides the package or the function that a message is
// about; "" where none does.
func (s *Server) Hides(message string) string {
	name, what := "", ""
	if m := selected.FindStringSubmatch(message); m != nil {
		name, what = m[1], "o pacote "+m[1]
	} else if m := called.FindStringSubmatch(message); m != nil {
		name, what = m[1], m[1]
	} else if m := noType.FindStringSubmatch(message); m != nil {
		name, what = m[1], "o tipo "+m[1]
	}
	s.note.mu.Lock()
	defer s.note.mu.Unlock()
	v := s.note.alive[name]
	if v == nil {
		return ""
	}
	return fmt.Sprintf("%s é uma variável (%s) desde a célula [%d] e esconde %s; %%del %[1]s o traz de volta", name, v.Shown, v.Cell, what)
}

// What the compiler says where a variable hides a package, a function or a type.
var (
	selected = regexp.MustCompile(`(?:^|\()(\w+)\.\w+ undefined \(type `)
	called   = regexp.MustCompile(`cannot call non-function (\w+) `)
	noType   = regexp.MustCompile(`(?:^|\()(\w+) \(variable of .*\) is not a type`)
)

// Lost tells why a name is no variable of the notebook that once was one; "" where it
// never was.
func (s *Server) Lost(name string) string {
	s.note.mu.Lock()
	defer s.note.mu.Unlock()
	if h, ok := s.note.dropped[name]; ok {
		return fmt.Sprintf("a variável %s, da célula [%d], só existiu nela: %s", name, h.cell, h.why)
	}
	return ""
}
