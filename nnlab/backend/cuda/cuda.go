// Package cuda is the backend that computes in float32 on a GPU of NVIDIA's, with
// kernels of its own (folder kernels) that clang has compiled to PTX and the card's
// driver compiles for the card.
//
// It is built with the tag cuda alone, and needs cgo, cuda.h and the driver's libcuda
// then. Without the tag [New] returns, in a cell, the GPU of the kernel's own process for it
// (package remote), and elsewhere says how a program gets one.
//
// Kernels run on one stream, in the order of the calls; only Sync, Download, ReadScalars and
// the reductions that return a number wait for the device. What Upload brings goes up on
// another, while the kernels before it run. A run of kernels that comes again, as a training
// step does, is one launch of a CUDA graph. Buffers that
// nothing refers to any more give their memory back to a cache of the backend's, which
// other buffers take it from.
//
// The same call gives the same bits on one kind of card: no kernel adds with atomics,
// and how a sum is cut into parts depends on its length alone.
package cuda

// Limits is what a card reached in loops that do nothing else.
type Limits struct {
	Card   string  `json:"card"`   // its name
	GFLOPS float64 `json:"gflops"` // multiplications and additions of float32 a second, in 10⁹, without tensor cores
	GBps   float64 `json:"gbps"`   // bytes read and written a second by a copy within the card, in 10⁹
}
