//go:build !unix

package safetensors

import (
	"errors"
	"os"
)

// mapFile fails where files are not mapped; they are read then.
func mapFile(*os.File, int64) ([]byte, error) { return nil, errors.ErrUnsupported }
