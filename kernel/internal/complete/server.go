package complete

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/private"
)

// Command is the word by which this program is started as the server.
const Command = "completions"

// The server's limits.
const (
	memoryAim   = "160MiB"         // for which gopls works harder at collecting garbage
	memoryLimit = 400 << 20        // bytes that gopls may hold; beyond, it is started anew
	warmUpTime  = 90 * time.Second // for reading the usual packages
	answerTime  = 10 * time.Second // for an answer; beyond, gopls is started anew
)

// server keeps a gopls for all kernels of a user.
type server struct {
	dir, root, program string
	env                []string
	memory             int64 // the server's limits
	patience           time.Duration

	mu      sync.Mutex
	gopls   *gopls // nil while there is none
	warm    bool
	asking  sync.Mutex // one query at a time, so that each is of the files it comes with
	touched chan struct{}
}

// Serve is the server in a folder, which Folder made, until nobody has asked for
// as long as idle. Where there is one already it returns at once.
func Serve(dir, root, program string, idle time.Duration) error {
	if err := private.Folder(dir); err != nil { // it is removed at the end
		return err
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	if ours, err := lock.TryLock(); err != nil || !ours {
		return err
	}
	defer os.RemoveAll(dir)
	os.Remove(socketIn(dir)) // of one that was killed
	l, err := net.Listen("unix", socketIn(dir))
	if err != nil {
		return err
	}
	s := newServer(dir, root, program)
	if err := s.prepare(dir); err != nil {
		return err
	}
	go func() {
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go s.serve(c)
			}
		}
	}()
	s.start() // it was started because somebody asks
	s.look(idle)
	l.Close()
	s.stop(s.running())
	return nil
}

func newServer(dir, root, program string) *server {
	return &server{dir: filepath.Join(dir, "cells"), root: root, program: program, memory: memoryLimit, patience: answerTime, touched: make(chan struct{}, 1)}
}

// look watches over gopls until nobody has asked for a while.
func (s *server) look(idle time.Duration) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	end := time.NewTimer(idle)
	for {
		select {
		case <-s.touched:
			end.Reset(idle)
		case <-tick.C:
			if g := s.running(); g != nil && memoryOf(g.process.Process.Pid) > s.memory {
				s.stop(g)
			}
		case <-end.C:
			return
		}
	}
}

func (s *server) running() *gopls {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gopls
}

// stop ends a gopls; the next query starts another.
func (s *server) stop(g *gopls) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g != nil && s.gopls == g {
		s.gopls, s.warm = nil, false
		g.end()
	}
}

// prepare makes the module in which the cells stand. It requires the lab as it
// is in its folder, and all that the lab requires, in the same versions.
func (s *server) prepare(dir string) error {
	mod, err := os.ReadFile(filepath.Join(s.root, "go.mod"))
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(s.root, "go.sum"))
	if err != nil {
		return err
	}
	name, rest, _ := strings.Cut(string(mod), "\n")
	name = strings.TrimPrefix(name, "module ")
	if before, after, ok := strings.Cut(rest, "\ntool ("); ok {
		_, after, _ = strings.Cut(after, "\n)")
		rest = before + after
	}
	rest = fmt.Sprintf("module cells\n%s\nrequire %s v0.0.0\n\nreplace %[2]s => %[3]q\n", rest, name, s.root)
	telemetry := filepath.Join(dir, "config", "go", "telemetry")
	for path, text := range map[string]string{
		filepath.Join(s.dir, "go.mod"): rest, filepath.Join(s.dir, "go.sum"): string(sum), filepath.Join(telemetry, "mode"): "off",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	// gopls's telemetry, a process of its own, is switched off by a file in the
	// configuration and nowhere else.
	s.env = append(gonb.GoEnviron(os.Environ()), "XDG_CONFIG_HOME="+filepath.Join(dir, "config"),
		"GOMEMLIMIT="+memoryAim, "GOGC=50", "GOFLAGS=", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0")
	return nil
}

// serve answers one query.
func (s *server) serve(c net.Conn) {
	defer c.Close()
	var q Query
	if err := json.NewDecoder(c).Decode(&q); err != nil || q.At < 0 || q.At > len(q.Cell) {
		return
	}
	select {
	case s.touched <- struct{}{}:
	default:
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { // who asks no longer wants to know when the connection ends
		io.Copy(io.Discard, c)
		cancel()
	}()
	json.NewEncoder(c).Encode(s.answer(ctx, q)) // it may have ended
}

func (s *server) answer(ctx context.Context, q Query) Answer {
	g := s.start()
	if g == nil {
		return Answer{}
	}
	s.asking.Lock()
	defer s.asking.Unlock()
	if ctx.Err() != nil {
		return Answer{}
	}
	// Not ctx: where gopls has to look for a package first, it would begin anew
	// each time that somebody does not wait for it. One that does not even read, so
	// that what is sent to it waits, only ends this way.
	late := time.AfterFunc(s.patience, func() { s.stop(g) })
	defer late.Stop()
	a, err := g.answer(context.Background(), q)
	if errors.Is(err, errEnded) {
		s.stop(g)
	}
	return a
}

// start starts gopls if it does not run, and returns it if it is warm.
func (s *server) start() *gopls {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.warm {
		return s.gopls
	}
	if s.gopls != nil {
		return nil
	}
	g, err := startGopls(s.program, s.dir, s.env)
	if err != nil {
		return nil
	}
	s.gopls = g
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), warmUpTime)
		defer cancel()
		if err := g.warmUp(ctx); err != nil {
			s.stop(g)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.warm = s.gopls == g
	}()
	return nil
}
