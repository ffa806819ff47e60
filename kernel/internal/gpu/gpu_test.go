package gpu

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/internal/card"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// A report says what the card reaches of what it can; of an emulated one it says no speed.
func Example_write() {
	write(os.Stdout, card.Report{Card: "NVIDIA T4", GFLOPS: 8000, GBps: 250, Measured: []card.Measured{{Kernel: "Gemm 4096³", GFLOPS: 6000}, {Kernel: "Axpy 4096²", GBps: 225}}})
	write(os.Stdout, card.Report{Card: "emulator", Emulated: true, Measured: []card.Measured{{Kernel: "Gemm 4096³", GFLOPS: 6000}}})
	// Output:
	// GPU: NVIDIA T4; no máximo 8000 GFLOP/s (float32, sem tensor cores) e 250 GB/s, medidos agora
	//   Gemm 4096³: 6000 GFLOP/s, 75 % do máximo
	//   Axpy 4096²: 225 GB/s, 90 % do máximo
	// GPU: emulator (emulador: a velocidade dele não diz nada, e não é medida)
}

// What a driver says is put in words that say what to do, and stands behind them.
func TestReason(t *testing.T) {
	for said, want := range map[string]string{
		"gpu: error while loading shared libraries: libcuda.so.1: cannot open shared object file\n":                                    "o driver da NVIDIA não foi encontrado",
		"Error in initialization, please refer to \"http://docs\" for details on: NoDevice\n":                                          "não tem uma GPU da NVIDIA",
		"cuda: the driver of Tesla K80 does not take kernels/conv.ptx: the provided PTX was compiled with an unsupported toolchain.\n": "antigo demais",
		"cuda: making a context on Tesla T4: OutOfMemory":                                                                              "não há memória livre na GPU",
		"cuda: making a context on Tesla T4: CUDA-capable device(s) is/are busy or unavailable":                                        "outro processo tem a GPU só para si",
		"Error in initialization, please refer to \"http://docs\" for details on: SystemDriverMismatch\x1b[31m\n":                      "reinicie-a",
		"killed": "o processo da GPU não começou: killed",
	} {
		got := reason(said).Error()
		if !strings.Contains(got, want) || !strings.Contains(got, strings.Fields(said)[0]) || strings.ContainsAny(got, "\n\x1b") {
			t.Errorf("%q is %q, want %q", said, got, want)
		}
	}
}

// program writes a script.
func program(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// A program that cannot report says why.
func TestAsk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gpu")
	program(t, path, "#!/bin/sh\n[ \"$1\" = "+card.Flag+" ] && echo '{\"Card\":\"T4\",\"GFLOPS\":5}'\n")
	if r, err := ask(context.Background(), path); err != nil || r.Card != "T4" || r.GFLOPS != 5 {
		t.Errorf("got %+v, %v", r, err)
	}
	program(t, path, "#!/bin/sh\necho NoDevice\nexit 1\n")
	if _, err := ask(context.Background(), path); err == nil || !strings.Contains(err.Error(), "não tem uma GPU") {
		t.Errorf("got %v", err)
	}
	program(t, path, "#!/bin/sh\necho hello\n")
	if _, err := ask(context.Background(), path); err == nil || !strings.Contains(err.Error(), "hello") {
		t.Errorf("got %v", err)
	}
}

// Without a card, doctor --gpu says which of the things that it takes is missing, prints nothing
// of a card that is not there, and does not try what cannot be.
func TestExamineWithoutCard(t *testing.T) {
	for name, value := range map[string]string{"PATH": t.TempDir(), "NNLAB_TOOLS": "", "LD_LIBRARY_PATH": "", ProgramName: ""} {
		t.Setenv(name, value)
	}
	says := func(want string) {
		t.Helper()
		var out strings.Builder
		if err := Examine(t.Context(), &out, t.TempDir()); err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("got %v, and printed is %q, want %s", err, out.String(), want)
		}
	}
	says("o driver da NVIDIA não foi encontrado (libcuda.so.1); instale-o")
	path := filepath.Join(t.TempDir(), "gpu")
	t.Setenv(ProgramName, path)
	for said, want := range map[string]string{
		"Error in initialization: NoDevice": "esta máquina não tem uma GPU da NVIDIA, ou o contêiner não a vê (docker run --gpus all)",
		"cuda: the driver of Tesla K80 does not take kernels/conv.ptx: the provided PTX was compiled with an unsupported toolchain.": "atualize-o para a versão 450 ou mais nova",
		"cuda: making a context on Tesla T4: CUDA-capable device(s) is/are busy or unavailable":                                      "outro processo tem a GPU só para si (modo exclusivo)",
	} {
		program(t, path, "#!/bin/sh\necho '"+said+"'\nexit 1\n")
		says(want)
	}
}

// What is missing to compile for a GPU is named, one thing after the other.
func TestFind(t *testing.T) {
	driver, bin, toolkit, root := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	for name, value := range map[string]string{"LD_LIBRARY_PATH": driver, "PATH": bin, "CUDA_HOME": toolkit, "CUDA_PATH": "", gonb.ModulesName: ""} {
		t.Setenv(name, value)
	}
	find := func(want string) {
		t.Helper()
		if _, err := Find(root); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	// Without ldconfig in PATH no driver but that of LD_LIBRARY_PATH is seen.
	find("libcuda.so.1")
	if HasDriver() {
		t.Error("there is a driver")
	}
	program(t, filepath.Join(driver, "libcuda.so.1"), "")
	find("compilador de C")
	program(t, filepath.Join(bin, "gcc"), "#!/bin/sh\n")
	if !slices.ContainsFunc(toolkits, func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, "cuda.h"))
		return err == nil
	}) {
		find("-r nnlab/backend/cuda/requirements.txt")
		t.Setenv(gonb.ModulesName, "/modules") // as installed by pip, where there is no such file
		find("falta o arquivo cuda.h do CUDA 11, 12 ou 13; no Python em que nnlab está instalado: pip install nvidia-cuda-runtime-cu12")
		t.Setenv(gonb.ModulesName, "")
		program(t, filepath.Join(toolkit, "include", "cuda.h"), "#define CUDA_VERSION 14000\n")
		find("tem outra versão")
	}
	compat := filepath.Join(root, "nnlab", "backend", "cuda", "compat")
	for _, version := range []string{"12090", "13050"} {
		program(t, filepath.Join(toolkit, "include", "cuda.h"), "/* */\n#define CUDA_VERSION "+version+"\n")
		if k, err := Find(root); err != nil || k != (Kit{Compat: compat, Include: filepath.Join(toolkit, "include"), Driver: driver}) {
			t.Errorf("%s: got %+v, %v", version, k, err)
		}
	}
	wheel := filepath.Join(root, ".cache", "cuda", "python", "lib", "python3.11", "site-packages", "nvidia", "cuda_runtime", "include")
	program(t, filepath.Join(wheel, "cuda.h"), "#define CUDA_VERSION 12090\n")
	if k, err := Find(root); err != nil || k.Include != wheel {
		t.Errorf("got %+v, %v", k, err)
	}
	// The package for pip finds NVIDIA's beside itself.
	packages := t.TempDir()
	beside := filepath.Join(packages, "nvidia", "cuda_runtime", "include")
	program(t, filepath.Join(beside, "cuda.h"), "#define CUDA_VERSION 12090\n")
	t.Setenv(gonb.ModulesName, "/modules")
	if k, err := Find(filepath.Join(packages, "nnlab_kernel", "lab")); err != nil || k.Include != beside {
		t.Errorf("got %+v, %v", k, err)
	}
}

// The program is told where a wheel has NVRTC, unless the user has said where it is.
func TestCommand(t *testing.T) {
	root := t.TempDir()
	t.Setenv(ProgramName, "/the/program")
	t.Setenv(nvrtcName, "")
	t.Setenv(gonb.ModulesName, "")
	told := func(want string) {
		t.Helper()
		cmd, err := Command(t.Context(), root, func(string) {})
		if err != nil || cmd.Path != "/the/program" {
			t.Fatalf("got %v, %v", cmd, err)
		}
		if got := slices.Contains(cmd.Environ(), nvrtcName+"="+want); !got {
			t.Errorf("%s is not %q in %q", nvrtcName, want, cmd.Environ())
		}
	}
	told("")
	library := filepath.Join(root, ".cache", "cuda", "python", "lib", "python3.11", "site-packages", "nvidia", "cuda_nvrtc", "lib", "libnvrtc.so.12")
	program(t, library, "")
	told(library)
	t.Setenv(nvrtcName, "/mine")
	told("/mine")
}

// A program that is named, or installed for all users, is not compiled.
func TestMake(t *testing.T) {
	tools := t.TempDir()
	t.Setenv("PATH", t.TempDir())
	t.Setenv("NNLAB_TOOLS", tools)
	t.Setenv("LD_LIBRARY_PATH", "")
	say := func(text string) { t.Errorf("said %q", text) }
	if _, err := Make(context.Background(), t.TempDir(), say); err == nil || !strings.Contains(err.Error(), "libcuda.so.1") {
		t.Errorf("got %v", err)
	}
	program(t, filepath.Join(tools, Name), "")
	for range 2 {
		if got, err := Make(context.Background(), t.TempDir(), say); err != nil || got != filepath.Join(tools, Name) {
			t.Errorf("got %s, %v", got, err)
		}
	}
	t.Setenv(ProgramName, "/other")
	if got, err := Make(context.Background(), t.TempDir(), say); err != nil || fmt.Sprint(got) != "/other" {
		t.Errorf("got %s, %v", got, err)
	}
}
