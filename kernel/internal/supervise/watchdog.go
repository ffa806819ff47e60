//go:build unix

package supervise

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// The orders that the watchdog takes: to send a signal to GoNB.
const (
	interrupt byte = 'i'
	terminate byte = 't'
)

// Watch is the watchdog. It starts a program, which gets the marker, says on
// standard output that it is there and how it has ended, and sends it the
// signals that are ordered on standard input. When that ends, because the kernel
// wants the end or has died, it kills all that descends from the program,
// whatever it has done to be forgotten, and removes the folder.
func Watch(marker, tmp string, program []string) error {
	// What the kernel's process group or terminal gets is not for the watchdog, nor
	// is it its end when the kernel does not read. A signal that is ignored would
	// be ignored by cells too.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	adoptOrphans()
	cmd := exec.Command(program[0], program[1:]...)
	cmd.Env = append(os.Environ(), gonb.MarkerName+"="+marker)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
		return Clear(marker, tmp, os.Getpid())
	}
	fmt.Println("GoNB is", cmd.Process.Pid)
	expendable(cmd.Process.Pid)
	ended := make(chan struct{})
	go reap(cmd.Process.Pid, func(s syscall.WaitStatus) {
		close(ended)
		fmt.Println(describe(s))
	})
	for order := make([]byte, 1); ; {
		if _, err := os.Stdin.Read(order); err != nil {
			break
		}
		select {
		case <-ended: // and its number may be another's by now
		default:
			syscall.Kill(cmd.Process.Pid, map[byte]syscall.Signal{interrupt: syscall.SIGINT, terminate: syscall.SIGTERM}[order[0]])
		}
	}
	return Clear(marker, tmp, os.Getpid())
}

// describe says how a process has ended.
func describe(s syscall.WaitStatus) string {
	switch {
	case s.Signaled():
		return "signal: " + s.Signal().String()
	case s.ExitStatus() != 0:
		return fmt.Sprint("exit status ", s.ExitStatus())
	}
	return "ended"
}
