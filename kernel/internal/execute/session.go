package execute

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/client"
	"github.com/nnlab-go/lab/kernel/internal/confine"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/jail"
	"github.com/nnlab-go/lab/kernel/internal/pt"
	"github.com/nnlab-go/lab/kernel/internal/serve"
	"github.com/nnlab-go/lab/kernel/internal/supervise"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// Session is a kernel with a state folder of its own, so that what it runs does
// not depend on what was trained before.
type Session struct {
	Folder string // private to the kernel, goes with it
	kernel kernel
	client *client.Client
	alive  context.Context // ends when the kernel does
	ended  context.CancelCauseFunc
}

// kernel is what runs the cells, in this process or in another.
type kernel interface {
	Exited() <-chan struct{}
	KillCell()
	Stop() error
}

// ErrInterrupted is returned when the user stopped before the notebook's end.
var ErrInterrupted = errors.New("interrompido")

// errStuck is why a kernel is given up.
var errStuck = errors.New("o kernel não responde")

// Open starts a kernel. Close must be called when there is no error. Where work
// is not nil, it may fill a new folder in which the cells then run.
func Open(ctx context.Context, setting gonb.Setting, work func(dir string) error) (s *Session, err error) {
	// All that the run needs for itself lies in the kernel's folder, which goes
	// with the kernel, even when this process is killed.
	s = &Session{}
	if s.Folder, err = supervise.Folder(); err != nil {
		return nil, pt.Error(err)
	}
	s.alive, s.ended = context.WithCancelCause(context.WithoutCancel(ctx))
	if work != nil {
		setting.Dir = filepath.Join(s.Folder, "work")
		if err := errors.Join(os.Mkdir(setting.Dir, 0o777), work(setting.Dir)); err != nil {
			s.Close()
			return nil, pt.Error(err)
		}
	}
	if err := s.open(ctx, setting); err != nil {
		s.Close()
		if ctx.Err() != nil {
			return nil, ErrInterrupted
		}
		return nil, pt.Error(err)
	}
	return s, nil
}

func (s *Session) open(ctx context.Context, setting gonb.Setting) error {
	setting.Tmp, setting.State = s.Folder, filepath.Join(s.Folder, "state")
	var log supervise.Log // not in a file, which a cell could replace
	connection, err := s.start(setting, &log)
	if err != nil {
		return err
	}
	go func() {
		select {
		case <-s.kernel.Exited():
			s.ended(errors.New("o kernel terminou:\n" + tail(log.String())))
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

// start starts the kernel: in this process, or in jail, where its sockets have to lie
// in its folder.
func (s *Session) start(setting gonb.Setting, log io.Writer) (*wire.Connection, error) {
	if setting.Jail == "" {
		file := filepath.Join(s.Folder, "connection.json")
		connection, err := wire.NewConnection(file)
		if err != nil {
			return nil, err
		}
		k, err := serve.Start(setting, file, log, log)
		if err != nil {
			return nil, err
		}
		s.kernel = k
		return connection, nil
	}
	file := filepath.Join(s.Folder, "c", "connection.json")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	connection, err := wire.NewPrivateConnection(file)
	if err != nil {
		return nil, err
	}
	k, err := confine.Start(setting, jail.Means(setting.Jail), file, log)
	if err != nil {
		return nil, err
	}
	s.kernel = k
	return connection, nil
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

// Alive tells whether the kernel can still run something.
func (s *Session) Alive() bool { return s.alive.Err() == nil }

// Code is something to run.
type Code struct {
	Source string
	Limit  time.Duration    // 0: as long as it takes
	Most   int              // bytes that it may write, and 64 times as many of figures; 0: as many as it does
	To     *ipynb.Collector // gets what it publishes
	// Heard is told each publication and the output that it made or changed.
	Heard func(kind string, content json.RawMessage, o ipynb.Output)
}

// Outcome is how a code ended.
type Outcome struct {
	client.Reply
	Late   bool // it took longer than its limit and was stopped
	Flood  bool // it wrote more than it may and was stopped
	Killed bool // the interrupt was not enough
	Took   time.Duration
}

// Failed tells whether the code did not do what it should.
func (o Outcome) Failed() bool {
	return o.Late || o.Flood || o.Status == "error" || o.Status == "aborted"
}

// figures is how much more room figures have than text.
const figures = 64

// How many seconds a cell has to end after an interrupt, and the kernel after
// the cell's processes were killed. GoNB itself kills after five.
const (
	graceful = 6
	forced   = 6
)

// Run runs a code. When user ends it is interrupted, has a few seconds to end,
// and the error is ErrInterrupted. When it takes longer or writes more than it
// may it is interrupted, then its processes are killed, then the kernel; what
// was necessary stands in Outcome.
func (s *Session) Run(user context.Context, c Code) (o Outcome, err error) {
	if !s.Alive() {
		return o, context.Cause(s.alive)
	}
	ctx, cancel := context.WithCancelCause(s.alive)
	watched, flood := make(chan struct{}), make(chan struct{})
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
			o.Late = true
			o.Killed = s.stop(ctx, cancel)
		case <-flood:
			o.Flood = true
			o.Killed = s.stop(ctx, cancel)
		}
	}()
	var bad error
	written := 0
	began := time.Now()
	reply, err := s.client.Execute(ctx, c.Source, func(m wire.Message) {
		if c.Most > 0 {
			before := written
			switch size := len(m.Content); m.Header.Type {
			case "stream":
				written += size
			case "update_display_data": // takes another's place
				written = max(written, size/figures)
			default:
				written += size / figures
			}
			if written > c.Most {
				if before <= c.Most {
					close(flood)
				}
				return
			}
		}
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

// stop interrupts the cell, then kills its processes, then gives the kernel up,
// until ctx ends. It tells whether the interrupt was not enough. One that comes
// before the kernel has taken the cell up is lost, so it is repeated.
func (s *Session) stop(ctx context.Context, giveUp context.CancelCauseFunc) (killed bool) {
	every(ctx, graceful, func() { s.client.Interrupt() })
	if ctx.Err() != nil {
		return false
	}
	every(ctx, forced, s.KillCell)
	giveUp(errStuck)
	return true
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

// tail is the last part of the kernel's log, without a character that is cut.
func tail(log string) string {
	return plain.Text(strings.ToValidUTF8(log[max(0, len(log)-2000):], ""))
}
