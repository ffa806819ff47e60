package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

func TestContenders(t *testing.T) {
	names := func(list string) string {
		all, err := setting{backend: "cpu"}.contenders(list)
		if err != nil {
			return err.Error()
		}
		var names []string
		for _, c := range all {
			if c.Name != work.LabSingle {
				names = append(names, c.Name)
			}
		}
		return strings.Join(names, ", ")
	}
	for list, want := range map[string]string{
		"":            "nnlab",
		"numpy,torch": "nnlab, PyTorch, NumPy",
		"torch,mkl":   `there is no peer "mkl"; those on cpu are keras-tensorflow, keras-jax, keras-torch, torch, torch-compile, onnxruntime, gomlx, numpy, tensorflow, jax`,
	} {
		if got := names(list); got != want {
			t.Errorf("-peers %q: got %q, want %q", list, got, want)
		}
	}
	if got := strings.Count(names("all"), ","); got != len(peers) {
		t.Errorf("all peers are %d", got)
	}
}

// TestEveryNetworkHasItsPeers: each network is trained by Keras on its three engines, by PyTorch and by
// torch.compile, and answers with them and with onnxruntime.
func TestEveryNetworkHasItsPeers(t *testing.T) {
	all, err := setting{backend: "cpu"}.contenders("all")
	if err != nil {
		t.Fatal(err)
	}
	train := []string{"Keras on TensorFlow", "Keras on JAX", "Keras on PyTorch", "PyTorch", "torch.compile"}
	for _, item := range work.List(regexp.MustCompile("^(step|inference)-"), false) {
		want := train
		if item.Kind == work.Inference {
			want = append(slices.Clip(train), "onnxruntime")
		}
		var got []string
		for _, c := range all {
			if c.Does(item) && c.Name != work.Lab {
				got = append(got, c.Name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", item.Name, got, want)
		}
	}
}

// Older settings for OpenBLAS would slow NumPy.
func TestEnvironment(t *testing.T) {
	t.Setenv("OPENBLAS_CORETYPE", "Haswell")
	if env := strings.Join(setting{backend: "cpu"}.environment(), "\n"); strings.Contains(env, "OPENBLAS_CORETYPE") || !strings.Contains(env, "OMP_NUM_THREADS=") {
		t.Error("the peers' environment is wrong")
	}
}

// TestCuBLAS looks for the library in what a Python says are its folders, and takes what the
// loader finds where there is none.
func TestCuBLAS(t *testing.T) {
	dir := t.TempDir()
	library := filepath.Join(dir, "nvidia", "cublas", "lib", "libcublas.so.12")
	for _, folder := range []string{filepath.Dir(library), filepath.Join(dir, "empty")} {
		if err := os.MkdirAll(folder, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(library, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"echo " + dir + "/empty; echo " + dir + "/nvidia": library,
		"echo " + dir + "/empty":                          "cublas",
		"exit 1":                                          "cublas",
	} {
		python := filepath.Join(t.TempDir(), "python")
		if err := os.WriteFile(python, []byte("#!/bin/sh\n"+said+"\n"), 0o777); err != nil {
			t.Fatal(err)
		}
		s := setting{backend: "cuda", root: dir, python: python}
		if got := s.cublas(); got != want {
			t.Errorf("%s: NNLAB_GEMM=%s, want %s", said, got, want)
		}
		all, err := s.contenders("cublas")
		if err != nil {
			t.Fatal(err)
		}
		c, err := all[1].Command(t.Context())
		if err != nil || !slices.Contains(c.Env, "NNLAB_GEMM="+want) || !slices.Contains(c.Args, "-serve") {
			t.Errorf("%s: %v %v, %v", said, c.Args, c.Env, err)
		}
	}
}

// On a GPU the peers compute there, too.
func TestOnCard(t *testing.T) {
	s := setting{backend: "cuda", root: "r", python: "p"}
	all, err := s.contenders("all")
	if err != nil || len(all) != 1+len(cardPeers) {
		t.Errorf("%d contenders, %v", len(all), err)
	}
	env := "\n" + strings.Join(s.environment(), "\n")
	if strings.Contains(env, "\nCUDA_VISIBLE_DEVICES=\n") || !strings.Contains(env, "\nDEVICE=cuda\n") {
		t.Error("the peers' environment hides the GPU")
	}
	if cublas, err := s.contenders("cublas"); err != nil || len(cublas) != 2 || cublas[1].Name != "cuBLAS" ||
		!cublas[1].Does(work.Item{Kind: work.Gemm}) || cublas[1].Does(work.Item{Kind: work.Conv}) {
		t.Errorf("cuBLAS as a peer: %v, %v", cublas, err)
	}
	if winograd, err := s.contenders("winograd"); err != nil || len(winograd) != 2 || winograd[1].Name != work.LabWinograd ||
		!winograd[1].Does(work.Item{Kind: work.Conv, Size: 3, Stride: 1, Pass: "input"}) || winograd[1].Does(work.Item{Kind: work.Conv, Size: 3, Stride: 2, Pass: "input"}) {
		t.Errorf("Winograd's way: %v, %v", winograd, err)
	} else if c, err := winograd[1].Command(t.Context()); err != nil || !slices.Contains(c.Env, "NNLAB_CONV=winograd") {
		t.Errorf("Winograd's way: %v, %v", c.Env, err)
	}
	if _, err := s.contenders("numpy"); err == nil {
		t.Error("NumPy computes on a GPU")
	}
}
