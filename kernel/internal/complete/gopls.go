package complete

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// gopls is a running gopls and the files that it has been given.
type gopls struct {
	*connection
	process   *exec.Cmd
	dir       string // of the module in which the files stand
	documents map[string]*document
	recent    []string // the imports of the packages, the one asked last at the end
}

// document is a file as gopls knows it.
type document struct {
	text    string
	version int
}

// packagesKept is of how many packages gopls keeps the files: one per set of
// imports, so that students who import the same share one.
const packagesKept = 8

// settings are gopls's: to complete and to tell documentation, nothing else.
var settings = map[string]any{
	"completionBudget": "100ms", "diagnosticsTrigger": "Save", "hoverKind": "FullDocumentation", "linksInHover": false,
	"usePlaceholders": false, "vulncheck": "Off", "staticcheck": false, "semanticTokens": false,
}

// startGopls starts gopls on the module in a folder.
func startGopls(program, dir string, env []string) (*gopls, error) {
	g := &gopls{dir: dir, documents: map[string]*document{}, process: exec.Command(program)}
	g.process.Dir, g.process.Env = dir, env
	in, err := g.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	out, err := g.process.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := g.process.Start(); err != nil {
		return nil, err
	}
	g.connection = connect(in, out, func(method string, params json.RawMessage) any {
		var asked struct{ Items []struct{} }
		if method != "workspace/configuration" || json.Unmarshal(params, &asked) != nil {
			return nil
		}
		return slices.Repeat([]any{settings}, len(asked.Items))
	})
	return g, nil
}

// greet is what a language server is told first.
func (g *gopls) greet(ctx context.Context) error {
	var can json.RawMessage
	err := g.call(ctx, "initialize", map[string]any{
		"processId": os.Getpid(), "rootUri": uri(g.dir), "initializationOptions": settings,
		"workspaceFolders": []map[string]string{{"uri": uri(g.dir), "name": "cells"}},
		"capabilities": map[string]any{
			"workspace": map[string]any{"configuration": true},
			"textDocument": map[string]any{
				"hover":      map[string]any{"contentFormat": []string{"markdown"}},
				"completion": map[string]any{"completionItem": map[string]any{"documentationFormat": []string{"markdown"}}},
			},
		},
	}, &can)
	if err != nil {
		return err
	}
	return g.notify("initialized", struct{}{})
}

// end ends gopls, however it is.
func (g *gopls) end() {
	g.process.Process.Kill() // it may have ended
	<-g.ended                // Wait closes what is read
	g.process.Wait()
}

// put gives gopls the files of a program and returns the cell's.
func (g *gopls) put(q Query) (string, error) {
	g.recent = append(slices.DeleteFunc(g.recent, func(i string) bool { return i == q.Imports }), q.Imports)
	for len(g.recent) > packagesKept {
		for _, name := range []string{"cell.go", "rest.go"} {
			if err := g.forget(g.file(g.recent[0], name)); err != nil {
				return "", err
			}
		}
		g.recent = g.recent[1:]
	}
	if err := g.set(g.file(q.Imports, "rest.go"), q.Rest); err != nil {
		return "", err
	}
	return g.file(q.Imports, "cell.go"), g.set(g.file(q.Imports, "cell.go"), q.Cell)
}

// file is where a file of a program stands. It is there for gopls only.
func (g *gopls) file(imports, name string) string {
	return uri(filepath.Join(g.dir, imports, name))
}

func (g *gopls) set(file, text string) error {
	d := g.documents[file]
	switch {
	case d == nil:
		g.documents[file] = &document{text: text}
		return g.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": file, "languageId": "go", "version": 0, "text": text}})
	case d.text == text:
		return nil
	}
	d.text = text
	d.version++
	return g.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": file, "version": d.version},
		"contentChanges": []map[string]string{{"text": text}}})
}

func (g *gopls) forget(file string) error {
	delete(g.documents, file)
	return g.notify("textDocument/didClose", map[string]any{"textDocument": map[string]string{"uri": file}})
}

// answer answers a query.
func (g *gopls) answer(ctx context.Context, q Query) (Answer, error) {
	file, err := g.put(q)
	if err != nil {
		return Answer{}, err
	}
	if q.Inspect {
		text, err := g.inspect(ctx, file, q)
		return Answer{Warm: err == nil, Documentation: text}, err
	}
	list, err := g.complete(ctx, file, positionOf(q.Cell, q.At))
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Warm: true, From: q.At, To: q.At}
	for i, c := range list {
		if i == 0 {
			a.From, a.To = offsetOf(q.Cell, c.Edit.Range.Start), offsetOf(q.Cell, c.Edit.Range.End)
		}
		if c.Edit.Range == list[0].Edit.Range {
			a.Items = append(a.Items, Item{Text: c.Edit.Text, Kind: kinds[c.Kind], Signature: strings.TrimPrefix(c.Detail, "func")})
		}
	}
	return a, nil
}

func (g *gopls) complete(ctx context.Context, file string, at position) ([]completion, error) {
	var list struct{ Items []completion }
	err := g.call(ctx, "textDocument/completion", place(file, at), &list)
	return list.Items, err
}

// inspect returns what is said about the name at a place. To hover over what is
// declared in another package, gopls checks that package whole, which takes a
// tenth of a second for nn; the documentation of a function comes with its
// completion too, at once.
func (g *gopls) inspect(ctx context.Context, file string, q Query) (string, error) {
	end := cells.EndOfName(q.Cell, q.At)
	list, err := g.complete(ctx, file, positionOf(q.Cell, end))
	if err != nil {
		return "", err
	}
	for _, c := range list {
		signature, function := strings.CutPrefix(c.Detail, "func(")
		if function && c.Documentation.Value != "" && offsetOf(q.Cell, c.Edit.Range.Start) <= q.At && q.Cell[offsetOf(q.Cell, c.Edit.Range.Start):end] == c.Edit.Text {
			return "```go\nfunc " + c.Edit.Text + "(" + signature + "\n```\n\n---\n\n" + c.Documentation.Value, nil
		}
	}
	var hover struct{ Contents struct{ Value string } }
	err = g.call(ctx, "textDocument/hover", place(file, positionOf(q.Cell, q.At)), &hover)
	return hover.Contents.Value, err
}

func place(file string, at position) map[string]any {
	return map[string]any{"textDocument": map[string]string{"uri": file}, "position": at}
}

// completion is an item of a language server's list.
type completion struct {
	Kind   int
	Detail string
	Edit   struct {
		Range struct{ Start, End position }
		Text  string `json:"newText"`
	} `json:"textEdit"`
	Documentation struct{ Value string }
}

// kinds are JupyterLab's words for a language server's numbers.
var kinds = map[int]string{2: "function", 3: "function", 5: "property", 6: "instance", 7: "class", 8: "class", 9: "module", 14: "keyword", 21: "instance", 22: "class", 25: "class"}

// position is a place in a text as language servers count: lines from 0, and
// units of UTF-16.
type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

func positionOf(text string, offset int) position {
	before := text[:offset]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return position{strings.Count(before, "\n"), len(utf16.Encode([]rune(line)))}
}

func offsetOf(text string, p position) int {
	offset := 0
	for range p.Line {
		n := strings.IndexByte(text[offset:], '\n')
		if n < 0 {
			return len(text)
		}
		offset += n + 1
	}
	units := 0
	for i, r := range text[offset:] {
		if units >= p.Character || r == '\n' {
			return offset + i
		}
		units += utf16.RuneLen(r)
	}
	return len(text)
}

func uri(path string) string { return "file://" + filepath.ToSlash(path) }

// warmUp has gopls read the packages that cells usually import, which takes
// seconds.
func (g *gopls) warmUp(ctx context.Context) error {
	if err := g.greet(ctx); err != nil {
		return err
	}
	q := Compose(Draft{Code: "func main() {\nnn.\n}", Cursor: len("func main() {\nnn.")}, nil)
	for {
		a, err := g.answer(ctx, q)
		if err != nil {
			return err
		}
		if len(a.Items) > 0 {
			return nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("gopls completes nothing: %w", ctx.Err())
		}
	}
}
