package streams

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A program that waits for input is known to, whether it or a child does, and only then.
func TestWaits(t *testing.T) {
	f := folder(t)
	path := filepath.Join(string(f), "gonb_x")
	if err := os.WriteFile(path, []byte(f.Script("/bin/sh", false)), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"read x; echo $x; read x; echo $x; read x || echo end", "(read x; echo $x; (read x; echo $x)); exec <&0; cat >&2; echo end"} {
		p := start(t, f, 0, path, "-c", source)
		p.begin(t)
		out := ""
		for _, line := range []string{"a\n", strings.Repeat("x", 1<<20) + "\n", ""} {
			for waits := false; !waits; time.Sleep(time.Millisecond) {
				var known bool
				if waits, known = p.Waits(); !known {
					t.Fatal("it is not known")
				}
				out += p.out.Read()
			}
			if line == "" {
				p.EndInput()
			} else if err := p.Write(line); err != nil {
				t.Fatal(err)
			}
		}
		rest, _ := p.all()
		if out += rest; out != "a\n"+strings.Repeat("x", 1<<20)+"\nend\n" {
			t.Errorf("%s wrote %.20q… (%d)", source, out, len(out))
		}
		if waits, known := p.Waits(); waits || !known || p.Write("more") == nil {
			t.Error("a program that has ended waits")
		}
		p.end()
	}
}

func TestAwaited(t *testing.T) {
	for _, call := range []string{"running\n", "", "230 0x0 0x0", "-1 0x7ffc 0x7f", "0 0x0", "271 0x1 0x1 0x0", "270 0x40 0x0 0x0", "281 0xffff 0x0"} {
		if fds := awaited(os.Getpid(), call); fds != nil {
			t.Errorf("%q: %v", call, fds)
		}
	}
}

// pollsInput makes this program one that waits for its input in some other way than by reading it.
const pollsInput = "NNLAB_TEST_POLLS"

func TestMain(m *testing.M) {
	if by := os.Getenv(pollsInput); by != "" {
		if err := waitBy(by); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// waitBy waits until standard input can be read, by a call of the system, and says what it reads.
func waitBy(call string) error {
	var err error
	switch call {
	case "epoll": // the package's poller waits for what is opened by name
		f, err := os.Open("/dev/stdin")
		if err != nil {
			return err
		}
		_, err = io.Copy(os.Stdout, f)
		return err
	case "poll":
		_, err = unix.Poll([]unix.PollFd{{Fd: -1}, {Fd: 0, Events: unix.POLLIN}}, -1)
	case "ppoll":
		_, err = unix.Ppoll([]unix.PollFd{{Fd: 0, Events: unix.POLLIN}}, nil, nil)
	case "select":
		var set unix.FdSet
		set.Set(0)
		_, err = unix.Select(1, &set, nil, nil, nil)
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(os.Stdout, os.Stdin)
	return err
}

// A program need not read to wait for input.
func TestWaitsByOtherCalls(t *testing.T) {
	f := folder(t)
	path := filepath.Join(string(f), "gonb_x")
	if err := os.WriteFile(path, []byte(f.Script("/bin/sh", false)), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, call := range []string{"epoll", "poll", "ppoll", "select"} {
		p := start(t, f, 0, path, "-c", fmt.Sprintf("%s=%s exec %q", pollsInput, call, os.Args[0]))
		p.begin(t)
		for _, line := range []string{"a\n", ""} {
			for waits := false; !waits; time.Sleep(time.Millisecond) {
				waits, _ = p.Waits()
			}
			if line == "" {
				p.EndInput()
			} else if err := p.Write(line); err != nil {
				t.Fatal(err)
			}
		}
		if out, _ := p.all(); out != "a\n" {
			t.Errorf("%s: wrote %q", call, out)
		}
		p.end()
	}
}
