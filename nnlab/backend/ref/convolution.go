package ref

import "github.com/nnlab-go/lab/nnlab/backend"

// cell is what one cell of a window reads: the volume's position without
// channels, and whether it lies inside the input.
type cell struct {
	at     int
	inside bool
}

// cells returns what the window at an output position reads, cell by cell.
func cells(w *backend.Window, out int, to []cell) []cell {
	var o [3]int
	o[0], o[1], o[2] = out/(w.Out[1]*w.Out[2]), out/w.Out[2]%w.Out[1], out%w.Out[2]
	to = to[:0]
	for k := range w.Cells() {
		z, inZ := w.At(0, o[0], k/(w.Size[1]*w.Size[2]))
		y, inY := w.At(1, o[1], k/w.Size[2]%w.Size[1])
		x, inX := w.At(2, o[2], k%w.Size[2])
		to = append(to, cell{(z*w.In[1]+y)*w.In[2] + x, inZ && inY && inX})
	}
	return to
}

// walk calls f for every pair of a weight and an output, with the places of the
// input (−1 in the padding), of the weight and of the output.
func walk(g *backend.Convolution, n int, f func(x, w, y int)) {
	channels, filters := g.Channels/g.Groups, g.Filters/g.Groups // of a group
	var window []cell
	for out := range n * g.Outputs() {
		image := out / g.Outputs()
		window = cells(&g.Window, out%g.Outputs(), window)
		for filter := range g.Filters {
			first := filter / filters * channels
			for k, cell := range window {
				for c := range channels {
					x := -1
					if cell.inside {
						x = (image*g.Inputs()+cell.at)*g.Channels + first + c
					}
					f(x, (k*channels+c)*g.Filters+filter, out*g.Filters+filter)
				}
			}
		}
	}
}

// padded is x[i], and 0 in the padding.
func padded(x []float64, i int) float64 {
	if i < 0 {
		return 0
	}
	return x[i]
}

func (ref) Conv(g backend.Convolution, n int, x, w, y backend.Buffer, e backend.Epilogue) {
	backend.Check("Conv", n)
	g.Check("Conv")
	e.Activation.Check("Conv")
	X, W := numbers("Conv", x, n*g.Inputs()*g.Channels), numbers("Conv", w, g.Depth()*g.Filters)
	Y, bias := numbers("Conv", y, n*g.Outputs()*g.Filters), optional("Conv", e.Bias, g.Filters)
	times := derivativeOf("Conv", e.Derivative, len(Y))
	clear(Y)
	walk(&g, n, func(x, w, y int) { Y[y] += padded(X, x) * W[w] })
	for i := range Y {
		if bias != nil {
			Y[i] += bias[i%g.Filters]
		}
		Y[i] = times(i, activate(e.Activation, Y[i]))
	}
}

func (ref) ConvGradInput(g backend.Convolution, n int, dy, w, dx backend.Buffer, d backend.Derivative) {
	backend.Check("ConvGradInput", n)
	g.Check("ConvGradInput")
	DY, W := numbers("ConvGradInput", dy, n*g.Outputs()*g.Filters), numbers("ConvGradInput", w, g.Depth()*g.Filters)
	DX := numbers("ConvGradInput", dx, n*g.Inputs()*g.Channels)
	times := derivativeOf("ConvGradInput", d, len(DX))
	clear(DX)
	walk(&g, n, func(x, w, y int) {
		if x >= 0 {
			DX[x] += DY[y] * W[w]
		}
	})
	for i, v := range DX {
		DX[i] = times(i, v)
	}
}

func (ref) ConvGradKernel(g backend.Convolution, n int, x, dy backend.Buffer, beta float64, dw backend.Buffer) {
	backend.Check("ConvGradKernel", n)
	g.Check("ConvGradKernel")
	X, DY := numbers("ConvGradKernel", x, n*g.Inputs()*g.Channels), numbers("ConvGradKernel", dy, n*g.Outputs()*g.Filters)
	DW := numbers("ConvGradKernel", dw, g.Depth()*g.Filters)
	for i := range DW {
		if beta == 0 {
			DW[i] = 0
		} else {
			DW[i] *= beta
		}
	}
	walk(&g, n, func(x, w, y int) { DW[w] += padded(X, x) * DY[y] })
}
