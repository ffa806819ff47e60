//go:build unix

// Package private says whom the lab trusts on a machine that others use too. A
// name that can be told beforehand may have been taken by another user: what lies
// there is believed only when it is this user's own, and a socket is written to
// only when this user's process has answered.
package private

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// Folder tells whether a path is a folder, not a link to one, that is this user's
// and that nobody else can look into. The error says what it is instead.
func Folder(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.IsDir():
		return fmt.Errorf("%s: expected a folder of this user alone, got %s; remove it", path, info.Mode().Type())
	case !ok || int(owner.Uid) != os.Geteuid():
		return fmt.Errorf("%s: expected a folder of this user (%d), got one of user %d; have its owner remove it", path, os.Geteuid(), owner.Uid)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s: expected a folder of this user alone (-rwx------), got %s; remove it", path, info.Mode().Perm())
	}
	return nil
}

// Programs tells whether programs in a folder can be run: it is this user's or
// the system's, and no other user can put one there.
func Programs(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok || int(owner.Uid) != os.Geteuid() && owner.Uid != 0:
		return fmt.Errorf("%s: expected a folder of this user or of root, got one of user %d, who could put any program there", dir, owner.Uid)
	case info.Mode().Perm()&0o002 != 0:
		return fmt.Errorf("%s: expected a folder in which others cannot write, got %s; chmod o-w %[1]s", dir, info.Mode().Perm())
	}
	return nil
}

// Dial connects to a socket in a folder of this user alone that a process of this
// user listens at. Where either is another's, nothing has been sent.
func Dial(ctx context.Context, socket string) (net.Conn, error) {
	if err := Folder(filepath.Dir(socket)); err != nil {
		return nil, err
	}
	return dial(ctx, socket)
}

func dial(ctx context.Context, socket string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	if err := peer(c.(*net.UnixConn)); err != nil {
		c.Close()
		return nil, fmt.Errorf("%s: %w", socket, err)
	}
	return c, nil
}

// peer tells whether who listens at the other end is this user.
func peer(c *net.UnixConn) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	user, asked := 0, error(nil)
	if err := raw.Control(func(fd uintptr) { user, asked = userOf(int(fd)) }); err != nil {
		return err
	}
	if asked != nil {
		return fmt.Errorf("asking who listens: %w", asked)
	}
	if user != os.Geteuid() {
		return fmt.Errorf("expected a process of this user (%d) to listen, got one of user %d", os.Geteuid(), user)
	}
	return nil
}
