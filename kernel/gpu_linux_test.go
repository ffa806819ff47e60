package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/gpu"
)

// paperGPU builds the program that has the GPU without one: it computes on the CPU.
func paperGPU(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "nnlab-gpu")
	if out, err := exec.Command("go", "build", "-o", path, "../nnlab/gpu").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// processOf is the process of a program, 0 where none runs.
func processOf(t *testing.T, program string) int {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range all {
		if path, err := os.Readlink(link); err == nil && path == program {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	return 0
}

// trainOnGPU is a cell that trains a model on the backend that the environment chooses.
const trainOnGPU = `train, _ := datasets.MNIST()
m := nn.Sequential(nn.Input(28, 28, 1), nn.Conv2D(2, 3, nn.ReLU), nn.Flatten(), nn.Dense(10, nn.Softmax))
m.Compile(nn.CategoricalCrossentropy, nn.Adam(0.001), nn.Accuracy)
m.Fit(train.Take(64), nn.BatchSize(32), nn.Verbose(false))`

// A model of a notebook lives on the GPU of the kernel's one process, is found there by the
// next cell, and outlives the process's end.
func TestCellsOnAGPU(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	helper := paperGPU(t)
	p.environ = []string{gpu.ProgramName + "=" + helper, "NNLAB_BACKEND=cuda"}
	f := newFrontIn(t, p)
	play(t, f, []step{{"1 + 1", "execute_result text/plain 2"}})
	if pid := processOf(t, helper); pid != 0 {
		t.Errorf("the process %d runs before a cell has asked for a GPU", pid)
	}
	play(t, f, []step{
		{trainOnGPU + "\nfmt.Print(\"trained\")", `stdout "trained" idle`},
		{"fmt.Print(strings.Contains(m.String(), \"seed 1 · cuda, the CPU in place of a GPU\"), m.History().Epochs())", `stdout "true 1"`},
		{"before := m.WeightHash()\nm.Fit(train.Take(64), nn.BatchSize(32), nn.Verbose(false))\nfmt.Print(\"trained\")", `stdout "trained" idle`},
		{"fmt.Print(m.History().Epochs(), before != m.WeightHash())", `stdout "2 true"`},
		// The backend by hand, as a variable of its own, and the same bits as on the CPU.
		{"card, err := cuda.New()", "idle"},
		{"a := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(10, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.On(card))\n" +
			"b := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(10, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.On(cpu.New()))\n" +
			"a.Fit(train.Take(64), nn.Verbose(false))\nb.Fit(train.Take(64), nn.Verbose(false))\nfmt.Print(card.Name(), \" \", a.WeightHash() == b.WeightHash())", `stdout "cuda true"`},
	})
	pid := processOf(t, helper)
	if pid == 0 {
		t.Fatal("there is no process that has the GPU")
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	play(t, f, []step{{"m.Fit(train.Take(64), nn.BatchSize(32), nn.Verbose(false))\nfmt.Print(m.History().Epochs())", `stdout "3"`}})
	if again := processOf(t, helper); again == 0 || again == pid {
		t.Errorf("the process is %d, and was %d before it was killed", again, pid)
	}
	// Killed under a cell, it ends the training with its reason, and the model stays as it was.
	play(t, f, []step{
		{fmt.Sprintf("m.WeightHash()\nsyscall.Kill(%d, syscall.SIGKILL)\n_, err = m.Fit(train.Take(64), nn.Verbose(false))\nfmt.Print(strings.Contains(fmt.Sprint(err), \"shown above\"))", processOf(t, helper)),
			`stdout "true"`},
		{"m.History().Epochs()", "execute_result text/plain 3"},
	})
}

// Without a GPU a model that is to live on one says why there is none; with auto it lives on
// the CPU, and that is said once.
func TestCellsWithoutAGPU(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none")
	if err := os.WriteFile(none, []byte("#!/bin/sh\necho 'Error in initialization: NoDevice'\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	said := "cuda: esta máquina não tem uma GPU da NVIDIA, ou o contêiner não a vê (docker run --gpus all) (Error in initialization: NoDevice)"
	for backend, want := range map[string]string{
		"cuda": "nnlab: Compile: expects a GPU, for which NNLAB_BACKEND=cuda asks, " + said + "; set NNLAB_BACKEND=auto, which takes the CPU where there is none",
		"auto": "nnlab: warning: Compile: expects a GPU, which NNLAB_BACKEND=auto would take, " + said,
	} {
		p := newPlace(t)
		p.environ = []string{gpu.ProgramName + "=" + none, "NNLAB_BACKEND=" + backend}
		f := newFrontIn(t, p)
		id, reply := f.run(trainOnGPU + "\nfmt.Print(\"epochs \", m.History().Epochs())")
		got := showed(f, id, reply)
		if strings.Count(got, want) != 1 {
			t.Errorf("%s shows\n%s\nwant\n%s", backend, got, want)
		}
		if trained := strings.Contains(got, "epochs 1"); trained != (backend == "auto") {
			t.Errorf("%s: trained: %v\n%s", backend, trained, got)
		}
	}
}
