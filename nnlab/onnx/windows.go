package onnx

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// window is the geometry of a convolution or a pool.
type window struct {
	size, strides, dilation []int
	front, back             []int // padding
}

// windowOf reads it of a layer that makes out of in.
func windowOf(c nn.Config, size string, in, out tensor.Shape) window {
	rank := len(in) - 1
	each := func(name string) []int {
		switch given := c.Ints(name); len(given) {
		case 0:
			return slices.Repeat([]int{1}, rank)
		case 1:
			return slices.Repeat(given, rank)
		default:
			return given
		}
	}
	w := window{size: each(size), strides: each("strides"), dilation: each("dilation_rate")}
	if padding := c.Ints("padding"); padding != nil {
		w.front, w.back = each("padding"), each("padding")
		return w
	}
	w.front, w.back = make([]int, rank), make([]int, rank)
	if c.Text("padding") == "same" {
		for a := range rank {
			total := max(0, (out[a]-1)*w.strides[a]+w.dilation[a]*(w.size[a]-1)+1-in[a])
			w.front[a], w.back[a] = total/2, total-total/2
		}
	}
	return w
}

func (w window) attributes() []*pb.AttributeProto {
	return []*pb.AttributeProto{intsOf("kernel_shape", w.size...), intsOf("strides", w.strides...), intsOf("dilations", w.dilation...),
		intsOf("pads", slices.Concat(w.front, w.back)...)}
}

// kernel is a parameter [k… in out] as [out in k…].
func (e *exporter) kernel(name string) string {
	s := e.param(name).Value.Shape
	cells, in, out := s[:len(s)-2].Size(), s[len(s)-2], s[len(s)-1]
	return e.weights(name, "", append([]int{out, in}, s[:len(s)-2]...), func(i int) int {
		return (i%cells*in+i/cells%in)*out + i/cells/in
	})
}

func (e *exporter) conv(x *value, c nn.Config) (*value, error) {
	groups := max(1, c.Int("groups"))
	if c.Int("depth_multiplier") > 0 {
		groups = x.shape[len(x.shape)-1]
	}
	w := windowOf(c, "kernel_size", x.shape, e.layer.Shape)
	return e.convolve("Conv", x, e.kernel("kernel"), c, append(w.attributes(), intOf("group", groups)))
}

// transposedConv pads as the convolution does whose backward pass it is.
func (e *exporter) transposedConv(x *value, c nn.Config) (*value, error) {
	w := windowOf(c, "kernel_size", e.layer.Shape, x.shape) // slides over the output
	behind := make([]int, len(w.size))
	for a := range behind {
		behind[a] = max(0, w.strides[a]-w.size[a])
	}
	return e.convolve("ConvTranspose", x, e.kernel("kernel"), c, append(w.attributes(), intsOf("output_padding", behind...)))
}

func (e *exporter) convolve(op string, x *value, kernel string, c nn.Config, attributes []*pb.AttributeProto) (*value, error) {
	inputs := []string{e.in(x, channelsFirst), kernel}
	if !off(c, "use_bias") {
		inputs = append(inputs, e.vector("bias"))
	}
	y, err := e.activation(e.node(op, inputs, attributes...), c.Config("activation"), channelsFirst)
	return e.gives(channelsFirst, y), err
}

func (e *exporter) pool(op string, x *value, c nn.Config) *value {
	return e.gives(channelsFirst, e.slide(op, x, windowOf(c, "pool_size", x.shape, e.layer.Shape)))
}

// slide pools; padding does not count in a mean, which is what ONNX does unless it is told
// otherwise.
func (e *exporter) slide(op string, x *value, w window) string {
	return e.node(op, []string{e.in(x, channelsFirst)}, w.attributes()...)
}

// subsampling is a pool, a weight and a bias for each channel, and f.
func (e *exporter) subsampling(x *value, c nn.Config) (*value, error) {
	size := c.Ints("pool_size")
	none := make([]int, len(size))
	y := e.slide("AveragePool", x, window{size, size, []int{1, 1}, none, none})
	y = e.node("Mul", []string{y, e.perChannel("kernel", x.shape, channelsFirst)})
	if !off(c, "use_bias") {
		y = e.node("Add", []string{y, e.perChannel("bias", x.shape, channelsFirst)})
	}
	y, err := e.activation(y, c.Config("activation"), channelsFirst)
	return e.gives(channelsFirst, y), err
}

// adaptivePool has windows that may differ by a cell, which ONNX has no operator for unless
// all are alike: means are two products, y = P·x·Qᵀ, with a row of P for each window, and the
// largest numbers are found window by window, along the height and then along the width.
func (e *exporter) adaptivePool(x *value) *value {
	in, out := x.shape, e.layer.Shape
	average := e.layer.Kind == "AdaptiveAveragePool2D"
	if in[0]%out[0] == 0 && in[1]%out[1] == 0 {
		op := map[bool]string{true: "AveragePool", false: "MaxPool"}[average]
		size := []int{in[0] / out[0], in[1] / out[1]}
		return e.gives(channelsFirst, e.slide(op, x, window{size, size, []int{1, 1}, []int{0, 0}, []int{0, 0}}))
	}
	y := e.in(x, channelsFirst)
	if average {
		p, q := means(in[0], out[0]), means(in[1], out[1])
		y = e.node("MatMul", []string{e.constant("rows", p, out[0], in[0]), y})
		turned := make([]float32, len(q))
		for i := range q {
			turned[i%in[1]*out[1]+i/in[1]] = q[i]
		}
		return e.gives(channelsFirst, e.node("MatMul", []string{y, e.constant("columns", turned, in[1], out[1])}))
	}
	for a := range 2 {
		axis := e.ints("axis", a+2)
		var parts []string
		for i := range out[a] {
			from, to := adaptive(i, in[a], out[a])
			part := e.node("Slice", []string{y, e.ints("starts", from), e.ints("ends", to), axis})
			parts = append(parts, e.node("ReduceMax", []string{part, axis}))
		}
		y = e.node("Concat", parts, intOf("axis", a+2))
	}
	return e.gives(channelsFirst, y)
}

// adaptive is window i of n along an axis.
func adaptive(i, cells, n int) (from, to int) { return i * cells / n, ((i+1)*cells + n - 1) / n }

// means is the matrix [n cells] that takes the mean of each window.
func means(cells, n int) []float32 {
	p := make([]float32, n*cells)
	for i := range n {
		from, to := adaptive(i, cells, n)
		for j := from; j < to; j++ {
			p[i*cells+j] = 1 / float32(to-from)
		}
	}
	return p
}

func (e *exporter) zeroPadding(x *value, c nn.Config) *value {
	w := windowOf(c, "", x.shape, e.layer.Shape)
	pads := slices.Concat([]int{0, 0}, w.front, []int{0, 0}, w.back)
	return e.gives(channelsFirst, e.node("Pad", []string{e.in(x, channelsFirst), e.ints("pads", pads...)}))
}

func (e *exporter) upSampling(x *value) *value {
	scales := []float32{1, 1}
	for a, n := range x.shape[:len(x.shape)-1] {
		scales = append(scales, float32(e.layer.Shape[a]/n))
	}
	y := e.node("Resize", []string{e.in(x, channelsFirst), "", e.constant("scales", scales, len(scales))},
		textOf("mode", "nearest"), textOf("coordinate_transformation_mode", "asymmetric"), textOf("nearest_mode", "floor"))
	return e.gives(channelsFirst, y)
}
