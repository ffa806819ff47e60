package build

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/nnlab-go/lab/internal/whole"
)

// found is what one kernel has found out about the packages that all need, and
// keeps for the others of its user: thirty that start at once would all have the Go
// tool look at the same files.
type found struct {
	Root    string            // GOROOT
	Exports map[string]string // of packages
	Stamps  map[string]string // of the packages of the lab; those of the kernel's own folder are its own
}

// share gives the packages that are usual from what another kernel has found, if
// that holds still. If not, it finds them and leaves them to the others, who wait
// meanwhile. Without a folder for that, each kernel finds them itself.
func (s *Server) share(ctx context.Context, q Request, paths []string) error {
	find := func() error {
		if _, _, err := s.versions(ctx, q); err != nil {
			return err
		}
		return s.known.have(ctx, s, q, paths)
	}
	if s.Tools.Shared == "" || os.MkdirAll(s.Tools.Shared, 0o700) != nil {
		return find()
	}
	file := filepath.Join(s.Tools.Shared, s.sharedName(q, paths))
	if s.take(file, q) {
		return nil
	}
	lock := flock.New(file + ".lock")
	defer lock.Close()
	if locked, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil || !locked {
		return find()
	}
	if s.take(file, q) {
		return nil
	}
	began := time.Now()
	if err := find(); err != nil {
		return err
	}
	own := filepath.Dir(q.Dir) + string(filepath.Separator)
	f := found{s.root, s.known.exports, maps.Clone(s.known.stamps)}
	maps.DeleteFunc(f.Stamps, func(path, _ string) bool { return strings.HasPrefix(path, own) })
	for path := range f.Stamps {
		if changed(path, began) {
			return nil // what was compiled may be what was there before
		}
	}
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	sweep(s.Tools.Shared)
	whole.WriteFile(file, data, 0o600) // a full disk costs the others time, and no more
	return nil
}

// changed tells whether a file, or one in a folder, was written after a time.
func changed(path string, since time.Time) bool {
	later := func(i os.FileInfo, err error) bool { return err != nil || i.ModTime().After(since) }
	if later(os.Stat(path)) {
		return true
	}
	entries, _ := os.ReadDir(path) // none in a file
	return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return later(e.Info()) })
}

// sweep removes what was found long ago: by another version of Go or of the lab,
// mostly, and if not it is soon found again.
func sweep(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if i, err := e.Info(); err == nil && time.Since(i.ModTime()) > 30*24*time.Hour {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// take takes over what another kernel has found; false where there is nothing, or
// where it is no longer so.
func (s *Server) take(file string, q Request) bool {
	data, err := os.ReadFile(file)
	var f found
	if err != nil || json.Unmarshal(data, &f) != nil || f.Root == "" || f.Exports == nil || f.Stamps == nil {
		return false
	}
	s.known = packages{exports: f.Exports, stamps: f.Stamps}
	s.known.noteFolder(q.Dir)
	if s.known.stale() || s.known.write(filepath.Join(filepath.Dir(q.Dir), "importcfg")) != nil {
		s.known = packages{}
		return false
	}
	s.root = f.Root
	return true
}

// sharedName is the same for kernels that must find the same: with the same Go tool
// and settings, module files and packages asked for. Each has a folder of its own,
// which makes no difference.
func (s *Server) sharedName(q Request, paths []string) string {
	h := sha256.New()
	own := strings.NewReplacer(filepath.Base(q.Dir), "", filepath.Dir(q.Dir), "")
	fmt.Fprintf(h, "%q %q\n", s.Tools.Go, stamp(s.Tools.Go))
	env := environment(q.Env)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if strings.HasPrefix(name, "GO") && !strings.HasPrefix(name, "GONB") || name == "HOME" || name == "XDG_CACHE_HOME" {
			fmt.Fprintf(h, "%s=%q\n", name, own.Replace(env[name]))
		}
	}
	for _, name := range moduleFiles {
		text, _ := os.ReadFile(filepath.Join(q.Dir, name))
		fmt.Fprintf(h, "%q\n", own.Replace(string(text)))
		if strings.Contains(string(text), "../") { // it depends on where the folder is
			fmt.Fprintln(h, filepath.Dir(filepath.Dir(q.Dir)))
		}
	}
	fmt.Fprintf(h, "%q", paths)
	return fmt.Sprintf("%x.json", h.Sum(nil)[:8])
}
