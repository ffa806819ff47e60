// Package whole writes files whole or not at all: what is written takes the place of a
// file when it is complete and on the disk. A program that is killed on the way leaves
// one file beside it, which the next write of the same name clears away.
package whole

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ending is that of a file that is not complete yet.
const ending = ".part"

// Part is where a file is written until it is complete: ".model.safetensors.part"
// beside "model.safetensors".
func Part(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+ending)
}

// Of is the name of the file that a part of this name becomes; false for a name that is
// no part's.
func Of(part string) (name string, ok bool) {
	name, hidden := strings.CutPrefix(filepath.Base(part), ".")
	name, ends := strings.CutSuffix(name, ending)
	return name, hidden && ends && name != ""
}

// WriteFile writes data to a file, see [Write].
func WriteFile(path string, data []byte, most fs.FileMode) error {
	return Write(path, most, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Write has write fill a file, which takes the place of path when it is complete. A
// new file has the permissions most, less the umask; one that is there keeps its own,
// as far as most has them, and can be executed where most says so. Two programs that
// write one file take turns. A device, such as /dev/null, is written to as it is: nothing
// may take its place, which root could have done.
func Write(path string, most fs.FileMode, write func(io.Writer) error) (err error) {
	old, err := os.Lstat(path)
	if err == nil && old.Mode()&fs.ModeDevice != 0 {
		return writeDevice(path, write)
	}
	there := err == nil
	f, err := create(Part(path), most)
	if err != nil {
		return err
	}
	defer f.Close() // only then may another have the name
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if there && old.Mode().IsRegular() {
		if err := f.Chmod(old.Mode().Perm()&most | most&0o111); err != nil {
			return err
		}
	}
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil { // else a crash of the machine could leave an empty file in its place
		return err
	}
	return os.Rename(f.Name(), path)
}

func writeDevice(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
