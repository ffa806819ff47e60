package main

import (
	"slices"
	"testing"
)

// The text is what ptxas 12.9 -v prints.
func TestSpills(t *testing.T) {
	got := spills(`ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function 'conv_128' for 'sm_80'
ptxas info    : Function properties for conv_128
    8 bytes stack frame, 4 bytes spill stores, 8 bytes spill loads
ptxas info    : Used 128 registers, used 1 barriers, 16896 bytes smem, 600 bytes cmem[0]
ptxas info    : Compiling entry function 'conv_64' for 'sm_80'
ptxas info    : Function properties for conv_64
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 89 registers, used 1 barriers, 17408 bytes smem, 600 bytes cmem[0]
`)
	// An array that clang puts into memory is no spill.
	got = append(got, spills(`ptxas info    : Compiling entry function 'winograd' for 'sm_90'
ptxas info    : Function properties for winograd
    560 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
`)...)
	if !slices.Equal(got, []string{"conv_128", "winograd"}) {
		t.Errorf("kernels that keep registers in memory: %q", got)
	}
}
