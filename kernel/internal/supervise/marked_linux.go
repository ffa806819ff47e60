package supervise

import (
	"bytes"
	"os"
	"strconv"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// Marked lists the processes whose environment carries the marker, this one and
// zombies left out.
func Marked(marker string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	entry := []byte(gonb.MarkerName + "=" + marker)
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		environ, err := os.ReadFile("/proc/" + e.Name() + "/environ")
		if err != nil {
			continue
		}
		for _, kv := range bytes.Split(environ, []byte{0}) {
			if bytes.Equal(kv, entry) {
				pids = append(pids, pid)
				break
			}
		}
	}
	return pids
}
