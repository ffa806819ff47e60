//go:build linux

package remote

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"github.com/nnlab-go/lab/internal/late"
	"github.com/nnlab-go/lab/nnlab/backend"
)

// Kernel connects this program to the GPU of the kernel that runs it. All calls return the
// same backend, or the same error.
func Kernel() (backend.Backend, error) { return kernel.Get(dialKernel) }

var kernel late.Result[backend.Backend]

func dialKernel() (backend.Backend, error) {
	socket := os.Getenv(Name)
	if socket == "" {
		return nil, errors.New("no kernel runs this program (" + Name + " is not set)")
	}
	return Dial(socket, func(text string) { fmt.Fprintln(os.Stderr, text) })
}

// Dial connects to a socket from which [Serve] gets its clients. What the other side says
// while one waits goes to say.
func Dial(path string, say func(text string)) (backend.Backend, error) {
	memory, shared, err := share()
	if err != nil {
		return nil, fmt.Errorf("making memory to share: %w", err)
	}
	defer syscall.Close(shared)
	socket, fd, err := connect(path, shared)
	if err != nil {
		syscall.Munmap(memory)
		return nil, fmt.Errorf("connecting to the process that has the GPU: %w", err)
	}
	c := &client{line: newLine(memory, socket, fd)}
	if err := c.greet(say); err != nil {
		socket.Close()
		syscall.Munmap(memory)
		return nil, err
	}
	return &remote{client: c}, nil
}

// share makes the memory of a line, which can be handed on and does not shrink.
func share() (memory []byte, fd int, err error) {
	if fd, err = memoryFile("nnlab-line"); err != nil {
		return nil, -1, err
	}
	if err = syscall.Ftruncate(fd, lineBytes); err == nil {
		_, err = control(fd, addSeals, sealShrink)
	}
	if err == nil {
		memory, err = syscall.Mmap(fd, 0, lineBytes, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	}
	if err != nil {
		syscall.Close(fd)
	}
	return memory, fd, err
}

// connect connects, and sends the version and the memory. It does without package net,
// which no cell has to link otherwise.
func connect(path string, shared int) (socket *os.File, fd int, err error) {
	fd, err = syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, -1, err
	}
	v := version()
	if err = syscall.Connect(fd, &syscall.SockaddrUnix{Name: path}); err == nil {
		err = syscall.Sendmsg(fd, unsafe.Slice((*byte)(unsafe.Pointer(&v)), 8), syscall.UnixRights(shared), nil, syscall.MSG_NOSIGNAL)
	}
	if err == syscall.EPIPE { // why is said already
		err = nil
	}
	if err == nil {
		err = syscall.SetNonblock(fd, true) // so that who waits takes no thread
	}
	if err != nil {
		syscall.Close(fd)
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
		first, rest := quoted(rest)
		second, _ := quoted(rest)
		switch word {
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

// quoted takes the first of the quoted texts of a line: "" where there is none. Package fmt
// reads them, too, and every program that may have a model would link all that it reads.
func quoted(line string) (text, rest string) {
	line = strings.TrimLeft(line, " ")
	q, err := strconv.QuotedPrefix(line)
	if err != nil {
		return "", line
	}
	text, err = strconv.Unquote(q)
	if err != nil {
		return "", line
	}
	return text, line[len(q):]
}
