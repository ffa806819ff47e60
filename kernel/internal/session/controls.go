package session

import (
	"encoding/json"
	"math"
	"sync"
)

// controlTarget is the target of the comms of sliders and buttons in the page
// (viz.Slider). They end here and not in GoNB: what is moved goes to the running
// cell at once.
const controlTarget = "nnlab.control"

// controls are the displays of the running cell and the comms that move them.
type controls struct {
	mu    sync.Mutex
	shown map[string]bool    // display ids
	comms map[string]control // comm id → control
}

type control struct {
	id     string  // of the display
	opened request // by which its comm was opened
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
func (s *Session) controlled(r request) bool {
	var m struct {
		Comm   string `json:"comm_id"`
		Target string `json:"target_name"`
		Data   struct {
			ID    string  `json:"id"`
			Value float64 `json:"value"`
		} `json:"data"`
	}
	if json.Unmarshal(r.Content, &m) != nil {
		return false // its data are of another kind
	}
	s.controls.mu.Lock()
	defer s.controls.mu.Unlock()
	c, known := s.controls.comms[m.Comm]
	switch kind := r.Header.Type; {
	case kind == "comm_open" && m.Target == controlTarget:
		if s.current() == nil || !s.controls.shown[m.Data.ID] {
			s.closeControl(m.Comm, r) // its cell has ended
			return true
		}
		if s.controls.comms == nil {
			s.controls.comms = map[string]control{}
		}
		s.controls.comms[m.Comm] = control{m.Data.ID, r}
		s.publish(r, "comm_msg", map[string]any{"comm_id": m.Comm, "data": map[string]any{"ready": true}})
	case !known:
		return false
	case kind == "comm_msg" && !math.IsNaN(m.Data.Value):
		s.Moves.Move(c.id, m.Data.Value)
	case kind == "comm_close":
		delete(s.controls.comms, m.Comm)
	}
	return true
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
