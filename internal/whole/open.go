package whole

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// ErrIrregular is that of what is no file of bytes: a folder, a link, a pipe.
var ErrIrregular = errors.New("not a regular file")

// Open opens a file to be read that another program may have put there, and may put
// another thing in its place meanwhile: links are not followed, and nothing is waited
// for. The error is fs.ErrNotExist where nothing is there, [ErrIrregular] where it is no
// file.
func Open(path string) (*os.File, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	irregular := &fs.PathError{Op: "open", Path: path, Err: ErrIrregular}
	if !info.Mode().IsRegular() {
		return nil, irregular
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // should it have become a pipe
	if err != nil {
		return nil, err
	}
	if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
		f.Close()
		return nil, irregular
	}
	return f, nil
}
