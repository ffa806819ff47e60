// Package kerneltest has what tests need that run the kernel's program.
package kerneltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Main builds the program of a folder, runs the tests, which find it in the variable, and
// ends this process.
func Main(m *testing.M, folder string, program *string) {
	dir, err := os.MkdirTemp("", "nnlab-kernel-test-")
	if err != nil {
		panic(err)
	}
	*program = filepath.Join(dir, "nnlab-kernel")
	if out, err := exec.Command("go", "build", "-o", *program, folder).CombinedOutput(); err != nil {
		fmt.Printf("building the kernel: %v\n%s", err, out)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// Expect checks that all of want stands in the text.
func Expect(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("expected %q in\n%s", w, text)
		}
	}
}

// Short makes a folder whose name is short, for the sake of sockets, and takes it away behind
// the test.
func Short(t testing.TB) string {
	dir, err := os.MkdirTemp("", "nk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
