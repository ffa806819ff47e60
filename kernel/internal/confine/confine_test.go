package confine

import (
	"os/exec"
	"strings"
	"testing"
)

// The command that Go is told is split by Go itself as it was joined: a cache program
// that is not there is named by its path, blanks and all.
func TestQuoted(t *testing.T) {
	for _, program := range []string{"/nowhere/a b", "/nowhere/it's", `/nowhere/"a"`, "/nowhere/a\tb", "/nowhere/ab"} {
		command, err := quoted(program, "x y")
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("go", "list", "-export", "runtime")
		cmd.Env = append(cmd.Environ(), "GOCACHEPROG="+command)
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), program+": ") {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
	if command, err := quoted("a", "", "b'c"); err != nil || command != `a '' "b'c"` {
		t.Errorf("%s, %v", command, err)
	}
	if command, err := quoted("a", `b'"c`); err == nil {
		t.Errorf("%s", command)
	}
}
