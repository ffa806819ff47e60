package execute

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/client"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/serve"
	"github.com/nnlab-go/lab/kernel/internal/supervise"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// Session is a kernel with a state folder of its own, so that what it runs does
// not depend on what was trained before.
type Session struct {
	Folder string // private to the kernel, goes with it
	kernel *serve.Kernel
	client *client.Client
	alive  context.Context // ends when the kernel does
	ended  context.CancelCauseFunc
}

// ErrInterrupted is returned when the user stopped before the notebook's end.
var ErrInterrupted = errors.New("interrupted")

// errStuck is why a kernel is given up.
var errStuck = errors.New("the kernel does not answer")

// Open starts a kernel. Close must be called when there is no error.
func Open(ctx context.Context, setting gonb.Setting) (s *Session, err error) {
	// All that the run needs for itself lies in the kernel's folder, which goes
	// with the kernel, even when this process is killed.
	s = &Session{}
	if s.Folder, err = supervise.Folder(); err != nil {
		return nil, err
	}
	s.alive, s.ended = context.WithCancelCause(context.WithoutCancel(ctx))
	if err := s.open(ctx, setting); err != nil {
		s.Close()
		if ctx.Err() != nil {
			return nil, ErrInterrupted
		}
		return nil, err
	}
	return s, nil
}

func (s *Session) open(ctx context.Context, setting gonb.Setting) error {
	setting.Tmp, setting.State = s.Folder, filepath.Join(s.Folder, "state")
	log, err := os.Create(filepath.Join(s.Folder, "kernel.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	file := filepath.Join(s.Folder, "connection.json")
	connection, err := wire.NewConnection(file)
	if err != nil {
		return err
	}
	if s.kernel, err = serve.Start(setting, file, log); err != nil {
		return err
	}
	go func() {
		select {
		case <-s.kernel.Exited():
			s.ended(errors.New("the kernel ended:\n" + tail(log.Name())))
		case <-s.alive.Done():
		}
	}()
	dialing, cancel := context.WithCancel(s.alive)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	if s.client, err = client.Dial(dialing, connection); err != nil {
		return errors.Join(err, context.Cause(s.alive))
	}
	return nil
}

// Close ends the kernel and removes its folder.
func (s *Session) Close() {
	s.ended(nil)
	if s.client != nil {
		s.client.Close()
	}
	if s.kernel != nil {
		s.kernel.Stop()
	}
	os.RemoveAll(s.Folder)
}

// Code is something to run.
type Code struct {
	Source string
	Limit  time.Duration    // 0: as long as it takes
	To     *ipynb.Collector // gets what it publishes
	// Heard is told each publication and the output that it made or changed.
	Heard func(kind string, content json.RawMessage, o ipynb.Output)
}

// Outcome is how a code ended.
type Outcome struct {
	client.Reply
	Late   bool // it took longer than its limit and was stopped
	Killed bool // the interrupt was not enough
	Took   time.Duration
}

// Failed tells whether the code did not do what it should.
func (o Outcome) Failed() bool { return o.Late || o.Status == "error" || o.Status == "aborted" }

// How many seconds a cell has to end after an interrupt, and the kernel after
// the cell's processes were killed. GoNB itself kills after five.
const (
	graceful = 6
	forced   = 6
)

// Run runs a code. When user ends it is interrupted, has a few seconds to end,
// and the error is ErrInterrupted. When it takes longer than its limit it is
// interrupted, then its processes are killed, then the kernel; what Outcome says.
func (s *Session) Run(user context.Context, c Code) (o Outcome, err error) {
	ctx, cancel := context.WithCancelCause(s.alive)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		var limit <-chan time.Time
		if c.Limit > 0 {
			limit = time.After(c.Limit)
		}
		select {
		case <-ctx.Done():
		case <-user.Done():
			every(ctx, graceful, func() { s.client.Interrupt() })
			cancel(ErrInterrupted)
		case <-limit:
			// An interrupt that comes while the cell compiles is lost: repeat it.
			o.Late = true
			every(ctx, graceful, func() { s.client.Interrupt() })
			if o.Killed = ctx.Err() == nil; o.Killed {
				every(ctx, forced, s.KillCell)
				cancel(errStuck)
			}
		}
	}()
	var bad error
	began := time.Now()
	reply, err := s.client.Execute(ctx, c.Source, func(m wire.Message) {
		out, err := c.To.Add(m.Header.Type, m.Content)
		if err != nil {
			bad = err
		}
		if c.Heard != nil {
			c.Heard(m.Header.Type, m.Content, out)
		}
	})
	if err != nil {
		err = context.Cause(ctx)
	}
	cancel(nil)
	<-watched
	o.Reply, o.Took = reply, time.Since(began)
	switch {
	case user.Err() != nil:
		return o, ErrInterrupted
	case errors.Is(err, errStuck):
		s.ended(errStuck)
		s.kernel.Stop()
		return o, bad
	case err != nil:
		return o, err
	}
	return o, bad
}

// KillCell kills what the cells have started and the kernel has not ended.
func (s *Session) KillCell() { s.kernel.KillCell() }

// every calls f once a second, n times, or until ctx ends.
func every(ctx context.Context, n int, f func()) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for range n {
		if ctx.Err() != nil {
			return
		}
		f()
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// tail is the last part of the kernel's log.
func tail(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return ipynb.Plain(string(data[max(0, len(data)-2000):]))
}
