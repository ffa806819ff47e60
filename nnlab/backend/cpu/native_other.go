//go:build !(amd64 || arm64) || noasm

package cpu

// native is the kernels in assembly: none for this processor.
func native(kernels) []kernels { return nil }
