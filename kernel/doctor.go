package main

import (
	"fmt"
	"os"

	"github.com/nnlab-go/lab/kernel/internal/doctor"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// runDoctor prints what is there and what is missing: 1 when something that the
// lab cannot do without is.
func runDoctor([]string) (int, error) {
	root, err := gonb.Root()
	if err != nil {
		return 1, err
	}
	if !doctor.Report(os.Stdout, doctor.Examine(root)) {
		return 1, fmt.Errorf("something is missing")
	}
	return 0, nil
}
