package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/jail"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

const jailSheet = `timeout = "10m"
memory = "2GiB"
solution = "s.go"

[[check]]
cell = "limits"
text = "Max data size 2147483648 2147483648 bytes"

[[check]]
cell = "reach"
text = "false false false"

[[check]]
name = "drawn"
draw = "a := rand.IntN(1000)"
expr = "dobro(a)"

[[check]]
name = "model"
setup = "m := faz(10)"
model = "m"
min = 0

[[check]]
cell = "kill"
`

// jailCells are cells that look at their jail. The first finds the process that holds the
// whole kernel among those that it descends from: it starts the compilers.
var jailCells = []ipynb.Cell{
	ipynb.NewCode("limits", `pid := os.Getppid()
for pid > 0 {
	name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if strings.Contains(string(name), "\x00confined\x00") {
		break
	}
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(status), "PPid:")
	pid = 0
	fmt.Sscan(rest, &pid)
}
limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
if err != nil {
	panic(err)
}
_, rest, _ := strings.Cut(string(limits), "Max data size")
line, _, _ := strings.Cut(rest, "\n")
fmt.Println("Max data size", strings.Join(strings.Fields(line), " "))`),
	ipynb.NewCode("reach", `_, read := os.ReadFile(os.Getenv("NNLAB_TEST_SHEET"))
wrote := os.WriteFile(filepath.Join(filepath.Dir(os.TempDir()), "mine"), nil, 0o666)
c, call := net.Dial("tcp", os.Getenv("NNLAB_TEST_CALL"))
if call == nil {
	c.Close()
}
fmt.Println(read == nil, wrote == nil, call == nil)`),
	ipynb.NewCode("f", `func dobro(x int) int { return 2 * x }

func faz(n int) *nn.Model {
	return nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(n, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.Accuracy)
}`),
	ipynb.NewCode("kill", "%%\nsyscall.Kill(os.Getppid(), syscall.SIGKILL)\ntime.Sleep(time.Hour)"),
}

// refuseNamespaces starts a command where the system refuses namespaces, as many
// containers do: in a user namespace that may have no other below it.
func refuseNamespaces(c *exec.Cmd) {
	one := []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
	group := []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, UidMappings: one, GidMappings: group}
	c.Args = append([]string{"sh", "-c", `echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"`}, c.Args...)
	c.Path = "/bin/sh"
}

// With each means a notebook is graded whole, also what is worked out in the teacher's
// kernel, and in a folder whose name has a blank; it reaches nothing outside, and what
// ends its kernel costs its own points.
func TestCheckInJail(t *testing.T) {
	t.Parallel()
	refuse := refuseNamespaces
	if jail.Works(jail.Namespaces, program) != nil {
		refuse = nil // the system does it
	}
	for means, prepare := range map[jail.Means]func(*exec.Cmd){jail.Namespaces: nil, jail.Landlock: refuse} {
		if err := jail.Works(means, program); err != nil {
			t.Logf("%s: not here: %v", means, err)
			if os.Getenv("COMPLETE") != "" {
				t.Errorf("%s: expected in a complete run of the tests", means)
			}
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		p := newPlace(t)
		p.tmp = filepath.Join(p.tmp, "a b")
		if err := os.Mkdir(p.tmp, 0o777); err != nil {
			t.Fatal(err)
		}
		sheet := sheetWith(t, jailSheet, map[string]string{"s.go": "package s\nfunc dobro(x int) int { return x + x }"})
		p.environ = []string{"NNLAB_TEST_SHEET=" + sheet, "NNLAB_TEST_CALL=" + l.Addr().String()}
		p.prepare = prepare
		text, exit, reports := gradeIn(p, func() {}, sheet, notebookOf(t, map[string]any{}, jailCells...))
		if exit != 1 || reports[0].Points != 4 || strings.Contains(text, "Landlock") != (means == jail.Landlock) {
			t.Errorf("%s: status %d\n%s", means, exit, text)
		}
		for i, c := range reports[0].Checks {
			if drawn := c.Name == "drawn" || c.Name == "model"; c.Points != 1 && i < 4 || c.Points > 0 && c.Forgeable == drawn {
				t.Errorf("%s: %+v", means, c)
			}
		}
		kerneltest.Expect(t, text, "o kernel terminou enquanto a célula era executada, e de novo na segunda vez", "a célula 4 terminou o kernel")
	}
}
