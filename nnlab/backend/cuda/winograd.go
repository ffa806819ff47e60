//go:build cuda

package cuda

import (
	"fmt"
	"math"
	"os"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// convName is the environment variable that says how convolutions are computed: "direct", as
// without it, or "winograd", by Winograd's way where that is counted to be much less; see
// kernels/winograd.cu.
const convName = "NNLAB_CONV"

// ways are how convolutions are computed.
type ways int

const (
	directly ways = iota
	counted       // by Winograd's way where pays says so
	wherever      // by Winograd's way wherever it can: for tests, which would take long over what is large

)

// chosenWay is what a value of NNLAB_CONV asks for.
func chosenWay(value string) (ways, error) {
	switch value {
	case "", "direct":
		return directly, nil
	case "winograd":
		return counted, nil
	}
	return directly, fmt.Errorf("cuda: expected direct or winograd in %s, got %q", convName, value)
}

func (d *device) chooseWay() (err error) {
	d.way, err = chosenWay(os.Getenv(convName))
	return err
}

// What a block of winograd has: see kernels/winograd.cu.
const winogradTiles, winogradFilters, winogradChannels, winogradPlaces = 32, 64, 8, 16

// squares is a convolution of 3×3 with stride 1 over images, which winograd computes.
type squares struct {
	in, out, pad              [2]int
	channels, filters, images int
}

// squaresOf is a convolution of n volumes as winograd computes it, or false where it cannot. The
// planes of a volume are images too, where no window goes from one to the next.
func squaresOf(g *backend.Convolution, n int) (s squares, ok bool) {
	one := [3]int{1, 1, 1}
	if g.Size != [3]int{1, 3, 3} || g.Stride != one || g.Dilation != one || g.Groups != 1 || g.Pad[0] != 0 || g.In[0] != g.Out[0] {
		return squares{}, false
	}
	s = squares{
		in: [2]int(g.In[1:]), out: [2]int(g.Out[1:]), pad: [2]int(g.Pad[1:]),
		channels: g.Channels, filters: g.Filters, images: n * g.In[0],
	}
	return s, max(s.inputs(), s.outputs()) <= math.MaxInt32 // the kernel counts inputs in 32 bits
}

// turned is the convolution that makes the gradient of the input.
func (s squares) turned() squares {
	return squares{in: s.out, out: s.in, pad: [2]int{2 - s.pad[0], 2 - s.pad[1]}, channels: s.filters, filters: s.channels, images: s.images}
}

// inputs and outputs are how many numbers there are of each.
func (s squares) inputs() int  { return s.images * s.in[0] * s.in[1] * s.channels }
func (s squares) outputs() int { return s.images * s.out[0] * s.out[1] * s.filters }

// tiles are of 2×2 outputs.
func (s squares) tiles() int { return s.images * ceil(s.out[0], 2) * ceil(s.out[1], 2) }

func (s squares) grid() grid {
	return grid{x: ceil(s.tiles(), winogradTiles), y: ceil(s.filters, winogradFilters)}
}

// weights is how many numbers the transformed weights are: those of whole steps and blocks.
func (s squares) weights() int {
	return winogradPlaces * ceil(s.channels, winogradChannels) * winogradChannels * ceil(s.filters, winogradFilters) * winogradFilters
}

// much is how many times less a card must need for Winograd's way than directly, by what is
// counted, before it is taken. What is counted is not what is reached: the kernel has no second
// block beside itself on a processor that would work while it waits.
const much = 1.6

// operationsAByte are how many operations of float32 the cards of docs/gpu-kernels.md do while they
// move a byte: T4, RTX 3060, A100, H100.
var operationsAByte = []float64{8.1 / 0.320, 12.7 / 0.360, 19.5 / 1.555, 66.9 / 3.350}

// pays tells whether all cards need much less time for Winograd's way, as counted in
// docs/gpu-kernels.md, but for what whole blocks do in vain, and there are enough blocks to keep
// them busy.
func (s squares) pays() bool {
	g := s.grid()
	if g.x*g.y < enough {
		return false
	}
	in, out, all := float64(s.inputs()), float64(s.outputs()), float64(s.channels*s.filters)
	inBlocks := float64(g.x*winogradTiles) * float64(s.weights()) // products
	type work struct{ operations, bytes float64 }
	direct := work{2 * 9 * out * float64(s.channels), 4 * (in + 9*all + out)}
	transform := work{28 * all, 4 * (9 + winogradPlaces) * all}
	main := work{
		2*inBlocks + 32*float64(g.y*s.tiles()*s.channels) + 24*float64(s.tiles()*s.filters),
		4 * (in + winogradPlaces*all + out),
	}
	for _, speed := range operationsAByte {
		least := func(w work) float64 { return max(w.operations/speed, w.bytes) }
		if least(direct) < much*(least(transform)+least(main)) {
			return false
		}
	}
	return true
}

// byWinograd tells whether the device computes a convolution that way.
func (d *device) byWinograd(s squares) bool {
	return d.way == wherever || d.way == counted && s.pays()
}

// winograd computes y = f(x ∗ w), or of the turned convolution ∂E/∂x.
func (d *device) winograd(s squares, turned bool, x, w, y argument, end []argument) {
	d.scratch(4*s.weights(), func(u argument) {
		d.each("winograd_weights", s.weights()/winogradPlaces, whole(s.weights()/winogradPlaces), whole(s.channels), whole(s.filters), truth(turned), w, u)
		args := []argument{whole(s.in[0]), whole(s.in[1]), whole(s.out[0]), whole(s.out[1]), whole(s.pad[0]), whole(s.pad[1]),
			whole(s.channels), whole(s.filters), whole(s.images), x, u, y}
		d.launch("winograd", s.grid(), threads, append(args, end...)...)
	})
}
