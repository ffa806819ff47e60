package peak

import (
	"slices"
	"testing"
	"time"
)

func TestMeasure(t *testing.T) {
	results := Measure()
	if len(results) == 0 {
		t.Fatal("no loop runs here")
	}
	for _, r := range results {
		t.Logf("%s: %.1f GFLOP/s", r.Loop, r.GFLOPS)
		if r.GFLOPS <= 0 || r.Loop == "" {
			t.Errorf("a result is %+v", r)
		}
		if r.Ceiling != (len(native()) > 0) {
			t.Errorf("%s: Ceiling is %v", r.Loop, r.Ceiling)
		}
	}
}

func TestBest(t *testing.T) {
	got := Best([]Result{{GFLOPS: 100, Loop: "a"}, {GFLOPS: 90, Loop: "b"}}, []Result{{GFLOPS: 80, Loop: "a"}, {GFLOPS: 120, Loop: "b"}})
	want := []Result{{GFLOPS: 120, Loop: "b"}, {GFLOPS: 100, Loop: "a"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestGo runs the loop that other processors have.
func TestGo(t *testing.T) {
	l := loop{"Go", 2 * sums, fmaGo}
	if rate := l.measure(time.Millisecond); rate <= 0 {
		t.Errorf("the loop in Go reached %v", rate)
	}
}
