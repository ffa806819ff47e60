package session

import "sync"

// queue holds the cells that wait for their turn.
type queue struct {
	mu      sync.Mutex
	changed *sync.Cond
	waiting []request
	closed  bool
}

func (q *queue) add(r request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, r)
	q.changed.Signal()
}

// next waits for a cell; it returns false when the queue is closed.
func (q *queue) next() (request, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.closed {
		q.changed.Wait()
	}
	if q.closed {
		return request{}, false
	}
	r := q.waiting[0]
	q.waiting = q.waiting[1:]
	return r, true
}

// take empties the queue.
func (q *queue) take() []request {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting
	q.waiting = nil
	return all
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.changed.Broadcast()
}

// work executes the queue's cells, one after the other.
func (s *Session) work() {
	for {
		r, ok := s.queue.next()
		if !ok {
			return
		}
		s.abort(s.execute(r))
	}
}

// abort answers cells that were waiting when one failed: what they build on is
// not there. They get no number, which a front end would show beside a cell that has
// not run.
func (s *Session) abort(cells []request) {
	for _, r := range cells {
		s.leftOut(r)
		idle := s.busy(r)
		s.reply(r, "execute_reply", map[string]any{"status": "aborted"})
		idle()
	}
}
