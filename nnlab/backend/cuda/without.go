//go:build !cuda

package cuda

import (
	"errors"
	"fmt"
	"os"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
)

// New returns the backend of the GPU that the kernel's process for it has, where this
// program is a cell: it was built without the tag cuda. All calls return the same.
func New() (backend.Backend, error) {
	if os.Getenv(remote.Name) != "" {
		b, err := remote.Kernel()
		if err != nil {
			return nil, fmt.Errorf("cuda: %w", err)
		}
		return b, nil
	}
	return nil, errors.New("cuda: this program is not a notebook's cell and was built without the backend for GPUs; build it with -tags cuda on a machine with NVIDIA's driver, or use the cpu backend")
}
