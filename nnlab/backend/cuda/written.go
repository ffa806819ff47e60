//go:build cuda

package cuda

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/driver"
	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/nvrtc"
	"github.com/nnlab-go/lab/nnlab/backend/internal/written"
)

// nvrtcName is the environment variable that has the path of NVRTC's library, where the loader
// does not find it.
const nvrtcName = "NNLAB_NVRTC"

// compiler compiles what users write.
type compiler struct {
	mu      sync.Mutex
	nvrtc   *nvrtc.Library
	sources map[string]compiled // what was compiled: a cell that is run again finds it
}

// compiled is a source on the card.
type compiled struct {
	ptx    string
	module cu.Module
}

// own is a kernel that a user has written.
type own struct {
	device   *device
	name     string
	function cu.Function
	kinds    []written.Kind
}

// Compile compiles CUDA C++ by NVRTC; see [backend.Compiler].
func (d *device) Compile(source, kernel string) (backend.Kernel, error) {
	k, err := d.compile(source, kernel)
	if err != nil {
		return nil, fmt.Errorf("cuda: Compile: %w", err)
	}
	return k, nil
}

func (d *device) compile(source, kernel string) (*own, error) {
	c := &d.compiler
	c.mu.Lock()
	defer c.mu.Unlock()
	done, known := c.sources[source]
	if !known {
		var err error
		if done, err = d.bring(source); err != nil {
			return nil, err
		}
		if c.sources == nil {
			c.sources = map[string]compiled{}
		}
		c.sources[source] = done
	}
	kinds, err := nvrtc.Kinds(done.ptx, kernel)
	if err != nil {
		return nil, err
	}
	k := &own{device: d, name: kernel, kinds: kinds}
	return k, d.now(func() (err error) {
		k.function, err = done.module.Function(kernel)
		return err
	})
}

// bring compiles a source and brings it onto the card. The compiler is locked.
func (d *device) bring(source string) (done compiled, err error) {
	c := &d.compiler
	if strings.Contains(source, "\x00") {
		return done, errors.New("expected CUDA C++, got a text with the character 0; leave it out")
	}
	if c.nvrtc == nil {
		if c.nvrtc, err = nvrtc.Open(os.Getenv(nvrtcName)); err != nil {
			return done, fmt.Errorf("expected NVIDIA's NVRTC, which compiles kernels, and it was not found: %w; pip install nvidia-cuda-nvrtc-cu12 brings it, and %s takes the path of its libnvrtc.so.12", err, nvrtcName)
		}
	}
	done.ptx, err = c.nvrtc.Compile(source, d.architecture)
	var wrong nvrtc.SourceError
	if errors.As(err, &wrong) {
		return done, fmt.Errorf("expected CUDA C++, got a source of which NVRTC %s says\n%w\nmend the line that stands behind kernel.cu", c.nvrtc.Version, wrong)
	}
	if err != nil {
		return done, fmt.Errorf("expected an NVRTC for %s: %w; pip install nvidia-cuda-nvrtc-cu12, and set %s to its path", d.name, err, nvrtcName)
	}
	err = d.now(func() (err error) {
		done.module, err = cu.LoadData(done.ptx + "\x00")
		return err
	})
	if err != nil {
		return done, fmt.Errorf("expected a driver of %s that takes what NVRTC %s makes: %w; update NVIDIA's driver, or set %s to the NVRTC of the version of CUDA that nvidia-smi shows", d.name, c.nvrtc.Version, driver.Said(err), nvrtcName)
	}
	return done, nil
}

// now is do of what fails for the caller alone.
func (d *device) now(f func() error) error {
	err := errors.New("the device has failed before; Sync says how")
	d.do("Compile", func() error {
		err = f()
		return nil
	})
	return err
}

// Kinds are what the parameters are.
func (k *own) Kinds() []written.Kind { return k.kinds }

// Launch puts the kernel on its way; see [backend.Kernel].
func (k *own) Launch(blocks, threads backend.Dim3, args ...any) {
	b, t := written.Sizes(k.name, blocks, threads)
	given := written.Arguments(k.name, k.kinds, args)
	bits, absent := make([]uint64, len(given)), false
	for i, a := range given {
		if bits[i] = a.Bits; a.Buffer != nil {
			at := of(k.name, a.Buffer, 1)
			bits[i] = at.bits
			absent = absent || at.absent()
		}
	}
	k.device.do(k.name, func() error {
		if absent {
			return errAbsent
		}
		return k.device.issued(k.function, b, t, bits)
	})
	// The buffers are in use until the kernel is on its way.
	runtime.KeepAlive(args)
}
