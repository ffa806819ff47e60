// Package confine runs a kernel whole in a jail: the session, GoNB, the compilers and
// the cells. From outside it is reached by sockets in its folder.
package confine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/gocache"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/jail"
)

// Kernel is a kernel in jail.
type Kernel struct {
	process *exec.Cmd
	orders  io.WriteCloser
	done    chan struct{} // of each order
	exited  chan struct{}
}

// The orders that a kernel takes; it ends when no more can come.
const killCell = 'k'

// limits are those of a student's processes, with the memory that the setting gives. A
// program of Go has about ten threads, and a cell is compiled by several.
var limits = jail.Limits{File: 2 << 30, Processes: 1024, Open: 4096}

// Start starts a kernel on a connection file whose sockets lie in the file's folder,
// which lies in Setting's Tmp, the only folder that it can write to. What it logs
// goes to output.
func Start(s gonb.Setting, m jail.Means, file string, output io.Writer) (*Kernel, error) {
	g, err := goOf(s.Root)
	if err != nil {
		return nil, err
	}
	own := filepath.Join(s.Tmp, "gocache")
	if s.CacheProg, err = gocache.Program(s.Program, own, g.GOCACHE); err != nil {
		return nil, err
	}
	j := jail.Jail{Means: m, Folder: s.Tmp, Read: visible(s, g), Limits: limits}
	j.Limits.Memory = s.Memory
	if m == jail.Namespaces && os.Geteuid() == 0 {
		// One of those that systemd gives to nobody for long.
		j.User = 61184 + rand.IntN(4000)
		if err := give(s.Tmp, j.User); errors.Is(err, syscall.EINVAL) {
			j.User = 0 // there is no such user: in a container whose root is the only one
		} else if err != nil {
			return nil, err
		}
	}
	said, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	k := &Kernel{exited: make(chan struct{}), done: make(chan struct{}, 1)}
	if k.process, err = j.Command(s.Program, environ(s, g, own), s.Tmp, s.Program, Command, string(said), file); err != nil {
		return nil, err
	}
	k.process.Stdout, k.process.Stderr = reports(k.done), output
	k.process.WaitDelay = time.Second
	if k.orders, err = k.process.StdinPipe(); err != nil {
		return nil, err
	}
	if err := k.process.Start(); err != nil {
		return nil, err
	}
	go func() {
		k.process.Wait()
		close(k.exited)
	}()
	return k, nil
}

// Exited is closed when the kernel has ended.
func (k *Kernel) Exited() <-chan struct{} { return k.exited }

// KillCell kills what cells have started and is still there, and returns when it has
// been done, so that no later cell is meant; the kernel lives on.
func (k *Kernel) KillCell() {
	select {
	case <-k.done: // of an order that nobody has waited for
	default:
	}
	if _, err := k.orders.Write([]byte{killCell}); err != nil {
		return // it is gone
	}
	select {
	case <-k.done:
	case <-k.exited:
	case <-time.After(patience):
	}
}

// patience is how long an order may take.
const patience = 10 * time.Second

// reports passes on that orders have been done.
type reports chan struct{}

func (r reports) Write(p []byte) (int, error) {
	select {
	case r <- struct{}{}:
	default:
	}
	return len(p), nil
}

// Stop ends the kernel and all that it has started.
func (k *Kernel) Stop() error {
	k.orders.Close()
	for _, end := range []func(){func() {}, func() { k.process.Process.Signal(syscall.SIGTERM) }, func() { k.process.Process.Kill() }} {
		end()
		select {
		case <-k.exited:
			return nil
		case <-time.After(5 * time.Second):
		}
	}
	<-k.exited
	return nil
}

// toolchain is where Go and what it reads lie.
type toolchain struct{ GOROOT, GOCACHE, GOMODCACHE, GOPATH string }

// goOf asks the Go that makes the cells.
func goOf(root string) (g toolchain, err error) {
	program, err := gonb.Go(root)
	if err != nil {
		return g, err
	}
	cmd := exec.Command(program, "env", "-json", "GOROOT", "GOCACHE", "GOMODCACHE", "GOPATH")
	cmd.Env = gonb.GoEnviron(os.Environ())
	out, err := cmd.Output()
	if err != nil {
		return g, fmt.Errorf("go env: %w", err)
	}
	return g, json.Unmarshal(out, &g)
}

// Shown are the parts of the checkout from which cells are made.
var Shown = []string{"go.mod", "go.sum", "datasets", "internal", "nnlab"}

// visible is what a kernel reads besides its folder.
func visible(s gonb.Setting, g toolchain) []string {
	list := append([]string{g.GOROOT, g.GOCACHE, g.GOMODCACHE, s.Tools, s.Program}, jail.Public...)
	for _, name := range Shown {
		list = append(list, filepath.Join(s.Root, name))
	}
	if cache, err := gonb.Cache(); err == nil {
		list = append(list, cache)
	}
	if data := os.Getenv("NNLAB_DATA"); data != "" {
		list = append(list, data)
	}
	return list
}

// Covers tells whether the cells of a kernel can read a path.
func Covers(s gonb.Setting, path string) (bool, error) {
	g, err := goOf(s.Root)
	if err != nil {
		return false, err
	}
	path, err = filepath.Abs(path)
	return jail.Jail{Read: visible(s, g)}.Covers(path), err
}

// environ is what a kernel in jail has for an environment: of the user's nothing but
// his language, his time zone and what is the lab's.
func environ(s gonb.Setting, g toolchain, own string) []string {
	set := map[string]string{"PATH": filepath.Join(g.GOROOT, "bin") + ":/usr/local/bin:/usr/bin:/bin", "HOME": s.Tmp, "TMPDIR": s.Tmp,
		"GOPATH": g.GOPATH, "GOMODCACHE": g.GOMODCACHE, "GOCACHE": own, "GOENV": "off"}
	if cache, err := gonb.Cache(); err == nil {
		set["NNLAB_CACHE"] = cache
	}
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if _, ok := set[name]; !ok && (name == "LANG" || name == "TZ" || name == "GOMAXPROCS" || strings.HasPrefix(name, "LC_") || strings.HasPrefix(name, "NNLAB_")) {
			env = append(env, kv)
		}
	}
	for name, value := range set {
		env = append(env, name+"="+value)
	}
	return env
}

// give makes a folder and all that lies in it a user's.
func give(dir string, user int) error {
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, user, user)
	})
}
