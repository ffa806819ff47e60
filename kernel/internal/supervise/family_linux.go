package supervise

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// Family lists the processes whose environment carries the marker or that
// descend from a process, 0 for none. That process, this one and zombies are
// left out.
func Family(marker string, ancestor int) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	parents := map[int]int{}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if parent, alive := parentOf(pid); alive {
				parents[pid] = parent
			}
		}
	}
	entry := []byte(gonb.MarkerName + "=" + marker)
	var pids []int
	for pid := range parents {
		if pid != os.Getpid() && pid != ancestor && (descends(pid, ancestor, parents) || marked(pid, entry)) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// descends tells whether a process is a child of another, or a child's child.
func descends(pid, from int, parents map[int]int) bool {
	for range len(parents) { // the list may be of different moments, and go in circles
		if pid = parents[pid]; pid <= 1 {
			return false
		}
		if pid == from {
			return true
		}
	}
	return false
}

// parentOf is the parent of a process that is alive and no zombie.
func parentOf(pid int) (parent int, alive bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	// The name of the program, in parentheses, may be anything.
	var state string
	_, err = fmt.Sscan(string(stat[bytes.LastIndexByte(stat, ')')+1:]), &state, &parent)
	return parent, err == nil && state != "Z" && state != "X"
}

// marked tells whether an environment has an entry.
func marked(pid int, entry []byte) bool {
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil {
		return false
	}
	for kv := range bytes.SplitSeq(environ, []byte{0}) {
		if bytes.Equal(kv, entry) {
			return true
		}
	}
	return false
}

// adoptOrphans makes this process the parent of those of its descendants whose
// parents end.
func adoptOrphans() { unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// reap waits for all children, the adopted ones too, until there is none, and
// tells how one of them has ended.
func reap(pid int, ended func(syscall.WaitStatus)) {
	for {
		var s syscall.WaitStatus
		switch got, err := syscall.Wait4(-1, &s, 0, nil); {
		case err == syscall.EINTR:
		case err != nil:
			return
		case got == pid:
			ended(s)
		}
	}
}

// expendable has the system, when it runs out of memory, end a process or what
// it has started before others.
func expendable(pid int) {
	os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), []byte("500"), 0) // where it is not allowed, all are equal
}
