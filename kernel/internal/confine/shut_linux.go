package confine

import "golang.org/x/sys/unix"

// shut keeps the memory, files and environment of this process from the cells, which
// run as the same user (man 5 proc).
func shut() error { return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }
