package notebook

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Moves names the environment variable with the pipe through which the kernel
// says what is done to the controls in the page, a line each: the display's id and
// the number that a control was moved to, or how often a button was pressed.
const Moves = "NNLAB_MOVES"

// KernelID is how the Jupyter server calls this kernel; "" where there is no
// server, and so no page that could reach the cell.
func KernelID() string {
	if os.Getenv(Moves) == "" {
		return ""
	}
	return os.Getenv(protocol.GONB_JUPYTER_KERNEL_ID_ENV)
}

// ears are who listens to the controls of this process.
var ears struct {
	mu   sync.Mutex
	open bool
	by   map[string]func(float64)
}

// Listen has f called, from another goroutine, each time that the control in the
// display id is moved; a nil f ends that. Where no kernel says so it never is.
func Listen(id string, f func(float64)) {
	ears.mu.Lock()
	defer ears.mu.Unlock()
	if ears.by == nil {
		ears.by = map[string]func(float64){}
	}
	ears.by[id] = f
	if f == nil {
		delete(ears.by, id)
	}
	path := os.Getenv(Moves)
	if ears.open || path == "" {
		return
	}
	// The kernel holds the other end as long as it lives, so this does not wait.
	if pipe, err := os.Open(path); err == nil {
		ears.open = true
		go hear(pipe)
	}
}

// hear calls who listens. What was meant for a cell before has an id that nobody
// here has.
func hear(pipe *os.File) {
	defer pipe.Close()
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		id, number, _ := strings.Cut(lines.Text(), " ")
		value, err := strconv.ParseFloat(number, 64)
		ears.mu.Lock()
		f := ears.by[id]
		ears.mu.Unlock()
		if err == nil && f != nil {
			f(value)
		}
	}
	ears.mu.Lock()
	defer ears.mu.Unlock()
	ears.open = false
}
