//go:build !linux

package serve

import (
	"io"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// gpuOf has no GPU here.
func gpuOf(*gonb.Setting) (io.Closer, error) { return noGPU{}, nil }
