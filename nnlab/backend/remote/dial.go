//go:build linux

package remote

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Kernel connects this program to the GPU of the kernel that runs it. All calls return the
// same backend, or the same error.
var Kernel = sync.OnceValues(func() (backend.Backend, error) {
	socket := os.Getenv(Name)
	if socket == "" {
		return nil, errors.New("no kernel runs this program (" + Name + " is not set)")
	}
	return Dial(socket, func(text string) { fmt.Fprintln(os.Stderr, text) })
})

// Dial connects to a socket from which [Serve] gets its clients. What the other side says
// while one waits goes to say.
func Dial(path string, say func(text string)) (backend.Backend, error) {
	memory, shared, err := share()
	if err != nil {
		return nil, fmt.Errorf("making memory to share: %w", err)
	}
	defer unix.Close(shared)
	socket, fd, err := connect(path, shared)
	if err != nil {
		unix.Munmap(memory)
		return nil, fmt.Errorf("connecting to the process that has the GPU: %w", err)
	}
	c := &client{line: newLine(memory, socket, fd)}
	if err := c.greet(say); err != nil {
		socket.Close()
		unix.Munmap(memory)
		return nil, err
	}
	return &remote{c}, nil
}

// share makes the memory of a line, which can be handed on and does not shrink.
func share() (memory []byte, fd int, err error) {
	if fd, err = unix.MemfdCreate("nnlab-line", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING); err != nil {
		return nil, -1, err
	}
	if err = unix.Ftruncate(fd, lineBytes); err == nil {
		_, err = unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK)
	}
	if err == nil {
		memory, err = unix.Mmap(fd, 0, lineBytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	}
	if err != nil {
		unix.Close(fd)
	}
	return memory, fd, err
}

// connect connects, and sends the version and the memory. It does without package net,
// which no cell has to link otherwise.
func connect(path string, shared int) (socket *os.File, fd int, err error) {
	fd, err = unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, -1, err
	}
	v := version()
	if err = unix.Connect(fd, &unix.SockaddrUnix{Name: path}); err == nil {
		err = unix.Sendmsg(fd, unsafe.Slice((*byte)(unsafe.Pointer(&v)), 8), unix.UnixRights(shared), nil, unix.MSG_NOSIGNAL)
	}
	if err == unix.EPIPE { // why is said already
		err = nil
	}
	if err == nil {
		err = unix.SetNonblock(fd, true) // so that who waits takes no thread
	}
	if err != nil {
		unix.Close(fd)
		return nil, -1, err
	}
	return os.NewFile(uintptr(fd), path), fd, nil
}

// greet hears whether calls are served, and on what.
func (c *client) greet(say func(string)) error {
	lines := bufio.NewReader(c.line.socket)
	for {
		text, err := lines.ReadString('\n')
		if err != nil {
			return fmt.Errorf("the process that has the GPU has not answered: %w", err)
		}
		word, rest, _ := strings.Cut(strings.TrimSuffix(text, "\n"), " ")
		var first, second string
		switch fmt.Sscanf(rest, "%q %q", &first, &second); word {
		case saying:
			say(first)
		case failing:
			return errors.New(first)
		case serving:
			c.name, c.device = first, second
			return nil
		default:
			return fmt.Errorf("an answer that is none: %q", text)
		}
	}
}
