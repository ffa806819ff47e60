package build

import (
	"bytes"
	"context"
	"encoding/json"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Unknown is an import path that no package has.
type Unknown struct {
	Path    string
	Nearest string // the path of a package that there is and that is most like it; "" where none is
	Reason  string // the Go tool's
}

// absent is what the Go tool says of a package that is not there; what else it
// may say is not about the path.
var absent = regexp.MustCompile(`is not in std|no required module provides|cannot find (module|package)|does not contain package|malformed import path|does not match|outside main module|no such file|directory not found`)

// Unknown lists those of the paths that a program in the folder dir cannot
// import. Where it cannot find that out, it lists none, and the compiler will say.
func (s *Server) Unknown(ctx context.Context, dir string, env, paths []string) (unknown []Unknown) {
	s.working.Lock()
	defer s.working.Unlock()
	q := Request{Dir: dir, Env: env}
	root, _, err := s.versions(ctx, q)
	if err != nil {
		return nil
	}
	ask := slices.DeleteFunc(slices.Clone(paths), func(p string) bool {
		if p == "unsafe" || p == "C" || s.known.exports[p] != "" {
			return true
		}
		found, err := filepath.Glob(filepath.Join(root, "src", filepath.FromSlash(p), "*.go"))
		return err == nil && p != "" && len(found) > 0
	})
	if len(ask) == 0 {
		return nil
	}
	text, err := s.list(ctx, q, append([]string{"list", "-e", "-find", "-json=ImportPath,Error", "--"}, ask...))
	if err != nil {
		return nil
	}
	var there []string
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		var l listed
		if err := d.Decode(&l); err != nil {
			return unknown
		}
		if l.Error == nil || !absent.MatchString(l.Error.Err) {
			continue
		}
		if there == nil {
			there = s.importable(ctx, q)
		}
		unknown = append(unknown, Unknown{l.ImportPath, nearest(l.ImportPath, there), firstLine(l.Error.Err)})
	}
}

// firstLine leaves out the order that the Go tool advises: it is another in a cell.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "; to add it:")
}

// importable lists the packages that cells can import: of the standard library
// and of the modules that come with the lab.
func (s *Server) importable(ctx context.Context, q Request) (paths []string) {
	args := []string{"list", "-e", "-find", "-f", "{{.Name}} {{.ImportPath}}", "std"}
	for _, m := range s.Tools.Modules {
		args = append(args, m+"/...")
	}
	text, err := s.list(ctx, q, args)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		name, p, _ := strings.Cut(strings.TrimSpace(line), " ")
		if elements := strings.Split(p, "/"); name != "main" && !slices.Contains(elements, "internal") && elements[0] != "vendor" {
			paths = append(paths, p)
		}
	}
	return paths
}

// elsewhere is where to look for what other languages' libraries have.
var elsewhere = map[string]string{"numpy": "mat", "scipy": "stat", "random": "rand", "tensorflow": "nn", "keras": "nn", "torch": "nn",
	"matplotlib": "viz", "pyplot": "viz", "seaborn": "viz", "time.h": "time", "stdio.h": "fmt"}

// nearest is the path that is most like another: by the letters of the whole, or
// by its last element. "" where none is like it.
func nearest(to string, among []string) string {
	last := path.Base(to)
	if other := elsewhere[strings.ToLower(last)]; other != "" {
		last = other
	}
	best, found := len(to)/3+1, ""
	for _, p := range among {
		d := levenshtein.ComputeDistance(strings.ToLower(to), p)
		if path.Base(p) == last {
			d = min(d, 1)
		}
		if d < best || d == best && found != "" && len(p) < len(found) {
			best, found = d, p
		}
	}
	return found
}
