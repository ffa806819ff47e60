package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	wheelFolder = ".cache/wheel"
	// firstCells is what a student's first notebook has: data, a model, its chart, a matrix.
	firstCells = "kernel/wheel/testdata/primeiro.ipynb"
	// handedIn is an exercise that is solved, and its sheet.
	handedIn, sheet = "kernel/wheel/testdata/soma.ipynb", "kernel/wheel/testdata/soma.toml"
	// onGPU trains on a GPU, and compiles a kernel for it.
	onGPU = "kernel/wheel/testdata/gpu.ipynb"
)

// wheelTests installs the wheel of this machine where there is no Go, cuts the network, and
// runs a notebook as Jupyter does, and Exemplo 1, shortened.
func wheelTests(ctx context.Context, _ bool) part {
	heading("The wheel, where there is Python alone, and no network")
	p := part{name: "Wheel"}
	folder, err := filepath.Abs(wheelFolder)
	if err != nil {
		return missing(p.name, 1, err.Error())
	}
	if err := os.RemoveAll(folder); err != nil {
		return missing(p.name, 1, err.Error())
	}
	venv, home := filepath.Join(folder, "venv"), filepath.Join(folder, "home")
	bin := filepath.Join(venv, "bin")
	env := []string{"HOME=" + home, "PATH=" + bin + ":/usr/bin:/bin", "LANG=C.UTF-8"}
	for _, step := range []struct {
		name string
		run  func() (string, error)
	}{
		{"it is made", func() (string, error) {
			return output(ctx, "go", "run", "./kernel/wheel", "-here", "-o", folder)
		}},
		{"pip installs it beside JupyterLab", func() (string, error) {
			if err := makeVenv(ctx, venv); err != nil {
				return "", err
			}
			if err := install(ctx, venv, labPackages); err != nil {
				return "", err
			}
			wheels, err := filepath.Glob(filepath.Join(folder, "*.whl"))
			if err != nil || len(wheels) != 1 {
				return "", fmt.Errorf("expected one wheel, got %q", wheels)
			}
			return output(ctx, filepath.Join(bin, "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheels[0])
		}},
		{"nnlab-kernel notebooks lays them out", func() (string, error) {
			return offline(ctx, home, env, filepath.Join(bin, "nnlab-kernel"), "notebooks", "curso")
		}},
		{"Jupyter runs the first cells", func() (string, error) {
			notebook, err := filepath.Abs(firstCells)
			if err != nil {
				return "", err
			}
			return offline(ctx, home, env, filepath.Join(bin, "jupyter"), "execute", "--timeout=900", "--output="+filepath.Join(home, "primeiro.ipynb"), notebook)
		}},
		{"Exemplo 1 runs, shortened", func() (string, error) {
			return offline(ctx, home, env, filepath.Join(bin, "nnlab-kernel"), "exec", "-p", "epochs=1", "-p", "samples=3000", "curso/exemplo1-mlp.ipynb")
		}},
		{"so does the notebook with gonum's matrices", func() (string, error) {
			return offline(ctx, home, env, filepath.Join(bin, "nnlab-kernel"), "exec", "-p", "epochs=1", "-p", "samples=1200", "curso/05-softmax-e-lote.ipynb")
		}},
		{"check marks what is handed in", func() (string, error) {
			top, err := os.Getwd()
			if err != nil {
				return "", err
			}
			return offline(ctx, home, env, filepath.Join(bin, "nnlab-kernel"), "check", filepath.Join(top, sheet), filepath.Join(top, handedIn))
		}},
		{"a cell has a GPU, an emulated one, once cuda.h is there", func() (string, error) { return wheelGPU(ctx, home, env) }},
		{"the doctor finds nothing missing", func() (string, error) {
			return offline(ctx, home, env, filepath.Join(bin, "nnlab-kernel"), "doctor")
		}},
	} {
		if err := os.MkdirAll(home, 0o700); err != nil {
			return missing(p.name, 1, err.Error())
		}
		if text, err := step.run(); err != nil {
			p.failed++
			fmt.Printf("FAIL  %s: %v\n%s\n", step.name, err, lastLines(text, 40))
			return p // the others stand on it
		}
		p.passed++
		fmt.Println("ok   ", step.name)
	}
	return p
}

// wheelGPU runs a cell on the emulated GPU: without cuda.h it is told what is missing, with it
// the program that has the GPU is compiled of the wheel alone, and so is the suite, which the
// doctor runs.
func wheelGPU(ctx context.Context, home string, env []string) (string, error) {
	kit, err := cudaKit(ctx)
	if err != nil {
		return "", err
	}
	if text, err := kit.buildEmulator(ctx); err != nil {
		return text, err
	}
	notebook := filepath.Join(home, filepath.Base(onGPU))
	if err := copyFile(onGPU, notebook); err != nil {
		return "", err
	}
	kernel := filepath.Join(filepath.Dir(home), "venv", "bin", "nnlab-kernel")
	env = append(slices.Clone(env), "LD_LIBRARY_PATH="+kit.emulator)
	text, err := offline(ctx, home, env, kernel, "exec", notebook) // a CUDA toolkit may be there
	if err != nil && !strings.Contains(text, "pip install nvidia-cuda-runtime-cu12") {
		return text, fmt.Errorf("without cuda.h a cell is not told what is missing: %w", err)
	}
	env = append(env, "CUDA_HOME="+filepath.Dir(kit.include), "NNLAB_NVRTC="+kit.nvrtc)
	if text, err = offline(ctx, home, env, kernel, "exec", notebook); err != nil {
		return text, err
	}
	return offline(ctx, home, env, kernel, "doctor", "--gpu")
}

// offline runs a program with an environment of its own, and where the system allows it in
// a network that has the machine itself alone; elsewhere its ways to the internet lead to
// a port where nobody listens.
func offline(ctx context.Context, dir string, env []string, program string, args ...string) (string, error) {
	cmd := command(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, env
	if cut, err := cutOff(ctx, cmd); err == nil {
		return outputOf(cut)
	} else {
		fmt.Println("the network is not cut:", err)
	}
	const nowhere = "http://127.0.0.1:9"
	cmd.Env = append(env, "HTTP_PROXY="+nowhere, "HTTPS_PROXY="+nowhere, "http_proxy="+nowhere, "https_proxy="+nowhere)
	return outputOf(cmd)
}
