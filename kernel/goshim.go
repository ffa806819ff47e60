package main

import (
	"fmt"
	"os"
	"slices"
	"syscall"
)

// goShim stands in front of the Go tool in a kernel's PATH. GoNB runs "go get"
// before each cell, which looks for modules that the workspace has already; that
// one call does nothing, every other is the real tool's.
func goShim(args []string) int {
	if slices.Equal(args, []string{"get"}) || slices.Equal(args, []string{"get", "-t"}) {
		return 0
	}
	real := os.Getenv("NNLAB_GO")
	err := syscall.Exec(real, append([]string{real}, args...), os.Environ())
	fmt.Fprintf(os.Stderr, "nnlab: starting %q: %v\n", real, err)
	return 1
}
