package complete

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// A folder of the server's name that others can reach may be another user's trap:
// nobody there is asked, nor started, and it is said.
func TestNobodyElseIsAsked(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	k := &Client{Root: "/lab", Tools: "/tools", Program: "/nowhere"}
	dir := folderName(k.Root, k.Tools)
	if err := Taken(k.Root, k.Tools); err != nil {
		t.Errorf("before there is a folder: %v", err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	trap, err := net.Listen("unix", socketIn(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer trap.Close()
	if a, err := k.Ask(t.Context(), query("")); err == nil {
		t.Errorf("the trap has answered %+v", a)
	}
	if Running(k.Root, k.Tools) {
		t.Error("the trap is taken for the server")
	}
	if err := Serve(dir, k.Root, "/nowhere", time.Hour); err == nil || !strings.Contains(err.Error(), "of this user alone") {
		t.Errorf("serving there: %v", err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("the folder is not ours to remove: %v", err)
	}
	if err := Taken(k.Root, k.Tools); err == nil || !strings.Contains(err.Error(), "remove it") {
		t.Errorf("got %v", err)
	}
	trap.(*net.UnixListener).SetDeadline(time.Now().Add(20 * time.Millisecond)) // who has called waits in the queue
	if _, err := trap.Accept(); err == nil {
		t.Error("the trap has been called")
	}
}
