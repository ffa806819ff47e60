package backend

// Window is a box that slides over a volume: the geometry of convolutions and
// of pooling. The three axes are depth, height and width; images have a depth of
// 1, sequences a depth and a height of 1. A volume is [In × Channels], the
// channels running fastest.
//
// Cell k of the box at output position o reads the input position
//
//	i = o·Stride + k·Dilation − Pad        along each axis
//
// which lies in the padding where i < 0 or i ≥ In.
type Window struct {
	In, Out  [3]int // lengths of the axes
	Size     [3]int // of the box, in cells
	Stride   [3]int
	Dilation [3]int // the distance of neighbouring cells, 1 when they touch
	Pad      [3]int // cells in front of the input; what lies behind it follows from Out
	Channels int
}

// Cells is the number of cells of the box.
func (w *Window) Cells() int { return volume(w.Size) }

// Inputs is the number of positions of the input, Outputs that of the output,
// both without channels.
func (w *Window) Inputs() int { return volume(w.In) }

// Outputs is the number of positions of the output.
func (w *Window) Outputs() int { return volume(w.Out) }

func volume(axes [3]int) int { return axes[0] * axes[1] * axes[2] }

// At returns the input position that a cell reads along an axis, and whether it
// lies within the input.
func (w *Window) At(axis, out, cell int) (in int, inside bool) {
	in = out*w.Stride[axis] + cell*w.Dilation[axis] - w.Pad[axis]
	return in, in >= 0 && in < w.In[axis]
}

// Check panics with an [Error] unless all lengths are at least 1 and no padding
// is below 0.
func (w *Window) Check(kernel string) {
	for a := range 3 {
		if w.In[a] < 1 || w.Out[a] < 1 || w.Size[a] < 1 || w.Stride[a] < 1 || w.Dilation[a] < 1 || w.Pad[a] < 0 || w.Channels < 1 {
			refuse(kernel, "expected lengths of at least 1 and padding of at least 0, got %+v", *w)
		}
	}
}

// Convolution is a window whose cells are weighted and summed by each of
// Filters kernels. With Groups > 1 the channels and the filters are cut into as
// many equal groups, and a filter sees the channels of its group alone.
type Convolution struct {
	Window
	Filters, Groups int
}

// Depth is the number of weights of a filter: cells times channels of a group.
func (g *Convolution) Depth() int { return g.Cells() * g.Channels / g.Groups }

// Check panics with an [Error] unless the groups divide channels and filters.
func (g *Convolution) Check(kernel string) {
	g.Window.Check(kernel)
	if g.Filters < 1 || g.Groups < 1 || g.Channels%g.Groups != 0 || g.Filters%g.Groups != 0 {
		refuse(kernel, "expected groups that divide the channels and the filters, got %d groups, %d channels, %d filters", g.Groups, g.Channels, g.Filters)
	}
}
