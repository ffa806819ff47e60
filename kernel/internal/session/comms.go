package session

import (
	"sync"
)

// comms are the open lines between widgets in the page and GoNB, which speaks
// on them itself.
type comms struct {
	mu   sync.Mutex
	open map[string]string // id → target
}

// gonbTarget is the target of the comm of GoNB's own widgets.
const gonbTarget = "gonb_comm"

// comm notes what is opened and closed, and hands on what is for GoNB.
func (s *Session) comm(r request) {
	if s.controlled(r) {
		return
	}
	var c struct {
		ID     string `json:"comm_id"`
		Target string `json:"target_name"`
	}
	if !s.content(r, &c) {
		return
	}
	if r.Header.Type == "comm_open" && c.Target != gonbTarget {
		s.publish(r, "comm_close", map[string]any{"comm_id": c.ID, "data": struct{}{}}) // nobody is at the other end
		return
	}
	s.comms.mu.Lock()
	switch r.Header.Type {
	case "comm_open":
		if s.comms.open == nil {
			s.comms.open = map[string]string{}
		}
		s.comms.open[c.ID] = c.Target
	case "comm_close":
		delete(s.comms.open, c.ID)
	}
	s.comms.mu.Unlock()
	s.toEngine(r)
}

func (s *Session) commInfo(r request) {
	var asked struct {
		Target string `json:"target_name"`
	}
	if !s.content(r, &asked) {
		return
	}
	open := map[string]map[string]string{}
	s.comms.mu.Lock()
	for id, target := range s.comms.open {
		if asked.Target == "" || asked.Target == target {
			open[id] = map[string]string{"target_name": target}
		}
	}
	s.comms.mu.Unlock()
	s.reply(r, "comm_info_reply", map[string]any{"status": "ok", "comms": open})
}
