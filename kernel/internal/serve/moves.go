package serve

import (
	"fmt"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// moves is the pipe through which a running cell hears what is done to its
// controls (viz.Slider).
type moves struct {
	mu   sync.Mutex
	pipe int
}

// openMoves makes the pipe in the kernel's folder and names it in the setting. It
// is held open at both ends: a cell that begins to listen does not wait.
func openMoves(s *gonb.Setting) (*moves, error) {
	s.Moves = filepath.Join(s.Tmp, "moves")
	if err := syscall.Mkfifo(s.Moves, 0o600); err != nil {
		return nil, fmt.Errorf("making %s: %w", s.Moves, err)
	}
	pipe, err := syscall.Open(s.Moves, syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", s.Moves, err)
	}
	return &moves{pipe: pipe}, nil
}

// Move tells the cell the new number of a control. It never waits, and is false
// where the pipe of a cell that does not listen is full. A line is short enough to
// be written whole or not at all.
func (m *moves) Move(id string, value float64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pipe < 0 {
		return false
	}
	for {
		_, err := syscall.Write(m.pipe, fmt.Appendf(nil, "%s %v\n", id, value))
		if err != syscall.EINTR {
			return err == nil
		}
	}
}

func (m *moves) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	syscall.Close(m.pipe)
	m.pipe = -1
}
