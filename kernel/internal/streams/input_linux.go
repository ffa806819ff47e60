package streams

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	mathbits "math/bits"
	"os"
	"path/filepath"
	"runtime"
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
			for _, fd := range awaited(process, string(call)) {
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

// The calls that arm64 does not have any more.
var poll, selects, epollWait = -1, -1, -1

func init() {
	if runtime.GOARCH == "amd64" {
		poll, selects, epollWait = 7, 23, 232
	}
}

// awaited tells which files a thread of a process waits to read, of the call in which it is:
// it reads one, or it waits until one of several can be read, as a Go program does for what it
// has opened by name, and a shell for read -t.
func awaited(process int, call string) (fds []int) {
	number, args := calling(call)
	switch {
	case number < 0:
	case number == unix.SYS_READ || number == unix.SYS_READV:
		fds = append(fds, int(args[0]))
	case number == poll || number == unix.SYS_PPOLL:
		const size = 8 // of a struct pollfd: int fd; short events, revents
		for entry := range slices.Chunk(memory(process, args[0], size*args[1]), size) {
			if binary.NativeEndian.Uint16(entry[4:])&unix.POLLIN != 0 {
				fds = append(fds, int(int32(binary.NativeEndian.Uint32(entry))))
			}
		}
	case number == selects || number == unix.SYS_PSELECT6:
		const word = 64 // bits of a fd_set
		for i, bits := range memory(process, args[1], (args[0]+word-1)/word*word/8) {
			for ; bits != 0; bits &= bits - 1 {
				fds = append(fds, 8*i+mathbits.TrailingZeros8(bits))
			}
		}
	case number == epollWait || number == unix.SYS_EPOLL_PWAIT || number == unix.SYS_EPOLL_PWAIT2:
		info, _ := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", process, args[0])) // man 5 proc_pid_fdinfo
		for line := range strings.Lines(string(info)) {
			var fd, events int
			if n, _ := fmt.Sscanf(line, "tfd: %d events: %x", &fd, &events); n == 2 && events&unix.EPOLLIN != 0 {
				fds = append(fds, fd)
			}
		}
	}
	return fds
}

// calling is the number of a thread's call and its first arguments; -1 if it is in none, but runs.
func calling(call string) (number int, args [2]int64) {
	if n, _ := fmt.Sscanf(call, "%d %v %v", &number, &args[0], &args[1]); n != 3 {
		return -1, args
	}
	return number, args
}

// memory is a part of a process's memory, nil if it is not to be had.
func memory(process int, at, size int64) []byte {
	const most = 1 << 16 // what a program says of itself need not be true
	if at <= 0 || size <= 0 || size > most {
		return nil
	}
	f, err := os.Open(fmt.Sprintf("/proc/%d/mem", process))
	if err != nil {
		return nil
	}
	defer f.Close()
	data := make([]byte, size)
	if _, err := f.ReadAt(data, at); err != nil {
		return nil
	}
	return data
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
