package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// The backend for GPUs, whose tests need none.
const (
	cudaPackage  = "./nnlab/backend/cuda"
	cudaPackages = "nnlab/backend/cuda/requirements.txt"
	cudaFolder   = ".cache/cuda" // the wheels' environment and the emulator
)

// architectures are those that the committed PTX is compiled for, to see that it can be:
// from the first that reads it to the newest. CUDA 13 begins with sm_75, and tensor cores that
// know TF32 with sm_80.
var architectures = []string{"sm_52", "sm_61", "sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120"}

// architecturesOf are those that a compiler that begins with a first one compiles a file for.
func architecturesOf(file, first string) []string {
	if strings.HasSuffix(file, "_sm80.ptx") {
		first = "sm_80"
	}
	return architectures[slices.Index(architectures, first):]
}

// cudaTests holds the backend for GPUs against the reference on an emulated driver, and
// its kernels' PTX against their source and against NVIDIA's compiler.
func cudaTests(ctx context.Context, _ bool) part {
	heading("go test -tags cuda, on an emulated GPU")
	const name = "Go, CUDA"
	kit, err := cudaKit(ctx)
	if err != nil {
		fmt.Println(err)
		return missing(name, 1, err.Error())
	}
	p := part{name: name}
	checks := []struct {
		name string
		tree bool // it looks at the work tree, which no other may change meanwhile
		run  func(context.Context, cudaTools) (string, error)
	}{
		{"the committed PTX is that of its source", true, samePTX},
		{"ptxas of CUDA 12 and 13 takes it for " + strings.Join(architectures, ", "), true, assemble},
		{"the emulator builds", false, func(ctx context.Context, kit cudaTools) (string, error) { return kit.buildEmulator(ctx) }},
		{"go vet of the bench with the tag", false, func(ctx context.Context, kit cudaTools) (string, error) {
			return kit.vet(ctx, "./nnlab/bench/...")
		}},
		{"cuda.h of CUDA 13 will do", false, func(ctx context.Context, kit cudaTools) (string, error) {
			kit.include = kit.include13
			return kit.vet(ctx, cudaPackage, "./nnlab/gpu")
		}},
	}
	// Those that look at the work tree come one after the other, and beside them the others, of
	// which most are one process on one core.
	texts, errs := make([]string, len(checks)), make([]error, len(checks))
	var both errgroup.Group
	for _, tree := range []bool{true, false} {
		both.Go(func() error {
			for i, check := range checks {
				if check.tree == tree {
					texts[i], errs[i] = check.run(ctx, kit)
				}
			}
			return nil
		})
	}
	_ = both.Wait() // each has its own error
	for i, check := range checks {
		if errs[i] != nil {
			p.failed++
			fmt.Printf("FAIL  %s: %v\n%s\n", check.name, errs[i], lastLines(texts[i], 40))
			continue
		}
		p.passed++
		fmt.Println("ok   ", check.name)
	}
	if p.failed > 0 {
		return p
	}
	env := append(kit.environment(), "LD_LIBRARY_PATH="+kit.emulator, "NNLAB_LIBDEVICE="+kit.libdevice, "NNLAB_NVRTC="+kit.nvrtc)
	tests := goTest(ctx, name, env, "-tags", "cuda", "-short", cudaPackage+"/...", "./nnlab/gpu")
	golden := goTest(ctx, name, env, "-tags", "cuda", "-short", "-run", "^TestGolden(Layers|Examples)?CUDA$", "./nnlab/nn")
	tests.passed, tests.failed = tests.passed+golden.passed+p.passed, tests.failed+golden.failed+p.failed
	return tests
}

// cudaTools are the paths of what is needed.
type cudaTools struct{ include, include13, compat, ptxas, ptxas13, libdevice, nvrtc, emulator string }

// environment is what Go needs to build with the tag cuda. The emulator stands for the driver
// that programs find where they run.
func (kit cudaTools) environment() []string {
	return []string{"CGO_ENABLED=1", fmt.Sprintf("CGO_CFLAGS='-I%s' '-I%s'", kit.compat, kit.include), fmt.Sprintf("CGO_LDFLAGS='-L%s'", kit.emulator)}
}

// vet type-checks packages with the tag, and all that they compile of C.
func (kit cudaTools) vet(ctx context.Context, packages ...string) (string, error) {
	cmd := command(ctx, "go", append([]string{"vet", "-tags", "cuda"}, packages...)...)
	cmd.Env = append(os.Environ(), kit.environment()...)
	return outputOf(cmd)
}

func (kit cudaTools) buildEmulator(ctx context.Context) (string, error) {
	return output(ctx, "go", "run", cudaPackage+"/internal/cudaemu", kit.emulator, kit.include)
}

// cudaKit gets clang, a C++ compiler and NVIDIA's wheels where they are missing.
func cudaKit(ctx context.Context) (kit cudaTools, err error) {
	for program, pkg := range map[string]string{"clang-19": "clang-19", "g++": "g++"} {
		if _, err := exec.LookPath(program); err != nil {
			if err := aptInstall(ctx, pkg); err != nil {
				return kit, fmt.Errorf("there is no %s, and it cannot be installed here (%w); Debian, Ubuntu: sudo apt install %s", program, err, pkg)
			}
		}
	}
	folder, err := filepath.Abs(cudaFolder)
	if err != nil {
		return kit, err
	}
	env := filepath.Join(folder, "python")
	if err := makeVenv(ctx, env); err != nil {
		return kit, err
	}
	if err := install(ctx, env, cudaPackages); err != nil {
		return kit, err
	}
	found, err := filepath.Glob(filepath.Join(env, "lib", "python*", "site-packages", "nvidia"))
	if err != nil || len(found) != 1 {
		return kit, errors.New("the wheels of " + cudaPackages + " have not laid out what they should")
	}
	compat, err := filepath.Abs(cudaPackage + "/compat")
	if err != nil {
		return kit, err
	}
	kit = cudaTools{include: filepath.Join(found[0], "cuda_runtime", "include"), include13: filepath.Join(found[0], "cu13", "include"), compat: compat,
		ptxas: filepath.Join(found[0], "cuda_nvcc", "bin", "ptxas"), ptxas13: filepath.Join(found[0], "cu13", "bin", "ptxas"),
		libdevice: filepath.Join(found[0], "cuda_nvcc", "nvvm", "libdevice", "libdevice.10.bc"),
		nvrtc:     filepath.Join(found[0], "cuda_nvrtc", "lib", "libnvrtc.so.12"), emulator: filepath.Join(folder, "emulator")}
	return kit, os.MkdirAll(kit.emulator, 0o777)
}

// samePTX compiles the kernels anew, which must change nothing.
func samePTX(ctx context.Context, kit cudaTools) (string, error) {
	cmd := command(ctx, "go", "generate", "-tags", "cuda", cudaPackage)
	cmd.Env = append(os.Environ(), "NNLAB_LIBDEVICE="+kit.libdevice)
	return unchanged(ctx, func() (string, error) { return outputOf(cmd) })
}

// assemble compiles the PTX for each architecture, and writes what the kernels take of a
// card to docs/gpu-kernels.md, which must not change it. Kernels whose registers do not fit
// would keep some in memory: those of products and convolutions must not.
func assemble(ctx context.Context, kit cudaTools) (string, error) {
	files, err := filepath.Glob("nnlab/backend/cuda/kernels/*.ptx")
	if err != nil {
		return "", err
	}
	var jobs errgroup.Group
	jobs.SetLimit(runtime.NumCPU())
	var mu sync.Mutex
	kernels := usage{}
	for _, file := range files {
		for _, compiler := range []struct{ ptxas, first string }{{kit.ptxas, "sm_52"}, {kit.ptxas13, "sm_75"}} {
			for _, arch := range architecturesOf(file, compiler.first) {
				jobs.Go(func() error {
					text, err := output(ctx, compiler.ptxas, "-v", "-arch="+arch, file, "-o", os.DevNull)
					if err != nil {
						return fmt.Errorf("%s for %s: %w\n%s", file, arch, err, lastLines(text, 20))
					}
					if spilled := spills(text); len(spilled) > 0 {
						return fmt.Errorf("%s for %s keeps registers in memory: %s", file, arch, strings.Join(spilled, ", "))
					}
					if compiler.ptxas == kit.ptxas {
						mu.Lock()
						defer mu.Unlock()
						kernels.add(arch, text)
					}
					return nil
				})
			}
		}
	}
	if err := jobs.Wait(); err != nil {
		return "", err
	}
	return unchanged(ctx, func() (string, error) { return "", kernels.write("docs/gpu-kernels.md") })
}

// spills returns the kernels that, by what ptxas -v printed, keep numbers in memory that should be
// in registers: those that had no room there, or an array of which clang does not know where it is
// read, which has a stack and no spills.
func spills(text string) (kernels []string) {
	kernel := ""
	for line := range strings.Lines(text) {
		if _, rest, ok := strings.Cut(line, "Compiling entry function '"); ok {
			kernel, _, _ = strings.Cut(rest, "'")
		}
		if strings.Contains(line, "bytes spill stores") && strings.TrimSpace(line) != "0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads" {
			kernels = append(kernels, kernel)
		}
	}
	return kernels
}
