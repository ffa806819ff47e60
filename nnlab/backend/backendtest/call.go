package backendtest

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// kernel is a method of a backend with calls that show what it must do.
type kernel struct {
	name  string
	calls func(data) []call
}

// kernels is all that compute; what only moves numbers is tested by hand.
var kernels = slices.Concat(productKernels, convolutionKernels, poolKernels, normKernels, moveKernels, elementwiseKernels, rowwiseKernels, lossKernels, updateKernels, reductionKernels)

// call is one call of a kernel.
type call struct {
	kernel   string
	what     string // what is special about it
	dims     []int
	operands []operand
	inPlace  [][2]int // {out, in}: operands that may be the same buffer
	// terms is the size of what is added up where the sum may be much smaller:
	// errors are measured against it when it is the larger.
	terms float64
	// slack is how many times more than other kernels this call may err, where
	// backends may take a faster way that rounds more; 0 is 1.
	slack float64
	// run calls the kernel with dims and the operands' buffers; a reduction
	// returns its number.
	run func(b backend.Backend, d []int, x []backend.Buffer) float64
}

func (c call) String() string { return fmt.Sprintf("%s %v %s", c.kernel, c.dims, c.what) }

// size is how many numbers the operands hold.
func (c call) size() int {
	n := 0
	for _, o := range c.operands {
		n += len(o.values)
	}
	return n
}

// present tells which operands are there and which are nil.
func (c call) present() string {
	s := ""
	for _, o := range c.operands {
		s += fmt.Sprint(o.values != nil, " ")
	}
	return s
}

// operand is a buffer that a kernel is called with.
type operand struct {
	values   []float32 // before the call; none: the buffer is nil
	out      bool      // the kernel writes to it
	exact    bool      // NaN and Inf have no place in it: labels, targets
	optional bool      // it may be nil
}

// in is an operand that is only read.
func in(x []float32) operand { return operand{values: x} }

// fixed is one that is only read and cannot be any number.
func fixed(x []float32) operand { return operand{values: x, exact: true} }

// inout is one that is read and written.
func inout(x []float32) operand { return operand{values: x, out: true} }

// out is one that is only written: NaN stands in it before.
func out(n int) operand {
	x := make([]float32, n)
	for i := range x {
		x[i] = nan
	}
	return operand{values: x, out: true, exact: true}
}

// or is an operand that may be nil, and is where it is not wanted.
func (o operand) or(wanted bool) operand {
	if !wanted {
		return operand{}
	}
	o.optional = true
	return o
}

// guards is how many numbers are put before and behind the operands. It is odd,
// so that operands do not begin where the backend would like them to.
const guards = 5

// result is what a call leaves behind.
type result struct {
	number   float64
	operands [][]float64 // with their guards
}

// do makes the operands in memory that is surrounded by guards, runs the call
// and reads everything back. alias[i] is the operand whose buffer operand i
// takes, when that is another one.
func (c call) do(b backend.Backend, guard float32, alias map[int]int) result {
	whole := make([]backend.Buffer, len(c.operands))
	parts := make([]backend.Buffer, len(c.operands))
	for i, o := range c.operands {
		if o.values == nil {
			continue
		}
		n := len(o.values)
		whole[i] = b.Alloc(n + 2*guards)
		b.Fill(n+2*guards, float64(guard), whole[i])
		// The operand's buffer is longer than it needs to be.
		parts[i] = b.Slice(whole[i], guards, n+2*guards)
		b.Upload(parts[i], o.values)
	}
	for i, as := range alias {
		whole[i], parts[i] = whole[as], parts[as]
	}
	r := result{operands: make([][]float64, len(c.operands))}
	r.number = c.run(b, c.dims, parts)
	for i, w := range whole {
		if w != nil {
			r.operands[i] = read(b, w)
		}
	}
	return r
}

// read downloads a buffer in the backend's own precision.
func read(b backend.Backend, x backend.Buffer) []float64 {
	wide := make([]float64, x.Len())
	if f, ok := b.(backend.Float64); ok {
		f.Download64(wide, x)
		return wide
	}
	narrow := make([]float32, x.Len())
	b.Download(narrow, x)
	for i, v := range narrow {
		wide[i] = float64(v)
	}
	return wide
}
