//go:build !amd64 || noasm

package peak

// native is the loops in assembly: none for this processor.
func native() []loop { return nil }
