//go:build !unix

package mapped

import (
	"errors"
	"os"
)

// mapFile fails where files are not mapped; they are read then.
func mapFile(*os.File, int64) ([]byte, error) { return nil, errors.ErrUnsupported }

// Close gives the memory back; whatever still leads to it must not be used.
func Close([]byte) error { return nil }
