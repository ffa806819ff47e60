//go:build linux

// Package remotetest serves backends to clients of package remote, as a kernel does, for
// tests.
package remotetest

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
)

// Pair returns two connected sockets: what clients are handed over, and where from.
func Pair(t testing.TB) (to, from *os.File) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fds[0]), "to"), os.NewFile(uintptr(fds[1]), "from")
}

// Listen makes a socket whose clients are handed to who serves.
func Listen(t testing.TB, to *os.File) (socket string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "nr") // short, for the sake of sockets
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(folder, "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); os.RemoveAll(folder) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f, err := c.(*net.UnixConn).File()
			c.Close()
			if err == nil {
				remote.Hand(to, f)
				f.Close()
			}
		}
	}()
	return filepath.Join(folder, "s")
}

// Serve serves a backend in this process at a socket. What Serve of package remote returns
// comes to ended.
func Serve(t testing.TB, b backend.Backend) (socket string, ended <-chan error) {
	t.Helper()
	to, from := Pair(t)
	done := make(chan error, 1)
	go func() { done <- remote.Serve(from, b) }()
	t.Cleanup(func() { to.Close() })
	return Listen(t, to), done
}

// Dial connects to a socket.
func Dial(t testing.TB, socket string) backend.Backend {
	t.Helper()
	b, err := remote.Dial(socket, func(text string) { t.Errorf("was told %q", text) })
	if err != nil {
		t.Fatal(err)
	}
	return b
}
