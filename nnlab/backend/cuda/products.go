//go:build cuda

package cuda

import (
	"runtime"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// Products and convolutions are made by tiles of 128×128 numbers, or of 64×64 where
// larger ones would leave most of a card's processors without work; see kernels/tile.h.
// So that the same call always gives the same bits the choice depends on the sizes alone,
// not on the card: enough is a number of blocks that keeps large cards busy. (A variable for
// tests, which would take long over so many.)
var enough = 128

// tiling is how a product of rows×cols numbers, each the sum of depth terms, is cut up.
type tiling struct {
	side  int
	parts int // along the inner dimension
}

func tilingOf(rows, cols, depth, times int) tiling {
	tiles := func(side int) int { return ceil(rows, side) * ceil(cols, side) * times }
	t := tiling{side: 64, parts: 1}
	if rows > 64 && cols > 64 && tiles(128) >= enough {
		t.side = 128
	}
	if n := tiles(t.side); n < enough {
		t.parts = max(1, min(enough/n, depth/256))
	}
	return t
}

func (t tiling) grid(rows, cols, z int) grid {
	return grid{x: ceil(rows, t.side), y: ceil(cols, t.side), z: z}
}

// factors says how a product takes its factors: the end of its kernels' names.
type factors string

const (
	whole32 factors = ""      // in float32
	short   factors = "_tf32" // rounded to TF32, on tensor cores
)

// tiled is a kernel's name with either side of its tiles.
type tiled struct{ of64, of128 string }

func (t tiling) kernel(k tiled, take factors) string {
	if t.side == 128 {
		return k.of128 + string(take)
	}
	return k.of64 + string(take)
}

var (
	conv           = tiled{"conv_64", "conv_128"}
	convGradInput  = tiled{"conv_grad_input_64", "conv_grad_input_128"}
	convGradKernel = tiled{"conv_grad_kernel_64", "conv_grad_kernel_128"}
)

// epilogueOf are the arguments of an epilogue for n numbers in cols columns.
func epilogueOf(kernel string, e backend.Epilogue, cols, n int) []argument {
	e.Activation.Check(kernel)
	e.Derivative.Of.Check(kernel)
	return []argument{optional(kernel, e.Bias, cols), whole(int(e.Activation.Kind)), float(e.Activation.Alpha),
		whole(int(e.Derivative.Of.Kind)), float(e.Derivative.Of.Alpha), optional(kernel, e.Derivative.Output, n)}
}

var products = [...]tiled{
	backend.NN: {"gemm_nn_64", "gemm_nn_128"}, backend.TN: {"gemm_tn_64", "gemm_tn_128"},
	backend.NT: {"gemm_nt_64", "gemm_nt_128"}, backend.TT: {"gemm_tt_64", "gemm_tt_128"},
}

func (d *device) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	d.gemm(whole32, t, m, n, k, a, b, beta, c, e)
}

func (d *device) gemm(take factors, t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	backend.Check("Gemm", m, n, k)
	A, B, C, end := of("Gemm", a, m*k), of("Gemm", b, k*n), of("Gemm", c, m*n), epilogueOf("Gemm", e, n, m*n)
	if d.blas != nil {
		d.gemmBLAS(take, t, m, n, k, A, B, beta, C, e, end)
		runtime.KeepAlive([...]backend.Buffer{a, b, c})
		return
	}
	by := tilingOf(m, n, k, 1)
	multiply := func(parts argument) {
		args := append([]argument{whole(m), whole(n), whole(k), A, B, float(beta), C, parts}, end...)
		d.launch(by.kernel(products[t], take), by.grid(m, n, by.parts), threads, args...)
	}
	if by.parts == 1 {
		multiply(argument{})
		return
	}
	d.scratch(4*by.parts*m*n, func(parts argument) {
		multiply(parts)
		d.endParts(by.parts, m*n, n, parts, beta, C, end)
	})
}

// endParts adds up the parts of n numbers in cols columns.
func (d *device) endParts(count, n, cols int, parts argument, beta float64, c argument, end []argument) {
	d.each("gemm_end", n, append([]argument{whole(count), whole(n), whole(cols), parts, float(beta), c}, end...)...)
}

// windowOf are the arguments of a window.
func windowOf(w *backend.Window) []argument {
	args := make([]argument, 0, 40)
	for _, axes := range [][3]int{w.In, w.Out, w.Size, w.Stride, w.Dilation, w.Pad} {
		for _, v := range axes {
			args = append(args, whole(v))
		}
	}
	return append(args, whole(w.Channels))
}

func geometryOf(g *backend.Convolution, n int) []argument {
	return append(windowOf(&g.Window), whole(g.Filters), whole(g.Groups), whole(n))
}

func (d *device) Conv(g backend.Convolution, n int, x, w, y backend.Buffer, e backend.Epilogue) {
	d.conv(whole32, g, n, x, w, y, e)
}

func (d *device) conv(take factors, g backend.Convolution, n int, x, w, y backend.Buffer, e backend.Epilogue) {
	backend.Check("Conv", n)
	g.Check("Conv")
	rows := n * g.Outputs()
	X, W, Y := of("Conv", x, n*g.Inputs()*g.Channels), of("Conv", w, g.Depth()*g.Filters), of("Conv", y, rows*g.Filters)
	end := epilogueOf("Conv", e, g.Filters, rows*g.Filters)
	if s, ok := squaresOf(&g, n); ok && take == whole32 && d.byWinograd(s) {
		d.winograd(s, false, X, W, Y, end)
		return
	}
	by := tilingOf(rows, g.Filters/g.Groups, 0, g.Groups)
	args := append(append(geometryOf(&g, n), X, W, Y), end...)
	d.launch(by.kernel(conv, take), by.grid(rows, g.Filters/g.Groups, g.Groups), threads, args...)
}

func (d *device) ConvGradInput(g backend.Convolution, n int, dy, w, dx backend.Buffer, f backend.Derivative) {
	d.convGradInput(whole32, g, n, dy, w, dx, f)
}

func (d *device) convGradInput(take factors, g backend.Convolution, n int, dy, w, dx backend.Buffer, f backend.Derivative) {
	backend.Check("ConvGradInput", n)
	g.Check("ConvGradInput")
	rows := n * g.Inputs()
	DY, W, DX := of("ConvGradInput", dy, n*g.Outputs()*g.Filters), of("ConvGradInput", w, g.Depth()*g.Filters), of("ConvGradInput", dx, rows*g.Channels)
	end := epilogueOf("ConvGradInput", backend.Epilogue{Derivative: f}, g.Channels, rows*g.Channels)
	if s, ok := squaresOf(&g, n); ok && take == whole32 && d.byWinograd(s.turned()) {
		d.winograd(s.turned(), true, DY, W, DX, end)
		return
	}
	by := tilingOf(rows, g.Channels/g.Groups, 0, g.Groups)
	args := append(append(geometryOf(&g, n), DY, W, DX), end...)
	d.launch(by.kernel(convGradInput, take), by.grid(rows, g.Channels/g.Groups, g.Groups), threads, args...)
}

func (d *device) ConvGradKernel(g backend.Convolution, n int, x, dy backend.Buffer, beta float64, dw backend.Buffer) {
	d.convGradKernel(whole32, g, n, x, dy, beta, dw)
}

func (d *device) convGradKernel(take factors, g backend.Convolution, n int, x, dy backend.Buffer, beta float64, dw backend.Buffer) {
	backend.Check("ConvGradKernel", n)
	g.Check("ConvGradKernel")
	depth, size := n*g.Outputs(), g.Depth()*g.Filters
	X, DY, DW := of("ConvGradKernel", x, n*g.Inputs()*g.Channels), of("ConvGradKernel", dy, depth*g.Filters), of("ConvGradKernel", dw, size)
	by := tilingOf(g.Depth(), g.Filters/g.Groups, depth, g.Groups)
	multiply := func(parts argument) {
		args := append(geometryOf(&g, n), whole(by.parts), X, DY, float(beta), DW, parts)
		d.launch(by.kernel(convGradKernel, take), by.grid(g.Depth(), g.Filters/g.Groups, g.Groups*by.parts), threads, args...)
	}
	if by.parts == 1 {
		multiply(argument{})
		return
	}
	d.scratch(4*by.parts*size, func(parts argument) {
		multiply(parts)
		d.endParts(by.parts, size, g.Filters, parts, beta, DW, epilogueOf("ConvGradKernel", backend.Epilogue{}, g.Filters, size))
	})
}
