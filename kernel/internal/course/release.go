package course

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nnlab-go/lab/internal/whole"
)

// Release makes the student's copy of a course in a new or empty folder, and returns the
// names of its files: no solutions, no folder of the teacher's, nothing hidden. A file that
// cannot be copied, as a notebook of which only half is there, stops no other; the error
// names each, one a line.
func Release(course, folder string) (names []string, err error) {
	if there, err := os.ReadDir(folder); err == nil && len(there) > 0 {
		return nil, fmt.Errorf("a pasta %s não está vazia; dê uma nova", folder)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	err = walk(course, func(name string, text []byte) error {
		to := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return err
		}
		if err := whole.WriteFile(to, text, 0o644); err != nil {
			return err
		}
		names = append(names, name)
		return nil
	})
	return names, err
}
