package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// window is what convolutions and pools share: a box of cells that slides over
// an input of [axes… channels] (slide "Tamanho dos feature maps"). Along each
// axis, with an input of N cells, a filter of F, the padding P on both sides and
// the stride S, the output has
//
//	(N − F + 2·P)/S + 1
//
// cells, rounded down; dilation D stretches the filter to D·(F − 1) + 1.
type window struct {
	rank     int // how many axes it slides along: 1, 2 or 3
	size     []int
	strides  []int // nil: 1 for a convolution, the size for a pool
	dilation []int // nil: 1
	padding  []int // nil: none
	same     bool  // the output has as many cells as the input, divided by the stride
	box      backend.Window
}

// Same pads with zeros so that the output is as large as the input, divided by
// the stride and rounded up (slide "Padding"). Where the padding is odd the
// extra cell stands behind, as in Keras. Valid, the default, does not pad.
var (
	Same  = paddingMode(true)
	Valid = paddingMode(false)
)

// WindowOption is an option of convolutions and of pools.
type WindowOption interface {
	ConvOption
	PoolOption
}

type paddingMode bool

func (p paddingMode) applyWindow(w *window) { w.same, w.padding = bool(p), nil }
func (p paddingMode) applyConv(c *conv)     { p.applyWindow(&c.window) }
func (p paddingMode) applyPool(l *pool)     { p.applyWindow(&l.window) }

type strides []int

// Strides is how many cells the window moves at a time (slide "Camada
// Convolucional"): Strides(2) along all axes, Strides(2, 1) along each.
func Strides(n ...int) WindowOption { return strides(n) }

func (s strides) applyConv(c *conv) { c.strides = s }
func (s strides) applyPool(l *pool) { l.strides = s }

type padding []int

// Padding adds n cells at both ends of all axes, Padding(1, 2) of each.
func Padding(n ...int) WindowOption { return padding(n) }

func (p padding) applyConv(c *conv) { c.padding, c.same = p, false }
func (p padding) applyPool(l *pool) { l.padding, l.same = p, false }

// each returns one number an axis: the given ones, or the only one for all.
func (w *window) each(what string, given []int, least, otherwise int) ([]int, *Error) {
	switch {
	case given == nil:
		return slices.Repeat([]int{otherwise}, w.rank), nil
	case slices.ContainsFunc(given, func(n int) bool { return n < least }) || len(given) != 1 && len(given) != w.rank:
		return nil, &Error{Expected: fmt.Sprintf("%s of 1 or %d numbers, each at least %d", what, w.rank, least), Got: fmt.Sprint(given),
			Mend: "write one number for all axes, or one for each"}
	case len(given) == 1:
		return slices.Repeat(given, w.rank), nil
	}
	return given, nil
}

// fit computes the geometry for an input and returns the lengths of the output.
func (w *window) fit(in tensor.Shape) ([]int, *Error) {
	axes := []string{"[steps channels]", "[height width channels]", "[depth height width channels]"}[w.rank-1]
	if len(in) != w.rank+1 {
		mend := "put nn.Reshape(…) before it"
		if w.rank == 2 && len(in) == 1 {
			mend = "it must stand before nn.Flatten(), or behind nn.Reshape(height, width, channels)"
		}
		return nil, &Error{Expected: axes, Got: in.String(), GotShape: in, Mend: mend}
	}
	size, err := w.each("a window", w.size, 1, 1)
	strides, err2 := w.each("strides", w.strides, 1, 1)
	dilation, err3 := w.each("a dilation", w.dilation, 1, 1)
	padding, err4 := w.each("padding", w.padding, 0, 0)
	if err := firstError(err, err2, err3, err4); err != nil {
		return nil, err
	}
	w.size, w.strides, w.dilation, w.padding = size, strides, dilation, padding
	one := [3]int{1, 1, 1}
	w.box = backend.Window{In: one, Out: one, Size: one, Stride: one, Dilation: one, Channels: in[w.rank]}
	out := make([]int, w.rank)
	for a := range w.rank {
		reach := dilation[a]*(size[a]-1) + 1
		total, front := 2*padding[a], padding[a]
		if w.same {
			out[a] = (in[a] + strides[a] - 1) / strides[a]
			total = max(0, (out[a]-1)*strides[a]+reach-in[a])
			front = total / 2
		}
		if in[a]+total < reach {
			return nil, &Error{Expected: fmt.Sprintf("an input of at least %d cells along each axis", reach-total), Got: in.String(), GotShape: in,
				Mend: "take a smaller window, nn.Same, or fewer pools before it"}
		}
		out[a] = (in[a]+total-reach)/strides[a] + 1
		at := 3 - w.rank + a
		w.box.In[at], w.box.Out[at], w.box.Size[at] = in[a], out[a], size[a]
		w.box.Stride[at], w.box.Dilation[at], w.box.Pad[at] = strides[a], dilation[a], front
	}
	return out, nil
}

// mapFormula is the slide's size of the feature maps, "(28 − 3 + 2·0)/1 + 1 = 26". A
// quotient that is no whole number is rounded, and the formula says how:
// "⌊(11 − 2 + 2·0)/2⌋ + 1 = 5".
func (w *window) mapFormula() string {
	b := w.box
	const at = 2
	reach := b.Dilation[at]*(b.Size[at]-1) + 1
	padded, total := 2*b.Pad[at], fmt.Sprintf("2·%d", b.Pad[at])
	if w.same {
		padded = max(0, (b.Out[at]-1)*b.Stride[at]+reach-b.In[at])
		total = fmt.Sprint(padded)
	}
	room := b.In[at] - reach + padded
	windows := fmt.Sprintf("(%d − %d + %s)/%d", b.In[at], reach, total, b.Stride[at])
	if room%b.Stride[at] != 0 {
		windows = "⌊" + windows + "⌋"
	}
	return fmt.Sprintf("%s + 1 = %d", windows, b.Out[at])
}

// field is how far apart the cells along each axis lie that a number of the
// output depends on, for the receptive field: window and stride.
func (w *window) field() (reach, stride []int) {
	for a := range w.rank {
		reach = append(reach, w.dilation[a]*(w.size[a]-1)+1)
	}
	return reach, w.strides
}

// describe is what the geometry adds to a recipe: "3×3, strides 2×2, same". The
// usual strides are not mentioned.
func (w *window) describe(usual []int) string {
	s := times(w.size)
	if w.strides != nil && !slices.Equal(w.strides, usual) {
		s += ", strides " + times(w.strides)
	}
	if w.dilation != nil && slices.ContainsFunc(w.dilation, func(n int) bool { return n != 1 }) {
		s += ", dilation " + times(w.dilation)
	}
	if w.same {
		s += ", same"
	} else if w.padding != nil && slices.ContainsFunc(w.padding, func(n int) bool { return n != 0 }) {
		s += ", padding " + times(w.padding)
	}
	return s
}

// times is "3×3".
func times(n []int) string {
	parts := make([]string, len(n))
	for i, v := range n {
		parts[i] = fmt.Sprint(v)
	}
	return strings.Join(parts, "×")
}

// axes spreads a size over the axes of a window.
func axes(rank int, size any) []int {
	switch s := size.(type) {
	case [1]int:
		return s[:]
	case [2]int:
		return s[:]
	case [3]int:
		return s[:]
	}
	return slices.Repeat([]int{size.(int)}, rank)
}
