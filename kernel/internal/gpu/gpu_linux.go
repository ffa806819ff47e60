// Package gpu gives the cells of a kernel a GPU. Cells are processes that end, and know
// nothing of C; one process for all of them has the device and what they keep there (see
// nnlab/backend/remote). It is started when the first cell asks, and anew when it has ended.
package gpu

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/supervise"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
)

// Host is the kernel's side: a socket at which cells ask.
type Host struct {
	program  Program
	listener net.Listener
	life     context.Context // of the process
	stop     context.CancelFunc

	mu          sync.Mutex    // held while the process starts
	connections *os.File      // to the process; nil where there is none
	gone        chan struct{} // closed when it has ended
}

// Program makes the program that has the GPU, and returns what starts it; while that takes
// long, say tells the cell what it waits for.
type Program func(ctx context.Context, say func(text string)) (*exec.Cmd, error)

// Listen listens at a socket. The program is made when a cell asks.
func Listen(socket string, program Program) (*Host, error) {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	h := &Host{program: program, listener: l}
	h.life, h.stop = context.WithCancel(context.Background())
	go func() {
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go h.serve(c.(*net.UnixConn))
			}
		}
	}()
	return h, nil
}

// serve hands a cell's connection to the process, or tells the cell why there is none.
func (h *Host) serve(c *net.UnixConn) {
	defer c.Close()
	f, err := c.File()
	if err != nil {
		return
	}
	defer f.Close()
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.start(func(text string) { remote.Say(c, text) }); err != nil {
		remote.Fail(c, err)
		return
	}
	if err := remote.Hand(h.connections, f); err != nil {
		h.end()
		remote.Fail(c, fmt.Errorf("o processo da GPU terminou agora; rode a célula de novo: %w", err))
	}
}

// start starts the process where there is none. The caller holds the lock.
func (h *Host) start(say func(string)) error {
	if h.connections != nil {
		select {
		case <-h.gone:
			h.end()
		default:
			return nil
		}
	}
	cmd, err := h.program(h.life, say)
	if err != nil {
		return err
	}
	ours, theirs, err := pair()
	if err != nil {
		return err
	}
	defer theirs.Close()
	cmd.ExtraFiles = []*os.File{theirs}
	var logged supervise.Log
	cmd.Stderr = &logged
	cmd.WaitDelay = time.Second
	out, w, err := os.Pipe()
	if err != nil {
		ours.Close()
		return err
	}
	cmd.Stdout = w
	err = cmd.Start()
	w.Close()
	if err != nil {
		ours.Close()
		out.Close()
		return err
	}
	said, ready := untilReady(out)
	h.connections, h.gone = ours, make(chan struct{})
	go func(gone chan struct{}) {
		io.Copy(io.Discard, out)
		out.Close()
		cmd.Wait()
		close(gone)
	}(h.gone)
	if ready {
		return nil
	}
	h.end()
	return reason(said + logged.String())
}

// untilReady reads until the process has its device, or ends.
func untilReady(out io.Reader) (said string, ready bool) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if strings.TrimSpace(line) == remote.Ready {
			return said, true
		}
		if said += line; err != nil {
			return said, false
		}
	}
}

// end ends the process, which ends by itself when nobody can send it cells any more, and
// waits for that. The caller holds the lock.
func (h *Host) end() {
	if h.connections != nil {
		h.connections.Close()
		<-h.gone
		h.connections = nil
	}
}

// Close ends the process and listens no more.
func (h *Host) Close() error {
	err := h.listener.Close()
	h.stop()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.end()
	return err
}

// pair are two connected sockets, of which no program that is started gets one by chance.
func pair() (ours, theirs *os.File, err error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	return os.NewFile(uintptr(fds[0]), "gpu"), os.NewFile(uintptr(fds[1]), "gpu"), nil
}
