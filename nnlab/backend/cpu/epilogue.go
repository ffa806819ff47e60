package cpu

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// epilogue is [backend.Epilogue] on host memory. A tile does what it can of it while the
// sums are in registers, see [epilogue.within]; what is left is done on parts of the result
// that are still in a cache.
type epilogue struct {
	bias   []float32
	f      backend.Activation
	of     backend.Activation // whose derivative the result is multiplied by
	output []float32          // y = of(…), as large as the result; nil: no derivative

	// Of [backend.Fused]; the bias is its shift.
	scale  []float32 // nil: the sums are neither scaled nor added to plus
	plus   []float32 // as large as the result, without what lies between its rows; nil: zeros
	cols   int
	stride int // how far apart the rows of the result are
}

func newEpilogue(kernel string, e backend.Epilogue, cols, size int) epilogue {
	e.Activation.Check(kernel)
	e.Derivative.Of.Check(kernel)
	return epilogue{bias: optional(kernel, e.Bias, cols), f: e.Activation, of: e.Derivative.Of, output: optional(kernel, e.Derivative.Output, size), cols: cols, stride: cols}
}

// fused is the epilogue of a [backend.Fused], for so many rows.
func (c *cpu) fused(kernel string, f backend.Fused, rows, cols int) epilogue {
	e := epilogue{bias: optional(kernel, f.Shift, cols), f: f.Activation, scale: optional(kernel, f.Scale, cols),
		plus: optional(kernel, f.Plus, rows*cols), cols: cols, stride: f.Check(kernel, cols)}
	if e.scale == nil && e.plus == nil { // the tile does it all
		return e
	}
	if e.scale == nil || e.bias == nil {
		both := sized(&c.neutral, 2*cols)
		if clear(both); e.bias == nil {
			e.bias = both[:cols]
		}
		if e.scale == nil {
			e.scale = both[cols:]
			c.kernels.fill(e.scale, 1)
		}
	}
	return e
}

// ld is how far apart the rows of a result of so many columns are.
func (e *epilogue) ld(cols int) int { return max(cols, e.stride) }

// from is the epilogue of the rows from row on.
func (e epilogue) from(row int) epilogue {
	if e.output != nil {
		e.output = e.output[row*e.cols:]
	}
	if e.plus != nil {
		e.plus = e.plus[row*e.cols:]
	}
	return e
}

// relu tells whether the tile is to apply a ReLU.
func (e *epilogue) relu() bool { return e.f.Kind == backend.ReLU && e.scale == nil }

// biasOf is the bias of some columns, which the tile adds.
func (e *epilogue) biasOf(col, cols int) []float32 {
	if e.bias == nil || e.scale != nil {
		return nil
	}
	return e.bias[col:][:cols]
}

// within has a tile do what it can of the epilogue, for some columns from row on, where
// rows stand apart from each other: all but functions other than ReLU, unless the kernels
// are such as do not scale.
func (e *epilogue) within(k *kernels, t *tile, row, apart, col, cols int) {
	t.bias, t.relu = e.biasOf(col, cols), e.relu()
	if e.scale == nil || !k.scales {
		return
	}
	t.scale, t.bias, t.relu = e.scale[col:][:cols], e.bias[col:][:cols], e.f.Kind == backend.ReLU
	if e.plus != nil {
		t.plus, t.rowPlus, t.plusAt = e.plus[row*e.cols+col:], apart*e.cols, 0
	}
}

// behind is what is left of the epilogue behind tiles that have done what they can.
func (e epilogue) behind(k *kernels) epilogue {
	if k.scales {
		e.scale, e.plus = nil, nil
	}
	return e
}

// pending tells whether the tile leaves something to do.
func (e *epilogue) pending() bool {
	return e.output != nil || e.scale != nil || e.f.Kind != backend.Linear && e.f.Kind != backend.ReLU
}

// finish does what the tile has left to do with a part of the result c, n numbers
// from at on.
func (e *epilogue) finish(k *kernels, c []float32, at, n int) {
	part := c[at:][:n]
	if e.f.Kind != backend.ReLU && e.f.Kind != backend.Linear {
		k.activate(e.f, part, part)
	}
	if e.output != nil {
		k.activateGrad(e.of, e.output[at:][:n], part, part)
	}
}

// finishRow is finish for n numbers of row i, from column col on.
func (e *epilogue) finishRow(k *kernels, c []float32, i, col, n int) {
	at := i*e.stride + col
	if e.scale != nil {
		part, floor := c[at:][:n], float32(math.Inf(-1))
		if e.f.Kind == backend.ReLU {
			floor = 0
		}
		if e.plus == nil {
			k.rescale(part, e.scale[col:][:n], e.bias[col:][:n], floor)
		} else {
			k.rescalePlus(part, e.plus[i*e.cols+col:][:n], e.scale[col:][:n], e.bias[col:][:n], floor)
		}
	}
	e.finish(k, c, at, n)
}

// rescale computes y = max(floor, y·scale + shift).
func rescale(y, scale, shift []float32, floor float32) {
	scale, shift = scale[:len(y)], shift[:len(y)]
	for i, v := range y {
		y[i] = max(floor, v*scale[i]+shift[i]) // NaN stays NaN
	}
}

// rescalePlus computes y = max(floor, y·scale + shift + plus).
func rescalePlus(y, plus, scale, shift []float32, floor float32) {
	plus, scale, shift = plus[:len(y)], scale[:len(y)], shift[:len(y)]
	for i, v := range y {
		y[i] = max(floor, v*scale[i]+shift[i]+plus[i])
	}
}
