package streams

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// reads looks at all threads of the program and of what it has started (man 5 proc,
// syscall).
func (p *Program) reads() (waits, known bool) {
	if p.unread() {
		return false, true
	}
	refused := false
	p.family(func(process int, threads []string) (more bool) {
		for _, thread := range threads {
			call, err := os.ReadFile(thread + "/syscall")
			refused = refused || errors.Is(err, fs.ErrPermission) && process == p.process
			if fd, ok := reading(string(call)); ok {
				info, err := os.Stat(fmt.Sprintf("/proc/%d/fd/%d", process, fd))
				waits = waits || err == nil && os.SameFile(info, p.file)
			}
		}
		return !waits && !refused
	})
	return waits, !refused && seeing()
}

// seeing tells whether this system says in which call a thread waits.
func seeing() bool {
	_, err := os.Stat("/proc/self/syscall")
	return err == nil
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

// family visits the program and what it has started, with their threads, while there is
// more to see (man 5 proc, children).
func (p *Program) family(visit func(process int, threads []string) (more bool)) {
	all := []int{p.process}
	for i := 0; i < len(all); i++ {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", all[i]))
		if err != nil || !visit(all[i], threads) {
			return
		}
		for _, thread := range threads {
			children, _ := os.ReadFile(thread + "/children") // it may have ended
			for word := range strings.FieldsSeq(string(children)) {
				var child int
				if _, err := fmt.Sscan(word, &child); err == nil && !slices.Contains(all, child) {
					all = append(all, child)
				}
			}
		}
	}
}

// interrupt sends an interrupt to what the program has started, as a terminal does:
// GoNB sends one to the program alone, and a shell waits for what it runs. A shell has to
// hear of it before, else it goes on with the next command.
func (p *Program) interrupt() {
	p.family(func(process int, _ []string) bool {
		if process != p.process || p.number != 0 {
			syscall.Kill(process, syscall.SIGINT) // it may have ended
		}
		return true
	})
}
