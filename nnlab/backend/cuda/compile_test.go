package cuda

import (
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// What is no GPU compiles nothing, and says so.
func TestCompileWithoutGPU(t *testing.T) {
	for want, b := range map[string]backend.Backend{
		"expected a GPU, got nil; take the first result of cuda.New": nil,
		"expected a GPU, got the backend cpu; ":                      cpu.New(),
	} {
		if k, err := Compile(b, "", "f"); err == nil || k != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, %v, want %q", k, err, want)
		}
	}
}
