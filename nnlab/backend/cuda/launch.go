//go:build cuda

package cuda

/*
#cgo noescape nnlab_launch
#cgo nocallback nnlab_launch

#include <cuda.h>

// nnlab_launch enters the context and puts a kernel with n arguments of at most eight bytes on
// its way, in one crossing into C.
static CUresult nnlab_launch(CUcontext context, CUstream stream, CUfunction f, unsigned x, unsigned y, unsigned z,
                             unsigned tx, unsigned ty, unsigned tz, unsigned long long *arguments, int n) {
	void *at[48]; // written.Most
	for (int i = 0; i < n; i++)
		at[i] = &arguments[i];
	CUresult r = cuCtxSetCurrent(context);
	return r ? r : cuLaunchKernel(f, x, y, z, tx, ty, tz, 0, stream, at, 0);
}
*/
import "C"

import (
	"math"
	"runtime"
	"unsafe"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/driver"
	"github.com/nnlab-go/lab/nnlab/backend/internal/written"
)

// argument is what a kernel is called with: eight bytes, and the memory that they point
// to, which must not go back to the pool before the kernel is on its way.
type argument struct {
	bits   uint64
	memory *memory
}

// arguments is how many a kernel can have.
const arguments = written.Most

// whole and float are arguments that are numbers.
func whole(n int) argument     { return argument{bits: uint64(n)} }
func float(v float64) argument { return argument{bits: math.Float64bits(v)} }

// truth is 1 for what is so.
func truth(is bool) argument {
	if is {
		return whole(1)
	}
	return whole(0)
}

// pointer is where the argument points to.
func (a argument) pointer() cu.DevicePtr { return cu.DevicePtr(a.bits) }

// behind is the argument that points n bytes behind another.
func (a argument) behind(n int) argument { return argument{a.bits + uint64(n), a.memory} }

// grid is how many blocks a kernel has.
type grid struct{ x, y, z int }

// threads is how many threads a block has, but for kernels that work on short rows, and
// share how many numbers one of them does: EACH_SHARE of kernels/device.h.
const threads, share = 256, 4

// launch puts a kernel on its way. (Function.Launch of gorgonia.org/cu writes pointers to
// memory of C's that is not cleared, where Go's garbage collector takes what lies there for
// pointers of its own.)
func (d *device) launch(name string, g grid, block int, args ...argument) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.flush()
	d.put(name, g, block, args...)
}

// put is launch of a device that is locked, behind what waits.
func (d *device) put(name string, g grid, block int, args ...argument) {
	if _, ok := d.kernels[name]; !ok {
		panic("cuda: no kernel " + name)
	}
	var bits [arguments]uint64
	for i, a := range args {
		bits[i] = a.bits
		if a.absent() {
			d.release()
			d.keep(name, errAbsent)
		}
	}
	if d.err == nil {
		d.work(operation{name, g, block, bits[:len(args)]}, args...)
	}
	runtime.KeepAlive(args)
}

// launched puts a kernel into the stream.
func (d *device) launched(o operation) error {
	return d.issued(d.kernels[o.kernel], [3]int{o.grid.x, max(1, o.grid.y), max(1, o.grid.z)}, [3]int{o.block, 1, 1}, o.bits)
}

// issued puts blocks of threads of a function into the stream.
func (d *device) issued(f cu.Function, blocks, threads [3]int, arguments []uint64) error {
	bits := unsafe.SliceData(arguments)
	return failure(C.nnlab_launch(*(*C.CUcontext)(unsafe.Pointer(&d.context)), *(*C.CUstream)(unsafe.Pointer(&d.stream)), *(*C.CUfunction)(unsafe.Pointer(&f)),
		C.uint(blocks[0]), C.uint(blocks[1]), C.uint(blocks[2]), C.uint(threads[0]), C.uint(threads[1]), C.uint(threads[2]),
		(*C.ulonglong)(unsafe.Pointer(bits)), C.int(len(arguments))))
}

// hostMemory returns memory of the host's that the device reaches itself, for as long as the
// process lives. The thread must have the context.
func hostMemory(n int) ([]byte, error) {
	var at unsafe.Pointer
	if result := C.cuMemAllocHost(&at, C.size_t(n)); result != C.CUDA_SUCCESS {
		return nil, failure(result)
	}
	return unsafe.Slice((*byte)(at), n), nil
}

// failure is what the driver says of a result of its own.
func failure(result C.CUresult) error { return driver.Failure(int(result)) }

// each launches a kernel that works on n numbers; see EACH in kernels/device.h.
func (d *device) each(name string, n int, args ...argument) {
	d.launch(name, grid{x: ceil(n, share*threads)}, threads, args...)
}

func ceil(n, by int) int { return (n + by - 1) / by }
