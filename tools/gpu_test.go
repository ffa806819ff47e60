package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Where machines with a card are lent a command has less than 2 000 characters.
func TestGPUCommand(t *testing.T) {
	if len(gpuCommand) >= 2000 || strings.Contains(gpuCommand, "\n") {
		t.Errorf("the command has %d characters: %s", len(gpuCommand), gpuCommand)
	}
}

// TestMovable judges programs that a C compiler has linked in the ways that matter.
func TestMovable(t *testing.T) {
	cc, err := exec.LookPath("gcc")
	if err != nil || runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("needs gcc on linux/amd64")
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "main.c")
	if err := os.WriteFile(source, []byte("int f(void) { return 0; }\nint main(void) { return 0; }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	library := filepath.Join(dir, "libown.so")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-shared", "-fPIC", "-o", library}, ""},
		{[]string{"-static", "-o", "static"}, ""},
		{[]string{"-o", "plain"}, ""},
		{[]string{"-Wl,-rpath,/here", "-o", "rpath"}, "/here"},
		{[]string{"-Wl,-z,now", "-o", "now"}, "each function"},
		{[]string{"-Wl,--no-as-needed", library, "-o", "needs"}, "libown.so"},
	} {
		args := append([]string{source}, c.args...)
		if at := len(args) - 1; !filepath.IsAbs(args[at]) {
			args[at] = filepath.Join(dir, args[at])
		}
		if text, err := exec.Command(cc, args...).CombinedOutput(); err != nil {
			t.Fatalf("gcc %v: %v\n%s", args, err, text)
		}
		err := movable(args[len(args)-1])
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.args, err, c.want)
		}
	}
}
