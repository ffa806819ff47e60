package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// An installation that is ended while it compiles leaves nothing behind.
func TestInstallEndedByASignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		p := newPlace(t)
		c := p.command("install", "--prefix", filepath.Join(p.tmp, "prefix"))
		c.Env = append(c.Env, "GOCACHE="+filepath.Join(p.tmp, "cache")) // where nothing is compiled yet
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		left := func(pattern string) []string {
			found, err := filepath.Glob(filepath.Join(p.tmp, pattern))
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		if !kerneltest.Eventually(func() bool { return len(left("nnlab-prepare-*/go-build*/b*")) >= 3 }) {
			c.Process.Kill()
			t.Fatal("nothing is compiled")
		}
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := c.Wait(); err == nil {
			t.Errorf("%v: installed all the same", signal)
		}
		if found := append(left("nnlab-*"), left("go-build*")...); len(found) > 0 {
			t.Errorf("%v leaves %v", signal, found)
		}
	}
}
