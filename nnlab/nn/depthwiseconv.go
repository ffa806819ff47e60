package nn

// DepthwiseConv2D gives each channel filters of its own, one or, with
// [DepthMultiplier], several: the filters of channel c are the outputs c·m to
// c·m + m − 1. Its kernel is [kh×kw×1×channels·m]; in memory that is Keras's
// [kh×kw×channels×m].
func DepthwiseConv2D[K int | [2]int](kernel K, options ...ConvOption) Layer {
	c := newConv("DepthwiseConv2D", 2, 0, kernel)
	c.multiplier = 1
	return told(c, options, ConvOption.applyConv)
}

type depthMultiplier int

// DepthMultiplier is how many filters each channel of a [DepthwiseConv2D] gets.
func DepthMultiplier(n int) ConvOption { return depthMultiplier(n) }

func (m depthMultiplier) applyConv(c *conv) { c.multiplier = int(m) }
