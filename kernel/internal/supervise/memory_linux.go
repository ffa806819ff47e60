package supervise

import "golang.org/x/sys/unix"

// limitMemory limits the memory that a process, and each that it will start, can
// write to. Files that are mapped to be read, as kept weights are, do not count.
func limitMemory(pid int, bytes int64) error {
	return unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: uint64(bytes), Max: uint64(bytes)}, nil)
}
