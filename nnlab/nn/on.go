package nn

import (
	"errors"
	"fmt"
	"os"

	"github.com/nnlab-go/lab/internal/late"
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

// TF32 is a [CompileOption]: products and convolutions are computed on the tensor cores that
// GPUs of NVIDIA's have since compute capability 8.0, several times as fast. Their factors
// are rounded to TF32, which has 10 bits behind the point instead of float32's 23: a product
// errs by at most about 2⁻¹⁰ of itself; sums, weights and all else stay in float32. Without it
// a GPU computes as the CPU does, but for the order of sums. Where there are no such cores a
// warning says so, and the model computes in float32.
//
//	model.Compile(nn.CategoricalCrossentropy, nn.Adam(1e-3), nn.On(gpu), nn.TF32)
const TF32 precision = 1

type precision int

func (precision) applyCompile(m *Model) { m.tf32 = true }

// useTensorCores gives the model the backend that [TF32] asks for.
func (m *Model) useTensorCores() {
	m.exact = m.backend
	b, err := backend.Backend(nil), fmt.Errorf("%s has none", m.backend.Name())
	if c, ok := m.backend.(backend.TensorCores); ok {
		b, err = c.TF32()
	}
	if err != nil {
		warn(&Error{Where: "Compile", Expected: "tensor cores, for which nn.TF32 asks", Err: err, Mend: "the model computes in float32; leave nn.TF32 out to be told no more"})
		return
	}
	m.backend = b
}

// defaultBackend is shared by all models of a program, so that they share its threads.
func defaultBackend() (backend.Backend, error) {
	return usual.Get(func() (backend.Backend, error) { return chosenBackend(os.Getenv(backendName), cuda.New) })
}

var usual late.Result[backend.Backend]

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
