package main

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
	"github.com/nnlab-go/lab/nnlab/bench/internal/peak"
	"github.com/nnlab-go/lab/nnlab/bench/internal/report"
)

// open returns the backend of a name.
func open(name string) (backend.Backend, error) {
	switch name {
	case "cpu":
		return cpu.New(), nil
	case "cuda":
		return cuda.New()
	}
	return nil, fmt.Errorf("expected the backend cpu or cuda, got %q", name)
}

// limits measures what a backend's machine can do, and puts the better of that and of what
// the run has into the run: whatever else the machine does meanwhile can only lower it.
func limits(b backend.Backend, run *report.Run) error {
	peaks := []peak.Result(nil)
	if b.Name() == "cpu" {
		peaks = peak.Measure()
	} else {
		l, err := cuda.Measure(b)
		if err != nil {
			return err
		}
		peaks = []peak.Result{{GFLOPS: l.GFLOPS, Loop: l.Card, Ceiling: true}}
		run.Bandwidth = max(run.Bandwidth, l.GBps)
	}
	if run.Peaks == nil {
		run.Peaks = peaks
	}
	run.Peaks = peak.Best(run.Peaks, peaks)
	return nil
}
