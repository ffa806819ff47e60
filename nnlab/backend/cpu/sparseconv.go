package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// Behind a max pool three of four δ are 0, and of the rest those below a ReLU or a
// dropout. The gradients of a convolution whose δ has enough zeros leave them out one
// by one, with the microkernel of products that do so (see sparse.go):
//
//   - For dx, the rows of a strip are the windows along a line of outputs, which lie
//     over each other; each is added what the δ of its output that are not 0 give it,
//     each times the weights of its filter.
//   - For dw, the rows are the filters, and each is added what its δ give it, each times
//     the inputs that the window of its output sees.
//
// In both a row of a window is one run of memory, which is cut into strips.
type sparseGradients struct {
	input  sparseInput
	kernel sparseKernel
}

// piece of a window's row that a strip takes.
type strip struct{ col, width int }

const stripStep = 32 // strips are 32, 64 and 96 wide

// cutStrips appends the strips of a run to s.
func cutStrips(s []strip, run int) []strip {
	for col := 0; col < run; col += 3 * stripStep {
		s = append(s, strip{col, min(3*stripStep, run-col)})
	}
	return s
}

// stripOf is the microkernel for strips so wide.
func (k *kernels) stripOf(width int) tileFunc {
	return [...]tileFunc{k.sparseNarrow, k.sparseRows, k.sparseWide}[width/stripStep-1]
}

// What a gradient takes that leaves zeros out, as a share of the time for which the
// tiles would compute, and Winograd's algorithm where that is used: measured.
const (
	sparseOfTiles    = 0.5  // up to this share of δ that is not 0 it is faster than tiles
	sparseOfWinograd = 0.16 // and than Winograd's algorithm
)

// worth tells whether so many δ are 0 that a gradient should leave them out. It looks
// at 16 places.
func (v *sparseGradients) worth(k *kernels, g *backend.Convolution, dy []float32, winograd bool) bool {
	const looks, most = 16, 512
	run := g.Size[2] * g.Channels
	plane := g.In[0] == 1 && g.Out[0] == 1 && g.Size[0] == 1 && g.Pad[0] == 0
	if k.sparseWide == nil || !plane || g.Groups != 1 || g.Dilation[2] != 1 || run%stripStep != 0 || len(dy)*run < sparseWork {
		return false
	}
	seen, kept := 0, 0
	for i := range looks {
		part := dy[i*5%looks*(len(dy)/looks):]
		for _, δ := range part[:min(most, len(part), len(dy)/looks)] {
			if seen++; δ != 0 {
				kept++
			}
		}
	}
	share := sparseOfTiles
	if winograd {
		share = sparseOfWinograd
	}
	return float64(kept) <= share*float64(seen)
}
