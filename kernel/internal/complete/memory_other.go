//go:build unix && !linux

package complete

import (
	"os/exec"
	"strconv"
	"strings"
)

// memoryOf is how many bytes a process holds in memory; 0 when it has ended.
func memoryOf(pid int) int64 {
	out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return 0
	}
	kilobytes, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}
