package cpu

import (
	"syscall"
	"unsafe"
)

// hugePage is the size of a large page on amd64, and mostly on arm64.
const hugePage = 2 << 20

// onHugePages asks the system to back x by large pages where it covers whole ones,
// and leaves what lies beside x alone. A matrix of 64 MB takes 16 384 small pages,
// more than the processor can remember the places of. A system that has none to give,
// or does not give them, changes nothing.
func onHugePages(x []float32) {
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) & (hugePage - 1)
	if whole := (len(b) - skip) &^ (hugePage - 1); whole > 0 {
		_ = syscall.Madvise(b[skip:skip+whole], syscall.MADV_HUGEPAGE)
	}
}
