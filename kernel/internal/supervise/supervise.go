// Package supervise starts GoNB so that nothing of it is left behind, however it
// ends: a process of ours, the watchdog, stands between the kernel and GoNB. It
// is the parent that orphans get, and it clears up.
package supervise

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// Kernel is a running GoNB with its private folder.
type Kernel struct {
	dog     *exec.Cmd
	orders  io.WriteCloser // to the watchdog; it closes when this process dies
	gone    chan struct{}  // closed when the watchdog has ended
	gonb    int            // GoNB's process
	env     []string
	tmp     string
	marker  string
	exited  chan struct{}
	failure error
}

// WatchCommand is the word by which this program is started as the watchdog.
const WatchCommand = "watch"

// Folder makes the private folder of a kernel. Start's kernel owns it and all
// that is put into it.
func Folder() (string, error) {
	return os.MkdirTemp("", "nnlab-") // short: the paths of sockets have a limit
}

// Start starts GoNB on a connection file, in Setting's Tmp, which Folder made.
// Setting's Marker is set here. What GoNB logs goes to output; all of it has
// arrived when Stop returns.
func Start(s gonb.Setting, connectionFile string, output io.Writer) (*Kernel, error) {
	k := &Kernel{tmp: s.Tmp, marker: filepath.Base(s.Tmp) + "-" + rand.Text()[:12], exited: make(chan struct{})}
	s.Marker = k.marker
	if err := k.start(s, connectionFile, output); err != nil {
		k.clear()
		return nil, err
	}
	return k, nil
}

func (k *Kernel) start(s gonb.Setting, connectionFile string, output io.Writer) (err error) {
	if k.env, err = s.Environ(); err != nil {
		return err
	}
	// GoNB asks for the flag go_work only where it makes a go.work itself.
	k.dog = exec.Command(s.Program, WatchCommand, k.marker, k.tmp,
		filepath.Join(s.Tools, "gonb"), "-kernel", connectionFile, "-go_work="+s.Root, "-raw_error")
	k.dog.Env, k.dog.Dir = withoutMarker(k.env), s.Dir
	k.dog.Stderr = output
	k.dog.WaitDelay = time.Second // should somebody have killed it, whoever it has started holds its output
	ownSession(k.dog)
	if k.orders, err = k.dog.StdinPipe(); err != nil {
		return err
	}
	// Not Cmd's own pipe, which Wait closes before it has been read.
	reports, w, err := os.Pipe()
	if err != nil {
		return err
	}
	k.dog.Stdout = w
	err = k.dog.Start()
	w.Close()
	if err != nil {
		reports.Close()
		return err
	}
	k.gone = make(chan struct{})
	go func() {
		k.dog.Wait()
		close(k.gone)
	}()
	lines := bufio.NewReader(reports)
	if err := k.report(lines, "GoNB is %d", &k.gonb); err != nil {
		reports.Close()
		return err
	}
	go func() {
		defer reports.Close()
		k.failure = k.report(lines, "ended")
		close(k.exited)
	}()
	if s.Memory > 0 {
		return limitMemory(k.gonb, s.Memory)
	}
	return nil
}

// report reads a line of the watchdog. One that was not expected is an error.
func (k *Kernel) report(lines *bufio.Reader, expected string, values ...any) error {
	line, err := lines.ReadString('\n')
	line = strings.TrimSuffix(line, "\n")
	if err != nil {
		return errors.New("o processo que vigia o kernel terminou")
	}
	if _, err := fmt.Sscanf(line, expected, values...); err != nil {
		return errors.New(line)
	}
	return nil
}

// Exited is closed when GoNB has ended.
func (k *Kernel) Exited() <-chan struct{} { return k.exited }

// Interrupt stops the running cell; between cells, and when GoNB has ended, it
// does nothing.
func (k *Kernel) Interrupt() { k.order(interrupt) }

// order tells the watchdog to send GoNB a signal; it may be gone.
func (k *Kernel) order(what byte) { k.orders.Write([]byte{what}) }

// Environ is the environment of GoNB and of what it starts.
func (k *Kernel) Environ() []string { return k.env }

// KillPrograms kills what cells have started, also what has outlived its cell
// and does not listen to an interrupt. GoNB and gopls live on.
func (k *Kernel) KillPrograms() {
	for _, pid := range Family(k.marker, k.dog.Process.Pid) {
		if p := programOf(pid); p != "" && p != "gonb" && p != "gopls" && !ours(pid) {
			kill(pid)
		}
	}
}

// Processes are the numbers of the watchdog, GoNB and all that it has started.
func (k *Kernel) Processes() []int {
	return append(Family(k.marker, k.dog.Process.Pid), k.dog.Process.Pid)
}

// KillCell kills all that GoNB has started: the running cell, its compiler, and
// what cells have left behind. GoNB itself lives on.
func (k *Kernel) KillCell() {
	for _, pid := range Family(k.marker, k.dog.Process.Pid) {
		if pid != k.gonb && pid != k.dog.Process.Pid {
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
		k.order(terminate)
		select {
		case <-k.exited:
		case <-time.After(3 * time.Second):
		}
	}
	k.clear()
	return err
}

// clear has the watchdog clear up. What is left of that, when somebody has
// killed it, is done here.
func (k *Kernel) clear() {
	if k.orders != nil {
		k.orders.Close()
	}
	if k.gone != nil {
		select {
		case <-k.gone:
		case <-time.After(5 * time.Second):
			kill(k.dog.Process.Pid)
		}
	}
	Clear(k.marker, k.tmp, 0)
}

// Clear kills all processes that carry the marker or descend from a process, 0
// for none, and removes the folder.
func Clear(marker, tmp string, ancestor int) error {
	if !strings.HasPrefix(filepath.Base(tmp), "nnlab-") || marker == "" {
		return errors.New("supervise: not a kernel's folder: " + tmp)
	}
	// A process may fork while the list is read: go on until nobody is left.
	for range 100 {
		family := Family(marker, ancestor)
		for _, pid := range family {
			kill(pid)
		}
		if len(family) == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return os.RemoveAll(tmp)
}

// withoutMarker takes a kernel's marker out of an environment.
func withoutMarker(env []string) (without []string) {
	for _, kv := range env {
		if !strings.HasPrefix(kv, gonb.MarkerName+"=") {
			without = append(without, kv)
		}
	}
	return without
}
