//go:build !linux

package memory

// Machine cannot be told here.
func Machine() int64 { return 0 }

func ulimits() []Limit { return nil }
