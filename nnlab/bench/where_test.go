package main

import (
	"testing"

	"github.com/nnlab-go/lab/nnlab/bench/internal/report"
)

func TestLimits(t *testing.T) {
	b, err := open("cpu")
	if err != nil {
		t.Fatal(err)
	}
	var run report.Run
	for range 2 {
		before := run.Peaks
		if err := limits(b, &run); err != nil {
			t.Fatal(err)
		}
		if len(run.Peaks) == 0 || before != nil && run.Peaks[0].GFLOPS < before[0].GFLOPS {
			t.Errorf("the peaks are %v, and were %v", run.Peaks, before)
		}
	}
	if _, err := open("tpu"); err == nil {
		t.Error("there is a backend tpu")
	}
}
