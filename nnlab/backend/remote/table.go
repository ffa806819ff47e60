//go:build linux

package remote

import (
	"errors"
	"fmt"
	"math"
	"unsafe"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// op is what is called.
type op uint16

// The calls; opNone fills the end of the ring.
const (
	opNone op = iota
	opFree
	opAlloc
	opSlice
	opUpload
	opDownload
	opScalars
	opSliceScalars
	opReadScalars
	opSync
	opRoom
	opLeave
	opTake
	opSum
	opSumAbs
	opSumSquares
	opNonFinite
	opTF32
	opCompile
	opLaunch
	opWatch
	opMark
	opLaps

	opCopy
	opFill
	opGemm
	opConv
	opConvGradInput
	opConvGradKernel
	opMaxPool
	opMaxPoolGrad
	opAveragePool
	opAveragePoolGrad
	opMoments
	opNormalize
	opNormalizeGrad
	opLayerNorm
	opLayerNormGrad
	opLocalResponse
	opLocalResponseGrad
	opMove
	opActivate
	opActivateGrad
	opMultiply
	opMaximum
	opMaximumGrad
	opNoise
	opAxpy
	opScale
	opDropout
	opSoftmax
	opSoftmaxGrad
	opScaleRows
	opSumRows
	opArgMax
	opOneHot
	opLoss
	opSoftmaxCrossEntropy
	opSGD
	opRMSprop
	opAdam
	opNadam
	opAdagrad
	opAdadelta
	opClip
	opRegularize
	opFillScalars
	opAddScalars
	opReduce
	opMeasure
	opJudge
	opAdvance
	opShorten
	opMix

	// Those of the backend with tensor cores, in the order of opGemm and its neighbours.
	opGemmTF32
	opConvTF32
	opConvGradInputTF32
	opConvGradKernelTF32

	ops // how many there are
)

// reader reads the arguments of a call, one after the other.
type reader struct {
	things []any
	args   []uint64
}

func (r *reader) bits() uint64 {
	if len(r.args) == 0 {
		panic(fmt.Errorf("a call without all its arguments"))
	}
	v := r.args[0]
	r.args = r.args[1:]
	return v
}

func (r *reader) whole() int     { return int(r.bits()) }
func (r *reader) float() float64 { return math.Float64frombits(r.bits()) }
func (r *reader) truth() bool    { return r.bits() != 0 }

func (r *reader) thing() any {
	n := r.bits()
	if n >= uint64(len(r.things)) {
		return nil
	}
	return r.things[n]
}

// buffer and scalars are nil where the client has none, or there was no memory.
func (r *reader) buffer() backend.Buffer {
	b, _ := r.thing().(backend.Buffer)
	return b
}

func (r *reader) scalars() backend.Scalars {
	s, _ := r.thing().(backend.Scalars)
	return s
}

// bytes are those that a call brings.
func (r *reader) bytes() []byte {
	n := r.bits()
	if n > uint64(8*len(r.args)) {
		panic(fmt.Errorf("a call that brings %d bytes in %d words", n, len(r.args)))
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(r.args))), n)
}

// floats are the numbers that an upload brings.
func (r *reader) floats() []float32 {
	b := r.bytes()
	if len(b) == 0 {
		panic(errors.New("an upload of nothing"))
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&b[0])), len(b)/4)
}

// text is one that a call brings.
func (r *reader) text() string { return string(r.bytes()) }

func (r *reader) activation() backend.Activation {
	return backend.Activation{Kind: backend.ActivationKind(r.bits()), Alpha: r.float()}
}

func (r *reader) derivative() backend.Derivative {
	return backend.Derivative{Of: r.activation(), Output: r.buffer()}
}

func (r *reader) epilogue() backend.Epilogue {
	return backend.Epilogue{Bias: r.buffer(), Activation: r.activation(), Derivative: r.derivative()}
}

func (r *reader) ticket() backend.Ticket { return backend.Ticket{r.bits(), r.bits(), r.bits()} }

func (r *reader) key() backend.Key { return backend.Key{Base: r.bits(), Control: r.scalars()} }

func (r *reader) localResponse() backend.LocalResponse {
	return backend.LocalResponse{Size: r.whole(), K: r.float(), Alpha: r.float(), Beta: r.float()}
}

func (r *reader) window() (w backend.Window) {
	for _, axes := range [...]*[3]int{&w.In, &w.Out, &w.Size, &w.Stride, &w.Dilation, &w.Pad} {
		for a := range axes {
			axes[a] = r.whole()
		}
	}
	w.Channels = r.whole()
	return w
}

func (r *reader) geometry() backend.Convolution {
	return backend.Convolution{Window: r.window(), Filters: r.whole(), Groups: r.whole()}
}

func (r *reader) move() (m backend.Move) {
	for _, axes := range [...]*[backend.MoveAxes]int{&m.Lengths, &m.From, &m.To} {
		for a := range axes {
			axes[a] = r.whole()
		}
	}
	m.FromStart, m.ToStart = r.whole(), r.whole()
	return m
}

// kernels are the calls that answer nothing. Go evaluates the arguments from left to
// right, the order in which calls.go has put them.
var kernels = [ops]func(backend.Backend, *reader){
	opCopy: func(b backend.Backend, r *reader) { b.Copy(r.whole(), r.buffer(), r.buffer()) },
	opFill: func(b backend.Backend, r *reader) { b.Fill(r.whole(), r.float(), r.buffer()) },
	opGemm: func(b backend.Backend, r *reader) {
		b.Gemm(backend.Transpose(r.bits()), r.whole(), r.whole(), r.whole(), r.buffer(), r.buffer(), r.float(), r.buffer(), r.epilogue())
	},
	opConv: func(b backend.Backend, r *reader) {
		b.Conv(r.geometry(), r.whole(), r.buffer(), r.buffer(), r.buffer(), r.epilogue())
	},
	opConvGradInput: func(b backend.Backend, r *reader) {
		b.ConvGradInput(r.geometry(), r.whole(), r.buffer(), r.buffer(), r.buffer(), r.derivative())
	},
	opConvGradKernel: func(b backend.Backend, r *reader) {
		b.ConvGradKernel(r.geometry(), r.whole(), r.buffer(), r.buffer(), r.float(), r.buffer())
	},
	opMaxPool: func(b backend.Backend, r *reader) { b.MaxPool(r.window(), r.whole(), r.buffer(), r.buffer()) },
	opMaxPoolGrad: func(b backend.Backend, r *reader) {
		b.MaxPoolGrad(r.window(), r.whole(), r.buffer(), r.buffer(), r.buffer(), r.derivative())
	},
	opAveragePool:     func(b backend.Backend, r *reader) { b.AveragePool(r.window(), r.whole(), r.buffer(), r.buffer()) },
	opAveragePoolGrad: func(b backend.Backend, r *reader) { b.AveragePoolGrad(r.window(), r.whole(), r.buffer(), r.buffer()) },
	opMoments: func(b backend.Backend, r *reader) {
		b.Moments(r.whole(), r.whole(), r.buffer(), r.buffer(), r.buffer())
	},
	opNormalize: func(b backend.Backend, r *reader) {
		b.Normalize(r.whole(), r.whole(), r.float(), r.buffer(), r.buffer(), r.buffer(), r.buffer(), r.buffer(), r.buffer())
	},
	opNormalizeGrad: func(b backend.Backend, r *reader) {
		b.NormalizeGrad(r.whole(), r.whole(), r.float(), r.buffer(), r.buffer(), r.buffer(), r.buffer(), r.buffer(), r.float(), r.buffer(), r.buffer(), r.buffer())
	},
	opLayerNorm: func(b backend.Backend, r *reader) {
		b.LayerNorm(r.whole(), r.whole(), r.float(), r.buffer(), r.buffer(), r.buffer(), r.buffer())
	},
	opLayerNormGrad: func(b backend.Backend, r *reader) {
		b.LayerNormGrad(r.whole(), r.whole(), r.float(), r.buffer(), r.buffer(), r.buffer(), r.float(), r.buffer(), r.buffer(), r.buffer())
	},
	opLocalResponse: func(b backend.Backend, r *reader) {
		b.LocalResponse(r.localResponse(), r.whole(), r.whole(), r.buffer(), r.buffer())
	},
	opLocalResponseGrad: func(b backend.Backend, r *reader) {
		b.LocalResponseGrad(r.localResponse(), r.whole(), r.whole(), r.buffer(), r.buffer(), r.buffer())
	},
	opMove:     func(b backend.Backend, r *reader) { b.Move(r.move(), r.buffer(), r.buffer()) },
	opActivate: func(b backend.Backend, r *reader) { b.Activate(r.activation(), r.whole(), r.buffer(), r.buffer()) },
	opActivateGrad: func(b backend.Backend, r *reader) {
		b.ActivateGrad(r.activation(), r.whole(), r.buffer(), r.buffer(), r.buffer())
	},
	opMultiply: func(b backend.Backend, r *reader) { b.Multiply(r.whole(), r.buffer(), r.buffer(), r.buffer()) },
	opMaximum:  func(b backend.Backend, r *reader) { b.Maximum(r.whole(), r.buffer(), r.buffer(), r.buffer()) },
	opMaximumGrad: func(b backend.Backend, r *reader) {
		b.MaximumGrad(r.whole(), r.buffer(), r.buffer(), r.buffer(), r.buffer(), r.buffer())
	},
	opNoise:   func(b backend.Backend, r *reader) { b.Noise(r.whole(), r.float(), r.key(), r.buffer(), r.buffer()) },
	opAxpy:    func(b backend.Backend, r *reader) { b.Axpy(r.whole(), r.float(), r.buffer(), r.buffer()) },
	opScale:   func(b backend.Backend, r *reader) { b.Scale(r.whole(), r.float(), r.buffer()) },
	opDropout: func(b backend.Backend, r *reader) { b.Dropout(r.whole(), r.float(), r.key(), r.buffer(), r.buffer()) },
	opSoftmax: func(b backend.Backend, r *reader) { b.Softmax(r.whole(), r.whole(), r.buffer(), r.buffer()) },
	opSoftmaxGrad: func(b backend.Backend, r *reader) {
		b.SoftmaxGrad(r.whole(), r.whole(), r.buffer(), r.buffer(), r.buffer())
	},
	opScaleRows: func(b backend.Backend, r *reader) { b.ScaleRows(r.whole(), r.whole(), r.buffer(), r.buffer()) },
	opSumRows:   func(b backend.Backend, r *reader) { b.SumRows(r.whole(), r.whole(), r.buffer(), r.float(), r.buffer()) },
	opArgMax:    func(b backend.Backend, r *reader) { b.ArgMax(r.whole(), r.whole(), r.buffer(), r.buffer()) },
	opOneHot:    func(b backend.Backend, r *reader) { b.OneHot(r.whole(), r.whole(), r.buffer(), r.buffer()) },
	opLoss: func(b backend.Backend, r *reader) {
		b.Loss(backend.Loss{Kind: backend.LossKind(r.bits()), Delta: r.float()}, r.whole(), r.whole(), r.buffer(), r.buffer(), r.buffer(), r.buffer())
	},
	opSoftmaxCrossEntropy: func(b backend.Backend, r *reader) {
		b.SoftmaxCrossEntropy(r.whole(), r.whole(), r.buffer(), r.buffer(), r.buffer(), r.buffer())
	},
	opSGD: func(b backend.Backend, r *reader) {
		b.SGD(backend.SGD{LearningRate: r.float(), Momentum: r.float(), Nesterov: r.truth(), Control: r.scalars()},
			r.whole(), r.buffer(), r.buffer(), r.buffer())
	},
	opRMSprop: func(b backend.Backend, r *reader) {
		b.RMSprop(backend.RMSprop{LearningRate: r.float(), Rho: r.float(), Momentum: r.float(), Epsilon: r.float(), Control: r.scalars()},
			r.whole(), r.buffer(), r.buffer(), r.buffer(), r.buffer())
	},
	opAdam: func(b backend.Backend, r *reader) {
		b.Adam(backend.Adam{LearningRate: r.float(), Beta1: r.float(), Beta2: r.float(), Epsilon: r.float(), WeightDecay: r.float(), Step: r.whole(), Control: r.scalars()},
			r.whole(), r.buffer(), r.buffer(), r.buffer(), r.buffer())
	},
	opNadam: func(b backend.Backend, r *reader) {
		b.Nadam(backend.Nadam{LearningRate: r.float(), Beta1: r.float(), Beta2: r.float(), Epsilon: r.float(), Step: r.whole(), Control: r.scalars()},
			r.whole(), r.buffer(), r.buffer(), r.buffer(), r.buffer())
	},
	opAdagrad: func(b backend.Backend, r *reader) {
		b.Adagrad(backend.Adagrad{LearningRate: r.float(), Epsilon: r.float(), Control: r.scalars()}, r.whole(), r.buffer(), r.buffer(), r.buffer())
	},
	opAdadelta: func(b backend.Backend, r *reader) {
		b.Adadelta(backend.Adadelta{LearningRate: r.float(), Rho: r.float(), Epsilon: r.float(), Control: r.scalars()},
			r.whole(), r.buffer(), r.buffer(), r.buffer(), r.buffer())
	},
	opClip: func(b backend.Backend, r *reader) { b.Clip(r.whole(), r.float(), r.buffer()) },
	opRegularize: func(b backend.Backend, r *reader) {
		b.Regularize(r.whole(), r.float(), r.float(), r.buffer(), r.buffer())
	},
	opFillScalars: func(b backend.Backend, r *reader) { b.FillScalars(r.whole(), r.float(), r.scalars()) },
	opAddScalars:  func(b backend.Backend, r *reader) { b.AddScalars(r.whole(), r.float(), r.scalars(), r.scalars()) },
	opReduce: func(b backend.Backend, r *reader) {
		b.Reduce(backend.Reduction(r.bits()), r.whole(), r.float(), r.buffer(), r.float(), r.scalars())
	},
	opMeasure: func(b backend.Backend, r *reader) {
		b.Measure(backend.Measure{Kind: backend.MeasureKind(r.bits()), Border: r.float(), K: r.whole()}, r.whole(), r.whole(), r.buffer(), r.buffer(), r.scalars())
	},
	opJudge:   func(b backend.Backend, r *reader) { b.Judge(r.scalars(), r.scalars()) },
	opAdvance: func(b backend.Backend, r *reader) { b.Advance(r.scalars()) },
	opShorten: func(b backend.Backend, r *reader) { b.Shorten(r.whole(), r.float(), r.scalars(), r.buffer()) },
	opMix:     func(b backend.Backend, r *reader) { b.Mix(r.whole(), r.float(), r.buffer(), r.buffer(), r.scalars()) },
}
