package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// connectionFile writes a connection file as wire does, with another address.
func connectionFile(t *testing.T, path, ip string) {
	t.Helper()
	c, err := wire.NewConnection(path)
	if err != nil {
		t.Fatal(err)
	}
	c.IP = ip
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A kernel does not listen where other machines reach it, unless it is told to.
func TestOtherMachines(t *testing.T) {
	t.Parallel()
	for _, ip := range []string{"0.0.0.0", "::", "*", "192.0.2.1", "example.org"} {
		p := newPlace(t)
		file := filepath.Join(t.TempDir(), "connection.json")
		connectionFile(t, file, ip)
		text, err := p.command("run", file).CombinedOutput()
		if status(err) != 1 || !strings.Contains(string(text), "run --any-address") || !strings.Contains(string(text), ip) {
			t.Errorf("%s: status %d\n%s", ip, status(err), text)
		}
		p.nothingLeft()
	}
	p := newPlace(t)
	p.options = []string{"--any-address"}
	p.connect = func(path string) (*wire.Connection, error) {
		connectionFile(t, path, "0.0.0.0")
		return wire.ReadConnection(path)
	}
	if got := start(t, p, t.TempDir()).execute("fmt.Print(6 * 7)"); got != "42" {
		t.Errorf("with --any-address a cell says %q", got)
	}
}

// A front end may also ask for sockets in a folder.
func TestIPC(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.connect = func(path string) (*wire.Connection, error) {
		// A test's own folder may be too deep for a socket.
		c, err := wire.NewPrivateConnection(filepath.Join(p.tmp, "xdg", "c.json"))
		if err != nil {
			return nil, err
		}
		data, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		return c, os.WriteFile(path, data, 0o600)
	}
	if err := os.MkdirAll(filepath.Join(p.tmp, "xdg"), 0o777); err != nil {
		t.Fatal(err)
	}
	f := newFrontIn(t, p)
	if f.connection.Transport != "ipc" {
		t.Fatalf("the transport is %q", f.connection.Transport)
	}
	id, _ := f.run("fmt.Print(6 * 7)")
	if got := f.about(id); !slices.Contains(got, `stdout "42"`) {
		t.Errorf("published %v", got)
	}
	f.reply(f.ask("control", "shutdown_request", map[string]any{"restart": false}))
	f.nothingLeft()
	if left, _ := filepath.Glob(filepath.Join(p.tmp, "xdg", "s-*")); len(left) > 0 {
		t.Errorf("sockets are left behind: %v", left)
	}
}
