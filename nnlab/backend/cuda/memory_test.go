//go:build cuda

package cuda

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// TestUploads brings more than waits at once, without waiting: what is brought is what was
// there when Upload was called.
func TestUploads(t *testing.T) {
	d := gpu(t).(*device)
	const n = staging/4 + 5 // a slot and a little
	var buffers []backend.Buffer
	values := make([]float32, n)
	for i := range 2*slots + 3 {
		for j := range values {
			values[j] = float32(i)
		}
		b := d.Alloc(n)
		d.Upload(b, values)
		buffers = append(buffers, b)
	}
	for i, b := range buffers {
		d.Download(values, b)
		for j, v := range values {
			if v != float32(i) {
				t.Fatalf("number %d of upload %d is %v", j, i, v)
			}
		}
	}
	if err := d.Sync(); err != nil {
		t.Error(err)
	}
}

// leftOutName is the environment variable that says which wait streams do without.
const leftOutName = "NNLAB_CUDA_TEST_WAIT"

func leaveOutWait(which string) {
	none := func(cu.Stream, cu.Event, uint) error { return nil }
	switch which {
	case "stage":
		waitForStage = none
	case "bytes":
		waitForBytes = none
	}
}

// TestWaits leaves out what one of the two streams waits for; TestUploads must notice it.
func TestWaits(t *testing.T) {
	if gpu(t).(*device).name != "emulator" {
		t.Skip("a card may get away with it")
	}
	for _, which := range []string{"", "stage", "bytes"} {
		run := exec.Command(os.Args[0], "-test.run=^TestUploads$")
		run.Env = append(os.Environ(), leftOutName+"="+which)
		text, err := run.CombinedOutput()
		if noticed := err != nil && strings.Contains(string(text), "with no event that one waits for in between"); noticed != (which != "") {
			t.Errorf("without the wait for %q: %v\n%s", which, err, text)
		}
	}
}

// cardOf is how many bytes the emulated card of TestMemory has.
const cardOf = 16 << 20

// TestMemory runs the tests whose names begin with TestSmallCard on a card with little memory.
func TestMemory(t *testing.T) {
	if gpu(t).(*device).name != "emulator" {
		t.Skip("a card has the memory that it has")
	}
	run := exec.Command(os.Args[0], "-test.v", "-test.run=^TestSmallCard")
	run.Env = append(os.Environ(), fmt.Sprintf("CUDAEMU_MEMORY=%d", cardOf))
	text, err := run.CombinedOutput()
	if err != nil || strings.Count(string(text), "--- PASS: TestSmallCard") != 5 {
		t.Errorf("%v\n%s", err, text)
	}
}

// small is the card of TestMemory.
func small(t *testing.T) *device {
	if os.Getenv("CUDAEMU_MEMORY") == "" {
		t.Skip("TestMemory runs it")
	}
	return gpu(t).(*device)
}

// What nothing refers to any more is taken again, whatever its size was.
func TestSmallCardDropped(t *testing.T) {
	d := small(t)
	for i := range 40 {
		b := d.Alloc((1 << 19) + i*25_000) // 2 MiB and more of 16
		d.Fill(1, 1, b)
	}
	if err := d.Sync(); err != nil {
		t.Error(err)
	}
}

// What finds no memory is named, with how much it wants and how much there is; what there is
// goes on to be used.
func TestSmallCardFull(t *testing.T) {
	d := small(t)
	var held []backend.Buffer
	for range 3 {
		held = append(held, d.AllocFor("a weight", 1<<20))
	}
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	lost := d.AllocFor("dense_1's gradient", 2<<20)
	d.Fill(2<<20, 1, lost)
	err := d.Sync()
	if want := "cuda: Alloc on emulator: out of memory for dense_1's gradient: 8388608 bytes are wanted, and of 16777216 there are "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v\nwant %s…", err, want)
	}
	if lost.Len() != 0 {
		t.Error("what is not there has numbers")
	}
	d.Fill(1, 1, lost)
	if err := d.Sync(); err == nil || !strings.Contains(err.Error(), "make the model anew") {
		t.Errorf("what is not there was filled: %v", err)
	}
	func() {
		defer func() {
			if e, ok := recover().(backend.Error); !ok || !strings.Contains(e.Error(), "out of memory for dense_1's weights") {
				t.Errorf("got %v", e)
			}
		}()
		backend.AllocFor(d, "dense_1's weights", 2<<20)
	}()
	got := []float32{0}
	d.Fill(1, 3, held[2])
	d.Download(got, held[2])
	if err := d.Sync(); err != nil || got[0] != 3 {
		t.Errorf("what is there has %v, %v", got, err)
	}
}

// Room counts what the program holds, in use or free again.
func TestSmallCardRoom(t *testing.T) {
	d := small(t)
	before, of, known := d.Room()
	b := d.Alloc(1 << 18)
	after, _, _ := d.Room()
	if !known || before != after || before > cardOf || before < cardOf/2 || !strings.Contains(of, "emulator") {
		t.Errorf("room for %d bytes, %q, %v, then for %d", before, of, known, after)
	}
	if b.Len() != 1<<18 {
		t.Error(d.Sync())
	}
}

// Pieces that nobody takes go back to the driver when the garbage collector has looked twice.
func TestSmallCardGivesBack(t *testing.T) {
	d := small(t)
	d.scratch(5<<20, func(argument) {})
	held := func() int64 {
		d.pool.mu.Lock()
		defer d.pool.mu.Unlock()
		return d.pool.held
	}
	before := held()
	for range 3 * (patience / (1 << 20)) {
		d.scratch(1<<20, func(argument) {})
	}
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	if after := held(); after > before-(5<<20)+(2<<20) {
		t.Errorf("%d bytes are held, and were %d", after, before)
	}
}
