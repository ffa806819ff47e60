package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// answers runs a cell after something that could have hurt the kernel, and looks
// whether anything is left of that.
func (f *front) answers(before []string) {
	f.t.Helper()
	id, reply := f.run("fmt.Print(\"alive\")")
	if got := f.about(id); reply["status"] != "ok" || !slices.Contains(got, `stdout "alive"`) {
		f.t.Errorf("the next cell ended with %v, published %v", reply, got)
	}
	f.leavesProcesses(before)
}

// peak is the most memory that a process has held so far, in MB.
func (f *front) peak(pid int) int {
	f.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		f.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	line, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	return atoi(f.t, line) / 1000
}

// A hundred megabytes in one cell are more than a front end can show. What goes
// beyond is not kept either, and the cell says so.
func TestMuchOutput(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.run("fmt.Print(\"all is there\")")
	before := f.programs()
	for to, megabytes := range map[string]int{"os.Stdout": 100, "os.Stderr": 8} { // GoNB takes its time for the latter
		id, reply := f.run(fmt.Sprintf("s := \"panic: \" + strings.Repeat(\"x\", 1<<20)\nfor range %d {\n\tfmt.Fprintln(%s, s)\n}", megabytes, to))
		shown := strings.Join(f.about(id), " ")
		if n := strings.Count(shown, "x"); reply["status"] != "ok" || n < 1<<19 || n > 50<<20 {
			t.Errorf("%s: %v, %d bytes are shown", to, reply["status"], n)
		}
		if end := shown[max(0, len(shown)-200):]; !strings.Contains(end, " MB") {
			t.Errorf("%s: nothing is said about what is left out: … %s", to, end)
		}
	}
	f.answers(before)
	for name, pid := range map[string]int{"the kernel": f.pid(), "GoNB": f.pidOf("-kernel")} {
		if mb := f.peak(pid); mb > 400 {
			t.Errorf("%s has held %d MB", name, mb)
		}
	}
}

// What a cell has started is gone with it, when it does not listen, has another
// session and has forgotten whose it is, and keeps what the cell writes to.
func TestStubbornCell(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.run("fmt.Print(\"all is there\")")
	before := f.programs()
	id := f.ask("shell", "execute_request", cell(`signal.Ignore(os.Interrupt, syscall.SIGTERM)
for range 3 {
	child := exec.Command("setsid", "sh", "-c", "trap '' INT TERM; (sleep `+f.sleep+`; :) & sleep `+f.sleep+`; :")
	child.Env = []string{"PATH=" + os.Getenv("PATH")}
	child.Stdout = os.Stdout
	if err := child.Start(); err != nil {
		panic(err)
	}
}
fmt.Println("begun")
time.Sleep(time.Hour)`))
	f.published(id, "stream")
	started := func() int { return len(f.programs()) - len(before) }
	const all = 7 // the cell, three shells and what they wait for
	if !kerneltest.Eventually(func() bool { return started() >= all }) {
		t.Errorf("only %d processes have been started", started())
	}
	f.ask("control", "interrupt_request", map[string]any{})
	if got := f.done(id); got["ename"] != "interrompida" {
		t.Errorf("the cell ended with %v, published %v", got, f.about(id))
	}
	f.answers(before)
}

// A cell that takes memory without end ends when it has its share, and says so.
func TestMuchMemory(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.options = []string{"-memory", "1GiB"}
	f := newFrontIn(t, p)
	f.run("fmt.Print(\"all is there\")")
	before := f.programs()
	for _, code := range []string{
		"var all [][]byte\nfor {\n\tb := make([]byte, 64<<20)\n\tfor i := 0; i < len(b); i += 4096 {\n\t\tb[i] = 1\n\t}\n\tall = append(all, b)\n}",
		"b := make([]byte, 1<<40)\nb[1] = 1",
	} {
		id, reply := f.run(code)
		want := "a célula precisou de mais memória do que pode usar (1,0 GiB)"
		if reply["ename"] != "falta de memória" || reply["evalue"] != want || !strings.Contains(fmt.Sprint(reply["traceback"]), "BatchSize") {
			t.Errorf("%q ended with %v, published %v", code, reply, f.about(id))
		}
	}
	f.answers(before)
}

// Without being told, a cell gets less memory than there is.
func TestMemoryIsLimited(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	limit, all := "", syscall.Sysinfo_t{}
	if err := syscall.Sysinfo(&all); err != nil {
		t.Fatal(err)
	}
	id, _ := f.run("!ulimit -d")
	for _, w := range f.about(id) {
		if text, ok := strings.CutPrefix(w, `stdout "`); ok {
			limit = strings.TrimSuffix(text, `\n"`)
		}
	}
	if n := uint64(atoi(t, limit)); n < 500<<10 || n > all.Totalram/1024 {
		t.Errorf("the limit is %s KiB of %d", limit, all.Totalram/1024)
	}
}

// A cell that fills the disk fails, and the next ones say why they cannot be
// compiled, until there is room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	type disk struct {
		*place
		full bool
		want string
	}
	limited := disk{newPlace(t), false, "file too large"}
	limited.before = "ulimit -f 65536; "
	places := map[string]disk{"limit of a file's size": limited}
	small := disk{newPlace(t), true, "no space left on device"}
	if err := syscall.Mount("none", small.tmp, "tmpfs", 0, "size=80m"); err == nil { // else there is no right to it here
		t.Cleanup(func() { syscall.Unmount(small.tmp, syscall.MNT_DETACH) })
		places["small disk"] = small
	}
	for name, p := range places {
		t.Run(name, func(t *testing.T) {
			p.t = t
			f := newFrontIn(t, p.place)
			f.run("!echo GoNB is there")
			f.run("fmt.Print(1)")
			before := f.programs()
			big := filepath.Join(p.tmp, "xdg", "big")
			if err := os.MkdirAll(filepath.Dir(big), 0o777); err != nil {
				t.Fatal(err)
			}
			_, reply := f.run(fmt.Sprintf("f, err := os.Create(%q)\nif err != nil {\n\tpanic(err)\n}\nfor err == nil {\n\t_, err = f.Write(make([]byte, 1<<20))\n}\npanic(err)", big))
			if s := fmt.Sprint(reply["evalue"]); !strings.HasSuffix(s, p.want) {
				t.Errorf("the cell that fills the disk ended with %s", s)
			}
			// Their programs are larger than the one whose place they take.
			for _, code := range []string{"b, _ := json.Marshal(2)", "import \"net/url\"\nb, _ := json.Marshal(url.Values{})"} {
				if _, reply := f.run(code); p.full && (reply["ename"] != "disco cheio" || !strings.Contains(fmt.Sprint(reply["traceback"]), "!rm")) {
					t.Errorf("with a full disk a cell ended with %v", reply)
				}
			}
			f.run("!rm " + big)
			f.answers(before)
		})
	}
}
