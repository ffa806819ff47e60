//go:build unix && !linux

package supervise

import (
	"os/exec"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// Marked lists the processes whose environment carries the marker, as ps shows
// it.
func Marked(marker string) []int {
	out, err := exec.Command("ps", "-axEww", "-o", "pid=,command=").Output()
	if err != nil {
		return nil
	}
	var pids []int
	for line := range strings.Lines(string(out)) {
		if !strings.Contains(line, gonb.MarkerName+"="+marker) {
			continue
		}
		if pid, err := strconv.Atoi(strings.Fields(line)[0]); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
