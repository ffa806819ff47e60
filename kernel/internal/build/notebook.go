package build

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"hash/fnv"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/nnlab/vars"
)

// Plan is what a cell is to the program that is made of it.
type Plan struct {
	Count      int                    // of the cell, as the notebook has it
	Result     bool                   // the value of the last expression is to be shown
	Ordinary   bool                   // it is no cell with orders to GoNB: an error that nobody takes ends it
	Statements bool                   // the body of main is the cell's own statements: what they declare at the top lives on
	AllTests   bool                   // it says what tests to run, of other cells, too
	Declares   []string               // functions, methods as T.m, types, constants and names of imports: each hides a variable
	Kinds      map[string]token.Token // of these
	Types      map[string]string      // the text of the types among these
}

// Living is a variable of the notebook.
type Living struct {
	Name    string
	ID      int
	Cell    int      // in which it was declared
	Type    string   // as Go has it, with the packages' aliases
	Shown   string   // as a student would write it
	Imports []string // of the type
	Entry   vars.Entry
}

// hint is a variable that cannot live at all, or that a cell has dropped.
type hint struct {
	cell int
	why  string
}

// snippet is a function literal, a method, of a value or as a function of its receiver, or a
// function with its types: code that variables may hold.
type snippet struct {
	source   string // func(n int) int { … }
	ordinary bool   // this literal is from an ordinary cell
	receiver string // the type of a method value's receiver
	method   string
	instance string // f[int], (*T).m
	generic  string // the function f of package main and its type; "" of another package
	imports  []string
}

// notebook is what is known of a notebook's variables.
type notebook struct {
	folder string

	mu       sync.Mutex
	alive    map[string]*Living
	dropped  map[string]hint
	origins  map[string]bool // functions: whether they are from an ordinary cell
	snippets map[string]snippet
	types    map[string]string      // the text of each
	kinds    map[string]token.Token // of each name that cells have declared, by the last of them
	next     int
	moved    bool      // the working folder or the environment is not what the programs start with
	pending  []*Living // of the program that has been compiled last
	hints    map[string]hint
	plan     Plan
}

func newNotebook(folder string) *notebook {
	return &notebook{folder: folder, alive: map[string]*Living{}, dropped: map[string]hint{}, origins: map[string]bool{},
		snippets: map[string]snippet{}, types: map[string]string{}, kinds: map[string]token.Token{}}
}

// mark begins the names of the notebook's variables in programs, inner all else that
// a student has not written.
const (
	mark  = "ǀ"
	inner = mark + mark
)

// ofMain is what stands in front of a cell's type where Go writes it.
var ofMain = regexp.MustCompile(`\bmain\.`)

// Unmarked is a text about a program with the names that a student has written.
func Unmarked(s string) string { return strings.ReplaceAll(s, mark, "") }

// aliasOf is the name that a package has in what is generated.
func aliasOf(path string) string {
	h := fnv.New32()
	h.Write([]byte(path))
	return fmt.Sprintf("%sp%x", inner, h.Sum32())
}

// snippetName is the name of a literal's function in all programs.
func snippetName(source string) string {
	h := fnv.New64()
	h.Write([]byte(source))
	return fmt.Sprintf("%sf%x", inner, h.Sum64())
}

// begin notes the plan of the next program.
func (n *notebook) begin(p Plan) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.plan, n.pending, n.hints = p, nil, map[string]hint{}
	n.sweep()
}

func (n *notebook) sweep() {
	if n.folder == "" {
		return
	}
	if m, err := vars.ReadManifest(n.folder); err == nil {
		m.Sweep(n.folder) // what is left lies there until the kernel's end
	}
}

// visible are the variables that a cell sees: all but those whose names it declares
// as something else.
func (n *notebook) visible(p Plan) map[string]*Living {
	all := maps.Clone(n.alive)
	for _, name := range p.Declares {
		delete(all, name)
	}
	return all
}

// group are the variables that share memory with one, and itself.
func (n *notebook) group(v *Living) (all []*Living) {
	for _, w := range n.alive {
		if w == v || v.Entry.File != "" && w.Entry.File == v.Entry.File {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b *Living) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// finish takes over what a program has left, if it has compiled. It returns what is
// to be said to the student.
func (n *notebook) finish(compiled bool) (said []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.folder == "" || !compiled {
		return nil
	}
	if vars.TakeUnsaved(n.folder) {
		said = append(said, "a célula não chegou ao fim (os.Exit, ou o processo foi morto): as variáveis ficam como antes dela")
	}
	m, err := vars.ReadManifest(n.folder)
	if err != nil {
		said = append(said, "as variáveis foram esquecidas: "+err.Error())
		if err := m.Write(n.folder); err != nil {
			said = append(said, err.Error())
		}
	}
	known := map[int]*Living{}
	for _, v := range n.alive {
		known[v.ID] = v
	}
	for _, v := range n.pending {
		known[v.ID] = v
	}
	alive := map[string]*Living{}
	kept := m.Entries[:0:0]
	for _, e := range m.Entries {
		v := known[e.ID]
		if v == nil || v.Name != e.Name {
			continue
		}
		if slices.Contains(n.plan.Declares, e.Name) {
			if slices.Contains(n.pending, v) {
				said = append(said, fmt.Sprintf("a variável %s só existiu na célula [%d], que também declara um tipo, uma função ou outra coisa com este nome", v.Name, v.Cell))
			}
			continue
		}
		w := *v
		w.Entry = e
		w.Entry.Refused = ofMain.ReplaceAllString(e.Refused, "")
		alive[e.Name] = &w
		kept = append(kept, e)
	}
	for name, v := range n.alive {
		if alive[name] == nil {
			n.hints[name] = hint{v.Cell, fmt.Sprintf("a célula [%d] não a pôde recuperar", n.plan.Count)}
		}
	}
	n.alive, n.moved = alive, len(m.Moves) > 0
	if len(kept) != len(m.Entries) {
		m.Entries = kept
		if err := m.Write(n.folder); err != nil {
			said = append(said, err.Error())
		}
	}
	for _, name := range n.plan.Declares {
		n.origins[name] = n.plan.Ordinary
	}
	maps.Copy(n.kinds, n.plan.Kinds)
	said = append(said, n.retype()...)
	maps.Copy(n.dropped, n.hints)
	for name := range n.alive {
		delete(n.dropped, name)
	}
	for _, name := range n.plan.Declares {
		delete(n.dropped, name)
	}
	n.sweep()
	return said
}

// retype forgets the variables whose types the cell has declared in another way, but
// for fields that have been added, or as what is no type.
func (n *notebook) retype() (said []string) {
	for _, name := range slices.Sorted(maps.Keys(n.plan.Kinds)) {
		text, isType := n.plan.Types[name]
		old, known := n.types[name]
		because := "o tipo " + name + " mudou"
		if isType {
			n.types[name] = text
		} else {
			delete(n.types, name)
			because = name + " deixou de ser um tipo"
		}
		if !known || isType && (old == text || grown(old, text)) {
			continue
		}
		affected := map[string]bool{name: true}
		mentions := func(text string) bool {
			return slices.ContainsFunc(cells.Identifiers(text), func(word string) bool { return affected[word] })
		}
		for range n.types {
			for other, text := range n.types {
				if mentions(text) {
					affected[other] = true
				}
			}
		}
		var gone []string
		for _, v := range n.alive {
			if mentions(v.Type) || slices.ContainsFunc(v.Entry.Needs, mentions) {
				gone = append(gone, v.Name)
			}
		}
		if gone == nil {
			continue
		}
		slices.Sort(gone)
		for _, v := range gone {
			n.dropped[v] = hint{n.alive[v].Cell, fmt.Sprintf("%s na célula [%d]", because, n.plan.Count)}
			n.hints[v] = n.dropped[v]
		}
		words := "a variável " + gone[0] + " foi esquecida"
		if len(gone) > 1 {
			words = "as variáveis " + strings.Join(gone, ", ") + " foram esquecidas"
		}
		said = append(said, words+", porque "+because)
		if _, err := n.forget(gone...); err != nil {
			said = append(said, err.Error())
		}
	}
	return said
}

// grown tells whether a struct has got fields and lost none.
func grown(old, text string) bool {
	fields := func(text string) map[string]string {
		f, err := parser.ParseFile(token.NewFileSet(), "", "package p\ntype "+text, parser.SkipObjectResolution)
		if err != nil || len(f.Decls) == 0 {
			return nil
		}
		s, ok := f.Decls[0].(*ast.GenDecl).Specs[0].(*ast.TypeSpec).Type.(*ast.StructType)
		if !ok {
			return nil
		}
		all := map[string]string{}
		for _, field := range s.Fields.List {
			t := types.ExprString(field.Type)
			for _, n := range field.Names {
				all[n.Name] = t
			}
			if field.Names == nil {
				all[t] = t
			}
		}
		return all
	}
	before, after := fields(old), fields(text)
	if before == nil || after == nil {
		return false
	}
	for name, t := range before {
		if after[name] != t {
			return false
		}
	}
	return true
}

// drop forgets variables, all of them if none is named, and returns those that there
// were.
func (n *notebook) drop(names ...string) (were []string, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.forget(names...)
}

func (n *notebook) forget(names ...string) (were []string, err error) {
	m, _ := vars.ReadManifest(n.folder) // of a damaged one nothing is left
	for name := range n.alive {
		if len(names) == 0 || slices.Contains(names, name) {
			were = append(were, name)
			delete(n.alive, name)
		}
	}
	m.Entries = slices.DeleteFunc(m.Entries, func(e vars.Entry) bool { return slices.Contains(were, e.Name) })
	slices.Sort(were)
	if len(were) == 0 {
		return nil, nil
	}
	err = m.Write(n.folder)
	n.sweep()
	return were, err
}
