//go:build !cuda

package cuda

import (
	"errors"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// New returns an error: this program was built without the tag cuda.
func New() (backend.Backend, error) {
	return nil, errors.New("cuda: this program was built without the backend for GPUs; build it with -tags cuda on a machine with NVIDIA's driver, or use the cpu backend")
}
