//go:build cuda

package cuda

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/cublas"
	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/driver"
)

//go:generate go run ./internal/ptx

//go:embed kernels/*.ptx
var embedded embed.FS

// images are the kernels as PTX; tests put others in their place.
var images fs.FS = embedded

// device is a card with its kernels loaded. It implements [backend.Backend].
type device struct {
	mu      sync.Mutex // one call at a time is on its way to the driver
	context cu.CUContext
	stream  cu.Stream // of kernels
	uploads cu.Stream // of bytes on their way up; none where there is no room for them
	kernels map[string]cu.Function
	pool    pool
	err     error  // the first failure since the last Sync
	staged  []byte // on its way to or from the device; the host's, and C's
	slots   [slots]slot
	slot    int // the next
	waiting pending
	tables  tables
	replays replays
	events  []event  // that no watch has, and that tell times
	trouble *scalars // what kernels found wrong: a flag, a row, a label
	name    string   // the card's

	architecture int             // of the card: 80 for sm_80
	blas         *cublas.Library // which multiplies, where it was asked for
	way          ways            // of convolutions
	compiler     compiler        // of what users write
}

// opened is the one device of the process: several would not share memory.
var opened = sync.OnceValues(open)

// New returns the backend of the first GPU. All calls return the same.
func New() (backend.Backend, error) {
	d, err := opened()
	if err != nil {
		return nil, err
	}
	return d, nil
}

func open() (*device, error) {
	n, err := cu.NumDevices()
	if err != nil || n == 0 {
		return nil, fmt.Errorf("cuda: no GPU was found (%v); is NVIDIA's driver installed?", err)
	}
	card, err := cu.GetDevice(0)
	if err != nil {
		return nil, fmt.Errorf("cuda: opening the first GPU: %w", err)
	}
	d := &device{kernels: map[string]cu.Function{}}
	d.pool.init(d)
	if d.name, err = card.Name(); err != nil {
		return nil, fmt.Errorf("cuda: asking for the GPU's name: %w", err)
	}
	if d.architecture, err = architectureOf(card); err != nil {
		return nil, fmt.Errorf("cuda: asking %s for its compute capability: %w", d.name, err)
	}
	if d.context, err = card.RetainPrimaryCtx(); err != nil {
		return nil, fmt.Errorf("cuda: making a context on %s: %w", d.name, driver.Said(err))
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cu.SetCurrentContext(d.context); err != nil {
		return nil, fmt.Errorf("cuda: entering the context of %s: %w", d.name, err)
	}
	if err := d.load(); err != nil {
		return nil, err
	}
	// What has no stream of its own, as a copy that the host waits for, comes behind this one.
	if d.stream, err = cu.MakeStream(cu.DefaultStream); err != nil {
		return nil, fmt.Errorf("cuda: making a stream on %s: %w", d.name, err)
	}
	if err := d.useBLAS(); err != nil {
		return nil, err
	}
	if err := d.chooseWay(); err != nil {
		return nil, err
	}
	if err := d.makeSlots(); err != nil {
		return nil, fmt.Errorf("cuda: asking for memory that %s reaches: %w", d.name, err)
	}
	d.replays.off = os.Getenv(graphsName) == "off" || cu.Version() < graphsSince
	if d.tables.at, err = cu.MemAlloc(tableBytes); err != nil {
		return nil, fmt.Errorf("cuda: asking %s for memory: %w", d.name, err)
	}
	d.tables.known = map[string]int{}
	d.trouble = d.Scalars(3).(*scalars)
	return d, nil
}

// architectureOf is 80 for a card of sm_80.
func architectureOf(card cu.Device) (int, error) {
	major, err := card.Attribute(cu.ComputeCapabilityMajor)
	if err != nil {
		return 0, err
	}
	minor, err := card.Attribute(cu.ComputeCapabilityMinor)
	return 10*major + minor, err
}

// load compiles all kernels for the card that it has the instructions for.
func (d *device) load() error {
	paths, err := fs.Glob(images, "kernels/*.ptx")
	if err != nil {
		return err
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_sm80.ptx") && d.architecture < coresFrom {
			continue
		}
		text, err := fs.ReadFile(images, path)
		if err != nil {
			return err
		}
		module, err := cu.LoadData(string(text) + "\x00")
		if err != nil {
			return fmt.Errorf("cuda: the driver of %s does not take %s: %w", d.name, path, driver.Said(err))
		}
		for _, name := range entries(text) {
			if d.kernels[name], err = module.Function(name); err != nil {
				return fmt.Errorf("cuda: %s has no kernel %s: %w", path, name, err)
			}
		}
	}
	return nil
}

var entryLine = regexp.MustCompile(`(?m)^\.visible \.entry (\w+)\(`)

// entries returns the names of the kernels in a file of PTX.
func entries(ptx []byte) (names []string) {
	for _, m := range entryLine.FindAllSubmatch(ptx, -1) {
		names = append(names, string(m[1]))
	}
	return names
}

// Name is the word a user chooses the backend by.
func (d *device) Name() string { return "cuda" }

// Device is the card's name, and who multiplies if not this package.
func (d *device) Device() string {
	if d.blas != nil {
		return d.name + ", cuBLAS"
	}
	return d.name
}

// do runs f on a thread that has the device's context, unless the device has failed,
// and keeps the failure.
func (d *device) do(what string, f func() error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.boundary()
	d.entered(what, f)
}

// entered is do of a device that is locked, behind what waits.
func (d *device) entered(what string, f func() error) {
	if d.err != nil {
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cu.SetCurrentContext(d.context)
	if err == nil {
		err = f()
	}
	d.keep(what, err)
}

// keep keeps the first failure, with what failed.
func (d *device) keep(what string, err error) {
	if err != nil && d.err == nil {
		d.err = fmt.Errorf("cuda: %s on %s: %w", what, d.name, driver.Said(err))
	}
}

// Sync waits until all kernels have ended and returns the first failure since the last.
func (d *device) Sync() error {
	found := make([]float64, 3)
	d.ReadScalars(found, d.trouble)
	if found[0] != 0 {
		d.FillScalars(3, 0, d.trouble)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.err
	d.err = nil
	if err == nil && found[0] != 0 {
		err = backend.Error{Kernel: "OneHot", Detail: fmt.Sprintf("expected labels that are columns, got %v in row %v", found[2], found[1])}
	}
	return err
}
