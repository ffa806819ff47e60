package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// cutOff is a command in a network of its own, if this system allows one.
func cutOff(ctx context.Context, cmd *exec.Cmd) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	prepare := func(args ...string) *exec.Cmd {
		c := command(ctx, self, append([]string{"cut-off"}, args...)...)
		c.Dir, c.Env = cmd.Dir, cmd.Env
		c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}}}
		return c
	}
	if text, err := outputOf(prepare("/bin/true")); err != nil {
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	return prepare(append([]string{cmd.Path}, cmd.Args[1:]...)...), nil
}

// becomeCutOff has the machine reach itself in the network that this process is in, which
// is new, and becomes the program.
func becomeCutOff(argv []string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	loopback, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	loopback.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, loopback); err != nil {
		return fmt.Errorf("the loopback device: %w", err)
	}
	return unix.Exec(argv[0], argv, os.Environ())
}
