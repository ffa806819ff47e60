package memory

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

func readMachine() int64 {
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil {
		return 0
	}
	least := int64(info.Totalram) * int64(info.Unit)
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return least
	}
	return min(least, limitOf(string(groups), "/sys/fs/cgroup"))
}

// ulimits are those of the process (man 2 getrlimit). The kernel sets the first for
// each cell.
func ulimits() (all []Limit) {
	for _, u := range []struct {
		resource int
		of       string
	}{{syscall.RLIMIT_DATA, "what a cell or this program may take (ulimit -d)"}, {syscall.RLIMIT_AS, "what this program may take (ulimit -v)"}} {
		var l syscall.Rlimit
		if err := syscall.Getrlimit(u.resource, &l); err == nil && l.Cur < math.MaxInt64 {
			all = append(all, Limit{int64(l.Cur), u.of})
		}
	}
	return all
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
