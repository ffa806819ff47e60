//go:build linux

package remote_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
	"github.com/nnlab-go/lab/nnlab/backend/remote/remotetest"
)

// This program is also a client and a server, which are killed.
func TestMain(m *testing.M) {
	switch os.Getenv("NNLAB_TEST_PROCESS") {
	case "client":
		b, err := remote.Kernel()
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		var held []backend.Buffer
		for range 20 {
			x := b.Alloc(1 << 16)
			b.Fill(x.Len(), 1, x)
			held = append(held, b.Slice(x, 5, 10))
		}
		fmt.Println("ready", b.Sum(5, held[0]))
		for { // it is killed in the middle of its calls
			for _, x := range held {
				b.Scale(x.Len(), 1, x)
			}
		}
	case "server":
		if err := remote.Serve(os.NewFile(3, "connections"), cpu.New()); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// counting counts the buffers that something refers to.
type counting struct {
	backend.Backend
	alive atomic.Int64
}

func (c *counting) Alloc(n int) backend.Buffer {
	b := c.Backend.Alloc(n)
	c.alive.Add(1)
	// The numbers themselves are what must go; a wrapper would say nothing of slices.
	values := c.Backend.(backend.Host).Unwrap(b)
	runtime.AddCleanup(&values[0], func(*counting) { c.alive.Add(-1) }, c)
	return b
}

// eventually waits for what must come about.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
		runtime.GC()
	}
}

// What a client has goes with it, also when it is killed, and other clients go on.
func TestKilledClient(t *testing.T) {
	b := &counting{Backend: cpu.New()}
	other, socket, _ := served(t, b)
	x := other.Alloc(8)
	other.Fill(8, 2, x)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NNLAB_TEST_PROCESS=client", remote.Name+"="+socket)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready 5\n" {
		t.Fatalf("the client says %q (%v)", line, err)
	}
	if n := b.alive.Load(); n != 21 {
		t.Errorf("%d buffers are there, want 21", n)
	}
	cmd.Process.Kill()
	cmd.Wait()
	eventually(t, "the buffers of a client that was killed are still there", func() bool { return b.alive.Load() == 1 })
	if sum, err := other.Sum(8, x), other.Sync(); sum != 16 || err != nil {
		t.Errorf("the other's sum is %v, and the error %v", sum, err)
	}
}

// A buffer that nothing refers to goes, and its number is given again.
func TestCollectedBuffers(t *testing.T) {
	b := &counting{Backend: cpu.New()}
	client, _, _ := served(t, b)
	kept := client.Alloc(4)
	for range 100 {
		client.Fill(16, 1, client.Slice(client.Alloc(64), 8, 32))
	}
	eventually(t, "buffers that nothing refers to are still there", func() bool {
		client.Fill(4, 3, kept)
		return client.Sync() == nil && b.alive.Load() == 1
	})
	var again []backend.Buffer
	for i := range 100 {
		x := client.Alloc(4)
		client.Fill(4, float64(i), x)
		again = append(again, x)
	}
	for i, x := range again {
		if s := client.Sum(4, x); s != float64(4*i) {
			t.Errorf("buffer %d sums up to %v", i, s)
		}
	}
	if s := client.Sum(4, kept); s != 12 {
		t.Errorf("the buffer that was kept sums up to %v", s)
	}
}

// When the process that serves is killed, its client hears of it at every Sync, and
// whatever it calls returns.
func TestKilledServer(t *testing.T) {
	ours, theirs := remotetest.Pair(t)
	defer ours.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NNLAB_TEST_PROCESS=server")
	cmd.ExtraFiles, cmd.Stderr = []*os.File{theirs}, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	client := remotetest.Dial(t, remotetest.Listen(t, ours))
	x := client.Alloc(1000)
	client.Fill(1000, 1, x)
	if s := client.Sum(1000, x); s != 1000 {
		t.Errorf("a sum is %v", s)
	}
	cmd.Process.Kill()
	cmd.Wait()
	values := make([]float32, 1<<20)
	for range 20 { // more than the ring holds
		client.Upload(client.Alloc(len(values)), values)
	}
	client.Download(values[:1000], x)
	for range 2 {
		if err := client.Sync(); !errors.Is(err, backend.ErrLost) || !strings.Contains(err.Error(), "has ended") {
			t.Errorf("Sync: %v", err)
		}
	}
}

// The process that serves ends when who has started it does.
func TestServerEnds(t *testing.T) {
	ours, theirs := remotetest.Pair(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NNLAB_TEST_PROCESS=server")
	cmd.ExtraFiles, cmd.Stderr = []*os.File{theirs}, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	remotetest.Dial(t, remotetest.Listen(t, ours))
	ours.Close()
	said, _ := io.ReadAll(out)
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v: %s", err, said)
	}
}
