//go:build unix

package supervise

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// ownGroup keeps a terminal's Ctrl-C from GoNB: its kernel is interrupted by a
// message.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// ownSession keeps the watchdog alive when the terminal closes.
func ownSession(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

func kill(pid int) { syscall.Kill(pid, syscall.SIGKILL) } // it may have ended meanwhile

// programOf is the name of the program that a process runs; "" when it cannot be
// told.
func programOf(pid int) string {
	path, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return ""
	}
	return filepath.Base(strings.TrimSuffix(path, " (deleted)"))
}

// ours tells whether a process runs this program.
func ours(pid int) bool {
	self, err := os.Executable()
	return err == nil && programOf(pid) == filepath.Base(self)
}
