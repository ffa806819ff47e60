//go:build unix

package supervise

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// ownGroup keeps a terminal's Ctrl-C from GoNB: its kernel is interrupted by a
// message.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// ownSession keeps the watchdog alive when the terminal closes.
func ownSession(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

func terminate(p *os.Process) { p.Signal(syscall.SIGTERM) }

func ignoreSignals() { signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP) }

// killMarked kills the processes that carry the marker and returns how many
// there were.
func killMarked(marker string) int {
	pids := Marked(marker)
	for _, pid := range pids {
		syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
	}
	return len(pids)
}
