// Package session is the kernel as a front end sees it: it speaks the Jupyter
// messaging protocol 5.4 on five sockets and has a GoNB behind it run the cells.
//
// Requests that say something about the kernel are answered at once, also while
// a cell runs; cells wait for each other in a queue.
package session

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"sync"

	"github.com/nnlab-go/lab/kernel/internal/build"
	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/streams"
	"github.com/nnlab-go/lab/kernel/internal/wire"
	"github.com/nnlab-go/lab/kernel/internal/zmtp"
	"github.com/nnlab-go/lab/nnlab/vars"
)

// Engine is what a session needs of the GoNB behind it.
type Engine interface {
	Send(to engine.Socket, h wire.Header, content any) error
}

// Builder is what a session needs of the server that makes the programs.
type Builder interface {
	// Begin tells what the next program is.
	Begin(build.Plan)
	// Finish takes over the variables that it has left, if it has compiled, and returns
	// what is to be said of them.
	Finish(compiled bool) []string
	// Failure is why it has ended by itself, if it has told.
	Failure() (vars.Failure, bool)
	// Variables are those of the notebook, by name.
	Variables() []build.Living
	// Drop forgets variables, all if none is named, and returns which there were.
	Drop(names ...string) ([]string, error)
	// Lost tells why a name is no variable of the notebook that once was one.
	Lost(name string) string
	// Blamed tells what variables have to do with what is wrong with the last program.
	Blamed() []string
	// Unknown are those of the import paths that no package has.
	Unknown(ctx context.Context, paths []string) []build.Unknown
	// Program is the text of the program that GoNB has made last.
	Program() []byte
	// Unused are the variables and the packages that it does not use.
	Unused() []build.Unused
	// Result is what it has shown: MIME type → data.
	Result() map[string]string
}

// Moves is the line to the controls of the running cell.
type Moves interface {
	// Move tells the cell the new number of the control in a display. It is false
	// where the cell has not got it.
	Move(id string, value float64) bool
}

// Options are what a session is made with.
type Options struct {
	Connection *wire.Connection
	// Interrupt sends the running cell an interrupt. It does nothing when none
	// runs, and may be called again while one does.
	Interrupt func()
	// Kill ends what a cell has started that does not end otherwise.
	Kill      func()
	Builder   Builder
	Completer Completer
	Moves     Moves
	Streams   streams.Folder // of the pipes of the cells
	// Marks tells the cells that run from now on whether to mark in what they print
	// where their displays are.
	Marks func(bool) error
	State string // the folder in which models are kept
	// Notebook is the file of the notebook, as far as that is known: what it has saved is
	// looked at where a cell names what no cell has made.
	Notebook string
	// Preparing is what a cell says that waits for the engine longer than a moment; "" for
	// nothing.
	Preparing string
	Memory    int64      // the most bytes that a cell may take; 0: no limit
	Usage     func() any // what the kernel takes of its machine, the content of a usage_reply
	Log       *log.Logger
}

// Session is one kernel's side of a connection.
type Session struct {
	Options
	id      string // of this kernel, in the headers of its messages
	replays wire.Replays

	shell, control, stdin, iopub, heartbeat *zmtp.Socket

	engine   Engine
	ready    chan struct{} // closed when engine is there
	ended    chan struct{} // closed when a front end asked for the end
	end      sync.Once
	life     context.Context
	stop     context.CancelFunc
	queue    queue
	comms    comms
	controls controls
	history  history
	sources  sources
	dump     string  // of the last panic; only the worker uses it
	deeds    []*deed // of the cells so far; only the worker uses them
	latest   latest

	mu      sync.Mutex
	running *execution // nil between cells
	count   int        // of executions
}

// Start opens the sockets. Front ends are answered from then on; the first cell
// waits until Run gives the session its engine, or until it is interrupted.
func Start(o Options) (*Session, error) {
	s := &Session{Options: o, id: wire.NewHeader("", "").ID, ready: make(chan struct{}), ended: make(chan struct{})}
	s.life, s.stop = context.WithCancel(context.Background())
	s.queue.changed = sync.NewCond(&s.queue.mu)
	c := o.Connection
	var errs []error
	open := func(at **zmtp.Socket, port int, make func(network, address string) (*zmtp.Socket, error)) {
		network, address := c.Socket(port)
		socket, err := make(network, address)
		*at, errs = socket, append(errs, err)
	}
	router := func(receive func(request)) func(network, address string) (*zmtp.Socket, error) {
		return func(network, address string) (*zmtp.Socket, error) {
			return zmtp.Router(s.Log, network, address, func(p *zmtp.Peer, frames [][]byte) {
				if m, ok := s.decode(frames); ok {
					m.Identities = append([][]byte{[]byte(p.Identity())}, m.Identities...)
					receive(request{Message: m})
				}
			})
		}
	}
	open(&s.iopub, c.IOPubPort, func(network, address string) (*zmtp.Socket, error) {
		return zmtp.Publisher(s.Log, network, address, s.welcome)
	})
	open(&s.stdin, c.StdinPort, router(func(r request) { s.input(r) }))
	open(&s.shell, c.ShellPort, router(func(r request) { r.socket = s.shell; s.dispatch(r) }))
	open(&s.control, c.ControlPort, router(func(r request) { r.socket = s.control; s.dispatch(r) }))
	open(&s.heartbeat, c.HBPort, func(network, address string) (*zmtp.Socket, error) {
		return zmtp.Echo(s.Log, network, address)
	})
	if err := errors.Join(errs...); err != nil {
		s.Close()
		return nil, err
	}
	go s.work()
	return s, nil
}

// Run gives the session the engine that runs cells.
func (s *Session) Run(e Engine) {
	s.engine = e
	// A front end shows the last state that it hears of; it knows that a cell waits.
	if s.current() == nil {
		s.publish(request{}, "status", map[string]any{"execution_state": "starting"})
	}
	close(s.ready)
}

// Ended is closed when a front end has asked the kernel to shut down.
func (s *Session) Ended() <-chan struct{} { return s.ended }

// Quiet is closed when no cell runs.
func (s *Session) Quiet() <-chan struct{} {
	if x := s.current(); x != nil {
		return x.over
	}
	quiet := make(chan struct{})
	close(quiet)
	return quiet
}

// Close closes the sockets, when what was sent has left.
func (s *Session) Close() {
	s.stop()
	s.queue.close()
	for _, socket := range []*zmtp.Socket{s.shell, s.control, s.stdin, s.iopub, s.heartbeat} {
		if socket != nil {
			socket.Close()
		}
	}
}

// request is a message of a front end and the socket on which it came, which is
// the one that its reply goes to.
type request struct {
	wire.Message
	socket *zmtp.Socket
	asked  asked // of an execute_request
}

// decode reads a message; one that was not signed with the key, that has come
// before or that is no message is dropped, and the log says so.
func (s *Session) decode(frames [][]byte) (wire.Message, bool) {
	m, err := wire.Decode(s.Connection.Key, frames)
	switch {
	case err != nil:
		s.Log.Printf("a message is dropped: %v", err)
	case s.replays.Seen(frames):
		s.Log.Printf("a message is dropped: it has come before (%s)", m.Header.Type)
	default:
		return m, true
	}
	return m, false
}

// welcome greets a front end whose subscription has been made, so that it knows
// from when on it hears everything.
func (s *Session) welcome(p *zmtp.Peer, topic string) {
	m := s.message(request{}, "iopub_welcome", map[string]any{"subscription": topic})
	m.Identities = [][]byte{[]byte(topic)}
	if frames, ok := s.frames(m); ok {
		p.Send(frames)
	}
}

// message is an answer to a request or an announcement about it.
func (s *Session) message(r request, kind string, content any) wire.Message {
	data, err := json.Marshal(content)
	if err != nil {
		s.Log.Printf("a %s cannot be sent: %v", kind, err)
		data = []byte("{}")
	}
	return wire.Message{Header: wire.NewHeader(s.id, kind), RawParent: r.RawHeader, Content: data}
}

func (s *Session) frames(m wire.Message) ([][]byte, bool) {
	frames, err := m.Frames(s.Connection.Key)
	if err != nil {
		s.Log.Printf("a %s cannot be sent: %v", m.Header.Type, err)
	}
	return frames, err == nil
}

// publish tells all front ends something about a request.
func (s *Session) publish(r request, kind string, content any) {
	s.publishMessage(s.message(r, kind, content))
}

func (s *Session) publishMessage(m wire.Message) {
	m.Identities = [][]byte{[]byte(m.Header.Type)}
	if frames, ok := s.frames(m); ok {
		s.iopub.Publish(frames)
	}
}

// reply answers a request on the socket on which it was asked.
func (s *Session) reply(r request, kind string, content any) {
	s.send(r.socket, r, kind, content)
}

// send returns the id of the message that it sends.
func (s *Session) send(socket *zmtp.Socket, r request, kind string, content any) string {
	m := s.message(r, kind, content)
	// The first identity leads to the connection; it is not sent.
	m.Identities = r.Identities[1:]
	if frames, ok := s.frames(m); ok {
		socket.Send(string(r.Identities[0]), frames)
	}
	return m.Header.ID
}

// busy announces that a request is being handled; the function that it returns
// announces that it has been.
func (s *Session) busy(r request) (idle func()) {
	s.publish(r, "status", map[string]any{"execution_state": "busy"})
	return func() {
		s.publish(r, "status", map[string]any{"execution_state": "idle"})
		// A front end shows the last state that it hears of, whoever's it is.
		if x := s.current(); x != nil && x.request.Header.ID != r.Header.ID {
			s.publish(x.request, "status", map[string]any{"execution_state": "busy"})
		}
	}
}

func (s *Session) current() *execution {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}
