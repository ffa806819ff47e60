//go:build cuda && linux

package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/internal/card"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
	"github.com/nnlab-go/lab/nnlab/backend/remote/remotetest"
)

// built is the program as a kernel builds it.
func built(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "nnlab-gpu")
	if out, err := exec.Command("go", "build", "-tags", "cuda", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// Where there is no card for the program it says why, in words that the kernel knows
// (kernel/internal/gpu/reason.go), and ends.
func TestProgramWithoutCard(t *testing.T) {
	program := built(t)
	if out, err := exec.Command(program, card.Flag).Output(); err != nil || !strings.Contains(string(out), `"Emulated":true`) {
		t.Skipf("a card is as it is: %v, %s", err, out)
	}
	for env, want := range map[string]string{
		"CUDAEMU_FAIL=cuInit=100":                  "NoDevice",
		"CUDAEMU_FAIL=cuInit=803":                  "SystemDriverMismatch",
		"CUDAEMU_FAIL=cuInit=804":                  "CompatNotSupported",
		"CUDAEMU_FAIL=cuDevicePrimaryCtxRetain=46": "making a context on emulator: CUDA-capable device(s) is/are busy or unavailable",
		"CUDAEMU_FAIL=cuDevicePrimaryCtxRetain=2":  "making a context on emulator: OutOfMemory",
		"CUDAEMU_PTX=63":                           "the driver of emulator does not take kernels/conv.ptx: the provided PTX was compiled with an unsupported toolchain.",
	} {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), env)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, want %q in\n%s", env, err, want, out)
		}
	}
}

// The program, built as a kernel builds it, computes on the GPU for clients, and ends when
// nobody can send it any more.
func TestProgram(t *testing.T) {
	program := built(t)
	to, from := remotetest.Pair(t)
	cmd := exec.Command(program)
	cmd.ExtraFiles, cmd.Stderr = []*os.File{from}, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	from.Close()
	if line, err := bufio.NewReader(out).ReadString('\n'); line != remote.Ready+"\n" {
		t.Fatalf("it says %q (%v)", line, err)
	}
	b := remotetest.Dial(t, remotetest.Listen(t, to))
	if b.Name() != "cuda" || b.(backend.Device).Device() == "" {
		t.Errorf("it computes on %s, %q", b.Name(), b.(backend.Device).Device())
	}
	x, y := b.Alloc(6), b.Alloc(4)
	b.Upload(x, []float32{1, 2, 3, 4, 5, 6})
	b.Gemm(backend.NT, 2, 2, 3, x, x, 0, y, backend.Epilogue{})
	got := make([]float32, 4)
	b.Download(got, y)
	if err := b.Sync(); err != nil || [4]float32(got) != [4]float32{14, 32, 32, 77} {
		t.Errorf("a product is %v (%v)", got, err)
	}
	to.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
