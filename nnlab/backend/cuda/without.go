//go:build !cuda

package cuda

import (
	"errors"
	"fmt"
	"os"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
)

// errWithout says how a program gets the backend.
var errWithout = errors.New("cuda: this program is not a notebook's cell and was built without the backend for GPUs; build it with -tags cuda on a machine with NVIDIA's driver, or use the cpu backend")

// New returns the backend of the GPU that the kernel's process for it has, where this
// program is a cell: it was built without the tag cuda. All calls return the same.
func New() (backend.Backend, error) {
	if os.Getenv(remote.Name) == "" {
		return nil, errWithout
	}
	b, err := remote.Kernel()
	if err != nil {
		return nil, fmt.Errorf("cuda: %w", err)
	}
	return b, nil
}

// Measure returns an error: the card is another process's.
func Measure(backend.Backend) (Limits, error) { return Limits{}, errWithout }
