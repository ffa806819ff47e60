//go:build !linux

package remote

import (
	"errors"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Kernel has no GPU here.
func Kernel() (backend.Backend, error) {
	return nil, errors.New("cells compute on GPUs under Linux alone")
}
