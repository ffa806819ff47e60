//go:build cuda

// Package driver has what gorgonia.org/cu lacks of NVIDIA's driver: graphs that are captured,
// and what the driver says of a failure of its own.
package driver

/*
#include <cuda.h>

// nnlab_instantiate makes a captured graph one that can be launched, and drops it.
static CUresult nnlab_instantiate(CUgraphExec *made, CUgraph captured) {
	CUresult r = cuGraphInstantiateWithFlags(made, captured, 0);
	cuGraphDestroy(captured);
	return r;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"gorgonia.org/cu"
)

// Graph is work that was captured, which a stream can do again and again in one go.
type Graph struct{ exec C.CUgraphExec }

// streamOf is a stream as this package's C has it.
func streamOf(s cu.Stream) C.CUstream { return *(*C.CUstream)(unsafe.Pointer(&s)) }

// Capture returns the graph of what f puts into a stream, none of which is done. What kernels
// are called with is that of now. Until f returns, nothing else may be asked of the driver.
// The goroutine must be locked to a thread that has the context.
func Capture(s cu.Stream, f func() error) (Graph, error) {
	if err := Failure(int(C.cuStreamBeginCapture(streamOf(s), C.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL))); err != nil {
		return Graph{}, err
	}
	failed := f()
	var captured C.CUgraph
	if err := Failure(int(C.cuStreamEndCapture(streamOf(s), &captured))); failed == nil {
		failed = err
	}
	if captured == nil {
		return Graph{}, failed
	}
	if failed != nil {
		C.cuGraphDestroy(captured)
		return Graph{}, failed
	}
	var g Graph
	err := Failure(int(C.nnlab_instantiate(&g.exec, captured)))
	return g, err
}

// Launch puts the work of the graph into a stream.
func (g Graph) Launch(s cu.Stream) error { return Failure(int(C.cuGraphLaunch(g.exec, streamOf(s)))) }

// Destroy drops the graph, as soon as it has been done where it is on its way.
func (g Graph) Destroy() error { return Failure(int(C.cuGraphExecDestroy(g.exec))) }

// Said is the error of a call by gorgonia.org/cu, which has no names for results that are newer
// than it, in the driver's words where it has none.
func Said(err error) error {
	if v := reflect.ValueOf(err); v.IsValid() && v.CanInt() && strings.HasPrefix(err.Error(), "UnknownErrorCode") {
		return Failure(int(v.Int()))
	}
	return err
}

// Failure is what the driver says of a result of its own, a CUresult: nil for a success.
func Failure(result int) error {
	if result == C.CUDA_SUCCESS {
		return nil
	}
	var text *C.char
	if C.cuGetErrorString(C.CUresult(result), &text) != C.CUDA_SUCCESS {
		return fmt.Errorf("error %d of the driver", result)
	}
	return errors.New(C.GoString(text))
}
