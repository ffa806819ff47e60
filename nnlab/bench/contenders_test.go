package main

import (
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

// Older settings for OpenBLAS would slow NumPy.
func TestEnvironment(t *testing.T) {
	t.Setenv("OPENBLAS_CORETYPE", "Haswell")
	if env := strings.Join(setting{backend: "cpu"}.environment(), "\n"); strings.Contains(env, "OPENBLAS_CORETYPE") || !strings.Contains(env, "OMP_NUM_THREADS=") {
		t.Error("the peers' environment is wrong")
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
	if _, err := s.contenders("numpy"); err == nil {
		t.Error("NumPy computes on a GPU")
	}
}
