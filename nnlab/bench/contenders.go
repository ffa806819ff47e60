package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/bench/internal/drive"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// peer is a program that the lab is compared with.
type peer struct {
	flag, name string
	does       func(work.Item) bool
	program    string   // in the folder of what `make bench-peers` installs; "": this one, computing in another way
	script     string   // in the folder peers; "" for a program of its own
	arguments  []string // of the script
	env        []string
}

// peers are all there are, in the order of their turns: on processors, and on GPUs.
var peers = []peer{
	{"keras-tensorflow", "Keras on TensorFlow", trains, python, "keras_peer.py", nil, []string{"KERAS_BACKEND=tensorflow"}},
	{"keras-jax", "Keras on JAX", trains, python, "keras_peer.py", nil, []string{"KERAS_BACKEND=jax"}},
	{"keras-torch", "Keras on PyTorch", trains, python, "keras_peer.py", nil, []string{"KERAS_BACKEND=torch"}},
	{"torch", "PyTorch", everything, python, "torch_peer.py", []string{"eager"}, nil},
	{"torch-compile", "torch.compile", trains, python, "torch_peer.py", []string{"compile"}, nil},
	{"onnxruntime", "onnxruntime", infers, python, "onnx_peer.py", nil, nil},
	{"gomlx", "GoMLX", trainsMLP, "gomlx", "", nil, nil},
	{"numpy", "NumPy", multiplies, python, "gemm_peer.py", []string{"numpy"}, nil},
	{"tensorflow", "TensorFlow", multiplies, python, "gemm_peer.py", []string{"tensorflow"}, nil},
	{"jax", "JAX", multiplies, python, "gemm_peer.py", []string{"jax"}, nil},
}

var cardPeers = []peer{
	{"torch", "PyTorch", everything, python, "torch_peer.py", []string{"eager"}, nil},
	{"torch-compile", "torch.compile", trains, python, "torch_peer.py", []string{"compile"}, nil},
	{"winograd", work.LabWinograd, convolves, "", "", nil, []string{"NNLAB_CONV=winograd"}},
	{"cublas", "cuBLAS", multiplies, "", "", nil, nil},
	{"jax", "JAX", everything, python, "jax_peer.py", nil, []string{"XLA_PYTHON_CLIENT_PREALLOCATE=false"}},
}

// setting is where contenders compute, and where the peers' files are.
type setting struct {
	backend string // "cpu" or "cuda"
	root    string // this repository, or a copy of its data and the peers' scripts; "": where go finds it
	python  string // the interpreter of the scripts; "": that of `make bench-peers`
}

// peers are those that compute where the lab does.
func (s setting) peers() []peer {
	if s.backend == "cpu" {
		return peers
	}
	return cardPeers
}

// peerNames lists peers as the flag wants them.
func peerNames(peers []peer) string {
	var names []string
	for _, p := range peers {
		names = append(names, p.flag)
	}
	return strings.Join(names, ", ")
}

// python is the interpreter of the peers' virtual environment.
const python = "python/bin/python"

func everything(i work.Item) bool { return !i.Alone }
func trains(i work.Item) bool     { return !i.Alone && !i.Kind.Kernel() }
func infers(i work.Item) bool     { return i.Kind == work.Inference }
func multiplies(i work.Item) bool { return i.Kind == work.Gemm }

// convolves is what may be other by Winograd's way: convolutions of 3×3 with stride 1, and steps of
// the deep networks, which have many.
func convolves(i work.Item) bool {
	return i.Kind == work.Conv && i.Size == 3 && i.Stride == 1 && i.Pass != "kernel" || i.Kind == work.Step
}

// trainsMLP is what GoMLX's Go backend can do: its max pool has no gradient.
func trainsMLP(i work.Item) bool { return trains(i) && i.Kind == work.Epoch && i.Network == "mlp" }

// contenders are the lab and the peers that a list names: "" none, "all", or some
// of their flags with commas between them.
func (s setting) contenders(list string) (all []drive.Contender, err error) {
	all = []drive.Contender{s.lab(work.Lab, func(work.Item) bool { return true })}
	if s.backend == "cpu" && runtime.GOMAXPROCS(0) > 1 {
		scales := func(i work.Item) bool { return i.Kind == work.Epoch && i.Network == "cnn" }
		all = append(all, s.lab(work.LabSingle, scales, "GOMAXPROCS=1"))
	}
	if list == "" {
		return all, nil
	}
	if s.root == "" {
		root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/nnlab-go/lab").Output()
		if err != nil {
			return nil, fmt.Errorf("the peers are looked for in this repository: go list: %w", err)
		}
		s.root = strings.TrimSpace(string(root))
	}
	names := strings.Split(list, ",")
	for _, p := range s.peers() {
		at := slices.Index(names, p.flag)
		if at >= 0 {
			names = slices.Delete(names, at, at+1)
		}
		if at < 0 && list != "all" {
			continue
		}
		switch {
		case p.flag == "cublas":
			all = append(all, s.lab(p.name, p.does, "NNLAB_GEMM="+s.cublas()))
		case p.program == "":
			all = append(all, s.lab(p.name, p.does, p.env...))
		default:
			all = append(all, s.contender(p))
		}
	}
	if list != "all" && len(names) > 0 {
		return nil, fmt.Errorf("there is no peer %q; those on %s are %s", names[0], s.backend, peerNames(s.peers()))
	}
	return all, nil
}

// cublas is what NNLAB_GEMM has to be for the cuBLAS that the peers' Python has, or else for one
// that is found where libraries are.
func (s setting) cublas() string {
	interpreter := s.python
	if interpreter == "" {
		interpreter = filepath.Join(s.root, ".cache", "peers", python)
	}
	folders, err := exec.Command(interpreter, "-c", `import nvidia; print(*nvidia.__path__, sep="\n")`).Output()
	if err != nil {
		return "cublas"
	}
	for folder := range strings.Lines(string(folders)) {
		found, _ := filepath.Glob(filepath.Join(strings.TrimSpace(folder), "*", "lib", "libcublas.so.*"))
		if len(found) > 0 {
			return found[0]
		}
	}
	return "cublas"
}

// lab is the lab as a contender: this program once more.
func (s setting) lab(name string, does func(work.Item) bool, env ...string) drive.Contender {
	return drive.Contender{Name: name, Does: does, Command: func(ctx context.Context) (*exec.Cmd, error) {
		program, err := os.Executable()
		c := exec.CommandContext(ctx, program, "-serve", "-backend", s.backend)
		c.Env = append(os.Environ(), env...)
		return c, err
	}}
}

// contender is a peer with its files.
func (s setting) contender(p peer) drive.Contender {
	return drive.Contender{Name: p.name, Does: p.does, Command: func(ctx context.Context) (*exec.Cmd, error) {
		program := filepath.Join(s.root, ".cache", "peers", p.program)
		if p.program == python && s.python != "" {
			program = s.python
		}
		if _, err := exec.LookPath(program); err != nil {
			return nil, fmt.Errorf("not installed, `make bench-peers` does it: %w", err)
		}
		var arguments []string
		if p.script != "" {
			arguments = append([]string{filepath.Join(s.root, "nnlab", "bench", "peers", p.script)}, p.arguments...)
		}
		c := exec.CommandContext(ctx, program, arguments...)
		c.Dir = s.root
		c.Env = append(s.environment(), p.env...)
		return c, nil
	}}
}

// environment is that of all peers: as many threads as the lab has, the lab's device, and
// nothing that keeps OpenBLAS from choosing the kernels of this processor.
func (s setting) environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "OPENBLAS_CORETYPE=") || strings.HasPrefix(v, "OPENBLAS_L2_SIZE=")
	})
	threads := fmt.Sprint(runtime.GOMAXPROCS(0))
	env = append(env,
		"THREADS="+threads, "OMP_NUM_THREADS="+threads, "MKL_NUM_THREADS="+threads, "OPENBLAS_NUM_THREADS="+threads,
		"DEVICE="+s.backend, "TF_CPP_MIN_LOG_LEVEL=1", "PYTHONDONTWRITEBYTECODE=1",
	)
	if s.backend == "cpu" {
		env = append(env, "CUDA_VISIBLE_DEVICES=", "JAX_PLATFORMS=cpu")
	}
	return env
}
