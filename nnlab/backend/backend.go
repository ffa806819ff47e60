// Package backend is the boundary between the laboratory and the machine: one
// interface of 64 methods that a CPU, a GPU or a plain float64 reference implements. Of
// these 41 are the kernels of layers, losses and optimizers, 11 those of a step, 4 return
// a number, 6 make and move memory.
//
// # Conventions
//
// Matrices are row-major and dense: element (i, j) of an m×n matrix stands at
// i·n + j. The batch is the first axis, the channels the last (NHWC). Kernels
// take plain numbers (m, n, k, rows, cols) and buffers that may be longer than
// needed; they touch only the prefix that the numbers name.
//
// Kernels do not return errors. Sizes that cannot be right (a dimension < 1, a
// buffer that is too short, a buffer of another backend) are a mistake of the
// caller: the kernel panics with an [Error]. The failure of a device is kept
// and returned by Sync, after which the results of earlier kernels may not be
// trusted.
//
// NaN and Inf are numbers like others: a kernel carries them through and never
// hides them (max(0, NaN) is NaN, 0·Inf is NaN), but for the zeros on the left of a
// product, see [Products], and of dy of a convolution.
//
// Output and input may be the same buffer where the comment of the kernel says
// "in place"; otherwise they must not overlap.
//
// The same call with the same input gives the same bits, whatever GOMAXPROCS:
// work is split by output and the order of each reduction is fixed.
package backend

import (
	"errors"
	"fmt"
)

// Buffer is memory of one backend, for Len numbers. What the numbers look like
// (float32 on the host, float64, device memory) is the backend's own business.
type Buffer interface {
	Len() int
}

// Backend is a machine that can train.
type Backend interface {
	Memory
	Products
	Convolutions
	Pools
	Norms
	Moves
	Elementwise
	Rowwise
	Losses
	Updates
	Reductions
	Steps

	// Name is the word a user chooses the backend by: "cpu", "ref", "cuda".
	Name() string
	// Sync waits until all kernels have ended and returns the first failure of
	// the device since the last Sync, or nil.
	Sync() error
}

// Memory makes, fills and reads buffers.
type Memory interface {
	// Alloc returns a buffer of n > 0 zeros. There is no Free: a buffer lives
	// as long as something refers to it.
	Alloc(n int) Buffer
	// Slice returns the numbers lo ≤ i < hi of b as a buffer that shares them.
	Slice(b Buffer, lo, hi int) Buffer
	// Upload copies src to the first len(src) numbers of dst.
	Upload(dst Buffer, src []float32)
	// Download copies the first len(dst) numbers of src to dst.
	Download(dst []float32, src Buffer)
	// Copy copies n numbers.
	Copy(n int, src, dst Buffer)
	// Fill sets n numbers to v.
	Fill(n int, v float64, dst Buffer)
}

// Float64 is implemented by a backend whose buffers hold float64, so that
// gradients can be checked by finite differences.
type Float64 interface {
	Upload64(dst Buffer, src []float64)
	Download64(dst []float64, src Buffer)
}

// Host is implemented by a backend whose buffers are float32 in the host's memory,
// so that numbers that are there need not be copied.
type Host interface {
	// Wrap returns a buffer that is values, wherever they begin: what a kernel
	// writes to it changes them.
	Wrap(values []float32) Buffer
	// Unwrap returns the numbers of a buffer themselves, not copies.
	Unwrap(b Buffer) []float32
}

// Holder is implemented by a backend that can work faster with weights that stay as
// they are: what it makes of them, panels or transforms, it may then keep from one
// kernel to the next.
type Holder interface {
	// Hold promises that nobody writes to these buffers until release is called. It
	// changes no bit of any result, and no more than how fast a kernel is that reads a
	// whole one of them as B of a product or w of a convolution. The backend decides
	// what it keeps and how much of it; with release it keeps nothing more. A buffer
	// can be held several times, also from several goroutines: the promise ends with
	// the last release. To call release again does nothing.
	Hold(weights ...Buffer) (release func())
}

// Device is implemented by a backend that computes elsewhere than in the host's memory.
type Device interface {
	// Device is what computes, for people: "NVIDIA T4"; "" where there is no more to say
	// than the backend's name.
	Device() string
	// Room is how many bytes the program may have there at once, with those that it has
	// already, and what sets that limit, "the memory of NVIDIA T4"; false where it cannot
	// be told.
	Room() (bytes int64, of string, known bool)
}

// TensorCores is implemented by a backend whose device may multiply matrices of short numbers
// several times as fast as those of float32.
type TensorCores interface {
	// TF32 returns a backend with the same buffers that rounds both factors of products and
	// convolutions to TF32, float32 with 10 bits behind the point instead of 23, and adds
	// their products up in float32: a product errs by at most about 2⁻¹⁰ of itself, and all
	// else is as without. Where the device cannot, the error says so.
	TF32() (Backend, error)
}

// Purposeful is implemented by a backend whose memory may run out, and which says then what
// it was asked for.
type Purposeful interface {
	// AllocFor is Alloc for a purpose, "the gradient of dense_1.w", which the error of Sync
	// names where there is no memory; the buffer has no numbers then.
	AllocFor(purpose string, n int) Buffer
}

// AllocFor returns a buffer of n zeros, and tells a backend that can run out of memory what
// it is for. Where there is none it panics with an [Error] that says so.
func AllocFor(b Backend, purpose string, n int) Buffer {
	p, ok := b.(Purposeful)
	if !ok {
		return b.Alloc(n)
	}
	buffer := p.AllocFor(purpose, n)
	if buffer.Len() < n {
		panic(Error{"Alloc", fmt.Sprint(b.Sync())})
	}
	return buffer
}

// ErrMemory is, by errors.Is, what Sync returns when there was no memory for a buffer, and
// all others are as they were.
var ErrMemory = errors.New("out of memory")

// ErrLost is, by errors.Is, what Sync returns when the device, or the process that has it,
// is gone, and with it all buffers.
var ErrLost = errors.New("the device is lost")

// Still is implemented by a backend whose calls wait for another process, so that the
// numbers of a variable can be read when a program ends and nothing else runs.
type Still interface {
	// Still runs f, whose calls of the backend wait without Go's scheduler.
	Still(f func() error) error
}

// Shelf is implemented by a backend whose memory outlives the program that uses it: the next
// program need not bring again what this one leaves.
type Shelf interface {
	// Leave leaves a buffer as it is for a program that comes behind this one's end. What
	// this program has computed or written afterwards, wherever, takes back all it has left.
	Leave(t Ticket, b Buffer)
	// Take returns the buffer of n numbers that a program has left, once, and whether it is
	// there still: memory that others need is not kept.
	Take(t Ticket, n int) (b Buffer, left bool)
}

// Ticket is what a buffer on a shelf is asked for by. No two programs leave any under the
// same: two of its numbers are drawn at random.
type Ticket [3]uint64

// Transpose says which factors of a product are read transposed.
type Transpose uint8

// The four products: N takes a factor as it is stored, T its transpose.
const (
	NN Transpose = iota // C = A·B    A [m×k]  B [k×n]
	TN                  // C = Aᵀ·B   A [k×m]  B [k×n]
	NT                  // C = A·Bᵀ   A [m×k]  B [n×k]
	TT                  // C = Aᵀ·Bᵀ  A [k×m]  B [n×k]
)

// Epilogue is what happens to an element of a product while it is still in a
// register. The zero value does nothing.
type Epilogue struct {
	Bias       Buffer     // [n], added to every row; nil: none
	Activation Activation // then applied; the zero value is the identity
	Derivative Derivative // multiplied by, last
}

// Derivative is a factor f'(net) that is expressed through the output y = f(net), as
// in ActivateGrad: what makes the δ of a layer of the ∂E/∂y that another sends it.
type Derivative struct {
	Of     Activation // f
	Output Buffer     // y, as large as the product; nil: the factor is 1
}

// Products are the kernels that do nearly all of the arithmetic. Where a number of A
// is 0, the term that it makes with a number of B may be left out: then a NaN or an
// infinity that B has there is not seen. Where A has a NaN or an infinity nothing is
// left out.
type Products interface {
	// Gemm computes C = f(op(A)·op(B) + β·C + bias) ⊙ g'(y), C [m×n], with an inner
	// dimension k; g' is the epilogue's derivative. With β = 0 the old content of C
	// is not read.
	Gemm(t Transpose, m, n, k int, a, b Buffer, beta float64, c Buffer, e Epilogue)
}

// Convolutions slide weighted windows over a batch of n volumes x
// [n × In × Channels] (slides "Convolução" and "Número de parâmetros"): a number
// of the output y [n × Out × Filters] is the sum of the window's cells times the
// weights w [Size × Channels/Groups × Filters] of its filter. What lies in the
// padding is 0. A backend may compute convolutions of 3×3 with many channels by a
// faster algorithm than the plain sum: it errs by less than 1e-4 of the largest
// number, and a NaN or an infinity may then reach outputs beside those that see it.
// Of the gradients it may leave out what a 0 of dy makes, as a product does with a 0
// of its left factor.
type Convolutions interface {
	// Conv computes y = f(w ∗ x + bias), the bias [Filters].
	Conv(g Convolution, n int, x, w, y Buffer, e Epilogue)
	// ConvGradInput computes dx from dy: each input gets the dy of the outputs
	// that saw it, times the weight through which they did, all times d. A NaN or an
	// infinity of w may reach all inputs.
	ConvGradInput(g Convolution, n int, dy, w, dx Buffer, d Derivative)
	// ConvGradKernel computes dw = β·dw + Σ x·dy, over all places where a weight
	// met an input.
	ConvGradKernel(g Convolution, n int, x, dy Buffer, beta float64, dw Buffer)
}

// Pools reduce each window of a batch of n volumes x [n × In × Channels] to one
// number a channel, y [n × Out × Channels] (slide "Subamostragem: pooling
// layer"). Cells in the padding do not count.
type Pools interface {
	// MaxPool takes the largest cell. NaN counts as larger than any number.
	MaxPool(w Window, n int, x, y Buffer)
	// MaxPoolGrad hands dy to the window's largest cell, the first one where
	// several are largest; dx is the sum of what a cell gets, times d.
	MaxPoolGrad(w Window, n int, x, dy, dx Buffer, d Derivative)
	// AveragePool takes the mean of the cells.
	AveragePool(w Window, n int, x, y Buffer)
	// AveragePoolGrad shares dy evenly among the window's cells.
	AveragePoolGrad(w Window, n int, dy, dx Buffer)
}

// Norms subtract a mean and divide by a deviation, x̂ = (x − μ)/√(σ² + ε), then
// scale: y = γ·x̂ + β. The matrices are rows×cols; γ, β, μ and σ² are [cols].
type Norms interface {
	// Moments computes the mean μ and the variance σ² of each column.
	Moments(rows, cols int, x, mean, variance Buffer)
	// Normalize computes y = γ·(x − μ)/√(σ² + ε) + β. In place.
	Normalize(rows, cols int, epsilon float64, x, mean, variance, gamma, beta, y Buffer)
	// NormalizeGrad is the backward pass of Moments and Normalize together:
	//
	//	dβ = Σ_rows dy     dγ = Σ_rows dy·x̂
	//	dx = γ/√(σ² + ε)·(dy − dβ/rows − x̂·dγ/rows)
	//
	// It adds to dγ and dβ times accumulate. A nil dx is not computed. dx may be dy.
	NormalizeGrad(rows, cols int, epsilon float64, x, mean, variance, gamma, dy Buffer, accumulate float64, dgamma, dbeta, dx Buffer)
	// LayerNorm normalises each row by its own mean and variance.
	LayerNorm(rows, cols int, epsilon float64, x, gamma, beta, y Buffer)
	// LayerNormGrad is the backward pass of LayerNorm. dx may be dy.
	LayerNormGrad(rows, cols int, epsilon float64, x, gamma, dy Buffer, accumulate float64, dgamma, dbeta, dx Buffer)
	// LocalResponse divides by the activity of neighbouring columns (Krizhevsky
	// et al. 2012, 3.3): y = x / (K + α·Σ x²)^β, the sum over Size columns around.
	LocalResponse(p LocalResponse, rows, cols int, x, y Buffer)
	// LocalResponseGrad computes dx. It must not be dy.
	LocalResponseGrad(p LocalResponse, rows, cols int, x, dy, dx Buffer)
}

// Moves copy numbers between places that strides name.
type Moves interface {
	// Move copies a block of up to six axes: for every index i,
	//
	//	dst[ToStart + Σ i·To] = src[FromStart + Σ i·From]
	//
	// A From of 0 repeats a number along an axis. A place of dst may be written
	// once only.
	Move(m Move, src, dst Buffer)
}

// Elementwise kernels work on n numbers each.
type Elementwise interface {
	// Activate computes y = f(x). In place.
	Activate(f Activation, n int, x, y Buffer)
	// ActivateGrad computes dx = dy ⊙ f'(x), with f' expressed through the
	// output y = f(x). dx may be dy.
	ActivateGrad(f Activation, n int, y, dy, dx Buffer)
	// Multiply computes z = x ⊙ y. z may be x or y.
	Multiply(n int, x, y, z Buffer)
	// Maximum computes z = max(x, y). NaN counts as larger than any number.
	Maximum(n int, x, y, z Buffer)
	// MaximumGrad computes dx = dz where x ≥ y and dy = dz elsewhere, 0 in the
	// other of the two. One of them may be dz.
	MaximumGrad(n int, x, y, dz, dx, dy Buffer)
	// Noise computes y = x + σ·Normal(key, i). In place.
	Noise(n int, sigma float64, key Key, x, y Buffer)
	// Axpy computes y = y + α·x.
	Axpy(n int, alpha float64, x, y Buffer)
	// Scale computes x = α·x.
	Scale(n int, alpha float64, x Buffer)
	// Dropout computes y[i] = x[i]/(1−rate) where Uniform(key, i) ≥ rate, else
	// 0, for 0 ≤ rate < 1. The same key drops the same units, so the backward
	// pass is the same kernel on the gradient. In place.
	Dropout(n int, rate float64, key Key, x, y Buffer)
}

// Rowwise kernels work along the rows of a rows×cols matrix.
type Rowwise interface {
	// Softmax computes y[r,:] = exp(x[r,:]) / Σ exp(x[r,:]), shifted by the
	// row's maximum so that it cannot overflow. In place.
	Softmax(rows, cols int, x, y Buffer)
	// SoftmaxGrad computes dx = y ⊙ (dy − Σ_c dy·y) row by row. dx may be dy.
	SoftmaxGrad(rows, cols int, y, dy, dx Buffer)
	// ScaleRows computes x[r,:] = s[r]·x[r,:], s [rows].
	ScaleRows(rows, cols int, s, x Buffer)
	// SumRows computes y[c] = β·y[c] + Σ_r x[r,c], y [cols].
	SumRows(rows, cols int, x Buffer, beta float64, y Buffer)
	// ArgMax writes to y[r] the column of the largest element of row r, the
	// first one where several are largest. NaN counts as larger than any number.
	ArgMax(rows, cols int, x, y Buffer)
	// OneHot writes rows of zeros with a 1 in column labels[r]; labels [rows]
	// holds whole numbers from 0 to cols−1, y [rows×cols]. Another label is a
	// mistake of the caller; a device that meets it reports it at Sync.
	OneHot(rows, cols int, labels, y Buffer)
}

// Losses compare an output with its target.
type Losses interface {
	// Loss writes the loss of each row to loss [rows] and the gradient of the
	// mean of these over the batch, ∂E/∂y with E = (1/rows)·Σ loss, to dy
	// [rows×cols]. A nil dy asks for the losses alone. dy may be y.
	Loss(l Loss, rows, cols int, y, target, loss, dy Buffer)
	// SoftmaxCrossEntropy is softmax and categorical cross-entropy in one, from
	// the net input of the softmax: loss[r] = −Σ target·log softmax(net) =
	// Σ target·(log Σ exp(net) − net), dnet = (softmax(net) − target)/rows. Rows
	// of target sum to 1. A nil dnet asks for the losses alone. dnet may be net. A class with the target 0 adds
	// nothing to the loss, not even where its net input is −Inf.
	SoftmaxCrossEntropy(rows, cols int, net, target, loss, dnet Buffer)
}

// Updates change n parameters w by their gradient g in one pass over memory;
// the formulas stand at [SGD], [RMSprop], [Adam], … State buffers belong to the
// parameter and start as zeros, s of Adagrad as the number the user wants. With a control
// that has failed they change nothing, see [ControlFailed].
type Updates interface {
	// SGD: v is the last step Δw; it may be nil without momentum.
	SGD(p SGD, n int, w, g, v Buffer)
	// RMSprop: s is the running mean of g², v the last step; v may be nil
	// without momentum.
	RMSprop(p RMSprop, n int, w, g, s, v Buffer)
	// Adam: m and v are the running means of g and g².
	Adam(p Adam, n int, w, g, m, v Buffer)
	// Nadam: m and v are the running means of g and g².
	Nadam(p Nadam, n int, w, g, m, v Buffer)
	// Adagrad: s is the sum of g².
	Adagrad(p Adagrad, n int, w, g, s Buffer)
	// Adadelta: s and d are the running means of g² and of the squared steps.
	Adadelta(p Adadelta, n int, w, g, s, d Buffer)
	// Clip holds each number of g within [−limit, limit].
	Clip(n int, limit float64, g Buffer)
	// Regularize adds the gradient of l1·Σ|w| + l2·Σw² to g.
	Regularize(n int, l1, l2 float64, w, g Buffer)
}

// Reductions return one number, summed in float64; they wait for the device, and so
// have no place in a training step: see [Steps].
type Reductions interface {
	Sum(n int, x Buffer) float64
	SumAbs(n int, x Buffer) float64
	SumSquares(n int, x Buffer) float64
	// NonFinite counts NaN, +Inf and −Inf.
	NonFinite(n int, x Buffer) int
}
