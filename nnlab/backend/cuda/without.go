//go:build !cuda

package cuda

import (
	"errors"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// errWithout says how a program gets the backend.
var errWithout = errors.New("cuda: this program was built without the backend for GPUs; build it with -tags cuda on a machine with NVIDIA's driver, or use the cpu backend")

// New returns an error: this program was built without the tag cuda.
func New() (backend.Backend, error) { return nil, errWithout }

// Measure returns an error: there is no card.
func Measure(backend.Backend) (Limits, error) { return Limits{}, errWithout }
