//go:build unix && !linux

package supervise

import "errors"

// limitMemory is for Linux only.
func limitMemory(int, int64) error {
	return errors.New("the memory of cells can be limited on Linux only")
}
