package streams

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// reads looks at all threads of the program and of what it has started (man 5 proc,
// syscall and children).
func (p *Program) reads() (waits, known bool) {
	if p.unread() {
		return false, true
	}
	family := []int{p.process}
	for i := 0; i < len(family); i++ {
		folder := fmt.Sprintf("/proc/%d", family[i])
		threads, err := filepath.Glob(folder + "/task/*")
		if err != nil {
			return false, false
		}
		for _, thread := range threads {
			call, err := os.ReadFile(thread + "/syscall")
			switch {
			case err == nil:
				known = true
			case errors.Is(err, fs.ErrPermission) && i == 0:
				return false, false
			}
			if fd, ok := reading(string(call)); ok {
				if info, err := os.Stat(fmt.Sprintf("%s/fd/%d", folder, fd)); err == nil && os.SameFile(info, p.file) {
					return true, true
				}
			}
			children, _ := os.ReadFile(thread + "/children") // it may have ended
			for word := range strings.FieldsSeq(string(children)) {
				var child int
				if _, err := fmt.Sscan(word, &child); err == nil && !slices.Contains(family, child) {
					family = append(family, child)
				}
			}
		}
	}
	// A program that has ended waits for nothing.
	_, err := os.Stat(fmt.Sprintf("/proc/%d", p.process))
	return false, known || err != nil
}

// reading tells from which file a thread reads, if that is what it waits for.
func reading(call string) (fd int, ok bool) {
	var number int
	if n, _ := fmt.Sscanf(call, "%d %v", &number, &fd); n != 2 {
		return 0, false // it runs
	}
	return fd, number == unix.SYS_READ || number == unix.SYS_READV
}

// unread tells whether something lies in the pipe: who still waits then has only not
// been woken yet.
func (p *Program) unread() bool {
	raw, err := p.in.SyscallConn()
	if err != nil {
		return false
	}
	n := 0
	raw.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ) })
	return err == nil && n > 0
}
