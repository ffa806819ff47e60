package memory

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The limit is the least of those around, in both versions of control groups;
// "max" is none.
func TestLimitOf(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"hub/memory.max":                      "4000\n",
		"hub/user/memory.max":                 "max\n",
		"other/memory.max":                    "1\n",
		"memory/memory.limit_in_bytes":        "9223372036854771712\n",
		"memory/docker/memory.limit_in_bytes": "3000\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for groups, want := range map[string]int64{
		"0::/hub/user\n":                     4000,
		"0::/hub\n":                          4000,
		"5:cpu,cpuacct:/other\n0::/\n":       1 << 62,
		"4:memory:/docker/id\n0::/hub\n":     3000,    // whose own folder cannot be seen
		"4:memory:/\n1:name=systemd:/docker": 1 << 62, // which says that there is none
		"":                                   1 << 62,
	} {
		if got := limitOf(groups, root); got != want {
			t.Errorf("%q: %d, want %d", groups, got, want)
		}
	}
	if Machine() < 100<<20 {
		t.Errorf("this machine has %d bytes", Machine())
	}
}

// Of the machine's memory, a ulimit and GOMEMLIMIT the least counts.
func TestOfProcess(t *testing.T) {
	if os.Getenv("MEMORY_TEST") != "" {
		l, ok := OfProcess()
		fmt.Print(l.Bytes, ok, strings.Contains(l.Of, os.Getenv("MEMORY_TEST")))
		os.Exit(0)
	}
	for _, c := range []struct{ shell, of, want string }{
		{"", "machine", fmt.Sprint(Machine(), "true", "true")},
		{"export GOMEMLIMIT=64MiB;", "GOMEMLIMIT", "67108864truetrue"},
		{"ulimit -d 1000000; export GOMEMLIMIT=2GiB;", "ulimit -d", "1024000000truetrue"},
		{"ulimit -v 2000000;", "ulimit -v", "2048000000truetrue"},
	} {
		cmd := exec.Command("sh", "-c", c.shell+` exec "$0" -test.run='^TestOfProcess$'`, os.Args[0])
		cmd.Env = append(os.Environ(), "MEMORY_TEST="+c.of)
		out, err := cmd.Output()
		if got := strings.ReplaceAll(string(out), " ", ""); err != nil || got != strings.ReplaceAll(c.want, " ", "") {
			t.Errorf("%q: %s, %v, want %s", c.shell, got, err, c.want)
		}
	}
}
