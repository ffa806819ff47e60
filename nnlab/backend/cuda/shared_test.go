//go:build cuda

package cuda

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// TestTwoProcesses has two processes on one card: what one has is none of the other's room, the
// other hears what is free when it wants more, has it when the first has ended, and neither
// disturbs the numbers of the other.
func TestTwoProcesses(t *testing.T) {
	if gpu(t).(*device).name != "emulator" {
		t.Skip("a card has the memory that it has")
	}
	card := filepath.Join(t.TempDir(), "card")
	first := newNeighbour(t, card)
	alone := first.room()
	second := newNeighbour(t, card)
	if room := second.room(); room >= alone {
		t.Errorf("the first may have %d bytes, and the second, which comes to a card with it, %d", alone, room)
	}
	first.says("take", "ok")
	if room := second.room(); room > alone-8<<20/16*15 { // of what is free a sixteenth is left
		t.Errorf("beside 8 MiB of the first the second may have %d bytes of %d", room, alone)
	}
	second.says("take", "cuda: Alloc on emulator: out of memory for a neighbour's tensor: 8388608 bytes are wanted, and of 16777216 there are ")
	first.says("look", "3") // what it has is whole
	first.end()
	second.says("take", "ok")
	second.says("look", "3")
	second.end()
}

// neighbour is a process of TestNeighbour.
type neighbour struct {
	t   *testing.T
	run *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// cardName is the environment variable that names the card that processes share.
const cardName = "CUDAEMU_CARD"

func newNeighbour(t *testing.T, card string) *neighbour {
	run := exec.Command(os.Args[0], "-test.run=^TestNeighbour$")
	run.Env = append(os.Environ(), fmt.Sprintf("CUDAEMU_MEMORY=%d", cardOf), cardName+"="+card)
	run.Stderr = os.Stderr
	in, err := run.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := run.StdoutPipe()
	if err == nil {
		err = run.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	n := &neighbour{t, run, in, bufio.NewScanner(out)}
	t.Cleanup(n.end)
	return n
}

// end ends the process, once.
func (n *neighbour) end() {
	n.in.Close()
	if n.run.ProcessState == nil {
		for n.out.Scan() {
		}
		if err := n.run.Wait(); err != nil {
			n.t.Errorf("%v: %s", err, n.out.Text())
		}
	}
}

// ask has the process do something, and returns what it says.
func (n *neighbour) ask(what string) string {
	fmt.Fprintln(n.in, what)
	n.out.Scan()
	return n.out.Text()
}

func (n *neighbour) says(what, want string) {
	n.t.Helper()
	if got := n.ask(what); !strings.HasPrefix(got, want) {
		n.t.Errorf("asked to %s it says %q, want %q", what, got, want)
	}
}

func (n *neighbour) room() (bytes int64) {
	n.t.Helper()
	if _, err := fmt.Sscan(n.ask("room"), &bytes); err != nil {
		n.t.Fatal(err)
	}
	return bytes
}

// TestNeighbour is a process of TestTwoProcesses.
func TestNeighbour(t *testing.T) {
	if os.Getenv(cardName) == "" {
		t.Skip("TestTwoProcesses runs it")
	}
	d := gpu(t).(*device)
	const n = 2 << 20
	var taken backend.Buffer
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		switch in.Text() {
		case "room":
			bytes, _, _ := d.Room()
			fmt.Println(bytes)
		case "take":
			taken = d.AllocFor("a neighbour's tensor", n)
			d.Fill(min(n, max(1, taken.Len())), 3, taken)
			if err := d.Sync(); errors.Is(err, backend.ErrMemory) {
				fmt.Println(err)
			} else if err != nil {
				t.Fatal(err)
			} else {
				fmt.Println("ok")
			}
		case "look":
			got := []float32{0}
			d.Download(got, d.Slice(taken, n-1, n))
			fmt.Println(got[0])
		}
	}
}
