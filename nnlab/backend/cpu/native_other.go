//go:build !amd64 || noasm

package cpu

// native is the microkernels in assembly: none for this processor.
func native() []microkernel { return nil }
