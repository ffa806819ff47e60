package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// span is a kernel on n independent numbers or rows, with its operands.
type span struct {
	n, length int // length: how many a part takes
	f         func(s *span, lo, hi int)

	a, b, c, d []float32
	cols       int
	activation backend.Activation
	loss       backend.Loss
	alpha      float32
	key        uint64
	sgd        backend.SGD
	rmsprop    backend.RMSprop
	adam       backend.Adam
	l1, l2     float32
}

func (s *span) part(i, _ int) { s.f(s, i*s.length, min(s.n, (i+1)*s.length)) }

// over runs f, which must not capture anything, on n numbers in parts of length.
func (c *cpu) over(n, length int, s span, f func(s *span, lo, hi int)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.span = s
	c.span.n, c.span.length, c.span.f = n, length, f
	c.pool.run(&c.span, (n+length-1)/length)
	c.span = span{} // lets go of the operands
}

// elements is how many numbers are worth waking a thread for.
const elements = 1 << 14

// rowsOf is elements in rows of cols numbers.
func rowsOf(cols int) int { return max(1, elements/4/cols) }
