package cpu

import (
	"runtime"
	"testing"
)

// Buffers begin at cache lines, and take no more memory than their numbers: those of a deep
// network are many, and most have as many numbers as a power of two.
func TestAligned(t *testing.T) {
	for n := range 5000 {
		if x := aligned(n); len(x) != n || beforeLine(x) != 0 {
			t.Fatalf("%d numbers, %d before a line, want %d and 0", len(x), beforeLine(x), n)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	kept := make([][]float32, 1000)
	for i := range kept {
		kept[i] = aligned(1024)
	}
	runtime.ReadMemStats(&after)
	if share := float64(after.TotalAlloc-before.TotalAlloc) / (1000 * 4 * 1024); share > 1.05 {
		t.Errorf("%.2f times as much memory as numbers", share)
	}
	runtime.KeepAlive(kept)
}
