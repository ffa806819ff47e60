package complete

import (
	"cmp"
	"go/ast"
	"go/build"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// Words is what is known without gopls: keywords, the names of packages and what
// they export, with its documentation, as the sources say it.
type Words struct {
	Root    string // the lab's checkout, where Go resolves imports
	mu      sync.Mutex
	folders map[string]string // import path → folder, "" if there is none
}

// Complete lists how a name could go on that is at the end of a text, and its
// length in bytes.
func (w *Words) Complete(text string, known cells.Known) (items []Item, typed int) {
	of, name, ok := cells.Behind(text)
	if !ok {
		return nil, 0
	}
	if of != "" {
		p, _ := w.packageOf(of, known)
		if p == nil {
			return nil, 0
		}
		for _, d := range p {
			items = append(items, Item{Text: d.name, Kind: d.kind, Signature: d.signature})
		}
	} else {
		for t := token.BREAK; t <= token.VAR; t++ {
			items = append(items, Item{Text: t.String(), Kind: "keyword"})
		}
		for _, n := range types.Universe.Names() {
			items = append(items, Item{Text: n, Kind: "instance"})
		}
		for _, n := range known.Names() {
			items = append(items, Item{Text: n, Kind: "instance"})
		}
		for _, n := range slices.Sorted(maps.Keys(usualNames)) {
			items = append(items, Item{Text: n, Kind: "module"})
		}
	}
	items = slices.DeleteFunc(items, func(i Item) bool { return !within(name, i.Text) })
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(rank(name, a.Text), rank(name, b.Text)) })
	return items, len(name)
}

// within tells whether the letters of a name stand in a word, in order.
func within(name, word string) bool {
	word = strings.ToLower(word)
	for _, r := range strings.ToLower(name) {
		_, rest, ok := strings.Cut(word, string(r))
		if !ok {
			return false
		}
		word = rest
	}
	return true
}

func rank(name, word string) int {
	if strings.HasPrefix(strings.ToLower(word), strings.ToLower(name)) {
		return 0
	}
	return 1
}

// Documentation is what the sources say about a name at the end of a text that
// stands behind a package's; "" if that is not what is there.
func (w *Words) Documentation(text string, known cells.Known) string {
	of, name, ok := cells.Behind(text)
	if !ok || name == "" {
		return ""
	}
	if of == "" {
		_, about := w.packageOf(name, known)
		return about
	}
	p, _ := w.packageOf(of, known)
	for _, d := range p {
		if d.name == name {
			return "```go\n" + d.signature + "\n```\n\n" + d.text
		}
	}
	return ""
}

// documented is a name that a package exports.
type documented struct{ name, kind, signature, text string }

// packageOf reads a package by the name that it has in cells.
func (w *Words) packageOf(name string, known cells.Known) (all []documented, about string) {
	path := cmp.Or(known.Imports[name], usualNames[name])
	if path == "" {
		return nil, ""
	}
	dir := w.folder(path)
	p, err := build.ImportDir(dir, 0)
	if dir == "" || err != nil {
		return nil, ""
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, f := range p.GoFiles {
		if file, err := parser.ParseFile(fset, filepath.Join(dir, f), nil, parser.ParseComments|parser.SkipObjectResolution); err == nil {
			files = append(files, file)
		}
	}
	d, err := doc.NewFromFiles(fset, files, path)
	if err != nil {
		return nil, ""
	}
	r := reader{fset, d}
	return r.all(), "```go\npackage " + d.Name + "\n```\n\n" + r.markdown(d.Doc)
}

// folder is where the sources of a package lie.
func (w *Words) folder(path string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := w.folders[path]; ok {
		return w.folders[path]
	}
	ask := []string{path}
	if w.folders == nil {
		w.folders = map[string]string{}
		ask = append(ask, usual...)
	}
	w.folders[path] = ""
	list := exec.Command("go", append([]string{"list", "-e", "-f", "{{.ImportPath}}\t{{.Dir}}", "--"}, ask...)...)
	list.Dir, list.Env = w.Root, append(gonb.GoEnviron(os.Environ()), "GOPROXY=off", "GOFLAGS=")
	out, _ := list.Output() // without Go there are no cells either
	for line := range strings.Lines(string(out)) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		w.folders[path] = dir
	}
	return w.folders[path]
}

// reader reads a package's documentation.
type reader struct {
	fset *token.FileSet
	*doc.Package
}

func (r reader) all() (all []documented) {
	functions := func(fs []*doc.Func) {
		for _, f := range fs {
			decl := *f.Decl
			decl.Doc, decl.Body = nil, nil
			all = append(all, documented{f.Name, "function", r.source(&decl), r.markdown(f.Doc)})
		}
	}
	values := func(vs []*doc.Value) {
		for _, v := range vs {
			for _, n := range v.Names {
				if token.IsExported(n) {
					all = append(all, documented{n, "instance", v.Decl.Tok.String() + " " + n, r.markdown(v.Doc)})
				}
			}
		}
	}
	functions(r.Funcs)
	values(r.Consts)
	values(r.Vars)
	for _, t := range r.Types {
		decl := *t.Decl
		decl.Doc = nil
		all = append(all, documented{t.Name, "class", r.source(&decl), r.markdown(t.Doc)})
		functions(t.Funcs)
		values(t.Consts)
		values(t.Vars)
	}
	return all
}

func (r reader) source(node any) string {
	var b strings.Builder
	printer.Fprint(&b, r.fset, node) // a Builder does not fail
	return b.String()
}

func (r reader) markdown(text string) string {
	p := r.Printer()
	p.DocLinkURL = func(*comment.DocLink) string { return "" }
	return string(p.Markdown(r.Parser().Parse(text)))
}
