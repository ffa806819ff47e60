package session

import (
	"sync"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// waiting are the requests that GoNB has been asked to answer, by their ids.
type waiting struct {
	mu      sync.Mutex
	replies map[string]chan wire.Message
}

func (w *waiting) expect(id string) <-chan wire.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.replies == nil {
		w.replies = map[string]chan wire.Message{}
	}
	c := make(chan wire.Message, 1)
	w.replies[id] = c
	return c
}

func (w *waiting) forget(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.replies, id)
}

// deliver gives a reply to whom it is for, if anybody waits for it.
func (w *waiting) deliver(m wire.Message) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.replies[m.Parent.ID]
	if ok && (m.Header.Type == "complete_reply" || m.Header.Type == "inspect_reply") {
		delete(w.replies, m.Parent.ID)
		c <- m
	}
	return ok
}

// Receive takes what the engine says.
func (s *Session) Receive(from engine.Socket, m wire.Message) {
	if x := s.current(); x != nil && m.Parent.ID == x.request.Header.ID {
		select {
		case x.events <- event{from, m}:
		case <-s.life.Done():
		}
		return
	}
	if s.waiting.deliver(m) || from != engine.IOPub || m.Header.Type == "status" {
		return
	}
	// Of a cell that has ended, or of a widget.
	s.publishMessage(wire.Message{Header: wire.NewHeader(s.id, m.Header.Type), RawParent: m.RawParent, Metadata: m.Metadata, Content: m.Content})
}

// InterruptCell stops the cell that runs, if one does.
func (s *Session) InterruptCell() {
	if x := s.current(); x != nil {
		select {
		case x.interrupted <- struct{}{}:
		default: // it has been told
		}
	}
}

// patience is how long a front end waits for GoNB to complete what is typed.
const patience = 5 * time.Second

// ask has GoNB complete or inspect a cell. While one runs GoNB would not answer
// before its end, so the answer is that nothing was found.
func (s *Session) ask(r request) {
	defer s.busy(r)()
	q, ok := s.question(r)
	if !ok {
		return
	}
	for late := time.Now().Add(patience); s.current() == nil && !s.completes(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(late) {
			break
		}
	}
	if s.current() != nil || !s.completes() {
		q.nothing()
		return
	}
	answer := s.waiting.expect(r.Header.ID)
	defer s.waiting.forget(r.Header.ID)
	if err := s.engine.Send(engine.Shell, s.header(r, r.Header.Type), q.content); err != nil {
		q.nothing()
		return
	}
	select {
	case m := <-answer:
		q.answer(m.Content)
	case <-time.After(patience):
		q.nothing()
	case <-s.life.Done():
	}
}

// completes tells whether GoNB is there, and gopls behind it.
func (s *Session) completes() bool {
	select {
	case <-s.ready:
		return s.Builder.Completes()
	default:
		return false
	}
}
