package private

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// other is a user who is not the one of the tests.
const other = 65534

// TestMain listens at a socket when it is started for that: another user's spy.
func TestMain(m *testing.M) {
	if socket := os.Getenv("SPY"); socket != "" {
		l, err := net.Listen("unix", socket)
		if err != nil {
			panic(err)
		}
		os.Chmod(socket, 0o777)
		os.Stdout.WriteString("listening\n")
		c, err := l.Accept()
		if err != nil {
			panic(err)
		}
		got, _ := io.ReadAll(c)
		os.Stdout.WriteString("heard " + string(got) + "\n")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A folder that is not this user's alone is no place for a socket, and nobody is
// called there.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	make := func(name string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := make("good", 0o700)
	if err := Folder(good); err != nil {
		t.Error(err)
	}
	link, file := filepath.Join(dir, "link"), filepath.Join(dir, "file")
	if err := os.Symlink(good, link); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{link: "expected a folder of this user alone, got L", file: "expected a folder", make("open", 0o755): "got -rwxr-xr-x",
		filepath.Join(dir, "none"): "no such file"}
	if os.Geteuid() == 0 {
		theirs := make("theirs", 0o700)
		if err := os.Chown(theirs, other, other); err != nil {
			t.Fatal(err)
		}
		cases[theirs] = "got one of user 65534"
	}
	for path, want := range cases {
		if err := Folder(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
		if path == file {
			continue
		}
		l, err := net.Listen("unix", filepath.Join(path, "s"))
		if err != nil {
			continue // there is no such folder
		}
		defer l.Close()
		if c, err := Dial(t.Context(), filepath.Join(path, "s")); err == nil {
			c.Close()
			t.Errorf("%s: has been called", path)
		}
		l.(*net.UnixListener).SetDeadline(time.Now().Add(20 * time.Millisecond)) // who has called waits in the queue
		if _, err := l.Accept(); err == nil {
			t.Errorf("%s: who listens has been called", path)
		}
	}
}

func TestPrograms(t *testing.T) {
	dir := t.TempDir()
	if err := Programs(dir); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := Programs(dir); err == nil || !strings.Contains(err.Error(), "others cannot write") {
		t.Errorf("got %v", err)
	}
}

// Who listens is asked for his user before a byte is sent.
func TestPeer(t *testing.T) {
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, "own"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := Dial(t.Context(), filepath.Join(dir, "own"))
	if err != nil {
		t.Fatal(err)
	}
	c.Close()

	if os.Geteuid() != 0 {
		t.Log("only root can be another user too: the rest needs it")
		return
	}
	shared, err := os.MkdirTemp("/tmp", "spy") // which the other user can reach
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(shared)
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	program, socket := filepath.Join(shared, "spy"), filepath.Join(shared, "s")
	if err := os.WriteFile(program, self, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(shared, 0o777); err != nil {
		t.Fatal(err)
	}
	spy := exec.Command(program)
	spy.Env = []string{"SPY=" + socket}
	spy.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: other, Gid: other}}
	out, err := spy.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := spy.Start(); err != nil {
		t.Fatal(err)
	}
	defer spy.Wait()
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || line != "listening\n" {
		t.Fatalf("%q, %v", line, err)
	}
	if c, err := dial(t.Context(), socket); err == nil || !strings.Contains(err.Error(), "got one of user 65534") {
		t.Errorf("got %v, %v", c, err)
	}
	if line, err := lines.ReadString('\n'); err != nil || line != "heard \n" {
		t.Errorf("the other user has %q, %v", line, err)
	}
}
