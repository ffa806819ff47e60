package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/complete"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// program is this program, built for the tests.
var program string

func TestMain(m *testing.M) { kerneltest.Main(m, ".", &program) }

// idle is how long completions are served in tests when nobody asks.
const idle = "5s"

// place is where one test's kernel runs: a TMPDIR of its own, and a marker in the
// environment by which all its processes are found.
type place struct {
	t      testing.TB
	tmp    string
	marker string
	sleep  string // seconds that only this place sleeps: what is started without an environment is found by them

	environ []string                                    // more of the environment
	prepare func(*exec.Cmd)                             // changes how this program is started; nil: does not
	options []string                                    // of the command run
	before  string                                      // what the shell does that starts a kernel, before it does
	connect func(path string) (*wire.Connection, error) // makes the connection file; nil: of the loopback
}

func newPlace(t testing.TB) *place {
	return &place{t: t, tmp: kerneltest.Short(t), marker: "NNLAB_TEST=" + rand.Text(), sleep: fmt.Sprint("1000.", mathrand.Uint32())}
}

// command runs this program in the place.
func (p *place) command(args ...string) *exec.Cmd {
	c := exec.Command(program, args...)
	c.Env = append(os.Environ(), "TMPDIR="+p.tmp, "XDG_STATE_HOME="+filepath.Join(p.tmp, "xdg"),
		"XDG_RUNTIME_DIR="+p.tmp, complete.IdleName+"="+idle, p.marker)
	c.Env = append(c.Env, p.environ...)
	if p.prepare != nil {
		p.prepare(c)
	}
	return c
}

// processes lists the commands of the place that are running.
func (p *place) processes() []string {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	var found []string
	for _, f := range folders {
		// A process that has ended since has neither.
		environ, _ := os.ReadFile(filepath.Join(f, "environ"))
		command, _ := os.ReadFile(filepath.Join(f, "cmdline"))
		if bytes.Contains(environ, []byte(p.marker)) || bytes.Contains(command, []byte(p.sleep)) {
			found = append(found, fmt.Sprintf("%s: %q", filepath.Base(f), bytes.ReplaceAll(command, []byte{0}, []byte(" "))))
		}
	}
	return found
}

// folders lists what the kernels of the place have left in its TMPDIR.
func (p *place) folders() []string {
	found, err := filepath.Glob(filepath.Join(p.tmp, "*"))
	if err != nil {
		p.t.Fatal(err)
	}
	var left []string
	for _, f := range found {
		if filepath.Base(f) != "xdg" { // the notebooks' state is to stay
			left = append(left, f)
		}
	}
	return left
}
