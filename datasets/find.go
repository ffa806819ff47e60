package datasets

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const modulePath = "github.com/nnlab-go/lab"

// place is a folder in which the files of a source may be.
type place struct {
	what string // "NNLAB_DATA"
	dir  string // "" when there is no such place here
	why  string // why there is none
}

// places lists where the files of a source may be, in the order in which they
// are looked for.
func (s *Source) places() []place {
	named := place{what: "NNLAB_DATA", why: "is not set"}
	if dir := os.Getenv("NNLAB_DATA"); dir != "" {
		named.dir = filepath.Join(dir, s.Name)
	}
	lab := place{what: "the lab's repository", why: "is not on this machine"}
	if dir := packageDir(); dir != "" {
		lab.dir = filepath.Join(dir, s.Name)
	}
	cache := place{what: "the user's cache"}
	if dir, err := s.CacheDir(); err == nil {
		cache.dir = dir
	} else {
		cache.why = err.Error()
	}
	return []place{named, lab, cache}
}

// Find returns the folder that holds all files of the source. The error names
// each place where it looked. It does not look into the files; see
// [File.Verify].
func (s *Source) Find() (dir string, err error) {
	var all []*File
	for i := range s.Files {
		all = append(all, &s.Files[i])
	}
	dir, missing := s.find(all)
	if dir == "" {
		return "", s.lost(all, missing)
	}
	return dir, nil
}

// find returns the first place that has the files, or why no place has.
func (s *Source) find(files []*File) (dir string, missing []error) {
	for _, p := range s.places() {
		err := p.has(files)
		if err == nil {
			return p.dir, nil
		}
		missing = append(missing, err)
	}
	return "", missing
}

// lost is the error for files that are in none of the places.
func (s *Source) lost(files []*File, why []error) error {
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	return &Error{Where: s.Name, Expected: strings.Join(names, ", "), Got: "no place that has them all", Err: errors.Join(why...),
		Mend: "run `go run " + modulePath + "/kernel fetch " + s.Name + "`, or put the files into a folder " + s.Name +
			" and set NNLAB_DATA to the folder that it is in"}
}

// has tells why the files are not in this place, if so.
func (p *place) has(files []*File) error {
	if p.dir == "" {
		return errors.New(p.what + " " + p.why)
	}
	for _, f := range files {
		if info, err := os.Stat(filepath.Join(p.dir, f.Name)); err != nil || !info.Mode().IsRegular() {
			return fmt.Errorf("%s, %s: no file %s", p.what, p.dir, f.Name)
		}
	}
	return nil
}

// packageDir is this package's folder in the repository or in the module cache,
// or "" where neither is on this machine. A notebook's cell is compiled
// elsewhere but from these very files, so that the compiler knows where they
// are. With -trimpath it does not tell; then the module cache and the folders
// around the working directory may have it.
func packageDir() string {
	_, file, _, _ := runtime.Caller(0)
	dir := filepath.Dir(filepath.FromSlash(file))
	if strings.HasPrefix(file, modulePath+"@") {
		dir = filepath.Join(moduleCache(), dir)
	}
	if _, err := os.Stat(dir); err == nil && filepath.IsAbs(dir) {
		return dir
	}
	return packageAround(".")
}

// packageAround looks for the repository upwards from dir.
func packageAround(dir string) string {
	dir, err := filepath.Abs(dir)
	for err == nil {
		text, _ := os.ReadFile(filepath.Join(dir, "go.mod"))
		if strings.Contains("\n"+string(text), "\nmodule "+modulePath+"\n") {
			return filepath.Join(dir, "datasets")
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return ""
}

// moduleCache is GOMODCACHE, as `go help environment` defines it.
func moduleCache() string {
	if dir := os.Getenv("GOMODCACHE"); dir != "" {
		return dir
	}
	if list := filepath.SplitList(os.Getenv("GOPATH")); len(list) > 0 {
		return filepath.Join(list[0], "pkg", "mod")
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, "go", "pkg", "mod")
}
