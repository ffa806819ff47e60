package onnx

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// resize repeats each position of a map a whole number of times.
func (i *importer) resize(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	scales, err := i.scales(n, x)
	if err != nil {
		return err
	}
	refused := errors.New("the lab repeats each position of a map a whole number of times (nearest)")
	rank := len(x.dims) - 1
	if mode := n.text("mode"); mode != "" && mode != "nearest" || len(scales) != rank+2 || scales[0] != 1 || scales[1] != 1 || rank < 1 || rank > 3 {
		return refused
	}
	dims, size := slices.Clone(x.dims), make([]int, rank)
	for a, s := range scales[2:] {
		size[a] = int(s)
		if float64(size[a]) != s || size[a] < 1 {
			return refused
		}
		dims[a+1] *= size[a]
		for at := range dims[a+1] {
			if from, err := nearest(n, i.opset, at, x.dims[a+1], size[a]); err != nil {
				return err
			} else if from != at/size[a] {
				return refused
			}
		}
	}
	y, err := i.layer(x.channelsLast().node, n.GetName(), nn.Config{"kind": spatial("UpSampling", rank), "size": size}, nil)
	if err == nil {
		i.give(n, &given{node: y, dims: dims, axes: channelsBehind(len(dims))})
	}
	return err
}

// scales are how many times as long each axis becomes, the batch's first: the file says them, or
// how long the axes are then, of all axes or of some.
func (i *importer) scales(n node, x *given) ([]float64, error) {
	var some []float64 // what the last input with numbers says, as earlier versions have fewer inputs
	axes := n.ints("axes")
	if axes == nil {
		axes = inOrder(len(x.dims) + 1)
	}
	for k, a := range axes {
		if a < 0 {
			a += len(x.dims) + 1
		}
		if axes[k] = a; a < 0 || a > len(x.dims) {
			return nil, fmt.Errorf("the axes %v of %d", axes, len(x.dims)+1)
		}
	}
	for _, v := range n.attribute("scales").GetFloats() { // the first versions of Upsample
		some = append(some, float64(v))
	}
	for k := len(n.Input) - 1; k > 0 && some == nil; k-- {
		c, err := i.given(n, k)
		if err != nil {
			return nil, err
		}
		switch {
		case c == nil:
		case c.ints != nil && len(c.ints) == len(axes):
			if policy := n.text("keep_aspect_ratio_policy"); policy != "" && policy != "stretch" {
				return nil, errors.New("it keeps the ratio of the axes")
			}
			for k, d := range c.ints {
				if axes[k] == 0 { // as many examples as before
					some = append(some, 1)
				} else {
					some = append(some, float64(d)/float64(x.dims[axes[k]-1]))
				}
			}
		default:
			for _, v := range c.floats {
				some = append(some, float64(v))
			}
		}
	}
	if len(some) != len(axes) {
		return nil, errors.New("it does not say how long each axis becomes")
	}
	all := slices.Repeat([]float64{1}, len(x.dims)+1)
	for k, a := range axes {
		all[a] = some[k]
	}
	return all, nil
}

// nearest is the position that a new one is a copy of, of an axis that becomes a whole number of
// times as long.
func nearest(n node, opset, at, length, times int) (int, error) {
	x, scale := float64(at), float64(times)
	mode, rounds := n.text("coordinate_transformation_mode"), n.text("nearest_mode")
	if n.GetOpType() == "Upsample" || opset < 11 {
		mode, rounds = "asymmetric", "floor"
	}
	switch mode {
	case "", "half_pixel", "half_pixel_symmetric": // the same where the length is a whole number
		x = (x+0.5)/scale - 0.5
	case "pytorch_half_pixel":
		if length*times > 1 {
			x = (x+0.5)/scale - 0.5
		}
	case "align_corners":
		x *= float64(length-1) / float64(max(1, length*times-1))
	case "asymmetric":
		x /= scale
	default:
		return 0, errors.New("its mode is " + mode)
	}
	switch rounds {
	case "", "round_prefer_floor":
		x = math.Ceil(x - 0.5)
	case "round_prefer_ceil":
		x = math.Floor(x + 0.5)
	case "floor":
		x = math.Floor(x)
	case "ceil":
		x = math.Ceil(x)
	default:
		return 0, errors.New("it rounds by " + rounds)
	}
	return min(max(int(x), 0), length-1), nil
}
