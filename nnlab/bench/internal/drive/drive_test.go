package drive

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// TestMain is also the contender of the tests: a process that answers with
// numbers that count up, refuses the work "refuse" and dies of the work "die".
func TestMain(m *testing.M) {
	if os.Getenv("CONTENDER") == "" {
		os.Exit(m.Run())
	}
	fmt.Println("a library says hello")
	fmt.Println(`{"versions":"test 1.0","threads":2}`)
	seconds := 0.
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var item work.Item
		json.Unmarshal(lines.Bytes(), &item)
		answer := work.Answer{Work: item.Name, Seconds: seconds}
		switch {
		case item.Name == "die":
			fmt.Fprintln(os.Stderr, "first words\nlast words")
			os.Exit(1)
		case item.Name == "hang":
			time.Sleep(time.Minute)
		case item.Name == "far":
			answer.Accuracy, answer.Epochs = 0.97, 30
		case item.Name == "refuse":
			answer.Error = "not this"
		case item.Warm:
			answer.Seconds = 1000
		}
		json.NewEncoder(os.Stdout).Encode(answer)
		seconds++
	}
	os.Exit(0)
}

func contender(name string) Contender {
	return Contender{
		Name: name,
		Does: func(i work.Item) bool { return i.Name != "others" || name != "b" },
		Command: func(ctx context.Context) (*exec.Cmd, error) {
			c := exec.CommandContext(ctx, os.Args[0])
			c.Env = append(os.Environ(), "CONTENDER="+name)
			return c, nil
		},
	}
}

func epoch(name string) work.Item { return work.Item{Name: name, Kind: work.Epoch, FLOPs: 4e9} }

// TestRun holds the order of the runs, what counts of them, and what becomes of
// contenders that fail.
func TestRun(t *testing.T) {
	var order []string
	d := Driver{Rounds: 2, Timeout: time.Minute, Report: func(p Progress) {
		order = append(order, p.Work+" "+p.Contender)
	}}
	absent := Contender{
		Name: "absent", Does: func(i work.Item) bool { return i.Name == "epoch" },
		Command: func(context.Context) (*exec.Cmd, error) { return nil, errors.New("not installed") },
	}
	gemm := work.Item{Name: "gemm", Kind: work.Gemm}
	goal := work.Item{Name: "goal", Kind: work.Goal}
	items := []work.Item{epoch("epoch"), epoch("others"), gemm, {Name: "die", Kind: work.Gemm}, gemm, {Name: "refuse", Kind: work.Gemm}, goal, {Name: "far", Kind: work.Goal, Accuracy: 0.98}}
	var got []string
	for _, m := range d.Run(t.Context(), items, []Contender{contender("a"), absent, contender("b")}) {
		if m.Item.Name == "goal" {
			if len(m.Seconds) != goalSeeds || len(m.Epochs) != goalSeeds || m.Median() <= 0 {
				t.Errorf("the goal: %+v", m)
			}
			continue
		}
		got = append(got, fmt.Sprint(m.Item.Name, " ", m.Contender, " ", m.Seconds, m.Error))
	}
	want := []string{
		"epoch a [1 2]", "epoch absent []not installed", "epoch b [1 2]",
		"others a [1 2]",
		"gemm a [0 1]", "gemm b [0 1]",
		"die a []last words", "die b []last words",
		"gemm a [0 1]", "gemm b [0 1]", // by new processes
		"refuse a []not this", "refuse b []not this",
		"far a []97.00 % after 30 epochs", "far b []97.00 % after 30 epochs",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if want := []string{"epoch a", "epoch absent", "epoch b", "epoch a", "epoch b", "epoch a", "epoch b"}; !slices.Equal(order[:7], want) {
		t.Errorf("the order is %q, want %q", order[:7], want)
	}
	if d.Hellos["a"] != (work.Hello{Versions: "test 1.0", Threads: 2}) {
		t.Errorf("hellos: %v", d.Hellos)
	}
}

// TestTime: when the time is over, what is not measured says so.
func TestTime(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := Driver{Rounds: 1, Timeout: time.Minute, Report: func(Progress) { cancel() }}
	all := d.Run(ctx, []work.Item{epoch("one"), epoch("two")}, []Contender{contender("a")})
	if len(all) != 2 || all[0].Error == "" || all[1].Error == "" {
		t.Errorf("got %+v", all)
	}
}

func TestTimeout(t *testing.T) {
	d := Driver{Rounds: 1, Timeout: time.Second, Report: func(Progress) {}}
	all := d.Run(t.Context(), []work.Item{epoch("hang")}, []Contender{contender("a")})
	if len(all) != 1 || all[0].Error != "no answer within 1s" {
		t.Errorf("got %+v", all[0])
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		seconds []float64
		median  float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1}, 5}, {[]float64{9, 1, 2}, 2}} {
		m := Measured{Item: work.Item{FLOPs: 6e9}, Seconds: c.seconds}
		if m.Median() != c.median {
			t.Errorf("the median of %v is %v, want %v", c.seconds, m.Median(), c.median)
		}
	}
	m := Measured{Item: work.Item{FLOPs: 6e9}, Seconds: []float64{3}}
	if m.Rate() != 2 {
		t.Errorf("6 GFLOP in 3 s are %v GFLOP/s", m.Rate())
	}
}

// TestStay counts what one process answers for items that each have their own otherwise.
func TestStay(t *testing.T) {
	for _, stay := range []bool{false, true} {
		d := Driver{Rounds: 1, Timeout: time.Minute, Stay: stay, Report: func(Progress) {}}
		all := d.Run(t.Context(), []work.Item{epoch("one"), epoch("two")}, []Contender{contender("a")})
		if len(all) != 2 || len(all[1].Seconds) != 1 || (all[1].Seconds[0] == 3) != stay {
			t.Errorf("stay %v: got %+v", stay, all[1])
		}
		// What a process held that did other work before says nothing of an item.
		if runtime.GOOS == "linux" && (all[1].Memory > 0) == stay {
			t.Errorf("stay %v: %d bytes", stay, all[1].Memory)
		}
	}
}
