//go:build unix && !linux

package supervise

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// Family lists the processes whose environment carries the marker, as ps shows
// it, or that descend from a process, 0 for none. That process and this one are
// left out.
func Family(marker string, ancestor int) []int {
	out, err := exec.Command("ps", "-axEww", "-o", "pid=,ppid=,command=").Output()
	if err != nil {
		return nil
	}
	var pids []int
	family := map[int]bool{ancestor: ancestor != 0}
	for range 2 { // a child may be listed before its parent
		pids = nil
		for line := range strings.Lines(string(out)) {
			words := strings.Fields(line)
			if len(words) < 2 {
				continue
			}
			pid, err := strconv.Atoi(words[0])
			parent, err2 := strconv.Atoi(words[1])
			if err != nil || err2 != nil || pid == os.Getpid() || pid == ancestor {
				continue
			}
			if family[parent] || strings.Contains(line, gonb.MarkerName+"="+marker) {
				family[pid] = true
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// adoptOrphans is for Linux only: elsewhere the system's first process gets them.
func adoptOrphans() {}

// reap waits for a child and tells how it has ended.
func reap(pid int, ended func(syscall.WaitStatus)) {
	for {
		var s syscall.WaitStatus
		switch _, err := syscall.Wait4(pid, &s, 0, nil); {
		case err == syscall.EINTR:
		case err != nil:
			return
		default:
			ended(s)
			return
		}
	}
}

// expendable is for Linux only.
func expendable(int) {}
