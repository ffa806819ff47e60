package drive

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// process is a contender that runs.
type process struct {
	command *exec.Cmd
	began   time.Time
	in      io.WriteCloser
	lines   chan []byte // what it says; closed when it ends
	errors  tail
	timeout time.Duration
	hello   work.Hello
}

// patience is how long a process may take to end.
const patience = 5 * time.Second

// start runs a contender and waits for its first line.
func start(command *exec.Cmd, timeout time.Duration) (*process, error) {
	p := &process{command: command, timeout: timeout, lines: make(chan []byte)}
	command.Stderr = &p.errors
	command.WaitDelay = patience // for a child of its own that keeps the pipe open
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.in, err = command.StdinPipe(); err != nil {
		return nil, err
	}
	p.began = time.Now()
	if err := command.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if line := lines.Bytes(); strings.HasPrefix(string(line), "{") { // libraries greet, too
				p.lines <- append([]byte(nil), line...)
			}
		}
	}()
	if err := p.read(&p.hello); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// ask hands over an item and waits for the answer.
func (p *process) ask(item work.Item) (answer work.Answer, err error) {
	line, err := json.Marshal(item)
	if err != nil {
		return answer, err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil && !errors.Is(err, os.ErrClosed) {
		return answer, p.ended()
	}
	return answer, p.read(&answer)
}

// read waits for a line.
func (p *process) read(v any) error {
	select {
	case line, ok := <-p.lines:
		if !ok {
			return p.ended()
		}
		return json.Unmarshal(line, v)
	case <-time.After(p.timeout):
		p.command.Process.Kill()
		return fmt.Errorf("no answer within %v", p.timeout)
	}
}

// ended says that the process is no more, with its last words.
func (p *process) ended() error {
	p.command.Wait()
	if words := p.errors.last(); words != "" {
		return errors.New(words)
	}
	return fmt.Errorf("it ended: %v", p.command.ProcessState)
}

// age is how long ago the process was started.
func (p *process) age() time.Duration { return time.Since(p.began) }

// memory is the most that the process has held at once, in bytes; 0 where the
// system does not tell. It is read while the process lives: what the system
// says afterwards includes the process that it was forked from.
func (p *process) memory() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(after, "kB")
	kilobytes, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return 0
	}
	return kilobytes << 10
}

// stop ends the process: gently, by closing its input, then not so.
func (p *process) stop() {
	if p == nil {
		return
	}
	p.in.Close()
	timer := time.AfterFunc(patience, func() { p.command.Process.Kill() })
	defer timer.Stop()
	go func() {
		for range p.lines { // what nobody asked for
		}
	}()
	p.command.Wait()
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	const most = 4096
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-most):]
	return len(p), nil
}

// last returns the last line that is not empty.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
