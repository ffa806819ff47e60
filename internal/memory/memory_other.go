//go:build !linux

package memory

// readMachine cannot tell it here.
func readMachine() int64 { return 0 }

func ulimits() []Limit { return nil }
