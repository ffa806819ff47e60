package whole

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// content is what a file holds, and its permissions.
func content(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		return "nothing"
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %v", b, info.Mode())
}

// only fails where there is more in the folder of path than path.
func only(t *testing.T, path string) {
	t.Helper()
	all, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(all) != 1 || all[0].Name() != filepath.Base(path) {
		t.Errorf("%v is there, %v", all, err)
	}
}

func TestWrite(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o022))
	path := filepath.Join(t.TempDir(), "file")
	for _, c := range []struct {
		before, most os.FileMode
		want         string
	}{
		{0, 0o666, "new -rw-r--r--"}, {0, 0o600, "new -rw-------"}, {0, 0o755, "new -rwxr-xr-x"},
		{0o640, 0o666, "new -rw-r-----"}, {0o644, 0o600, "new -rw-------"}, {0o664, 0o666, "new -rw-rw-r--"}, {0o644, 0o755, "new -rwxr-xr-x"},
	} {
		os.Remove(path)
		if c.before != 0 {
			if err := errors.Join(os.WriteFile(path, []byte("older and longer"), 0o666), os.Chmod(path, c.before)); err != nil {
				t.Fatal(err)
			}
		}
		if err := WriteFile(path, []byte("new"), c.most); err != nil {
			t.Fatal(err)
		}
		if got := content(t, path); got != c.want {
			t.Errorf("%v, at most %v: %s, want %s", c.before, c.most, got, c.want)
		}
		only(t, path)
	}
	failed := errors.New("the disk")
	if err := Write(path, 0o666, func(w io.Writer) error { io.WriteString(w, "half"); return failed }); err != failed {
		t.Errorf("got %v", err)
	}
	if got := content(t, path); !strings.HasPrefix(got, "new ") {
		t.Errorf("a write that failed left %s", got)
	}
	only(t, path)
	if err := WriteFile(filepath.Join(t.TempDir(), "missing", "x"), nil, 0o666); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("into a folder that is not there: %v", err)
	}
}

// What stands where the part should be is removed, never written to.
func TestNothingIsWrittenThroughALink(t *testing.T) {
	for name, lay := range map[string]func(victim, part string) error{
		"link": os.Symlink, "second name": os.Link, "pipe": func(_, part string) error { return syscall.Mkfifo(part, 0o666) },
	} {
		path, victim := filepath.Join(t.TempDir(), "file"), filepath.Join(t.TempDir(), "victim")
		if err := errors.Join(os.WriteFile(victim, []byte("mine"), 0o600), lay(victim, Part(path)), WriteFile(path, []byte("new"), 0o600)); err != nil {
			t.Fatal(err)
		}
		if got := content(t, victim); got != "mine -rw-------" {
			t.Errorf("%s: the other file is %s", name, got)
		}
		only(t, path)
	}
}

// TestKilled kills a process in the middle of a write, and writes again.
// A device stays one. Root's is one of its own, lest a fault take the machine's.
func TestDevices(t *testing.T) {
	path := os.DevNull
	if os.Getuid() == 0 {
		path = filepath.Join(t.TempDir(), "null")
		if err := exec.Command("mknod", path, "c", "1", "3").Run(); err != nil {
			t.Skipf("this root makes no devices: %v", err)
		}
	}
	if err := WriteFile(path, []byte("text"), 0o666); err != nil && !errors.Is(err, fs.ErrPermission) { // in a folder that knows no devices
		t.Error(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeDevice == 0 {
		t.Errorf("the device has become %v, %v", info, err)
	}
}

func TestKilled(t *testing.T) {
	if path := os.Getenv("WHOLE_TEST_WRITE"); path != "" {
		WriteFile(path, []byte("old"), 0o600)
		Write(path, 0o600, func(w io.Writer) error {
			io.WriteString(w, "half of what shall be written")
			fmt.Println("half")
			time.Sleep(time.Hour) // with select {} the runtime may find a deadlock and end it before it is killed
			return nil
		})
	}
	path := filepath.Join(t.TempDir(), "file")
	c := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	c.Env = append(os.Environ(), "WHOLE_TEST_WRITE="+path)
	out, err := c.StdoutPipe()
	if err := errors.Join(err, c.Start()); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	if err := RemovePart(Part(path)); !errors.Is(err, ErrBusy) || Abandoned(Part(path)) {
		t.Errorf("the part of a program that lives: %v", err)
	}
	c.Process.Kill()
	c.Wait()
	if got := content(t, path) + content(t, Part(path)); got != "old -rw-------half of what shall be written -rw-------" || !Abandoned(Part(path)) {
		t.Errorf("there is %s", got)
	}
	if err := WriteFile(path, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); got != "new -rw-------" {
		t.Errorf("there is %s", got)
	}
	only(t, path)
}

// Many at once take turns: each write succeeds, and the file is always one of theirs.
func TestTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 20 {
				if err := WriteFile(path, []byte(strings.Repeat(string(rune('a'+i)), 1000)), 0o600); err != nil {
					t.Error(err)
				}
				if b, err := os.ReadFile(path); err != nil || len(b) != 1000 || strings.Trim(string(b), string(b[:1])) != "" {
					t.Errorf("%d bytes of several: %v", len(b), err)
				}
			}
		})
	}
	wg.Wait()
	only(t, path)
}

func TestNames(t *testing.T) {
	if part := Part("a/model.safetensors"); part != filepath.Join("a", ".model.safetensors.part") {
		t.Error(part)
	}
	for part, want := range map[string]string{"a/.mlp.safetensors.part": "mlp.safetensors", "mlp.part": "", "..part": "", ".x": ""} {
		if got, ok := Of(part); got != want && ok || ok != (want != "") {
			t.Errorf("%s: %s, %v", part, got, ok)
		}
	}
}

// What is no file is refused, and neither followed nor waited for.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		put  func(path string) error
		want error
	}{
		"second":  {func(path string) error { return os.Link(file, path) }, nil},
		"nothing": {func(string) error { return nil }, os.ErrNotExist},
		"link":    {func(path string) error { return os.Symlink(file, path) }, ErrIrregular},
		"folder":  {func(path string) error { return os.Mkdir(path, 0o700) }, ErrIrregular},
		"pipe":    {func(path string) error { return syscall.Mkfifo(path, 0o600) }, ErrIrregular},
	} {
		path := filepath.Join(dir, name)
		if err := c.put(path); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if !errors.Is(err, c.want) || (err == nil) != (f != nil) {
			t.Errorf("%s: %v, %v", name, f, err)
		}
		if err == nil {
			if b, err := io.ReadAll(f); err != nil || string(b) != "mine" {
				t.Errorf("%s: %q, %v", name, b, err)
			}
			f.Close()
		}
	}
}
