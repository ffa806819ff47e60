// Package serve puts a kernel together: the session that a front end speaks
// with, the GoNB that runs its cells, and the line between the two.
package serve

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/complete"
	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/session"
	"github.com/nnlab-go/lab/kernel/internal/streams"
	"github.com/nnlab-go/lab/kernel/internal/supervise"
	"github.com/nnlab-go/lab/kernel/internal/usage"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// Kernel is a running kernel.
type Kernel struct {
	session *session.Session
	gonb    *supervise.Kernel
	engine  *engine.Engine
	builder *builder
	moves   *moves
	gpu     io.Closer // the process that has the GPU, for cells that ask
	meter   usage.Meter
	dialing context.CancelFunc
}

// Start starts a kernel for the front end of a connection file. It answers at
// once; cells wait for GoNB, which starts meanwhile. What the kernel logs goes to
// output, what GoNB logs to its own.
func Start(s gonb.Setting, file string, output, ofGoNB io.Writer) (*Kernel, error) {
	c, err := wire.ReadConnection(file)
	if err != nil {
		return nil, err
	}
	// GoNB reads the name of the kernel in its file's name, for its widgets.
	private := filepath.Join(s.Tmp, "g-"+filepath.Base(file))
	inner, err := wire.NewPrivateConnection(private)
	if err != nil {
		return nil, err
	}
	k := &Kernel{gpu: noGPU{}}
	pipes := streams.Folder(filepath.Join(s.Tmp, "streams"))
	if err := os.Mkdir(string(pipes), 0o700); err != nil {
		return nil, err
	}
	if k.builder, err = startBuilder(&s, pipes); err != nil {
		return nil, err
	}
	marks := marksOf(&s)
	if k.moves, err = openMoves(&s); err == nil {
		var cards io.Closer
		if cards, err = gpuOf(&s); err == nil {
			k.gpu = cards
			k.gonb, err = supervise.Start(s, private, ofGoNB)
		}
	}
	if err != nil {
		k.gpu.Close()
		k.builder.Close()
		return nil, err
	}
	k.builder.environ = k.gonb.Environ
	preparing := ""
	if os.Getenv(gonb.ModulesName) != "" {
		preparing = "nnlab: preparando o laboratório; na primeira vez isso leva cerca de 60 s …\n"
	}
	k.session, err = session.Start(session.Options{Connection: c, Builder: k.builder, Completer: complete.New(s.Root, s.Tools, s.Program, k.builder.Packages()),
		Moves: k.moves, Marks: marks, Streams: pipes, State: s.State, Notebook: s.Notebook, Preparing: preparing, Memory: s.Memory, Log: logger(output),
		Usage:     func() any { return k.meter.Of(k.gonb.Processes()) },
		Kill:      k.gonb.KillPrograms,
		Interrupt: func() { k.builder.Cancel(); k.gonb.Interrupt() }})
	if err != nil {
		k.gpu.Close()
		k.builder.Close()
		k.gonb.Stop()
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	k.dialing = cancel
	go func() {
		select {
		case <-k.gonb.Exited():
			cancel()
		case <-ctx.Done():
		}
	}()
	dialed := make(chan struct{})
	go func() {
		defer close(dialed)
		prepared := k.prepare(ctx, s)
		e, err := engine.Dial(ctx, inner, k.session.Receive, k.session.Unwanted)
		if err != nil {
			return // GoNB has ended, or we are ending
		}
		if err := <-prepared; err != nil {
			k.session.Log.Print(err) // cells say what is missing
		}
		k.engine = e
		k.session.Run(e)
		k.builder.warm()
	}()
	k.dialing = func() { cancel(); <-dialed }
	return k, nil
}

// prepare compiles what cells import, where nobody may have done so before the kernel
// starts.
func (k *Kernel) prepare(ctx context.Context, s gonb.Setting) <-chan error {
	done := make(chan error, 1)
	if os.Getenv(gonb.ModulesName) == "" {
		close(done)
		return done
	}
	go func() { done <- gonb.Prepare(ctx, s) }()
	return done
}

// noGPU is in the place of a process that has a GPU.
type noGPU struct{}

func (noGPU) Close() error { return nil }

func logger(output io.Writer) *log.Logger { return log.New(output, "nnlab: ", log.LstdFlags) }

// Exited is closed when GoNB has ended by itself, which ends the kernel.
func (k *Kernel) Exited() <-chan struct{} { return k.gonb.Exited() }

// Ended is closed when the front end has asked for the end.
func (k *Kernel) Ended() <-chan struct{} { return k.session.Ended() }

// Interrupt stops the cell that runs.
func (k *Kernel) Interrupt() { k.session.InterruptCell() }

// KillCell kills what cells have started and is still there; the kernel lives on.
func (k *Kernel) KillCell() { k.gonb.KillCell() }

// farewell is how long a cell that runs has to end when the kernel does.
const farewell = time.Second

// Stop ends the kernel and all that it has started. It returns how GoNB had
// ended, if it had by itself.
func (k *Kernel) Stop() error {
	k.session.InterruptCell()
	select {
	case <-k.session.Quiet():
	case <-k.gonb.Exited():
	case <-time.After(farewell):
	}
	k.builder.Close() // first: it may be compiling packages for minutes
	k.dialing()
	err := k.gonb.Stop()
	if k.engine != nil {
		k.engine.Close()
	}
	k.session.Close()
	k.moves.close()
	k.gpu.Close()
	if err != nil {
		return fmt.Errorf("GoNB has ended: %w", err)
	}
	return nil
}
