package viz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/internal/look"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Kernel gives [Convolution] the weights of its filter, as the slides write them: row by
// row, and channel after channel. Without it they are those with which the layer begins.
func Kernel(weights ...float32) Option { return Option{of: ofKernel, numbers: weights} }

// Bias gives [Convolution] the bias b of its filter, 0 without it.
func Bias(b float32) Option { return Option{of: ofBias, numbers: []float32{b}} }

// Pixels is what a window slides over: a signal; an image of one channel, by rows; or an
// image of several, channel after channel, each by rows.
type Pixels interface {
	[]float32 | [][]float32 | [][][]float32
}

// mostCells is how many cells an input of [Convolution] has at most along an axis, with its
// padding, and mostChannels how many channels: more could not be read.
const (
	mostCells    = 10
	mostChannels = 3
)

// Convolution shows how the window of a layer slides over a small image or signal (slides
// "Convolução", "Convolução 2D", "Convolução 3D", "Padding", "Subamostragem", "Global
// pooling"): the whole result, and of one place the products and their sum with the
// numbers put in. Where the page has scripts, the mouse, the arrow keys and buttons move
// the window, unless the image is so large that it would swell the notebook. The layer is an [nn.Conv1D] or [nn.Conv2D] with one filter, with any stride,
// padding, dilation and activation, or a pool; it computes the result itself.
//
//	viz.Convolution(nn.Conv2D(1, 3), image, viz.Kernel(1, 0, -1, 1, 0, -1, 1, 0, -1))
//	viz.Convolution(nn.MaxPool2D(2), image)
func Convolution[P Pixels](layer nn.Layer, input P, options ...Option) (*Figure, error) {
	s := newSettings(options)
	c, err := newSliding(layer, channelsOf(input), s)
	if err != nil {
		return nil, err
	}
	return c.draw(s.words).show()
}

// pixelRows is one channel, by rows; a signal has one row.
type pixelRows [][]float32

func channelsOf(input any) []pixelRows {
	switch x := input.(type) {
	case []float32:
		return []pixelRows{{x}}
	case [][]float32:
		return []pixelRows{x}
	}
	var all []pixelRows
	for _, channel := range input.([][][]float32) {
		all = append(all, channel)
	}
	return all
}

// sliding is a window that slides over planes.
type sliding struct {
	info   nn.LayerInfo
	axes   [2]slidingAxis // rows, columns
	in     []pixelRows
	kernel []pixelRows // for each pixelRows of the input; nil for a pool
	out    []pixelRows // one of a convolution, of a pool as many as of the input
	bias   float32
	f      string // the activation, "" for none
	mean   bool   // of a pool
}

// slidingAxis is a window along one axis: how many cells there are and behind it, how many
// the window has, how far it steps, how far its cells lie apart, and how many cells of
// padding stand before and behind.
type slidingAxis struct{ in, out, size, stride, dilation, front, behind int }

// reach is how many cells there are from the window's first to its last.
func (a slidingAxis) reach() int { return a.dilation*(a.size-1) + 1 }

// slidingKinds are the layers that can be shown, with the axes along which they slide, 0 for
// all there are.
var slidingKinds = map[string]int{"Conv1D": 1, "Conv2D": 2, "MaxPool1D": 1, "MaxPool2D": 2, "AveragePool1D": 1, "AveragePool2D": 2,
	"GlobalMaxPool": 0, "GlobalAveragePool": 0}

// newSliding has the layer compute its result, and reads its geometry.
func newSliding(layer nn.Layer, in []pixelRows, s settings) (*sliding, error) {
	const where = "viz.Convolution"
	rows, columns, err := measure(where, in)
	if err != nil {
		return nil, err
	}
	shape := []int{rows, columns, len(in)}
	configured, ok := layer.(nn.Configured)
	kind := "nil"
	if ok {
		kind = configured.Config().Kind()
	}
	axes, known := slidingKinds[kind]
	if !known {
		return nil, &nn.Error{Where: where, Expected: "a layer with a window, as nn.Conv1D, nn.Conv2D and the pools are", Got: kind, Mend: "write viz.Convolution(nn.Conv2D(1, 3), image)"}
	}
	if axes == 1 {
		if rows > 1 {
			return nil, &nn.Error{Where: where, Expected: "a signal for " + kind, Got: fmt.Sprintf("an image of %d×%d", rows, columns), Mend: "take the layer of two axes, as nn.Conv2D is, or one row of the image"}
		}
		shape = shape[1:]
	}
	var x []float32
	for i := range rows {
		for j := range columns {
			for _, p := range in {
				x = append(x, p[i][j])
			}
		}
	}
	m := nn.Sequential(nn.Input(len(x)), nn.Reshape(shape...), layer).Compile(nn.MSE, nn.SGD(0.1))
	if err := m.Err(); err != nil {
		return nil, err
	}
	c := &sliding{info: m.Layers()[2], in: in, mean: strings.Contains(kind, "Average")}
	if f := c.info.Config.Config("activation").Text("kind"); f != "linear" {
		c.f = f
	}
	for _, p := range m.Params() {
		switch values := p.Value.Values(); {
		case strings.HasSuffix(p.Name, "/bias"):
			if len(values) != 1 {
				return nil, oneFilter(len(values))
			}
			c.bias = s.bias
			p.Value.Set([]float32{s.bias})
		case strings.HasSuffix(p.Name, "/kernel"):
			if filters := p.Value.Shape[len(p.Value.Shape)-1]; filters != 1 {
				return nil, oneFilter(filters)
			}
			if err := c.setKernel(p.Value, s.kernel); err != nil {
				return nil, err
			}
		}
	}
	outputs, err := m.Activations(datasets.FromTargets([][]float32{x}, [][]float32{make([]float32, c.info.Shape.Size())}), 0)
	if err != nil {
		return nil, err
	}
	c.axes = slidingAxesOf(c.info, rows, columns)
	c.out = c.byChannel(outputs[2].Output.Values())
	return c, nil
}

func oneFilter(n int) error {
	return &nn.Error{Where: "viz.Convolution", Expected: "a layer with one filter", Got: fmt.Sprint(n), Mend: "write nn.Conv2D(1, 3)"}
}

// measure is how many rows and columns the planes have.
func measure(where string, in []pixelRows) (rows, columns int, err error) {
	fail := func(got string) (int, int, error) {
		return 0, 0, &nn.Error{Where: where, Expected: fmt.Sprintf("up to %d channels of equally many rows, each of equally many numbers, %d at most along each axis", mostChannels, mostCells),
			Got: got, Mend: "write image := [][]float32{{3, 0, 1}, {1, 5, 8}, {2, 7, 2}}"}
	}
	if len(in) == 0 || len(in[0]) == 0 || len(in[0][0]) == 0 {
		return fail("no numbers")
	}
	rows, columns = len(in[0]), len(in[0][0])
	for c, p := range in {
		if len(p) != rows || slices.ContainsFunc(p, func(row []float32) bool { return len(row) != columns }) {
			return fail(fmt.Sprintf("another size in channel %d", c))
		}
	}
	if len(in) > mostChannels || rows > mostCells || columns > mostCells {
		return fail(fmt.Sprintf("%d of %d×%d", len(in), rows, columns))
	}
	return rows, columns, nil
}

// setKernel puts the given weights, channel after channel, into the layer's, whose channels
// run fastest, and keeps them by channel.
func (c *sliding) setKernel(kernel *tensor.Tensor, given []float32) error {
	shape, values := kernel.Shape, kernel.Values()
	columns, channels := shape[len(shape)-3], shape[len(shape)-2]
	cells := len(values) / channels
	if given != nil {
		if len(given) != len(values) {
			return &nn.Error{Where: "viz.Kernel", Expected: fmt.Sprintf("%d weights, %d for each of %d channels", len(values), cells, channels), Got: fmt.Sprint(len(given)),
				Mend: "write them row by row, and channel after channel"}
		}
		for i := range values {
			values[i] = given[i%channels*cells+i/channels]
		}
		kernel.Set(values)
	}
	for ch := range channels {
		var p pixelRows
		for at := range cells {
			if at%columns == 0 {
				p = append(p, nil)
			}
			p[at/columns] = append(p[at/columns], values[at*channels+ch])
		}
		c.kernel = append(c.kernel, p)
	}
	return nil
}

// slidingAxesOf are the axes of a layer's window over that many rows and columns, as nn's
// window has them; of a pool that is global the window is all there is.
func slidingAxesOf(info nn.LayerInfo, rows, columns int) (all [2]slidingAxis) {
	window, global := windowOf(info), false
	if window == nil {
		window, global = []int{rows, columns}, true
	}
	axes := len(window)
	each := func(name string, otherwise []int) []int {
		if given := info.Config.Ints(name); len(given) == 1 {
			return slices.Repeat(given, axes)
		} else if given != nil {
			return given
		}
		return otherwise
	}
	ones := slices.Repeat([]int{1}, axes)
	strides := ones
	if global || look.FamilyOf(info.Kind) == look.Pool {
		strides = window
	}
	strides = each("strides", strides)
	dilation := each("dilation_rate", ones)
	padding := each("padding", make([]int, axes))
	same := info.Config.Text("padding") == "same"
	all[0] = slidingAxis{in: 1, out: 1, size: 1, stride: 1, dilation: 1}
	for i, n := range []int{rows, columns}[2-axes:] {
		a := slidingAxis{in: n, size: window[i], stride: strides[i], dilation: dilation[i], front: padding[i], behind: padding[i]}
		if same {
			a.out = (n + a.stride - 1) / a.stride
			total := max(0, (a.out-1)*a.stride+a.reach()-n)
			a.front, a.behind = total/2, total-total/2
		} else {
			a.out = (n+a.front+a.behind-a.reach())/a.stride + 1
		}
		all[2-axes+i] = a
	}
	return all
}

// byChannel are the numbers of the output, whose channels run fastest, by channel.
func (c *sliding) byChannel(values []float32) (out []pixelRows) {
	rows, columns := c.axes[0].out, c.axes[1].out
	channels := len(values) / (rows * columns)
	for ch := range channels {
		p := make(pixelRows, rows)
		for at := range rows * columns {
			p[at/columns] = append(p[at/columns], values[at*channels+ch])
		}
		out = append(out, p)
	}
	return out
}

// cell is the number at a place of the padded pixelRows, and whether it is one of the input.
func (c *sliding) cell(channel, row, column int) (v float32, inside bool) {
	row, column = row-c.axes[0].front, column-c.axes[1].front
	if row < 0 || row >= c.axes[0].in || column < 0 || column >= c.axes[1].in {
		return 0, false
	}
	return c.in[channel][row][column], true
}

// window calls f with each cell of the input, and of padding, under the window that makes
// the output at (row, column).
func (c *sliding) window(channel, row, column int, f func(i, j int, v float32, inside bool)) {
	for i := range c.axes[0].size {
		for j := range c.axes[1].size {
			v, inside := c.cell(channel, row*c.axes[0].stride+i*c.axes[0].dilation, column*c.axes[1].stride+j*c.axes[1].dilation)
			f(i, j, v, inside)
		}
	}
}
