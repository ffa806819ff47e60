package wire

import "sync"

// remembered is how many signatures a Replays keeps; 64 bytes each.
const remembered = 1 << 16

// Replays tells messages that have come before: nobody without the key can make
// a message, but whoever can listen could send one again.
type Replays struct {
	mu   sync.Mutex
	seen map[string]bool
	ring []string // in the order in which they came
	next int
}

// Seen tells whether the frames' signature has come before, and remembers it.
// Where nothing is signed there is nothing to tell by.
func (r *Replays) Seen(frames [][]byte) bool {
	for i, f := range frames {
		if string(f) == string(delimiter) && i+1 < len(frames) && len(frames[i+1]) > 0 {
			return r.note(string(frames[i+1]))
		}
	}
	return false
}

func (r *Replays) note(signature string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[signature] {
		return true
	}
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	if len(r.ring) < remembered {
		r.ring = append(r.ring, signature)
	} else {
		delete(r.seen, r.ring[r.next])
		r.ring[r.next] = signature
		r.next = (r.next + 1) % remembered
	}
	r.seen[signature] = true
	return false
}
