package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// epilogue is [backend.Epilogue] on host memory. The tile adds the bias and applies
// a ReLU; what is left is done on parts of the result that are still in a cache.
type epilogue struct {
	bias   []float32
	f      backend.Activation
	of     backend.Activation // whose derivative the result is multiplied by
	output []float32          // y = of(…), as large as the result; nil: no derivative
}

func newEpilogue(kernel string, e backend.Epilogue, cols, size int) epilogue {
	e.Activation.Check(kernel)
	e.Derivative.Of.Check(kernel)
	return epilogue{optional(kernel, e.Bias, cols), e.Activation, e.Derivative.Of, optional(kernel, e.Derivative.Output, size)}
}

// relu tells whether the tile is to apply a ReLU.
func (e *epilogue) relu() bool { return e.f.Kind == backend.ReLU }

// biasOf is the bias of some columns, which the tile adds.
func (e *epilogue) biasOf(col, cols int) []float32 {
	if e.bias == nil {
		return nil
	}
	return e.bias[col:][:cols]
}

// pending tells whether the tile leaves something to do.
func (e *epilogue) pending() bool {
	return e.output != nil || e.f.Kind != backend.Linear && e.f.Kind != backend.ReLU
}

// finish does what the tile has left to do with a part of the result c, n numbers
// from at on.
func (e *epilogue) finish(k *kernels, c []float32, at, n int) {
	part := c[at:][:n]
	if !e.relu() && e.f.Kind != backend.Linear {
		k.activate(e.f, part, part)
	}
	if e.output != nil {
		k.activateGrad(e.of, e.output[at:][:n], part, part)
	}
}
