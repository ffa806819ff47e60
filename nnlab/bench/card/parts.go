//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// settings say what is run, and how much of it.
type settings struct {
	home    string // the folder of `make gpu`
	out     string
	total   time.Duration
	slow    float64 // by what the tests' limits are multiplied
	short   bool
	work    string
	samples int
}

// ending is what the bench gets to write its results.
const ending = 15 * time.Second

// part is a program that runs for so long at most.
type part struct {
	name    string
	limit   time.Duration
	dir     string
	program string // found in PATH where it has no slash
	args    []string
	env     []string
	log     string // the file that has what it prints; "": none
	tests   bool   // it prints what go test -v does
}

// parts are the tests, what fills the peers' caches meanwhile, and the bench.
func (s settings) parts() (tests, warm []part, measure part) {
	in := func(name string) string { return filepath.Join(s.home, name) }
	log := func(name string) string { return filepath.Join(s.out, name+".txt") }
	env := []string{
		"NNLAB_DATA=" + in("datasets"),
		"LD_LIBRARY_PATH=" + libraries(),
		"TORCHINDUCTOR_CACHE_DIR=" + filepath.Join(os.TempDir(), "nnlab-inductor"),
		"JAX_COMPILATION_CACHE_DIR=" + filepath.Join(os.TempDir(), "nnlab-jax"), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0",
		"PYTHONUNBUFFERED=1",
	}
	test := func(name, program, dir, only string, limit time.Duration, short bool) part {
		limit = time.Duration(float64(limit) * s.slow)
		p := part{name: name, limit: limit, dir: dir, program: in(program), env: env, log: log(name), tests: true,
			args: []string{"-test.v", "-test.run", only, "-test.timeout", (limit - time.Second).String()}}
		if short || s.short {
			p.args = append(p.args, "-test.short")
		}
		return p
	}
	sanitized := func(tool, kernels string, limit time.Duration) part {
		p := test(tool, "cuda.test", s.home, "^TestValues$/^("+kernels+")$|^TestTF32Errors$|^TestWinogradSmall$", limit, true)
		p.args = append([]string{"--tool", tool, "--error-exitcode", "9", p.program}, p.args...)
		p.program, p.log = sanitizer(), "" // no more than eight files come back from where such machines are lent
		return p
	}
	tests = []part{
		test("conformance", "cuda.test", s.home, "^(TestValues|TestGrad|TestMultiplyAdds)$", 100*time.Second, false),
		test("training", "cuda.test", s.home, "^(TestUploads|TestReplays|TestWatch|TestWatchFailure|TestWatchEvents|TestTime|TestTraining|TestTrainingReplayed|TestArchitectures)$", 45*time.Second, false),
		test("golden", "nn.test", in("nnlab/nn"), "^TestGolden(Layers|Examples)?CUDA$", 25*time.Second, false),
		test("cores", "cuda.test", s.home, "^(TestTF32|TestTF32Errors|TestTF32View|TestLargeTiles|TestWinograd|TestWinogradSmall|TestWinogradEnds|TestCuBLAS|TestWritten|TestWrittenProduct)$", 30*time.Second, true),
		sanitized("memcheck", "Gemm|Conv|ConvGradInput|ConvGradKernel|MaxPool|MaxPoolGrad|Softmax|SumRows|Moments|Adam|Move", 50*time.Second),
		sanitized("racecheck", "Gemm|SoftmaxGrad|SumRows|LayerNorm", 35*time.Second),
	}
	bench := func(name, peers string, limit time.Duration, args ...string) part {
		return part{name: name, limit: limit, dir: s.home, program: in("bench"), env: env, log: log(name),
			args: append([]string{"-backend", "cuda", "-root", s.home, "-python", "python3", "-peers", peers}, args...)}
	}
	if !s.short {
		for _, network := range []string{"exemplo|lenet", "resnet18", "resnet50", "googlenet"} {
			p := bench(network, "torch-compile,jax", s.total/2, "-rounds", "1", "-samples", "1024", "-work", network)
			p.log = ""
			warm = append(warm, p)
		}
	}
	measure = bench("bench", "all", s.total, "-answer", "60s", "-samples", strconv.Itoa(s.samples), "-work", s.work,
		"-json", filepath.Join(s.out, "bench.json"), "-markdown", filepath.Join(s.out, "bench.md"))
	return tests, warm, measure
}

// libraries are the folders in which the driver's libcuda.so.1 may be, for the loader; those
// that the user names come first.
func libraries() string {
	var all []string
	if own := os.Getenv("LD_LIBRARY_PATH"); own != "" {
		all = append(all, own)
	}
	return strings.Join(append(all, "/usr/local/nvidia/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/wsl/lib", "/usr/lib64"), ":")
}

// sanitizer is NVIDIA's tool that watches kernels; where it is not found its name alone.
func sanitizer() string {
	const name = "compute-sanitizer"
	for _, pattern := range []string{"/usr/local/cuda*/bin/", "/usr/local/cuda*/compute-sanitizer/", "/opt/nvidia/*/"} {
		found, _ := filepath.Glob(pattern + name)
		for _, path := range found {
			if _, err := exec.LookPath(path); err == nil {
				return path
			}
		}
	}
	return name
}
