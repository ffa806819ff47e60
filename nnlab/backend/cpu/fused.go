package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// GemmFused makes the cpu a [backend.Fuser].
func (c *cpu) GemmFused(m, n, k int, a, b, y backend.Buffer, f backend.Fused) {
	const name = "GemmFused"
	backend.Check(name, m, n, k)
	A, B, Y := numbers(name, a, m*k), numbers(name, b, k*n), numbers(name, y, (m-1)*f.Check(name, n)+n)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.multiply(backend.NN, m, n, k, A, B, 0, Y, c.fused(name, f, m, n))
}

// ConvFused makes the cpu a [backend.Fuser].
func (c *cpu) ConvFused(g backend.Convolution, n int, x, w, y backend.Buffer, f backend.Fused) {
	const name = "ConvFused"
	backend.Check(name, n)
	g.Check(name)
	rows := n * g.Outputs()
	X, W := numbers(name, x, n*g.Inputs()*g.Channels), numbers(name, w, g.Depth()*g.Filters)
	Y := numbers(name, y, (rows-1)*f.Check(name, g.Filters)+g.Filters)
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.convolution(&g, n, X, W, Y, c.fused(name, f, rows, g.Filters))
}
