package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

func (i *importer) batchNorm(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	if n.int("training_mode", 0) != 0 || i.opset < 7 && n.attribute("is_test") != nil && n.int("is_test", 0) == 0 {
		return errors.New("it takes the means of the examples, as in training")
	}
	weights := map[string][]float32{}
	for k, name := range []string{"gamma", "beta", "moving_mean", "moving_variance"} {
		if weights[name], err = i.weight(n, k+1); err != nil {
			return err
		}
		if len(weights[name]) != x.dims[0] {
			return fmt.Errorf("%d numbers for %d channels", len(weights[name]), x.dims[0])
		}
	}
	return i.behind(n, x.channelsLast(), nn.Config{"kind": "BatchNorm", "epsilon": n.float("epsilon", 1e-5), "momentum": 0.99}, weights)
}

// scaled are the weights γ and β of a normalisation, which are its second and third input.
func (i *importer) scaled(n node) (gamma, beta []float32, err error) {
	if gamma, err = i.weight(n, 1); err == nil {
		beta, err = i.weight(n, 2)
	}
	if beta == nil {
		beta = make([]float32, len(gamma))
	}
	return gamma, beta, err
}

// groupNorm normalises the channels of each example in groups, or each by itself.
func (i *importer) groupNorm(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	gamma, beta, err := i.scaled(n)
	if err != nil {
		return err
	}
	channels := x.dims[0]
	groups := channels
	if n.GetOpType() == "GroupNormalization" {
		groups = n.int("num_groups", 1)
	}
	if len(gamma) == groups && groups > 0 && channels%groups == 0 { // versions before 21 have a weight for each group
		gamma, beta = forEach(gamma, channels/groups), forEach(beta, channels/groups)
	}
	if len(gamma) != channels || len(beta) != channels {
		return fmt.Errorf("%d and %d weights for %d channels", len(gamma), len(beta), channels)
	}
	return i.behind(n, x.channelsLast(), nn.Config{"kind": "GroupNorm", "groups": groups, "epsilon": n.float("epsilon", 1e-5)},
		map[string][]float32{"gamma": gamma, "beta": beta})
}

// forEach has each number of a list several times.
func forEach(list []float32, times int) (all []float32) {
	for _, v := range list {
		all = append(all, slices.Repeat([]float32{v}, times)...)
	}
	return all
}

// layerNorm normalises each position along its channels, or all numbers of an example together.
func (i *importer) layerNorm(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	a, err := axis(n.int("axis", -1), x)
	if err != nil {
		return err
	}
	if err := i.first(n); err != nil {
		return err
	}
	gamma, beta, err := i.scaled(n)
	if err != nil {
		return err
	}
	c := nn.Config{"kind": "LayerNorm", "epsilon": n.float("epsilon", 1e-5)}
	weights := map[string][]float32{"gamma": gamma, "beta": beta}
	if last := len(x.dims) - 1; a == last {
		return i.behind(n, x.turned(behindAll(len(x.dims), a)), c, weights)
	} else if size := product(x.dims[a:]); len(gamma) == size { // those axes as one
		dims := x.dims
		y, err := i.layer(x.plain().reshaped(append(slices.Clone(dims[:a]), size)).node, n.GetName(), c, weights)
		if err == nil {
			i.give(n, asIs(y, append(slices.Clone(dims[:a]), size)).reshaped(dims))
		}
		return err
	}
	return fmt.Errorf("%d weights along the axes from %d of %v on", len(gamma), a+1, x.dims)
}

// lrn has an α that is size times as large as the lab's.
func (i *importer) lrn(n node) error {
	x, err := i.x(n)
	if err != nil {
		return err
	}
	size := n.int("size", 1)
	if size%2 == 0 {
		return fmt.Errorf("a window of %d channels has no middle", size)
	}
	return i.behind(n, x.channelsLast(), nn.Config{"kind": "LocalResponseNorm", "size": size, "alpha": n.float("alpha", 1e-4) / float64(size),
		"beta": n.float("beta", 0.75), "k": n.float("bias", 1)}, nil)
}
