package nn

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
)

// backendName is the environment variable that chooses where models live that say nothing:
// cpu, cuda, or auto, the GPU where there is one.
const backendName = "NNLAB_BACKEND"

type on struct{ b backend.Backend }

// On chooses the backend that the model lives on: cpu.New() for the CPU with all its
// cores, cuda.New() for a GPU. Without it that is what the environment variable
// NNLAB_BACKEND says (cpu, cuda, auto), and the CPU where it says nothing.
func On(b backend.Backend) CompileOption {
	if b == nil {
		return nil // which Compile refuses
	}
	return on{b}
}

func (o on) applyCompile(m *Model) { m.backend, m.unsaid = o.b, false }

// defaultBackend is shared by all models of a program, so that they share its threads.
var defaultBackend = sync.OnceValues(func() (backend.Backend, error) { return chosenBackend(os.Getenv(backendName), cuda.New) })

// chosenBackend is the one of a name in NNLAB_BACKEND.
func chosenBackend(name string, gpu func() (backend.Backend, error)) (backend.Backend, error) {
	switch name {
	case "", "cpu":
		return cpu.New(), nil
	case "cuda":
		b, err := gpu()
		if err != nil {
			return nil, &Error{Where: "Compile", Expected: "a GPU, for which " + backendName + "=cuda asks", Err: err, Mend: "set NNLAB_BACKEND=auto, which takes the CPU where there is none"}
		}
		return b, nil
	case "auto":
		b, err := gpu()
		if err != nil {
			warn(&Error{Where: "Compile", Expected: "a GPU, which " + backendName + "=auto would take", Err: err, Mend: "models live on the CPU now; set NNLAB_BACKEND=cpu to be told no more"})
			return cpu.New(), nil
		}
		return b, nil
	}
	return nil, &Error{Where: "Compile", Expected: "cpu, cuda or auto in " + backendName, Got: fmt.Sprintf("%q", name), Mend: "set NNLAB_BACKEND=auto"}
}

// home is where the model lives: "cpu", "cuda, NVIDIA T4".
func (m *Model) home() string {
	if d, ok := m.backend.(backend.Device); ok && d.Device() != "" {
		return m.backend.Name() + ", " + d.Device()
	}
	return m.backend.Name()
}

// elsewhere is the name under which a model that is kept finds its backend again: "" for
// the one that models live on that say nothing.
func (m *Model) elsewhere() (string, error) {
	if m.backend == nil || m.unsaid {
		return "", nil
	}
	if _, device := m.backend.(backend.Device); device {
		return m.backend.Name(), nil
	}
	return "", errors.New("a model on another backend (nn.On) is kept by nn.Keep")
}

// backendOf is the backend of a name that elsewhere has returned; nil for none.
func backendOf(name string) (backend.Backend, error) {
	if name == "" {
		return nil, nil
	}
	return chosenBackend(name, cuda.New)
}
