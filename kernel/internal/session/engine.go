package session

import (
	"bytes"

	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/streams"
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

// Unwanted tells whether a publication of GoNB is text of the running cell that would be
// left out. GoNB still has the text of a cell whose text it writes to a file (%capture),
// and one that prints faster than can be shown would have GoNB pile up hundreds of
// megabytes, which are read before anything else, also when the cell has been stopped.
// That a program begins is never unwanted.
func (s *Session) Unwanted(frames [][]byte) bool {
	x := s.current()
	if x == nil {
		return false
	}
	header, parent, _, content := wire.Raw(frames)
	return bytes.Contains(header, []byte(`"msg_type":"stream"`)) && bytes.HasPrefix(content, []byte(`{"name":"stdout"`)) &&
		bytes.Contains(parent, []byte(x.request.Header.ID)) &&
		!bytes.Contains(content, []byte(streams.Mark)) && x.out.skip(len(content))
}
