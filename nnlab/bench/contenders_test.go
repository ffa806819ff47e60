package main

import (
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

func TestContenders(t *testing.T) {
	names := func(list string) string {
		all, err := contenders(list)
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
		"torch,mkl":   `there is no peer "mkl"`,
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
	if env := strings.Join(environment(), "\n"); strings.Contains(env, "OPENBLAS_CORETYPE") || !strings.Contains(env, "OMP_NUM_THREADS=") {
		t.Error("the peers' environment is wrong")
	}
}
