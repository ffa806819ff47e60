// Package work says what is measured: epochs of the lecture's networks, products
// and convolutions of the shapes that occur in them. It also has the language in
// which the driver asks a contender, whatever it is written in, to do one of them.
//
// A contender is a process. It first writes a [Hello], then answers each [Item]
// that it reads with one [Answer], a line of JSON each, until its input ends.
package work

import "regexp"

// Item is one thing to measure. Which fields count depends on the kind.
type Item struct {
	Name string `json:"work"`
	Kind Kind   `json:"kind"`
	// Title is the item's name in a table.
	Title string `json:"title"`
	FLOPs int    `json:"flops"` // multiplications and additions of one run

	// Epoch, Goal and Step: a network's name, its optimizer, and how many images an
	// epoch sees, MNIST's but for a Step, whose FLOPs are those of one of its batches.
	Network   string `json:"network,omitempty"`
	Optimizer string `json:"optimizer,omitempty"`
	Batch     int    `json:"batch,omitempty"`
	Samples   int    `json:"samples,omitempty"`
	Seed      int    `json:"seed,omitempty"`
	// Part is how many times fewer images than others this item sees; 0 is once.
	Part int `json:"-"`
	// A Goal ends with this share of right answers on the test images, or fails
	// after so many epochs.
	Accuracy float64 `json:"accuracy,omitempty"`
	Epochs   int     `json:"epochs,omitempty"`

	// Gemm: C = op(A)·op(B), C [M×N], the inner dimension K; op as in backend.
	Transpose string `json:"transpose,omitempty"`
	M         int    `json:"m,omitempty"`
	K         int    `json:"k,omitempty"`
	N         int    `json:"n,omitempty"`
	// TF32 says that factors may be rounded to TF32, for tensor cores.
	TF32 bool `json:"tf32,omitempty"`

	// Stream: what Pass names, of a matrix [M×N], which moves so many bytes.
	Bytes int `json:"bytes,omitempty"`

	// Convolutions: a batch of maps [Side×Side×Channels], with Pad zeros on each side,
	// under kernels [Size×Size] that move by Stride.
	Pass     string `json:"pass,omitempty"` // "forward", "input" or "kernel"; or a Stream's
	Side     int    `json:"side,omitempty"`
	Channels int    `json:"channels,omitempty"`
	Filters  int    `json:"filters,omitempty"`
	Size     int    `json:"size,omitempty"`
	Stride   int    `json:"stride,omitempty"`
	Pad      int    `json:"pad,omitempty"`

	// Budget is how many seconds an item is repeated for, if its kind is.
	Budget float64 `json:"budget,omitempty"`
	// Alone says that peers have no part in it.
	Alone bool `json:"-"`
	// Warm asks for a run that does not count: compile, allocate, fill caches.
	Warm bool `json:"warm,omitempty"`
}

// Kind is a sort of work.
type Kind string

// The sorts of work.
const (
	Epoch     Kind = "epoch"     // an epoch of training
	Goal      Kind = "goal"      // from the start of the process to an accuracy
	Step      Kind = "step"      // a step of training on images that are noise
	Inference Kind = "inference" // a network's answer to a batch of images
	Gemm      Kind = "gemm"      // a matrix product
	Conv      Kind = "conv"      // one pass of a convolution
	Stream    Kind = "stream"    // a kernel that does little beside moving memory
)

// Kernel says that the work is a single kernel, repeated many times.
func (k Kind) Kernel() bool { return k == Gemm || k == Conv || k == Stream }

// Trains says that the work is to train a network whose process does nothing else.
func (k Kind) Trains() bool { return k == Epoch || k == Step }

// Repeated says that the work is done again and again for an item's Budget; the
// first time does not count.
func (k Kind) Repeated() bool { return k.Kernel() || k == Inference }

// Hello is the first line of a contender.
type Hello struct {
	// Versions are of what it computes with, and which kernels that chose.
	Versions string `json:"versions"`
	Threads  int    `json:"threads"`
}

// Answer is what a contender says after a run.
type Answer struct {
	Work     string  `json:"work"`
	Seconds  float64 `json:"seconds"` // of an epoch, or of one call of what is repeated
	Epochs   int     `json:"epochs,omitempty"`
	Accuracy float64 `json:"accuracy,omitempty"` // on the test images
	Error    string  `json:"error,omitempty"`    // why it could not be run
}

// Lab, LabSingle and LabWinograd are the names of the lab's own contenders: on all threads, on
// one, and on a GPU with convolutions by Winograd's way.
const (
	Lab         = "nnlab"
	LabSingle   = "nnlab, one thread"
	LabWinograd = "nnlab, Winograd"
)

// Own tells whether a contender is the lab, which is no peer of itself.
func Own(contender string) bool {
	return contender == Lab || contender == LabSingle || contender == LabWinograd
}

// Gemm1024 is the name of the product that machines are compared by.
const Gemm1024 = "gemm-nn-1024x1024x1024"

// List returns all work whose name matches, what matters most first. A short list
// has fewer images and repeats things less.
func List(match *regexp.Regexp, short bool) (items []Item) {
	all := append(gemms(), networks()...)
	all = append(all, convolutions()...)
	for _, i := range all {
		if !match.MatchString(i.Name) {
			continue
		}
		if i.Kind.Repeated() {
			i.Budget = 0.3
		}
		if short && !i.shorten() {
			continue
		}
		items = append(items, i)
	}
	return items
}

// shorten makes an item cost about a second at most, or says that it cannot.
func (i *Item) shorten() bool {
	switch i.Kind {
	case Goal, Step:
		return false
	case Epoch:
		i.Limit(min(10000, int(1.2e15/float64(i.FLOPs))))
	default:
		i.Budget = 0.05
	}
	return i.Kind != Inference || i.FLOPs < 1e11
}

// Out is how many outputs a convolution has along a side.
func (i *Item) Out() int { return (i.Side+2*i.Pad-i.Size)/i.Stride + 1 }

// Limit lets an epoch see no more than so many images, full batches if it can.
func (i *Item) Limit(samples int) {
	samples /= max(i.Part, 1)
	if i.Kind != Epoch || samples >= i.Samples {
		return
	}
	if samples > i.Batch {
		samples -= samples % i.Batch
	}
	i.FLOPs = i.FLOPs / i.Samples * samples
	i.Samples = samples
}
