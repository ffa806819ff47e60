package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// packages are the compiled packages that cells have used, and how to tell that
// they are still those of their sources.
type packages struct {
	exports  map[string]string // import path → file with the compiled package
	stamps   map[string]string // folder or file whose contents decide → its stamp
	importer types.Importer    // reads the types of the packages
	config   string            // the file that tells compiler and linker about exports
	told     bool              // asked knows of them
}

// listed is what go list tells about a package.
type listed struct {
	ImportPath, Export, Dir string
	Standard                bool
	Module                  *struct {
		Main bool
		Dir  string
	}
	Error *struct{ Err string }
}

var errUnknown = errors.New("a package that cannot be listed")

// have sees to it that all paths and what they import are known and up to date.
func (p *packages) have(ctx context.Context, s *Server, q Request, paths []string) error {
	if p.exports == nil || p.stale() {
		*p = packages{exports: map[string]string{}, stamps: map[string]string{}}
	}
	missing := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return path == "unsafe" || p.exports[path] != "" })
	if len(missing) == 0 {
		return nil
	}
	// The stamps are taken before the compiler reads the files.
	p.noteFolder(q.Dir)
	args := append([]string{"list", "-e", "-export", "-deps", "-json=ImportPath,Export,Dir,Standard,Module,Error", "--", "runtime"}, missing...)
	a, err := s.list(ctx, q, args)
	if err != nil {
		return err
	}
	for d := json.NewDecoder(bytes.NewReader(a)); ; {
		var l listed
		if err := d.Decode(&l); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		if l.Error != nil || l.Export == "" && l.ImportPath != "unsafe" {
			return errUnknown
		}
		p.exports[l.ImportPath] = l.Export
		if l.Module != nil && l.Module.Main {
			p.note(l.Dir)
			p.note(filepath.Join(l.Module.Dir, "go.mod"))
		}
	}
	return p.write(filepath.Join(filepath.Dir(q.Dir), "importcfg"))
}

// list runs go list, whose standard error is not part of what it lists.
func (s *Server) list(ctx context.Context, q Request, args []string) ([]byte, error) {
	file := filepath.Join(filepath.Dir(q.Dir), "packages.json")
	a, err := run(ctx, q.Dir, withoutServer(q.Env), "/bin/sh", append([]string{"-c", `out="$1"; shift; exec "$@" > "$out"`, "sh", file, s.Tools.Go}, args...)...)
	if err != nil {
		return nil, err
	}
	if a.Status != 0 {
		return nil, fmt.Errorf("%w: %s", errUnknown, a.Output)
	}
	return os.ReadFile(file)
}

func (p *packages) write(config string) error {
	var b strings.Builder
	for path, file := range p.exports {
		if file != "" {
			fmt.Fprintf(&b, "packagefile %s=%s\n", path, file)
		}
	}
	p.config, p.told = config, false
	p.importer = importerOf(p.exports)
	return os.WriteFile(config, []byte(b.String()), 0o600)
}

// importerOf reads the types of packages that are compiled.
func importerOf(exports map[string]string) types.Importer {
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("%w: %s", errUnknown, path)
		}
		return os.Open(exports[path])
	})
}

// asked are the packages for who asks about them while a program is made.
type asked struct {
	mu       sync.Mutex
	importer types.Importer
}

// Import returns the types of a package that cells have used, or that is there for them.
func (a *asked) Import(path string) (*types.Package, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if a.importer == nil {
		return nil, errUnknown
	}
	return a.importer.Import(path)
}

// tell has asked know what is known now.
func (s *Server) tell() {
	if s.known.told || s.known.importer == nil {
		return
	}
	s.asked.mu.Lock()
	defer s.asked.mu.Unlock()
	s.asked.importer, s.known.told = importerOf(maps.Clone(s.known.exports)), true
}

// Packages are those that cells import. They may be asked for at any time.
func (s *Server) Packages() types.Importer { return &s.asked }

// moduleFiles are those of the folder in which a program is made that decide what
// its packages are.
var moduleFiles = []string{"go.mod", "go.sum", "go.work"}

func (p *packages) noteFolder(dir string) {
	for _, name := range moduleFiles {
		p.note(filepath.Join(dir, name))
	}
}

func (p *packages) note(path string) {
	if _, ok := p.stamps[path]; !ok {
		p.stamps[path] = stamp(path)
	}
}

// stale tells whether a source or a compiled package is no longer what it was.
func (p *packages) stale() bool {
	for path, was := range p.stamps {
		if stamp(path) != was {
			return true
		}
	}
	for _, file := range p.exports {
		if _, err := os.Stat(file); file != "" && err != nil {
			return true // the Go tool clears its cache now and then
		}
	}
	return false
}

// stamp describes a file, or the files of a folder, so that a change shows.
func stamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	if !info.IsDir() {
		return fmt.Sprint(info.Size(), info.ModTime().UnixNano())
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, e := range entries {
		if i, err := e.Info(); err == nil && !e.IsDir() {
			fmt.Fprintln(&b, e.Name(), i.Size(), i.ModTime().UnixNano())
		}
	}
	return b.String()
}
