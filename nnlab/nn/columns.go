package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// columns scales and shifts the channels of a tensor, y = γ·x + β: a normalisation by
// a mean of 0 and a deviation of 1.
type columns struct{ zeros, ones *tensor.Tensor } // [C]

func newColumns(b *Builder, channels int) columns {
	c := columns{b.Vector(channels), b.Vector(channels)}
	tensor.Fill(1, c.ones)
	return c
}

// affine computes y = γ·x + β for each channel. In place.
func (c columns) affine(x, gamma, beta, y *tensor.Tensor) {
	tensor.Normalize(0, x, c.zeros, c.ones, gamma, beta, y)
}
