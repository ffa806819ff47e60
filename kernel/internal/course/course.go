// Package course lays the course's notebooks into a student's folder, and brings them
// up to date there as long as the student has not changed them.
package course

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/internal/whole"
)

// record is the file in the student's folder that tells what was laid there: the path of
// each file, and the SHA-256 of what it was.
const record = ".nnlab-cadernos.json"

// Changes are what Lay has done, as paths below the folder.
type Changes struct {
	New, Updated []string
	Kept         []string // the student's, of which the course has a newer one
}

// Lay copies the files of the course to the folder: those that are not there, and those
// that are as they were laid. What a student has changed is never written over; who wants
// the course's again removes his own. Solutions, what is the teacher's, hidden files and what
// `nnlab-kernel exec` makes are left out.
func Lay(course, folder string) (c Changes, err error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return c, err
	}
	laid, err := read(folder)
	if err != nil {
		return c, err
	}
	before := maps.Clone(laid)
	err = walk(course, func(name string, text []byte) error { return c.lay(folder, name, text, laid) })
	if err == nil && !maps.Equal(laid, before) {
		err = write(folder, laid)
	}
	return c, err
}

// walk hands over the files of a course as students get them, by their paths in it.
func walk(course string, file func(name string, text []byte) error) error {
	return filepath.WalkDir(course, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == course {
			return err
		}
		name, err := filepath.Rel(course, path)
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), "."), slices.Contains(teachers, name):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular() || strings.Contains(d.Name(), ".executed."):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if text, err = forStudent(name, text); err != nil {
			return err
		}
		return file(name, text)
	})
}

// lay writes one file, if it may.
func (c *Changes) lay(folder, name string, text []byte, laid map[string]string) error {
	to, sum := filepath.Join(folder, name), sumOf(text)
	is, err := os.ReadFile(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.New = append(c.New, name)
	case err != nil:
		return err
	case sumOf(is) == sum:
		laid[name] = sum
		return nil
	case sumOf(is) == laid[name]:
		c.Updated = append(c.Updated, name)
	default:
		if laid[name] != sum { // else it is the course's that he has changed
			c.Kept = append(c.Kept, name)
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	laid[name] = sum
	return whole.WriteFile(to, text, 0o644)
}

func sumOf(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

// read reads the record. One that is damaged counts as none: then what is there is the
// student's.
func read(folder string) (map[string]string, error) {
	laid := map[string]string{}
	text, err := os.ReadFile(filepath.Join(folder, record))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil || json.Unmarshal(text, &laid) != nil || laid == nil {
		return map[string]string{}, nil
	}
	return laid, nil
}

func write(folder string, laid map[string]string) error {
	text, err := json.MarshalIndent(laid, "", " ")
	if err != nil {
		return err
	}
	return whole.WriteFile(filepath.Join(folder, record), text, 0o644)
}

// String says in a student's words what was done, a line each; "" where nothing was.
func (c Changes) String() string {
	var b strings.Builder
	for _, part := range []struct {
		names []string
		says  string
	}{{c.New, "%s: novo\n"}, {c.Updated, "%s: atualizado\n"}, {c.Kept, "%s: o curso tem uma versão nova; a sua, que você mudou, fica como está (apague-a ou mude o nome dela para receber a nova)\n"}} {
		for _, name := range slices.Sorted(slices.Values(part.names)) {
			fmt.Fprintf(&b, part.says, name)
		}
	}
	return b.String()
}
