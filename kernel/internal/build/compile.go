package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// build makes the program in the folder of a call: compiler and linker are
// called directly where nothing is special about how. Where the student has asked for
// something (%goflags, %env CGO_ENABLED 1, go:embed) the Go tool makes the same program.
func (s *Server) build(ctx context.Context, q Request, output string) (Response, error) {
	p, err := s.program(ctx, q)
	if ctx.Err() != nil {
		return Response{}, errors.New("interrupted")
	}
	if err != nil {
		return s.real(ctx, q)
	}
	if p.wrong != "" {
		return Response{"# " + filepath.Base(q.Dir) + "\n" + p.wrong, 1}, nil
	}
	folder := filepath.Dir(q.Dir)
	source, archive := filepath.Join(folder, "main.go"), filepath.Join(folder, "main.a")
	if err := os.WriteFile(source, p.text, 0o600); err != nil {
		return Response{}, err
	}
	if p.special || len(q.Args) > 3 {
		return s.overlaid(ctx, q, filepath.Join(q.Dir, "main.go"), source)
	}
	tools := filepath.Join(p.root, "pkg", "tool", runtime.GOOS+"_"+runtime.GOARCH)
	// Both are done before they would have to collect garbage.
	env := append(withoutServer(q.Env), "GOGC=off", "GOMEMLIMIT=1GiB", "GOROOT="+p.root)
	a, err := run(ctx, q.Dir, env, filepath.Join(tools, "compile"), "-o", archive, "-p", "main", "-complete", "-buildid", "nnlab",
		"-lang=go"+p.language, "-dwarf=false", "-importcfg", s.known.config, "-pack", source)
	if err != nil || a.Status != 0 {
		return Response{"# " + filepath.Base(q.Dir) + "\n" + a.Output, a.Status}, err
	}
	return run(ctx, q.Dir, env, filepath.Join(tools, "link"), "-o", output, "-importcfg", s.known.config,
		"-buildmode=exe", "-s", "-w", "-buildid=", archive)
}

// overlaid has the Go tool do a call with another file in the place of one.
func (s *Server) overlaid(ctx context.Context, q Request, file, by string) (Response, error) {
	text, err := json.Marshal(map[string]map[string]string{"Replace": {file: by}})
	if err != nil {
		return Response{}, err
	}
	overlay := filepath.Join(filepath.Dir(by), "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return Response{}, err
	}
	q.Args = append(slices.Clone(q.Args), "-overlay", overlay)
	return s.real(ctx, q)
}

// program is what is compiled.
type program struct {
	text     []byte
	special  bool   // the Go tool has to make it
	root     string // GOROOT
	language string
	wrong    string // what is wrong with it, as the compiler would say it; "" where it is left to that
}

// generated are the packages that programs import which no student has asked for.
var generated = []string{resultPackage, picturePackage, varsPackage, debugPackage}

// maxStack is how large a stack becomes at most: Go would fill a gigabyte, for most of a
// minute on a busy machine, before it tells that a function calls itself without end.
const maxStack = 128 << 20

const debugPackage = "runtime/debug"

// bounded has the program begin with a bound of its stacks, if it has functions that
// might call themselves.
func (u *unit) bounded(text []byte) []byte {
	if !slices.ContainsFunc(u.file.Decls, mayRecur) {
		return text
	}
	at := u.offset(u.file.Name.End()) // nothing is put in before
	head := fmt.Sprintf("; import %sd %q", inner, debugPackage)
	return slices.Concat(text[:at], []byte(head), text[at:], fmt.Appendf(nil, "\nvar _ = %sd.SetMaxStack(%d)\n", inner, maxStack))
}

// mayRecur tells whether a declaration is or has a function that might call itself.
func mayRecur(d ast.Decl) bool {
	if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil && f.Name.Name != "main" {
		return true
	}
	for n := range ast.Preorder(d) {
		if _, ok := n.(*ast.FuncLit); ok {
			return true
		}
	}
	return false
}

var errSpecial = errors.New("not an ordinary cell")

// program reads the program that GoNB has put together and makes of it the one
// that is compiled. The error tells that this is work for the Go tool.
func (s *Server) program(ctx context.Context, q Request) (*program, error) {
	env := environment(q.Env)
	if env["GOOS"]+env["GOARCH"]+env["GOROOT"] != "" {
		return nil, errSpecial
	}
	p := &program{special: s.special(env)}
	if p.special { // what is known of packages is of those that are compiled as usual
		q.Env = append(slices.Clone(q.Env), "GOFLAGS="+s.Tools.Flags, "CGO_ENABLED=0", "GOEXPERIMENT=", "GOAMD64=", "GOARM64=")
	}
	others, err := filepath.Glob(filepath.Join(q.Dir, "*"))
	if err != nil {
		return nil, err
	}
	for _, path := range others {
		switch name := filepath.Base(path); {
		case name == "main.go":
		case slices.Contains([]string{".go", ".s", ".S", ".c", ".h", ".syso"}, filepath.Ext(name)):
			return nil, errSpecial
		}
	}
	path := filepath.Join(q.Dir, "main.go")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	u, err := newUnit(s.note, path, text)
	if err != nil {
		return nil, err
	}
	paths, embeds, err := importsOf(u.file)
	if err != nil {
		return nil, err
	}
	p.special = p.special || embeds
	if p.root, p.language, err = s.versions(ctx, q); err != nil {
		return nil, err
	}
	if err := s.known.have(ctx, s, q, slices.Concat(paths, u.paths(), generated)); err != nil {
		return nil, err
	}
	s.tell()
	made := u.compose(s.known.importer, s.isPackage)
	p.wrong = made.wrong
	s.mu.Lock()
	s.unused, s.blamed = made.unused, made.blamed
	s.mu.Unlock()
	// To the compiler, its file is GoNB's.
	if p.wrong == "" {
		p.text = append([]byte("//line "+path+":1:1\n"), u.bounded(made.text)...)
	}
	return p, nil
}

// special tells whether packages are not compiled as usual.
func (s *Server) special(env map[string]string) bool {
	return env["GOFLAGS"] != s.Tools.Flags || env["CGO_ENABLED"] != "0" || env["GOEXPERIMENT"]+env["GOAMD64"]+env["GOARM64"] != ""
}

func environment(env []string) map[string]string {
	m := map[string]string{}
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		m[name] = value
	}
	return m
}

// importsOf lists what a file imports, and tells whether it embeds files. What it says to
// cgo is for the Go tool alone.
func importsOf(f *ast.File) (paths []string, embeds bool, err error) {
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return nil, false, err
		}
		if path == "C" {
			return nil, false, errSpecial
		}
		paths = append(paths, path)
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			embeds = embeds || strings.HasPrefix(c.Text, "//go:embed")
		}
	}
	return paths, embeds, nil
}

// versions finds the Go that is used and the language that the cells are in.
func (s *Server) versions(ctx context.Context, q Request) (root, language string, err error) {
	if s.root == "" {
		a, err := run(ctx, q.Dir, withoutServer(q.Env), s.Tools.Go, "env", "GOROOT")
		if err != nil || a.Status != 0 {
			return "", "", fmt.Errorf("%w: go env: %v %s", errSpecial, err, a.Output)
		}
		s.root = strings.TrimSpace(a.Output)
	}
	mod, err := os.ReadFile(filepath.Join(q.Dir, "go.mod"))
	if err != nil {
		return "", "", err
	}
	for line := range strings.Lines(string(mod)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "go "); ok {
			parts := strings.SplitN(v, ".", 3)
			return s.root, strings.Join(parts[:min(2, len(parts))], "."), nil
		}
	}
	return "", "", errSpecial
}
