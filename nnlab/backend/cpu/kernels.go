package cpu

import (
	"fmt"
	"os"
	"strings"

	"github.com/nnlab-go/lab/internal/late"
)

//go:generate go run -C _asm . -out ../kernels_amd64.s -stubs ../kernels_amd64.go -pkg cpu
//go:generate go run -C _asm ./neon -out ../tiles_arm64.s -stubs ../tiles_arm64.go

// kernels is what is written for one kind of processor.
type kernels struct {
	name string

	lanes          int          // numbers in a register
	tiles          [][]tileFunc // tiles[v−1][r−1] has r rows of v registers
	scales         bool         // the tiles know scale and plus
	farTiles       []tileFunc   // farTiles[r−1] has r rows and any multiple of farCols columns, to which it adds; or there are none
	packCopy       packFunc
	packTransposed packFunc
	packLeft       packLeftFunc                                  // nil: A is always read where it stands
	gradientRows   int                                           // so many channels stand by themselves for dw (see [kernelGradient]); 0: more of them together
	inner          func(x, y []float32) float32                  // Σ x·y
	addRows        func(x []float32, rows []int, b, y []float32) // y = y + Σ x[t]·b[rows[t]:], for streams of them
	innerRows      func(x, b, sums []float32, apart int)         // sums[t] = Σ x·b[t·apart:]
	compress       func(x []float32, first, step int, values []float32, places []int32) int
	sparseRows     tileFunc
	sparseNarrow   tileFunc // sparseRows of strips 32 wide
	sparseWide     tileFunc // and of such as are 96 wide
	mostDense      float64  // the share of numbers that are not 0 up to which lists of them are faster
	listing        int      // to make them takes as long as to multiply so many columns with them

	transforms // of convolutions
	vectors
}

// width is the most columns of a tile.
func (k *kernels) width() int { return len(k.tiles) * k.lanes }

// rows is the most rows of a tile of so many columns.
func (k *kernels) rows(cols int) int { return len(k.tiles[ceil(cols, k.lanes)-1]) }

// packFunc packs a strip; see [packCopy] and [packTransposed].
type packFunc func(dst []float32, width, valid int, src []float32, ld, depth int)

// generic is for every processor. The tables of kernels are functions: variables would be in
// every program that imports the package (see package late).
func generic() kernels {
	return kernels{
		name:  "generic",
		lanes: genericLanes, tiles: genericTiles(), scales: true, packCopy: packCopy, packTransposed: packTransposed, inner: inner, addRows: addRows, innerRows: innerRows, compress: compress, sparseRows: sparseRows, sparseNarrow: sparseNarrow, sparseWide: sparseWide, mostDense: 0.8, listing: 12,
		transforms: genericTransforms(), vectors: genericVectors(),
	}
}

// available is what this processor can run, the fastest first. Native kernels are
// the generic ones but for what is written in assembly.
func available() []kernels {
	return runnable.Get(func() []kernels { return append(native(generic()), generic()) })
}

var runnable late.Value[[]kernels]

// Kernels is the environment variable that chooses the kernels, for tests and
// comparisons: generic, or those that the processor has (avx512, avx2, neon).
// Unset, the fastest are taken.
const Kernels = "NNLAB_CPU"

// pick returns the kernels of the given name, of the environment's choice when
// there is none, or the fastest.
func pick(name string) kernels {
	if name == "" {
		name = os.Getenv(Kernels)
	}
	if name == "" {
		return available()[0]
	}
	var names []string
	for _, k := range available() {
		if k.name == name {
			return k
		}
		names = append(names, k.name)
	}
	panic(fmt.Sprintf("cpu: %s=%q is not for this processor: it may be %s", Kernels, name, strings.Join(names, " or ")))
}
