package gonb

import "golang.org/x/sys/unix"

// noexec tells whether the system runs no program in a folder.
func noexec(dir string) bool {
	var s unix.Statfs_t
	return unix.Statfs(dir, &s) == nil && s.Flags&unix.ST_NOEXEC != 0
}
