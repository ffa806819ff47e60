//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// asGroup has a command interrupted together with all that it starts.
func asGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}
