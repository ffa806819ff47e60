//go:build cuda

package cuda

import "testing"

// TestMultiplyAdds holds the loop that measures a card against its formula: one that
// computed less would find a card faster than it is.
func TestMultiplyAdds(t *testing.T) {
	d := gpu(t).(*device)
	const turns = 37
	out := d.Alloc(2 * threads)
	d.multiplyAdds(turns, 2, 0.5, 3, out)
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	want := float32(0)
	for j := range multiplyAdds {
		s := float32(j)
		for range turns {
			s = s*0.5 + 3 // half a number is exact: here, too, only the sum is rounded
		}
		want += s
	}
	got := make([]float32, 2*threads)
	d.Download(got, out)
	for i, v := range got {
		if v != want {
			t.Fatalf("thread %d: %v, want %v", i, v, want)
		}
	}
}

// TestLimits only runs what measures: what comes out here is no card's.
func TestLimits(t *testing.T) {
	l, err := gpu(t).(*device).limits(0, 2, 1<<16)
	if err != nil {
		t.Fatal(err)
	}
	if !(l.GFLOPS > 0 && l.GBps > 0) || l.Card == "" {
		t.Errorf("got %+v", l)
	}
	if _, err := Measure(nil); err == nil {
		t.Error("the limits of no backend were measured")
	}
}
