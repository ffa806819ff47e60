package session

import (
	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// Receive takes what the engine says.
func (s *Session) Receive(from engine.Socket, m wire.Message) {
	if x := s.current(); x != nil && m.Parent.ID == x.request.Header.ID {
		select {
		case x.events <- event{from, m}:
		case <-s.life.Done():
		}
		return
	}
	if from != engine.IOPub || m.Header.Type == "status" {
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
