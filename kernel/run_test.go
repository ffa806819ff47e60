package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/client"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// newWatch returns a channel that closes when the word has been written, and
// wraps writers to look for it.
func newWatch(word string) (<-chan struct{}, func(io.Writer) io.Writer) {
	seen := make(chan struct{})
	w := &watch{word: []byte(word), seen: seen}
	return seen, func(to io.Writer) io.Writer { w.to = to; return w }
}

type watch struct {
	mu   sync.Mutex
	word []byte
	seen chan struct{}
	all  []byte
	to   io.Writer
}

func (w *watch) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := bytes.Contains(w.all, w.word)
	w.all = append(w.all, b...)
	if !before && bytes.Contains(w.all, w.word) {
		close(w.seen)
	}
	return w.to.Write(b)
}

// started is a kernel under a stand-in for a front end.
type started struct {
	*place
	parent *exec.Cmd // the front end: a shell that starts the kernel
	kernel *client.Client
	dir    string
}

// start starts a kernel as a front end does. The shell prints the kernel's
// process id and stays its parent.
func start(t testing.TB, p *place, dir string) *started {
	t.Helper()
	s := &started{place: p, dir: dir}
	file := filepath.Join(s.dir, "connection.json")
	connect := p.connect
	if connect == nil {
		connect = wire.NewConnection
	}
	connection, err := connect(file)
	if err != nil {
		t.Fatal(err)
	}
	run := p.command(append(append([]string{"run"}, p.options...), file)...)
	script := p.before + `pid="$1" log="$2"; shift 2; "$@" 2> "$log" & echo $! > "$pid"; wait $!`
	s.parent = exec.Command("sh", append([]string{"-c", script, "sh", filepath.Join(s.dir, "pid"), filepath.Join(s.dir, "log")}, run.Args...)...)
	s.parent.Env = run.Env
	s.parent.Dir = s.dir
	if err := s.parent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.parent.Process.Kill(); s.parent.Wait() })
	ctx, cancel := context.WithTimeout(context.Background(), kerneltest.Patience) // the first run builds gopls
	defer cancel()
	if s.kernel, err = client.Dial(ctx, connection); err != nil {
		t.Fatalf("%v\n%s", err, s.log())
	}
	t.Cleanup(s.kernel.Close)
	return s
}

// pid returns the supervisor's process.
func (s *started) pid() int {
	data, err := os.ReadFile(filepath.Join(s.dir, "pid"))
	if err != nil {
		s.t.Fatal(err)
	}
	return atoi(s.t, string(data))
}

// log returns what the kernel and GoNB have logged.
func (s *started) log() string {
	data, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(data)
}

// watchdog is what the command of a kernel's watchdog contains.
const watchdog = " watch "

// pidOf returns the process of the place whose command contains word.
func (s *started) pidOf(word string) int {
	for _, c := range s.processes() {
		if pid, command, _ := strings.Cut(c, ":"); strings.Contains(command, word) && !strings.Contains(command, "nnlab-kernel run") && (word == watchdog || !strings.Contains(command, watchdog)) {
			return atoi(s.t, pid)
		}
	}
	s.t.Fatalf("no %q among %v", word, s.processes())
	return 0
}

func atoi(t testing.TB, s string) (n int) {
	for _, c := range strings.TrimSpace(s) {
		n = 10*n + int(c-'0')
	}
	if n == 0 {
		t.Fatalf("no number in %q", s)
	}
	return n
}

// busy starts a cell that never ends and returns when it runs.
func (s *started) busy() {
	running := make(chan struct{})
	var once sync.Once
	ctx, cancel := context.WithCancel(context.Background())
	s.t.Cleanup(cancel)
	go s.kernel.Execute(ctx, "%%\nfmt.Println(\"begun\")\ntime.Sleep(time.Hour)", func(m wire.Message) {
		if m.Header.Type == "stream" {
			once.Do(func() { close(running) })
		}
	})
	select {
	case <-running:
	case <-time.After(kerneltest.Patience):
		s.t.Fatal("the cell does not run")
	}
}

func kill(t testing.TB, pid int, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, sig); err != nil {
		t.Fatal(err)
	}
}

// Whatever ends, with a cell running or none, nothing is left behind.
func TestNothingIsLeftBehind(t *testing.T) {
	for name, end := range map[string]func(*started){
		"shutdown request":      func(s *started) { s.kernel.Shutdown() },
		"SIGTERM":               func(s *started) { kill(s.t, s.pid(), syscall.SIGTERM) },
		"SIGKILL of supervisor": func(s *started) { kill(s.t, s.pid(), syscall.SIGKILL) },
		"SIGKILL of GoNB":       func(s *started) { kill(s.t, s.pidOf("-kernel"), syscall.SIGKILL) },
		"death of the front end": func(s *started) {
			kill(s.t, s.parent.Process.Pid, syscall.SIGKILL)
			s.parent.Wait()
		},
	} {
		for _, busy := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", busy", false: ", idle"}[busy], func(t *testing.T) {
				s := start(t, newPlace(t), t.TempDir())
				s.execute("!echo GoNB is there")
				if busy {
					s.busy()
				}
				if len(s.folders()) == 0 || s.pidOf("-kernel") == 0 {
					t.Fatal("there is nothing that could be left behind")
				}
				end(s)
				s.nothingLeft()
			})
		}
	}
}

// A signal reaches the running cell, and the kernel lives on.
func TestSignalInterruptsTheCell(t *testing.T) {
	t.Parallel()
	s := start(t, newPlace(t), t.TempDir())
	begun, ended := make(chan struct{}), make(chan client.Reply, 1)
	var once sync.Once
	ctx, cancel := context.WithTimeout(context.Background(), kerneltest.Patience)
	defer cancel()
	go func() {
		reply, _ := s.kernel.Execute(ctx, "%%\nfmt.Println(\"begun\")\ntime.Sleep(time.Hour)", func(m wire.Message) {
			if m.Header.Type == "stream" {
				once.Do(func() { close(begun) })
			}
		})
		ended <- reply
	}()
	select {
	case <-begun:
	case <-ctx.Done():
		t.Fatal("the cell does not run")
	}
	kill(t, s.pid(), syscall.SIGINT)
	if reply := <-ended; reply.Status != "error" {
		t.Errorf("the cell ended with the status %q", reply.Status)
	}
	if got := s.execute("%%\nfmt.Print(6 * 7)"); got != "42" {
		t.Errorf("the next cell says %q", got)
	}
}

// A kernel that compiles packages for the first time, which takes long, ends at once.
func TestEndWhilePackagesAreCompiled(t *testing.T) {
	p := newPlace(t)
	cache := t.TempDir()
	t.Setenv("GOCACHE", cache)
	s := start(t, p, t.TempDir())
	s.execute("!echo GoNB is there")
	if !kerneltest.Eventually(func() bool {
		return slices.ContainsFunc(s.processes(), func(c string) bool { return strings.Contains(c, " list -e -export ") })
	}) {
		t.Fatal("no packages have been compiled")
	}
	s.kernel.Shutdown()
	s.nothingLeft()
}

// Jupyter starts a kernel anew that has ended with a failure. What GoNB logs is
// shown then only.
func TestDeathOfGoNBIsAFailure(t *testing.T) {
	t.Parallel()
	s := start(t, newPlace(t), t.TempDir())
	s.execute("%%\nvar n int = \"text\"") // of which GoNB logs a stack
	if log := s.log(); log != "" {
		t.Errorf("the kernel has logged\n%s", log)
	}
	kill(t, s.pidOf("-kernel"), syscall.SIGQUIT) // it ends with a stack
	s.nothingLeft()
	if err := s.parent.Wait(); status(err) != 1 {
		t.Errorf("the kernel ended with the status %d", status(err))
	}
	if log := s.log(); !strings.Contains(log, "GoNB has ended: exit status 2") || !strings.Contains(log, "SIGQUIT: quit") {
		t.Errorf("the kernel has logged\n%s", log)
	}
}

// A model that is kept outlives the kernel, for the same notebook only.
func TestStateOutlivesTheKernel(t *testing.T) {
	p := newPlace(t)
	const declare = `import "github.com/nnlab-go/lab/nnlab/nn"
var m = nn.Keep("m", func() *nn.Model {
	return nn.Sequential(nn.Input(2), nn.Dense(1)).Compile(nn.MSE, nn.SGD(0.1))
})
`
	t.Setenv("JPY_SESSION_NAME", "lessons/one.ipynb")
	dir := t.TempDir()
	first := start(t, p, dir)
	hash := first.execute("import \"github.com/nnlab-go/lab/datasets\"\n" + declare + "%%\nm.Fit(datasets.FromTargets([][]float32{{1, 2}}, [][]float32{{3}}), nn.Verbose(false))\nfmt.Println(m.WeightHash())")
	first.kernel.Shutdown()
	first.nothingLeft()
	second := start(t, p, dir)
	if again := second.execute(declare + "%%\nfmt.Println(m.WeightHash())"); again != hash || len(hash) != 65 {
		t.Errorf("the first kernel had %q, the second %q", hash, again)
	}
	t.Setenv("JPY_SESSION_NAME", "lessons/two.ipynb")
	if other := start(t, p, t.TempDir()).execute(declare + "%%\nfmt.Println(m.WeightHash())"); other == hash || len(other) != 65 {
		t.Errorf("another notebook has %q too", other)
	}
}

// execute runs a cell and returns what it wrote.
func (s *started) execute(code string) string {
	ctx, cancel := context.WithTimeout(context.Background(), kerneltest.Patience)
	defer cancel()
	c := ipynb.NewCollector(nil)
	if _, err := s.kernel.Execute(ctx, code, func(m wire.Message) { c.Add(m.Header.Type, m.Content) }); err != nil {
		s.t.Fatal(err)
	}
	text := ""
	for _, o := range c.Outputs {
		text += ipynb.Text(o["text"])
		if tb, ok := o["traceback"].([]any); ok {
			for _, l := range tb {
				text += l.(string) + "\n"
			}
		}
	}
	return text
}
