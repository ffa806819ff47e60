package serve

import (
	"context"
	"io"
	"os/exec"
	"path/filepath"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/gpu"
)

// gpuOf names the socket at which cells ask for a GPU in the setting; in jail there is none.
func gpuOf(s *gonb.Setting) (io.Closer, error) {
	if s.Jail != "" {
		return noGPU{}, nil
	}
	s.GPU = filepath.Join(s.Tmp, "gpu")
	root := s.Root
	return gpu.Listen(s.GPU, func(ctx context.Context, say func(string)) (*exec.Cmd, error) { return gpu.Command(ctx, root, say) })
}
