package cpu

import (
	"fmt"
	"os"
	"strings"
)

//go:generate go run -C _asm . -out ../kernels_amd64.s -stubs ../kernels_amd64.go -pkg cpu
//go:generate go run -C _asm ./neon -out ../tiles_arm64.s -stubs ../tiles_arm64.go

// kernels is what is written for one kind of processor.
type kernels struct {
	name string

	lanes          int          // numbers in a register
	tiles          [][]tileFunc // tiles[v−1][r−1] has r rows of v registers
	packCopy       packFunc
	packTransposed packFunc

	transforms // of convolutions

	// What is computed number by number, on buffers of one length.
	relu, sigmoid, tanh             func(x, y []float32)
	leakyReLU, elu                  func(x, y []float32, alpha float32)
	reluGrad, sigmoidGrad, tanhGrad func(y, dy, dx []float32)
	leakyReLUGrad, eluGrad          func(y, dy, dx []float32, alpha float32)
	fill, scale                     func(x []float32, v float32)
	axpy                            func(x, y []float32, alpha float32)
	multiply, maximum               func(x, y, z []float32)
	maximumGrad                     func(x, y, dz, dx, dy []float32)
	dropout                         func(x, y []float32, key uint64, first int, threshold int32, keep float32)

	momentum, nesterov func(w, g, v []float32, rate, alpha float32)
	rmsprop            func(w, g, s []float32, rate, rho, rest, epsilon float32)
	rmspropMomentum    func(w, g, s, v []float32, rate, rho, rest, alpha, epsilon float32)
	adam               func(w, g, m, v []float32, rate, beta1, rest1, beta2, rest2, epsilon float32)
	nadam              func(w, g, m, v []float32, ofM, ofG, ofV, beta1, rest1, beta2, rest2, epsilon float32)
	adagrad            func(w, g, s []float32, rate, epsilon float32)
	adadelta           func(w, g, s, d []float32, rate, rho, rest, epsilon float32)
	clip               func(g []float32, limit float32)
	regularize         func(w, g []float32, l1, l2 float32)

	// What is computed on the cells of one window.
	maxCells     func(offsets []int, x, y []float32)
	meanCells    func(offsets []int, x, y []float32, count float32)
	maxCellsGrad func(offsets []int, from, to int, x, dy, dx []float32)
	spreadCells  func(offsets []int, dy, dx []float32, share float32)
}

// width is the most columns of a tile.
func (k *kernels) width() int { return len(k.tiles) * k.lanes }

// rows is the most rows of a tile of so many columns.
func (k *kernels) rows(cols int) int { return len(k.tiles[ceil(cols, k.lanes)-1]) }

// packFunc packs a strip; see [packCopy] and [packTransposed].
type packFunc func(dst []float32, width, valid int, src []float32, ld, depth int)

// generic is for every processor.
var generic = kernels{
	name:  "generic",
	lanes: genericLanes, tiles: genericTiles, packCopy: packCopy, packTransposed: packTransposed, transforms: genericTransforms,
	relu: relu, sigmoid: sigmoids, tanh: tanhs, leakyReLU: leakyReLU, elu: elu,
	reluGrad: reluGrad, sigmoidGrad: sigmoidGrad, tanhGrad: tanhGrad, leakyReLUGrad: leakyReLUGrad, eluGrad: eluGrad,
	fill: fill, scale: scale, axpy: axpy, multiply: multiply, maximum: maximum, maximumGrad: maximumGrad, dropout: dropout,
	momentum: momentum, nesterov: nesterov, rmsprop: rmsprop, rmspropMomentum: rmspropMomentum, adam: adam, nadam: nadam,
	adagrad: adagrad, adadelta: adadelta, clip: clip, regularize: regularize,
	maxCells: maxCells, meanCells: meanCells, maxCellsGrad: maxCellsGrad, spreadCells: spreadCells,
}

// available is what this processor can run, the fastest first. Native kernels are
// the generic ones but for what is written in assembly.
var available = append(native(generic), generic)

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
		return available[0]
	}
	var names []string
	for _, k := range available {
		if k.name == name {
			return k
		}
		names = append(names, k.name)
	}
	panic(fmt.Sprintf("cpu: %s=%q is not for this processor: it may be %s", Kernels, name, strings.Join(names, " or ")))
}
