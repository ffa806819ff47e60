//go:build unix

package supervise

import (
	"slices"
	"syscall"
)

// KillCell kills all that GoNB has started: the running cell, its compiler, and
// what cells have left behind. GoNB itself lives on.
func (k *Kernel) KillCell() {
	for _, pid := range slices.DeleteFunc(Marked(k.marker), func(pid int) bool { return pid == k.cmd.Process.Pid }) {
		syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
	}
}
