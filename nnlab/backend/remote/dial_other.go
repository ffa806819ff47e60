//go:build !linux

package remote

import (
	"errors"
	"os"

	"github.com/nnlab-go/lab/nnlab/backend"
)

var errLinux = errors.New("cells compute on GPUs under Linux alone")

// Kernel has no GPU here.
func Kernel() (backend.Backend, error) { return nil, errLinux }

// Serve has no clients here.
func Serve(*os.File, backend.Backend) error { return errLinux }
