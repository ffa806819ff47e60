// Command ptx compiles the kernels of the folder kernels to PTX, each .cu beside itself,
// with the clang of a Debian and without any CUDA SDK:
//
//	NNLAB_LIBDEVICE=…/libdevice.10.bc go generate -tags cuda ./nnlab/backend/cuda
//
// Those whose names end in _sm80 are for cards from sm_80 on, the others for all. Files that
// are named are compiled alone. libdevice, NVIDIA's mathematics for the device as LLVM's bitcode, is in the wheel
// nvidia-cuda-nvcc-cu12; go run ./tools cuda gets both, and compares.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/nnlab-go/lab/internal/whole"
)

// compiler makes the same text in every place it is installed.
const compiler = "clang-19"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ptx:", err)
		os.Exit(1)
	}
}

func run() error {
	library := os.Getenv("NNLAB_LIBDEVICE")
	if library == "" {
		return fmt.Errorf("set NNLAB_LIBDEVICE to libdevice.10.bc, or let go run ./tools cuda do it")
	}
	files := os.Args[1:]
	if len(files) == 0 {
		var err error
		if files, err = filepath.Glob("kernels/*.cu"); err != nil {
			return err
		}
	}
	for _, file := range files {
		var errors bytes.Buffer
		name := strings.TrimSuffix(file, ".cu")
		// sm_52 is the oldest architecture that today's drivers compile for, and PTX 6.4 what
		// ptxas 12 and 13 read. Tensor cores with TF32 came with sm_80 and PTX 7.0.
		target := []string{"--cuda-gpu-arch=sm_52", "--cuda-feature=+ptx64"}
		if strings.HasSuffix(name, "_sm80") {
			target = []string{"--cuda-gpu-arch=sm_80", "--cuda-feature=+ptx70"}
		}
		c := exec.Command(compiler, append(target, "-x", "cuda", "--cuda-device-only", "-nocudainc", "-nocudalib", "-Xclang", "-mlink-builtin-bitcode", "-Xclang", library,
			"-O3", "-Wall", "-Werror", "-S", "-o", "-", file)...)
		c.Stderr = &errors
		text, err := c.Output()
		if err != nil {
			return fmt.Errorf("%s %s: %w\n%s", compiler, file, err, errors.String())
		}
		if err := whole.WriteFile(name+".ptx", text, 0o666); err != nil {
			return err
		}
	}
	return nil
}
