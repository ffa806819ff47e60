package session

import (
	"bytes"
	"encoding/json"

	"github.com/nnlab-go/lab/kernel/internal/engine"
	"github.com/nnlab-go/lab/kernel/internal/wire"
	"github.com/nnlab-go/lab/nnlab/notebook"
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
// left out: a cell that prints faster than can be shown would have GoNB pile up hundreds of
// megabytes, which are read before anything else, also when the cell has been stopped. Text in which a display has left its mark is read.
func (s *Session) Unwanted(frames [][]byte) bool {
	x := s.current()
	if x == nil {
		return false
	}
	header, parent, _, content := wire.Raw(frames)
	return bytes.Contains(header, []byte(`"msg_type":"stream"`)) && bytes.HasPrefix(content, []byte(`{"name":"stdout"`)) &&
		bytes.Contains(parent, []byte(x.request.Header.ID)) && !bytes.Contains(content, markInJSON) && x.out.skip(len(content))
}

// markInJSON is how a mark's beginning stands in a message.
var markInJSON = func() []byte {
	text, err := json.Marshal(notebook.MarkBegin)
	if err != nil {
		panic(err)
	}
	return bytes.Trim(text, `"`)
}()
