package cpu

import (
	"fmt"
	"os"
	"strings"
)

//go:generate go run -C _asm . -out ../avx2_amd64.s -stubs ../avx2_amd64.go -pkg cpu

// microkernel is the part of a product that is written for one processor: it
// multiplies a panel of A, mr numbers wide, and one of B, nr wide, into a tile
// of C, and packs the panels.
type microkernel struct {
	name           string
	mr, nr         int
	tiles          []tileFunc // tiles[r−1] computes the first r rows of a tile; nil: it cannot
	packCopy       packFunc
	packTransposed packFunc
}

// tileFunc computes C = A·B, with add C = C + A·B, then adds the bias [nr] to
// each row unless it is empty, and takes max(0, C) with relu. The panels a and b
// are depth long, the rows of c stand ldc apart.
type tileFunc func(depth int, a, b, c []float32, ldc int, bias []float32, add, relu bool)

// packFunc packs a strip; see [packCopy] and [packTransposed].
type packFunc func(dst []float32, width, valid int, src []float32, ld, depth int)

// Kernels is the environment variable that chooses the microkernel, for tests
// and comparisons: generic, or one that the processor has (avx2). Unset, the
// fastest is taken.
const Kernels = "NNLAB_CPU"

// microkernels are those that this processor can run, the fastest first.
var microkernels = append(native(), microkernel{
	name: "generic", mr: 4, nr: 2,
	tiles:    []tileFunc{3: generic4x2},
	packCopy: packCopy, packTransposed: packTransposed,
})

// pick returns the microkernel of the given name, of the environment's choice
// when there is none, or the fastest.
func pick(name string) microkernel {
	if name == "" {
		name = os.Getenv(Kernels)
	}
	if name == "" {
		return microkernels[0]
	}
	var names []string
	for _, k := range microkernels {
		if k.name == name {
			return k
		}
		names = append(names, k.name)
	}
	panic(fmt.Sprintf("cpu: no kernels %q for this processor: %s may be %s", name, Kernels, strings.Join(names, " or ")))
}
