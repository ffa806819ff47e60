package gpu

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/private"
)

// ProgramName is the environment variable that names another program than the lab's own to
// have the GPU, for tests.
const ProgramName = "NNLAB_GPU_PROGRAM"

// Name is the program that has the GPU, where it is installed for all users.
const Name = "nnlab-gpu"

// Make makes the program that has the GPU of the sources in root, where they have changed
// since it was made, and returns its path. An error says what is missing for that.
func Make(ctx context.Context, root string, say func(text string)) (string, error) {
	if other := os.Getenv(ProgramName); other != "" {
		return other, nil
	}
	if installed := filepath.Join(os.Getenv(gonb.ToolsName), Name); filepath.IsAbs(installed) {
		if _, err := os.Stat(installed); err == nil {
			return installed, nil
		}
	}
	k, err := Find(root)
	if err != nil {
		return "", err
	}
	cache, err := gonb.Cache()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "gpu", fmt.Sprintf("%x", sha256.Sum256([]byte(root)))[:16])
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if err := private.Programs(dir); err != nil {
		return "", err
	}
	program := filepath.Join(dir, Name)
	if _, err := os.Stat(program); err != nil {
		say("nnlab: compilando o programa da GPU, uma só vez, cerca de um minuto …")
	}
	// The Go tool leaves a program that is as it should be.
	cmd, err := k.Go(ctx, root, "build", "-tags", "cuda", "-o", program, "./nnlab/gpu")
	if err != nil {
		return "", err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compilar o programa da GPU: %w\n%s", err, out)
	}
	return program, nil
}

// nvrtcName is the environment variable that names NVRTC's library, by which the program
// compiles kernels that a student writes (nnlab/backend/cuda/written.go).
const nvrtcName = "NNLAB_NVRTC"

// Command is the program of Make, which is told where NVIDIA's wheels have what it opens.
func Command(ctx context.Context, root string, say func(text string)) (*exec.Cmd, error) {
	program, err := Make(ctx, root, say)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program)
	if found := wheels(root, "cuda_nvrtc", "lib", "libnvrtc.so.12"); len(found) > 0 && os.Getenv(nvrtcName) == "" {
		cmd.Env = append(os.Environ(), nvrtcName+"="+found[0])
	}
	return cmd, nil
}

// wheels are the paths of a file of NVIDIA's wheels: those that the lab's package for pip has
// beside it, or those of the checkout's own environment.
func wheels(root string, file ...string) []string {
	packages := filepath.Join(root, ".cache", "cuda", "python", "lib", "python*", "site-packages")
	if packaged() {
		packages = filepath.Join(root, "..", "..") // of …/site-packages/nnlab_kernel/lab
	}
	found, err := filepath.Glob(filepath.Join(append([]string{packages, "nvidia"}, file...)...))
	if err != nil { // a root with the letters of patterns
		return nil
	}
	return found
}

// packaged tells whether the lab was installed by pip.
func packaged() bool { return os.Getenv(gonb.ModulesName) != "" }

// Kit is what programs for a GPU are compiled with.
type Kit struct {
	Compat  string // the folder of what makes a newer cuda.h do
	Include string // the folder of cuda.h
	Driver  string // the folder of libcuda.so.1
}

// Find finds a kit. The error says what is missing and how to get it.
func Find(root string) (k Kit, err error) {
	if k.Driver = driver(); k.Driver == "" {
		return k, errors.New("o driver da NVIDIA não foi encontrado (libcuda.so.1); instale-o, e veja com nvidia-smi se ele funciona")
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		if _, err := exec.LookPath("clang"); err != nil {
			return k, errors.New("falta um compilador de C; Debian, Ubuntu: sudo apt install gcc")
		}
	}
	k.Compat = filepath.Join(root, "nnlab", "backend", "cuda", "compat")
	k.Include, err = include(root)
	return k, err
}

// HasDriver tells whether NVIDIA's driver is on this machine.
func HasDriver() bool { return driver() != "" }

// driver is the folder of the driver's library: where programs find it.
func driver() string {
	folders := filepath.SplitList(os.Getenv("LD_LIBRARY_PATH"))
	if out, err := exec.Command("ldconfig", "-p").Output(); err == nil {
		for line := range strings.Lines(string(out)) {
			if name, path, ok := strings.Cut(strings.TrimSpace(line), " => "); ok && strings.HasPrefix(name, "libcuda.so.1 ") {
				folders = append(folders, filepath.Dir(path))
			}
		}
	}
	for _, dir := range append(folders, "/usr/lib/wsl/lib") {
		if _, err := os.Stat(filepath.Join(dir, "libcuda.so.1")); err == nil && dir != "" {
			return dir
		}
	}
	return ""
}

// cudaVersion is what cuda.h says of itself.
var cudaVersion = regexp.MustCompile(`(?m)^#define CUDA_VERSION (\d+)`)

// newest is the first version of cuda.h that nobody has tried.
const newest = 14000

// toolkits are folders in which toolkits that nothing names put cuda.h.
var toolkits = []string{"/usr/local/cuda/include", "/opt/cuda/include", "/usr/include"}

// include is the folder of a cuda.h that can be used: of NVIDIA's wheel, or of a CUDA toolkit.
func include(root string) (string, error) {
	named := []string{os.Getenv("CUDA_HOME") + "/include", os.Getenv("CUDA_PATH") + "/include"}
	seen := ""
	for _, dir := range slices.Concat(wheels(root, "cuda_runtime", "include"), named, toolkits) {
		text, err := os.ReadFile(filepath.Join(dir, "cuda.h"))
		if err != nil {
			continue
		}
		if m := cudaVersion.FindSubmatch(text); m != nil {
			if v, err := strconv.Atoi(string(m[1])); err == nil && v < newest {
				return dir, nil
			}
		}
		seen = " (" + dir + " tem outra versão)"
	}
	mend := "na pasta do laboratório: python3 -m venv .cache/cuda/python && .cache/cuda/python/bin/pip install -r nnlab/backend/cuda/requirements.txt"
	if packaged() {
		mend = "no Python em que nnlab está instalado: pip install nvidia-cuda-runtime-cu12"
	}
	return "", errors.New("falta o arquivo cuda.h do CUDA 11, 12 ou 13" + seen + "; " + mend)
}

// Go is a call of the Go tool that compiles with the kit.
func (k Kit) Go(ctx context.Context, root string, args ...string) (*exec.Cmd, error) {
	realGo, err := gonb.Go(root)
	if err != nil {
		return nil, err
	}
	cache, err := gonb.Cache()
	if err != nil {
		return nil, err
	}
	// The linker looks for libcuda.so, which drivers seldom bring.
	links := filepath.Join(cache, "gpu", "link")
	if err := os.MkdirAll(links, 0o755); err != nil {
		return nil, err
	}
	name := filepath.Join(links, "libcuda.so")
	if target := filepath.Join(k.Driver, "libcuda.so.1"); linkOf(name) != target {
		os.Remove(name)
		if err := os.Symlink(target, name); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, err
		}
	}
	cmd := exec.CommandContext(ctx, realGo, args...)
	cmd.Dir = root
	cmd.Env = append(gonb.GoEnviron(os.Environ()), "CGO_ENABLED=1", fmt.Sprintf("CGO_CFLAGS='-I%s' '-I%s'", k.Compat, k.Include), fmt.Sprintf("CGO_LDFLAGS='-L%s'", links))
	cmd.Env = append(cmd.Env, gonb.ModulesEnviron()...)
	return cmd, nil
}

func linkOf(name string) string {
	target, err := os.Readlink(name)
	if err != nil {
		return ""
	}
	return target
}
