//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package whole

import (
	"os"
	"syscall"
)

// lock locks an open file, at once or not at all. The lock ends with the process.
func lock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
