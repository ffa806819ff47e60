package whole

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// patience is how long a write waits for another of the same file.
const patience = 10 * time.Second

// create makes a part, which is locked as long as the file is open. What a killed
// program has left of that name is removed, and so is anything else there: nothing is
// ever written through a link that another has laid.
func create(part string, mode fs.FileMode) (*os.File, error) {
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err == nil {
			// Another may have taken it for left over before it was locked.
			if lock(f) == nil && is(f, part) {
				return f, nil
			}
			f.Close()
		} else if !errors.Is(err, fs.ErrExist) {
			return nil, err
		} else if err := RemovePart(part); err != nil && !errors.Is(err, ErrBusy) {
			return nil, err
		}
		if time.Now().After(end) {
			return nil, &fs.PathError{Op: "write", Path: part, Err: ErrBusy}
		}
	}
}

// ErrBusy is that of a part which a program is writing.
var ErrBusy = errors.New("another program is writing this file")

// RemovePart removes a part that a killed program has left; none is no error.
func RemovePart(part string) error {
	f, err := claim(part)
	if f != nil {
		defer f.Close()
	}
	if err == nil {
		err = os.Remove(part)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Abandoned tells whether a part is there which no program is writing.
func Abandoned(part string) bool {
	f, err := claim(part)
	if f != nil {
		f.Close()
	}
	return f != nil && err == nil
}

// claim locks a part that is there, unless it is no file: nil without an error, then.
// Where nothing is there it is fs.ErrNotExist, for what is there a moment later is
// another program's.
func claim(part string) (*os.File, error) {
	info, err := os.Lstat(part)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil
	}
	f, err := os.Open(part)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, nil // it can be removed without being read
	}
	if lock(f) != nil || !is(f, part) {
		return f, &fs.PathError{Op: "write", Path: part, Err: ErrBusy}
	}
	return f, nil
}

// is tells whether an open file is the one of this name.
func is(f *os.File, name string) bool {
	a, errA := f.Stat()
	b, errB := os.Lstat(name)
	return errA == nil && errB == nil && os.SameFile(a, b)
}
