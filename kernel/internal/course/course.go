// Package course lays the course's notebooks into a student's folder, and brings them
// up to date there as long as the student has not changed them.
package course

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/kernel/internal/pt"
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
// `nnlab-kernel exec` makes are left out. A file that cannot be laid stops no other; the
// error names each, one a line.
func Lay(course, folder string) (c Changes, err error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return c, pt.Error(err)
	}
	laid := read(folder)
	before := maps.Clone(laid)
	err = walk(course, func(name string, text []byte) error { return c.lay(folder, name, text, laid) })
	if !maps.Equal(laid, before) {
		err = errors.Join(err, pt.Error(write(folder, laid)))
	}
	return c, err
}

// walk hands over the files of a course as students get them, by their paths in it. What is
// wrong with one, in the course or where it is brought, does not keep it from the others.
func walk(course string, file func(name string, text []byte) error) error {
	var wrong []error
	err := filepath.WalkDir(course, func(path string, d fs.DirEntry, err error) error {
		if path == course {
			return pt.Error(err)
		}
		name, nameError := filepath.Rel(course, path)
		switch {
		case nameError != nil:
			return nameError
		case strings.HasPrefix(d.Name(), "."), slices.Contains(teachers, name):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case err != nil:
			wrong = append(wrong, pt.Error(err)) // a folder that cannot be read
			return fs.SkipDir
		case !d.Type().IsRegular() || strings.Contains(d.Name(), ".executed.") || copyOfNotebook(d.Name()):
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil {
			text, err = forStudent(name, text)
		}
		if err == nil {
			err = file(name, text)
		}
		if err != nil {
			wrong = append(wrong, pt.Error(err))
		}
		return nil
	})
	switch len(wrong) {
	case 0:
		return err
	case 1:
		return errors.Join(fmt.Errorf("um arquivo não foi copiado, os outros sim: %w", wrong[0]), err)
	}
	return errors.Join(fmt.Errorf("%d arquivos não foram copiados, os outros sim:\n%w", len(wrong), errors.Join(wrong...)), err)
}

// copyOfNotebook tells whether a file is what an editor or a merge has left of a notebook,
// from which nobody takes the solutions.
func copyOfNotebook(name string) bool {
	return strings.Contains(strings.ToLower(name), ".ipynb") && !isNotebook(name)
}

// lay writes one file, if it may.
func (c *Changes) lay(folder, name string, text []byte, laid map[string]string) error {
	to, sum := filepath.Join(folder, name), sumOf(text)
	is, err := content(to)
	list := &c.New
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, whole.ErrIrregular):
		c.Kept = append(c.Kept, name)
		return nil
	case err != nil:
		return err
	case sumOf(is) == sum:
		laid[name] = sum
		return nil
	case sumOf(is) == laid[name]:
		list = &c.Updated
	default:
		if laid[name] != sum { // else it is the course's that he has changed
			c.Kept = append(c.Kept, name)
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	if err := whole.WriteFile(to, text, 0o644); err != nil {
		return err
	}
	laid[name] = sum
	*list = append(*list, name)
	return nil
}

// content is what stands in a file of a student's folder, where anything may have the name:
// no pipe is waited for.
func content(path string) ([]byte, error) {
	f, err := whole.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func sumOf(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

// read reads the record. One that is damaged counts as none: then what is there is the
// student's.
func read(folder string) map[string]string {
	var laid map[string]string
	text, err := content(filepath.Join(folder, record))
	if err != nil || json.Unmarshal(text, &laid) != nil || laid == nil {
		return map[string]string{}
	}
	return laid
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
