//go:build cuda

package cuda

import (
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// call is an operation of a program of TestReplays, on some of its buffers.
type call struct {
	what, x, y int
	v          float64
}

// TestReplays runs programs drawn at random, whose runs come again and again, some of them cut
// off or with another number somewhere, with graphs and without: the same bits. More runs are
// drawn than are kept.
func TestReplays(t *testing.T) {
	d := gpu(t).(*device)
	const buffers, n = 4, 37
	program := func(seed uint64) [][]uint32 {
		r := rand.New(rand.NewPCG(seed, 1))
		draw := func() call { return call{r.IntN(5), r.IntN(buffers), r.IntN(buffers), float64(r.IntN(9)) / 8} }
		var runs [][]call
		for range 4 + kept*int(seed%2) {
			run := make([]call, shortest-1+r.IntN(8))
			for i := range run {
				run[i] = draw()
			}
			runs = append(runs, run)
		}
		control, scratch := d.Scalars(backend.ControlSize), d.Alloc(n)
		var x []backend.Buffer
		for i := range buffers {
			x = append(x, d.Alloc(n))
			d.Fill(n, float64(i)/4, x[i])
		}
		for range 16 * len(runs) {
			run := slices.Clone(runs[r.IntN(len(runs))])
			switch r.IntN(8) {
			case 0:
				run = run[:r.IntN(len(run))]
			case 1:
				run[r.IntN(len(run))] = draw()
			case 2:
				run = append(run, draw())
			}
			for _, c := range run {
				switch a, b := x[c.x], x[c.y]; c.what {
				case 0:
					d.Fill(n, c.v, a)
				case 1:
					d.Copy(n, a, d.Slice(scratch, 0, n))
					d.Copy(n, d.Slice(scratch, 0, n), b)
				case 2:
					d.Multiply(n, a, b, x[0])
				case 3:
					d.Dropout(n, 0.25, backend.Key{Base: uint64(c.x), Control: control}, a, b)
				case 4:
					d.SGD(backend.SGD{LearningRate: c.v}, n, a, b, nil)
				}
			}
			switch r.IntN(60) {
			case 0:
				x[r.IntN(buffers)] = d.Alloc(n) // what was there is dropped
			case 1, 2, 3: // the run goes on
			case 4, 5, 6, 7:
				d.Download(make([]float32, 1), x[r.IntN(buffers)])
			case 8, 9, 10, 11:
				d.Upload(x[1], []float32{1, 2, float32(r.IntN(3))})
			default:
				d.Advance(control)
			}
		}
		bits := make([][]uint32, buffers) // a NaN is no other NaN
		for i := range bits {
			values := make([]float32, n)
			d.Download(values, x[i])
			for _, v := range values {
				bits[i] = append(bits[i], math.Float32bits(v))
			}
		}
		if err := d.Sync(); err != nil {
			t.Fatal(err)
		}
		return bits
	}
	for seed := range uint64(6) {
		undo := Replay(d, false)
		want := program(seed)
		undo()
		before := Replayed(d)
		undo = Replay(d, true)
		got := program(seed)
		undo()
		if Replayed(d) == before {
			t.Errorf("program %d: nothing was replayed", seed)
		}
		if !slices.EqualFunc(got, want, slices.Equal[[]uint32]) {
			t.Errorf("program %d: with graphs %v, without %v", seed, got, want)
		}
	}
	if len(d.replays.known) > kept {
		t.Errorf("%d segments are kept", len(d.replays.known))
	}
}

// What came before a failure has been done, held back or not, and behind it nothing is.
func TestReplaysFailure(t *testing.T) {
	d := gpu(t).(*device)
	defer Replay(d, true)()
	x, y := d.Alloc(1), d.Alloc(1)
	absent := &buffer{&memory{}, 0, 1}
	control := d.Scalars(backend.ControlSize)
	step := func(last backend.Buffer) {
		for i := range shortest {
			d.Fill(1, float64(i), x)
		}
		d.Fill(1, 1, last)
		d.Fill(1, 9, x)
		d.Advance(control)
	}
	before := Replayed(d)
	for range again + 1 {
		step(y)
	}
	if Replayed(d) != before+1 {
		t.Errorf("replayed %d times", Replayed(d)-before)
	}
	step(absent)
	if err := d.Sync(); err == nil || !strings.Contains(err.Error(), "make the model anew") {
		t.Errorf("got %v", err)
	}
	got := []float32{0}
	d.Download(got, x)
	if err := d.Sync(); err != nil || got[0] != shortest-1 {
		t.Errorf("got %v, %v", got, err)
	}
}

// NNLAB_CUDA_GRAPHS=off has nothing replayed, and neither has a driver before 11.4, which lacks
// what that needs; the same comes out.
func TestReplaysOff(t *testing.T) {
	const driver = "CUDAEMU_DRIVER"
	if os.Getenv(graphsName) == "off" || os.Getenv(driver) == "11030" {
		d := gpu(t).(*device)
		if d.name != "emulator" && os.Getenv(graphsName) != "off" {
			t.Skip("a card has the driver that it has")
		}
		x, control := d.Alloc(1), d.Scalars(backend.ControlSize)
		d.Fill(1, 1, x)
		for range 2 * again {
			for range shortest {
				d.Scale(1, 2, x)
			}
			d.Scale(1, 1./256, x) // 2⁸ of it
			d.Advance(control)
		}
		got := []float32{0}
		d.Download(got, x)
		if err := d.Sync(); err != nil || got[0] != 1 || !d.replays.off || d.replays.replayed > 0 {
			t.Errorf("it replays: %v; got %v, %v", !d.replays.off, got, err)
		}
		return
	}
	for _, off := range []string{graphsName + "=off", driver + "=11030"} {
		run := exec.Command(os.Args[0], "-test.v", "-test.run=^TestReplaysOff$")
		run.Env = append(os.Environ(), off)
		if text, err := run.CombinedOutput(); err != nil || !strings.Contains(string(text), "--- PASS: TestReplaysOff") && !strings.Contains(string(text), "--- SKIP: TestReplaysOff") {
			t.Errorf("%s: %v\n%s", off, err, text)
		}
	}
}
