// Package supervise starts GoNB so that nothing of it is left behind, however it
// ends: a process of ours watches from outside and clears up.
package supervise

import (
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// Kernel is a running GoNB with its private folder.
type Kernel struct {
	cmd     *exec.Cmd
	guard   *os.File // closes when this process dies, which tells the watchdog
	tmp     string
	marker  string
	exited  chan struct{}
	failure error
}

// ReapCommand is the word by which this program is started as the watchdog.
const ReapCommand = "reap"

// Folder makes the private folder of a kernel. Start's kernel owns it and all
// that is put into it.
func Folder() (string, error) {
	return os.MkdirTemp("", "nnlab-") // short: the paths of sockets have a limit
}

// Start starts GoNB on a connection file, in Setting's Tmp, which Folder made.
// Setting's Marker is set here.
func Start(s gonb.Setting, connectionFile string, output *os.File) (*Kernel, error) {
	k := &Kernel{tmp: s.Tmp, marker: filepath.Base(s.Tmp) + "-" + rand.Text()[:12], exited: make(chan struct{})}
	s.Marker = k.marker
	if err := k.start(s, connectionFile, output); err != nil {
		k.clear()
		return nil, err
	}
	return k, nil
}

func (k *Kernel) start(s gonb.Setting, connectionFile string, output *os.File) error {
	env, err := s.Environ()
	if err != nil {
		return err
	}
	if err := k.watch(s.Program); err != nil {
		return err
	}
	// GoNB asks for the flag only where it makes a go.work itself.
	k.cmd = exec.Command(filepath.Join(s.Tools, "gonb"), "-kernel", connectionFile, "-go_work="+s.Root, "-raw_error")
	k.cmd.Env, k.cmd.Dir = env, s.Dir
	k.cmd.Stdout, k.cmd.Stderr = output, output
	ownGroup(k.cmd)
	if err := k.cmd.Start(); err != nil {
		return err
	}
	go func() {
		k.failure = k.cmd.Wait()
		close(k.exited)
	}()
	if s.Memory > 0 {
		return limitMemory(k.cmd.Process.Pid, s.Memory)
	}
	return nil
}

// watch starts the watchdog: it reads from a pipe that nobody writes to, and so
// notices the end of this process, even by SIGKILL.
func (k *Kernel) watch(program string) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	dog := exec.Command(program, ReapCommand, k.marker, k.tmp)
	dog.Stdin = r
	ownSession(dog)
	if err := dog.Start(); err != nil {
		w.Close()
		return err
	}
	k.guard = w
	go dog.Wait() // else it would stay a zombie while we live
	return nil
}

// Exited is closed when GoNB has ended.
func (k *Kernel) Exited() <-chan struct{} { return k.exited }

// Interrupt stops the running cell; between cells, and when GoNB has ended, it
// does nothing.
func (k *Kernel) Interrupt() { k.cmd.Process.Signal(os.Interrupt) }

// Environ is the environment of GoNB and of what it starts.
func (k *Kernel) Environ() []string { return k.cmd.Env }

// KillPrograms kills what cells have started, also what has outlived its cell
// and does not listen to an interrupt. GoNB and gopls live on.
func (k *Kernel) KillPrograms() {
	for _, pid := range Marked(k.marker) {
		if p := programOf(pid); p != "" && p != "gonb" && p != "gopls" && !ours(pid) {
			kill(pid)
		}
	}
}

// Stop ends GoNB, gently first, and clears up. It returns how GoNB had ended, if
// it had by itself.
func (k *Kernel) Stop() error {
	var err error
	select {
	case <-k.exited:
		err = k.failure
	default:
		terminate(k.cmd.Process)
		select {
		case <-k.exited:
		case <-time.After(3 * time.Second):
		}
	}
	k.clear()
	return err
}

func (k *Kernel) clear() {
	Clear(k.marker, k.tmp)
	if k.guard != nil {
		k.guard.Close()
	}
}

// Reap is the watchdog: it waits until in, the pipe from the supervisor, ends,
// and then clears up.
func Reap(in *os.File, marker, tmp string) error {
	ignoreSignals()
	buf := make([]byte, 1)
	for {
		if _, err := in.Read(buf); err != nil {
			break
		}
	}
	return Clear(marker, tmp)
}

// Clear kills all processes that carry the marker and removes the folder.
func Clear(marker, tmp string) error {
	if !strings.HasPrefix(filepath.Base(tmp), "nnlab-") || marker == "" {
		return errors.New("supervise: not a kernel's folder: " + tmp)
	}
	// A process may fork while the list is read: go on until nobody is left.
	for range 100 {
		if killMarked(marker) == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return os.RemoveAll(tmp)
}
