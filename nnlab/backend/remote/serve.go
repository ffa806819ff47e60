//go:build linux

package remote

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"unsafe"

	mem "github.com/nnlab-go/lab/internal/memory"
	"github.com/nnlab-go/lab/nnlab/backend"
)

// Serve computes on b for clients whose connections come as descriptors over a socket,
// until that is closed, which is no error, or b is beyond help.
func Serve(connections *os.File, b backend.Backend) error {
	s := &server{backend: b, dead: make(chan error, 1)}
	go func() {
		for {
			fd, _, err := receive(int(connections.Fd()))
			if err != nil {
				if errors.Is(err, io.EOF) {
					err = nil
				}
				s.end(err)
				return
			}
			go s.client(fd)
		}
	}()
	return <-s.dead
}

// Hand hands the connection of a client to the process that serves, which is at the other
// end of a socket. The caller closes its own.
func Hand(connections, client *os.File) error {
	raw, err := connections.SyscallConn() // which may be closed meanwhile
	if err != nil {
		return err
	}
	var sent error
	err = raw.Control(func(fd uintptr) {
		sent = syscall.Sendmsg(int(fd), []byte{0}, syscall.UnixRights(int(client.Fd())), nil, syscall.MSG_NOSIGNAL)
	})
	if err != nil {
		return err
	}
	return sent
}

// server is what the sessions of all clients share.
type server struct {
	mu      sync.Mutex // one call at a time
	backend backend.Backend
	shelf   shelf
	dead    chan error
}

// end ends Serve, the first time that it is called.
func (s *server) end(err error) {
	select {
	case s.dead <- err:
	default:
	}
}

// receive receives a descriptor and what comes with it.
func receive(socket int) (fd int, message []byte, err error) {
	message, rights := make([]byte, 64), make([]byte, syscall.CmsgSpace(4))
	n, m, _, _, err := syscall.Recvmsg(socket, message, rights, syscall.MSG_CMSG_CLOEXEC)
	for err == syscall.EINTR {
		n, m, _, _, err = syscall.Recvmsg(socket, message, rights, syscall.MSG_CMSG_CLOEXEC)
	}
	if err != nil {
		return -1, nil, err
	}
	if n == 0 {
		return -1, nil, io.EOF
	}
	all, err := syscall.ParseSocketControlMessage(rights[:m])
	if err != nil || len(all) != 1 {
		return -1, nil, errors.New("a message without a descriptor")
	}
	fds, err := syscall.ParseUnixRights(&all[0])
	if err != nil || len(fds) != 1 {
		return -1, nil, errors.New("a message without a descriptor")
	}
	return fds[0], message[:n], nil
}

// client serves one client until it ends.
func (s *server) client(fd int) {
	err := syscall.SetNonblock(fd, false)
	shared, message := -1, []byte(nil)
	if err == nil {
		shared, message, err = receive(fd)
	}
	if err == nil {
		err = syscall.SetNonblock(fd, true)
	}
	socket := os.NewFile(uintptr(fd), "client")
	defer socket.Close()
	if err != nil {
		return // it has ended already
	}
	defer syscall.Close(shared)
	memory, err := mapped(shared, message)
	if err != nil {
		Fail(socket, err)
		return
	}
	defer syscall.Munmap(memory)
	device := ""
	if d, ok := s.backend.(backend.Device); ok {
		device = d.Device()
	}
	if _, err := fmt.Fprintf(socket, "%s %q %q\n", serving, s.backend.Name(), device); err != nil {
		return
	}
	(&session{server: s, line: newLine(memory, socket, fd)}).run()
	mem.Collect() // the device's memory goes back when the garbage collector has seen it
}

// mapped maps the memory of a client that speaks this version.
func mapped(fd int, message []byte) ([]byte, error) {
	if v := version(); len(message) != 8 || *(*uint64)(unsafe.Pointer(&message[0])) != v {
		return nil, errors.New("the process that has the GPU is of other sources than this program; start the kernel anew")
	}
	var info syscall.Stat_t
	if err := syscall.Fstat(fd, &info); err != nil {
		return nil, err
	}
	seals, err := control(fd, getSeals, 0)
	if err != nil || info.Size != lineBytes || seals&sealShrink == 0 {
		return nil, fmt.Errorf("memory of %d bytes with the seals %#x", info.Size, seals)
	}
	return syscall.Mmap(fd, 0, lineBytes, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
}
