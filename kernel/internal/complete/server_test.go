package complete

import (
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// startServer starts a server with the real gopls, without a socket.
func startServer(t *testing.T) *server {
	t.Helper()
	root, err := gonb.Root()
	if err != nil {
		t.Fatal(err)
	}
	tools, err := gonb.Build(root, gonb.Gopls)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := newServer(dir, root, filepath.Join(tools, gonb.Gopls.Name))
	if err := s.prepare(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stop(s.running()) })
	return s
}

// query asks for the methods of a variable, which gopls alone knows. What stands
// in front makes it another text.
func query(before string) Query {
	code := before + "func main() {\nvar b strings.Builder\nb.WriteSt\n}"
	return Compose(Draft{Code: code, Cursor: strings.Index(code, "WriteSt") + len("WriteSt")}, nil)
}

// answered asks until there is an answer, and returns the process that has given it.
func (s *server) answered(t *testing.T) int {
	t.Helper()
	var g *gopls
	var a Answer
	if !kerneltest.Eventually(func() bool {
		g = s.running()
		a = s.answer(t.Context(), query(""))
		return a.Warm && g != nil
	}) {
		t.Fatal("gopls does not answer")
	}
	if !slices.ContainsFunc(a.Items, func(i Item) bool { return i.Text == "WriteString" }) {
		t.Fatalf("gopls has answered %+v", a)
	}
	return g.process.Process.Pid
}

// gone tells of a process that is still the server's.
func (s *server) gone(t *testing.T, pid int) {
	t.Helper()
	if g := s.running(); g != nil && g.process.Process.Pid == pid {
		t.Fatal("gopls still runs")
	}
	if err := syscall.Kill(pid, 0); err == nil {
		t.Fatal("gopls is left behind")
	}
}

// gopls is started anew when it holds too much memory, when it gives no answer,
// not even reading what it is asked, and when somebody has killed it.
func TestGoplsIsStartedAnew(t *testing.T) {
	s := startServer(t)
	first := s.answered(t)
	s.memory = 1
	kerneltest.Eventually(func() bool {
		s.look(1500 * time.Millisecond)
		return s.running() == nil
	})
	s.gone(t, first)
	s.memory = memoryLimit

	second := s.answered(t)
	if err := syscall.Kill(second, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	s.patience = 200 * time.Millisecond
	long := query("// " + strings.Repeat("long", 1<<18) + "\n") // more than a pipe holds
	if a := s.answer(t.Context(), long); a.Warm {
		t.Errorf("who is stopped answers: %+v", a)
	}
	s.gone(t, second)
	s.patience = answerTime

	third := s.answered(t)
	killed := s.running()
	if err := syscall.Kill(third, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-killed.ended
	if a := s.answer(t.Context(), query("// another\n")); a.Warm {
		t.Errorf("who was killed answers: %+v", a)
	}
	s.gone(t, third)
}
