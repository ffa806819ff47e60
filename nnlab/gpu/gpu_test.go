//go:build cuda && linux

package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
	"github.com/nnlab-go/lab/nnlab/backend/remote/remotetest"
)

// The program, built as a kernel builds it, computes on the GPU for clients, and ends when
// nobody can send it any more.
func TestProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "nnlab-gpu")
	if out, err := exec.Command("go", "build", "-tags", "cuda", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
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
