package cpu

import "os"

//go:generate sh -c "cd _asm && go run . -out ../tile_amd64.s -stubs ../tile_amd64.go -pkg cpu"

// The register tile: tileRows×tileCols elements of a product at a time.
const (
	tileRows = 6
	tileCols = 16
)

// tileKernel computes c = a·b (+ c with accumulate), then max(0, c) with relu: a
// [k×6] and b [k×16] packed, c [6×16] with rows ldc numbers apart.
type tileKernel func(k int, a, b, c *float32, ldc int, accumulate, relu bool)

// chooseTile takes the best kernel that the processor has and NNLAB_CPU allows.
func chooseTile() tileKernel {
	if t := simdTile(); t != nil && os.Getenv("NNLAB_CPU") != "generic" {
		return t
	}
	return tileGeneric
}
