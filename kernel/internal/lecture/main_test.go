// Package lecture has the tests of the lecture's notebooks: that each runs, that the numbers
// of the slides come out, and that its sheet marks it.
package lecture

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// program is the kernel, built for the tests.
var program string

func TestMain(m *testing.M) { kerneltest.Main(m, "../..", &program) }

// command runs the kernel's program with a state of its own: what notebooks keep is seen by
// no other.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	tmp := kerneltest.Short(t)
	c := exec.Command(program, args...)
	c.Env = append(os.Environ(), "TMPDIR="+tmp, "XDG_STATE_HOME="+tmp, "XDG_RUNTIME_DIR="+tmp)
	return c
}

// shortened executes a notebook of the lecture with other parameters and returns
// what it prints.
func shortened(t *testing.T, name string, parameters ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("trains for half a minute")
	}
	dir := t.TempDir()
	args := []string{"exec", "../../../notebooks/" + name + ".ipynb", "-o", filepath.Join(dir, "out.ipynb"), "--html", filepath.Join(dir, "out.html")}
	for _, v := range parameters {
		args = append(args, "-p", v)
	}
	text, err := command(t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return string(text)
}
