package supervise

import "sync"

// Log keeps the last part of what is written to it.
type Log struct {
	mu   sync.Mutex
	kept []byte
}

// longest is how many bytes of a log are kept: a few of Go's long stacks.
const longest = 64 << 10

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, p...)
	l.kept = append(l.kept[:0], l.kept[max(0, len(l.kept)-longest):]...)
	return len(p), nil
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept)
}
