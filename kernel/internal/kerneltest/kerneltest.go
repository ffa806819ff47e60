// Package kerneltest has what tests need that run the kernel's program.
package kerneltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Patience is how long a test waits for what is sure to come: what has not come by then,
// under whatever load, never will.
const Patience = 5 * time.Minute

// Eventually asks until the answer is yes. It is false where none has come within Patience.
func Eventually(is func() bool) bool {
	for late := time.Now().Add(Patience); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(late) {
			return false
		}
	}
	return true
}

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
