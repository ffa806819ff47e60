package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Server makes the programs of one kernel.
type Server struct {
	Tools Tools

	note     *notebook
	listener net.Listener
	life     context.Context
	stop     context.CancelFunc

	mu      sync.Mutex
	cancel  context.CancelFunc // of the call that is being served
	unused  []Unused
	blamed  []string
	working sync.Mutex // one call at a time
	known   packages
	asked   asked
	usual   []string // import paths that need not be written
	names   names
	root    string // GOROOT, "" before it is known
}

// Tools are where the real tools lie, and the flags (GOFLAGS) with which cells
// are compiled.
type Tools struct {
	Go, GoImports, Flags string
	Modules              []string // of the packages that are there besides the standard library
	Shared               string   // the folder in which kernels of a user leave each other what they find; "": each finds it itself
	Variables            string   // the folder of the notebook's variables; "" where none survive their cell
	// Script is the text of what GoNB starts in place of a program that lies at a path,
	// and displays by GoNB's own package or not; nil where it starts the program itself.
	Script func(program string, displays bool) string
}

// Start starts a server on a Unix socket.
func Start(socket string, t Tools) (*Server, error) {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	s := &Server{Tools: t, listener: l, note: newNotebook(t.Variables)}
	s.life, s.stop = context.WithCancel(context.Background())
	go func() {
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go s.answer(c)
			}
		}
	}()
	return s, nil
}

// Close ends the server and what it has started.
func (s *Server) Close() {
	s.stop()
	s.listener.Close()
}

// Begin tells what the next program is.
func (s *Server) Begin(p Plan) {
	s.note.begin(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unused, s.blamed = nil, nil
}

// Warm finds packages before the first program needs them: those that cells
// usually import. That it cannot shows with the first program, which is made by the
// Go tool then.
func (s *Server) Warm(dir string, env, paths []string) {
	s.working.Lock()
	defer s.working.Unlock()
	s.usual = paths
	q := Request{Dir: dir, Env: env}
	s.share(s.life, q, slices.Concat(paths, generated))
	s.tell()
}

// Unused returns the variables that the program does not use.
func (s *Server) Unused() []Unused {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unused
}

// Cancel stops the call that is being served, if there is one.
func (s *Server) Cancel() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancel != nil {
		s.cancel()
	}
}

// do serves a call.
func (s *Server) do(q Request) Response {
	s.working.Lock()
	defer s.working.Unlock()
	ctx, cancel := context.WithCancel(s.life)
	defer cancel()
	s.mu.Lock()
	s.cancel = cancel
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.cancel = nil
	}()
	var a Response
	var err error
	q, output := s.aside(q)
	switch {
	case q.Tool == "goimports" && len(q.Args) == 2:
		a, err = s.goimports(ctx, q, q.Args[1])
	case len(q.Args) >= 3 && slices.Equal(q.Args[:2], []string{"build", "-o"}) && (len(q.Args) == 3 || output != ""):
		a, err = s.build(ctx, q, q.Args[2])
	default:
		if q.Tool == "go" {
			s.leaveOut(ctx, q)
		}
		a, err = s.real(ctx, q)
	}
	a.Output = behindPlace.ReplaceAllString(a.Output, "$1")
	if err == nil && output != "" && a.Status == 0 {
		err = os.WriteFile(output, []byte(s.Tools.Script(asideOf(output), displays(q.Dir))), 0o700)
	}
	if err != nil {
		return Response{Output: err.Error() + "\n", Status: 1}
	}
	return a
}

// behindPlace is what the compiler puts behind the place of something that an error is about
// too: where it stands in the file that it has been given. GoNB cannot read it, and ends.
var behindPlace = regexp.MustCompile(`(\.go:\d+:\d+)\[[^\]\n]*\]`)

// aside has the program that GoNB is going to start lie beside the place where GoNB
// looks for it, and returns that place; "" for all other calls.
func (s *Server) aside(q Request) (Request, string) {
	at := slices.Index(q.Args, "-o") + 1
	if s.Tools.Script == nil || q.Tool != "go" || at == 0 || at == len(q.Args) || slices.Contains(q.Env, "GOOS=js") {
		return q, ""
	}
	output := q.Args[at]
	if filepath.Dir(output) != q.Dir || filepath.Base(output) != filepath.Base(q.Dir) {
		return q, "" // a student's own
	}
	q.Args = slices.Clone(q.Args)
	q.Args[at] = asideOf(output)
	return q, output
}

// displays tells whether the program in a folder uses GoNB's own package.
func displays(dir string) bool {
	for _, name := range []string{"main.go", "main_test.go"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err == nil && bytes.Contains(text, []byte(`"github.com/janpfeifer/gonb`)) {
			return true
		}
	}
	return false
}

// asideOf is where the program lies: not among the sources.
func asideOf(output string) string { return filepath.Join(filepath.Dir(filepath.Dir(output)), "cell") }

// real has the real tool do it.
func (s *Server) real(ctx context.Context, q Request) (Response, error) {
	tool := s.Tools.Go
	if q.Tool == "goimports" {
		tool = s.Tools.GoImports
	}
	return run(ctx, q.Dir, withoutServer(q.Env), tool, q.Args...)
}

// withoutServer takes the kernel's own programs out of an environment: what the
// server starts must not call the server.
func withoutServer(env []string) []string {
	env = slices.Clone(env)
	for i, kv := range env {
		if path, ok := strings.CutPrefix(kv, "PATH="); ok {
			if _, rest, ok := strings.Cut(path, string(filepath.ListSeparator)); ok {
				env[i] = "PATH=" + rest
			}
		}
	}
	return env
}

// run runs a program, all of whose children end with it when ctx does. The
// error is one of starting it.
func run(ctx context.Context, dir string, env []string, program string, args ...string) (Response, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	ownGroup(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return Response{}, errors.New("interrupted")
	case errors.As(err, &exit):
		return Response{out.String(), exit.ExitCode()}, nil
	case err != nil:
		return Response{}, fmt.Errorf("%s não pôde ser iniciado: %w", program, err)
	}
	return Response{Output: out.String()}, nil
}
