package session

import (
	"encoding/json"
	"sync"
)

// controlTarget is the target of the comms of sliders and buttons in the page
// (viz.Slider). They end here and not in GoNB: what is moved goes to the running
// cell at once.
const controlTarget = "nnlab.control"

// controls are the displays of the running cell and the comms that move them.
type controls struct {
	mu    sync.Mutex
	shown map[string]bool     // display ids
	comms map[string]*control // comm id → control
}

type control struct {
	id     string  // of the display
	opened request // by which its comm was opened
	heard  int     // how many of its moves the cell has got
}

// shows notes that the running cell has a display.
func (c *controls) shows(content json.RawMessage) {
	var display struct {
		Transient struct {
			ID string `json:"display_id"`
		} `json:"transient"`
	}
	if json.Unmarshal(content, &display) != nil || display.Transient.ID == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shown == nil {
		c.shown = map[string]bool{}
	}
	c.shown[display.Transient.ID] = true
}

// controlled handles a message of a control's comm; false when it is not one.
//
// The page counts the moves of a control from 1 on and sends the next when the last
// was acknowledged; what is not, opening the comm included, it sends again: a
// message is lost where the page's line to the kernel is just being made, is cut, or
// where the pipe to the cell is full. A move that comes twice counts once.
func (s *Session) controlled(r request) bool {
	var m struct {
		Comm   string          `json:"comm_id"`
		Target string          `json:"target_name"`
		Data   json.RawMessage `json:"data"`
	}
	if json.Unmarshal(r.Content, &m) != nil {
		return false
	}
	s.controls.mu.Lock()
	defer s.controls.mu.Unlock()
	c, known := s.controls.comms[m.Comm]
	switch kind := r.Header.Type; {
	case kind == "comm_open" && m.Target == controlTarget:
		s.openControl(m.Comm, m.Data, r)
	case !known:
		return false
	case kind == "comm_msg":
		s.moveControl(m.Comm, c, m.Data, r)
	case kind == "comm_close":
		delete(s.controls.comms, m.Comm)
	}
	return true
}

// openControl opens a control's comm, or says again that it is open.
func (s *Session) openControl(comm string, data json.RawMessage, r request) {
	var display struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(data, &display) != nil || s.current() == nil || !s.controls.shown[display.ID] {
		s.closeControl(comm, r) // its cell has ended
		return
	}
	c, open := s.controls.comms[comm]
	if !open {
		if s.controls.comms == nil {
			s.controls.comms = map[string]*control{}
		}
		c = &control{id: display.ID, opened: r}
		s.controls.comms[comm] = c
	}
	s.acknowledge(comm, c, r)
}

// moveControl hands a move on to the cell and acknowledges it.
func (s *Session) moveControl(comm string, c *control, data json.RawMessage, r request) {
	var move struct {
		Number int     `json:"number"` // 1 for the first of the control
		Value  float64 `json:"value"`
	}
	if err := json.Unmarshal(data, &move); err != nil {
		s.Log.Printf("a move of a control is dropped: %v", err)
		return
	}
	if move.Number == c.heard+1 && s.Moves.Move(c.id, move.Value) {
		c.heard++
	}
	s.acknowledge(comm, c, r)
}

// acknowledge tells the page how many moves the cell has got.
func (s *Session) acknowledge(comm string, c *control, r request) {
	s.publish(r, "comm_msg", map[string]any{"comm_id": comm, "data": map[string]any{"heard": c.heard}})
}

// endControls tells the page that the cell of its controls has ended.
func (s *Session) endControls() {
	s.controls.mu.Lock()
	defer s.controls.mu.Unlock()
	for id, c := range s.controls.comms {
		s.closeControl(id, c.opened)
	}
	s.controls.comms, s.controls.shown = nil, nil
}

func (s *Session) closeControl(comm string, r request) {
	s.publish(r, "comm_close", map[string]any{"comm_id": comm, "data": map[string]any{}})
}
