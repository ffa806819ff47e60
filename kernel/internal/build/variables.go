package build

import (
	"fmt"
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

// Blamed tells what the variables of the notebook have to do with what is wrong with the
// last program.
func (s *Server) Blamed() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blamed
}

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
