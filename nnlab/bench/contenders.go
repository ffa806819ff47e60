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

	"github.com/nnlab-go/lab/nnlab/bench/internal/drive"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// peer is a program that the lab is compared with.
type peer struct {
	flag, name string
	does       func(work.Item) bool
	program    string   // in the folder of what `make bench-peers` installs
	script     string   // in the folder peers; "" for a program of its own
	arguments  []string // of the script
	env        []string
}

// peers are all there are, in the order of their turns.
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

// peerNames lists the peers as the flag wants them.
func peerNames() string {
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

// trainsMLP is what GoMLX's Go backend can do: its max pool has no gradient.
func trainsMLP(i work.Item) bool { return trains(i) && i.Kind == work.Epoch && i.Network == "mlp" }

// contenders are the lab and the peers that a list names: "" none, "all", or some
// of their flags with commas between them.
func contenders(list string) (all []drive.Contender, err error) {
	all = []drive.Contender{lab(work.Lab, func(work.Item) bool { return true })}
	if runtime.GOMAXPROCS(0) > 1 {
		scales := func(i work.Item) bool { return i.Kind == work.Epoch && i.Network == "cnn" }
		all = append(all, lab(work.LabSingle, scales, "GOMAXPROCS=1"))
	}
	if list == "" {
		return all, nil
	}
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/nnlab-go/lab").Output()
	if err != nil {
		return nil, fmt.Errorf("the peers are looked for in this repository: go list: %w", err)
	}
	names := strings.Split(list, ",")
	for _, p := range peers {
		at := slices.Index(names, p.flag)
		if at >= 0 {
			names = slices.Delete(names, at, at+1)
		}
		if at >= 0 || list == "all" {
			all = append(all, p.contender(strings.TrimSpace(string(root))))
		}
	}
	if list != "all" && len(names) > 0 {
		return nil, fmt.Errorf("there is no peer %q", names[0])
	}
	return all, nil
}

// lab is the lab as a contender: this program once more.
func lab(name string, does func(work.Item) bool, env ...string) drive.Contender {
	return drive.Contender{Name: name, Does: does, Command: func(ctx context.Context) (*exec.Cmd, error) {
		program, err := os.Executable()
		c := exec.CommandContext(ctx, program, "-serve")
		c.Env = append(os.Environ(), env...)
		return c, err
	}}
}

// contender is the peer with the files that it has under the repository's root.
func (p *peer) contender(root string) drive.Contender {
	return drive.Contender{Name: p.name, Does: p.does, Command: func(ctx context.Context) (*exec.Cmd, error) {
		program := filepath.Join(root, ".cache", "peers", p.program)
		if _, err := os.Stat(program); err != nil {
			return nil, errors.New("not installed; `make bench-peers` does it")
		}
		var arguments []string
		if p.script != "" {
			arguments = append([]string{filepath.Join(root, "nnlab", "bench", "peers", p.script)}, p.arguments...)
		}
		c := exec.CommandContext(ctx, program, arguments...)
		c.Dir, c.Env = root, append(environment(), p.env...)
		return c, nil
	}}
}

// environment is that of all peers: as many threads as the lab has, no GPU, and
// nothing that keeps OpenBLAS from choosing the kernels of this processor.
func environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "OPENBLAS_CORETYPE=") || strings.HasPrefix(v, "OPENBLAS_L2_SIZE=")
	})
	threads := fmt.Sprint(runtime.GOMAXPROCS(0))
	return append(env,
		"THREADS="+threads, "OMP_NUM_THREADS="+threads, "MKL_NUM_THREADS="+threads, "OPENBLAS_NUM_THREADS="+threads,
		"CUDA_VISIBLE_DEVICES=", "JAX_PLATFORMS=cpu", "TF_CPP_MIN_LOG_LEVEL=1", "PYTHONDONTWRITEBYTECODE=1",
	)
}
