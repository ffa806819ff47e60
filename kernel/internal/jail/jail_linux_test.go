package jail

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// other is a user who is not the one of the tests.
const other = 65534

// TestMain is the prisoner, and others, when it is started as that.
func TestMain(m *testing.M) {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case Command:
			if len(os.Args) == 2 { // what Works runs
				fail(nil)
			}
			fail(Enter(os.Args[2:]))
		case "attack":
			var w world
			fail(errors.Join(json.Unmarshal([]byte(os.Args[2]), &w), json.NewEncoder(os.Stdout).Encode(w.attack())))
		case "refused": // as Docker's usual profile does, namespaces are
			runtime.LockOSThread()
			fail(errors.Join(unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), filter(), become("/", append([]string{os.Args[0]}, os.Args[2:]...))))
		case "choose":
			means, refused := Choose(os.Args[0])
			fmt.Println(means)
			fmt.Fprintln(os.Stderr, refused)
			fail(nil)
		}
	}
	os.Exit(m.Run())
}

// world is what lies outside of the jail, and the way in.
type world struct {
	Folder, Secret, Place, Socket, Abstract string
	Parent, Port                            int
}

// attack tries what a prisoner may not, and returns what worked.
func (w world) attack() (worked []string) {
	try := func(what string, f func() error) {
		if f() == nil {
			worked = append(worked, what)
		}
	}
	process := "/proc/" + strconv.Itoa(w.Parent)
	for _, file := range []string{w.Secret, process + "/environ", process + "/root" + w.Secret, process + "/cwd/jail.go", "/proc/1/root" + w.Secret, "/etc/shadow",
		w.Folder + "/link", "/proc/self/cwd/../../../../../.." + w.Secret} {
		try("read "+file, func() error { _, err := os.ReadFile(file); return err })
	}
	for _, dir := range []string{w.Place, "/", "/tmp", "/usr", "/dev", "/dev/shm", "/proc", os.Getenv("HOME")} {
		try("write in "+dir, func() error {
			f, err := os.CreateTemp(dir, "prisoner")
			if err != nil {
				return err
			}
			return errors.Join(f.Close(), os.Remove(f.Name()))
		})
	}
	try("write to the program", func() error {
		f, err := os.OpenFile(os.Args[0], os.O_WRONLY, 0)
		return closing(f, err)
	})
	try("list the secret's folder", func() error { _, err := os.ReadDir(filepath.Dir(w.Secret)); return err })
	for _, a := range [][2]string{{"tcp", "127.0.0.1:" + strconv.Itoa(w.Port)}, {"udp", "127.0.0.1:53"}, {"unix", w.Abstract}} {
		try("call "+a[0]+" "+a[1], func() error { c, err := net.Dial(a[0], a[1]); return closing(c, err) })
	}
	try("listen", func() error { l, err := net.Listen("tcp", "127.0.0.1:0"); return closing(l, err) })
	try("kill", func() error { return syscall.Kill(w.Parent, 0) })
	try("trace", func() error { // not to attach, which would stop it
		const seize = 0x4206
		if _, _, e := syscall.Syscall6(syscall.SYS_PTRACE, seize, uintptr(w.Parent), 0, 0, 0, 0); e != 0 {
			return e
		}
		return nil
	})
	try("namespaces", func() error {
		cmd := exec.Command(os.Args[0], Command)
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}
		return cmd.Run()
	})
	try("device", func() error { return syscall.Mknod(w.Folder+"/null", syscall.S_IFCHR|0o666, 1<<8|3) })
	try("a large file", func() error {
		f, err := os.Create(w.Folder + "/large")
		return errors.Join(err, f.Truncate(2<<20))
	})
	try("many processes", func() error {
		for range 200 {
			cmd := exec.Command("/bin/sleep", "100")
			if err := cmd.Start(); err != nil {
				return err
			}
			defer cmd.Wait()
			defer cmd.Process.Kill()
		}
		return nil
	})
	try("many open files", func() error {
		for range 200 {
			f, err := os.Open("/dev/null")
			if err != nil {
				return err
			}
			defer f.Close()
		}
		return nil
	})
	try("root", func() error {
		cmd := exec.Command(os.Args[0], Command)
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: "/"}
		return cmd.Run()
	})
	try("mount", func() error {
		return errors.Join(syscall.Mount("none", w.Folder, "tmpfs", 0, ""), syscall.Unmount(w.Folder, 0))
	})
	return worked
}

// closing closes what was opened, if it was.
func closing(c io.Closer, err error) error {
	if err != nil {
		return err
	}
	return c.Close()
}

// prison puts a prisoner in jail and returns what he could do, but for writing in
// his own folder, which he can.
func prison(t *testing.T, m Means, user int, before ...string) (worked []string) {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "jl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	w := world{Folder: dir + "/folder", Secret: dir + "/secret/secret", Place: dir + "/place", Socket: dir + "/s", Abstract: "@" + filepath.Base(dir), Parent: os.Getpid()}
	for _, path := range []string{w.Folder, w.Place, dir + "/secret"} {
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program := dir + "/program"
	text, err := os.ReadFile(os.Args[0])
	if err := errors.Join(err, os.WriteFile(program, text, 0o755), os.WriteFile(w.Secret, []byte("secret"), 0o644), os.Symlink(w.Secret, w.Folder+"/link"),
		os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	for _, a := range [][2]string{{"tcp", "127.0.0.1:0"}, {"unix", w.Abstract}} {
		l, err := net.Listen(a[0], a[1])
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if address, ok := l.Addr().(*net.TCPAddr); ok {
			w.Port = address.Port
		}
	}
	j := Jail{Means: m, Folder: w.Folder, Read: Public, User: user, Limits: Limits{Memory: 1 << 30, File: 1 << 20, Processes: 100, Open: 100}}
	if owner := max(user, os.Geteuid()); owner != 0 {
		if err := os.Chown(w.Folder, owner, owner); err != nil {
			t.Fatal(err)
		}
	}
	said, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := j.Command(program, []string{"PATH=/usr/bin:/bin", "HOME=" + w.Folder}, w.Folder, program, "attack", string(said))
	if err != nil {
		t.Fatal(err)
	}
	if before != nil {
		cmd.Args = slices.Concat([]string{cmd.Path}, before, cmd.Args[1:])
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err := errors.Join(err, json.Unmarshal(out, &worked)); err != nil {
		t.Fatalf("%v\n%s%s", err, out, errs.String())
	}
	own := slices.Index(worked, "write in "+w.Folder)
	if own < 0 {
		t.Fatalf("the prisoner cannot write in his folder: %q", worked)
	}
	worked = slices.Delete(worked, own, own+1)
	if os.Geteuid() == 0 && (m != Namespaces || user == 0) { // see Limits: those of root are not counted
		worked = slices.DeleteFunc(worked, func(what string) bool { return what == "many processes" })
	}
	return worked
}

// offered fails where a means has to be there: where all tests must run, and on
// every system that says that it has it.
func offered(t *testing.T, m Means) bool {
	t.Helper()
	err := Works(m, os.Args[0])
	if err == nil {
		return true
	}
	if os.Getenv("COMPLETE") != "" {
		t.Errorf("%s: expected in a complete run of the tests, got %v", m, err)
	}
	t.Logf("%s: not here: %v", m, err)
	return false
}

// Of all that is tried in jail nothing works.
func TestNothingWorks(t *testing.T) {
	for _, m := range []Means{Namespaces, Landlock} {
		t.Run(string(m), func(t *testing.T) {
			if !offered(t, m) {
				return
			}
			users := []int{0}
			if os.Geteuid() == 0 && m == Namespaces {
				users = append(users, 61184)
			}
			for _, user := range users {
				worked := prison(t, m, user)
				if len(worked) > 0 {
					t.Errorf("user %d: worked: %q", user, worked)
				}
			}
		})
	}
}

// What is tried does work outside: each attack can be told from its failure.
func TestAllWorksOutside(t *testing.T) {
	worked := prison(t, None, 0)
	for _, want := range []string{"read /tmp/", "environ", "write in /tmp", "call tcp", "call udp", "call unix", "listen", "kill", "a large file", "many open files", "list the secret's folder"} {
		if !slices.ContainsFunc(worked, func(what string) bool { return strings.Contains(what, want) }) {
			t.Errorf("%q does not work without a jail: %q", want, worked)
		}
	}
}

// Where namespaces are refused, as in Docker, Landlock is taken, and keeps too.
func TestNamespacesRefused(t *testing.T) {
	if !offered(t, Landlock) {
		return
	}
	var why strings.Builder
	choose := exec.Command(os.Args[0], "refused", "choose")
	choose.Stderr = &why
	if out, err := choose.Output(); err != nil || string(out) != "landlock\n" || !strings.Contains(why.String(), "namespaces: ") {
		t.Fatalf("%v: %s%s", err, out, why.String())
	}
	if worked := prison(t, Landlock, 0, "refused"); len(worked) > 0 {
		t.Errorf("worked: %q", worked)
	}
}

// With namespaces nobody else is there; with Landlock what is left ends too.
func TestProcesses(t *testing.T) {
	for _, m := range []Means{Namespaces, Landlock} {
		if !offered(t, m) {
			continue
		}
		j := Jail{Means: m, Read: Public}
		cmd, err := j.Command(os.Args[0], []string{"PATH=/usr/bin:/bin"}, "/", "/bin/sh", "-c", "echo $(ls -d /proc/[0-9]* | wc -l); setsid sleep 1000.31337 >/dev/null 2>&1 & sleep 0.1")
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", m, err)
		}
		if n, err := strconv.Atoi(strings.TrimSpace(string(out))); err != nil || m == Namespaces && n > 5 {
			t.Errorf("%s: %s processes are there, %v", m, out, err)
		}
		found, err := filepath.Glob("/proc/[0-9]*/cmdline")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), "1000.31337") {
				t.Errorf("%s: %s is left: %q", m, file, text)
			}
		}
	}
}

// Another user, who may do nothing, has the same means.
func TestUnprivileged(t *testing.T) {
	if os.Geteuid() != 0 {
		return // the other tests are it
	}
	dir, err := os.MkdirTemp("/tmp", "jl")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	in, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, err := os.OpenFile(dir+"/tests", os.O_CREATE|os.O_WRONLY, 0o755)
	if err == nil {
		_, err = io.Copy(f, in)
	}
	if err := errors.Join(err, f.Close(), os.Chmod(dir, 0o777)); err != nil {
		t.Fatal(err)
	}
	tests := exec.Command(dir+"/tests", "-test.run", "TestNothingWorks|TestNamespacesRefused|TestProcesses")
	tests.Dir = dir
	tests.Env = append(os.Environ(), "HOME="+dir, "TMPDIR=/tmp")
	tests.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: other, Gid: other}}
	if out, err := tests.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
