package supervise

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// limitMemory limits the memory that a process, and each that it will start, can
// write to. Files that are mapped to be read, as kept weights are, do not count.
func limitMemory(pid int, bytes int64) error {
	return unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: uint64(bytes), Max: uint64(bytes)}, nil)
}

// Memory is how many bytes the machine has, or the container where that may use
// less; 0 where it cannot be told.
func Memory() int64 {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return 0
	}
	least := int64(info.Totalram) * int64(info.Unit)
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return least
	}
	return min(least, limitOf(string(groups), "/sys/fs/cgroup"))
}

// limitOf is the least limit of the control groups that /proc/self/cgroup names,
// of both versions, and of those around them (man 7 cgroups).
func limitOf(groups, root string) int64 {
	least := int64(1) << 62
	for line := range strings.Lines(groups) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) != 3 {
			continue
		}
		base, name := root, "memory.max"
		if part[1] == "memory" {
			base, name = filepath.Join(root, "memory"), "memory.limit_in_bytes"
		} else if part[1] != "" {
			continue
		}
		for dir := part[2]; ; dir = filepath.Dir(dir) {
			text, err := os.ReadFile(filepath.Join(base, dir, name))
			if n, e := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && e == nil && n > 0 {
				least = min(least, n)
			}
			if dir == "/" || dir == "." {
				break
			}
		}
	}
	return least
}
