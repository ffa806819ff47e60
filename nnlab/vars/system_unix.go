//go:build unix

package vars

import (
	"errors"
	"os"
	"syscall"
)

// openFile opens a file of a folder of variables, with its size. A program of a student
// may have put anything in its place, which must not keep its reader waiting: a pipe, a
// link to what has no end. The system is asked by itself: what os tells of a file has a
// time, and a program would be linked with all that writes times.
func openFile(path string) (*os.File, int64, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	var is syscall.Stat_t
	if err := syscall.Fstat(int(f.Fd()), &is); err != nil || is.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil, 0, errors.Join(errDamaged, err, f.Close())
	}
	return f, is.Size, nil
}

// interruptAgain stops this program by the signal that has been waited for.
func interruptAgain() { syscall.Kill(syscall.Getpid(), syscall.SIGINT) }
