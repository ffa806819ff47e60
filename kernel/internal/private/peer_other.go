//go:build unix && !linux && !darwin && !freebsd

package private

import "os"

// userOf has nobody to ask here: the folder alone, which Dial has looked at, keeps
// others out.
func userOf(int) (int, error) { return os.Geteuid(), nil }
