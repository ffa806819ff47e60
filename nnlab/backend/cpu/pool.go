package cpu

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// job is one kernel call: what to compute, the operands, and how the output is
// cut into parts. It is a plain value, so that calling a kernel allocates
// nothing.
type job struct {
	part         func(*job, span) // computes a part
	n            int              // outputs
	grain        int              // outputs in a part
	kernels      *kernels
	product      *product // of Gemm
	depthwise    *depthwise
	scatter      *scatter
	slide        *slide
	winograd     *winograd
	grad         *kernelGradient
	volumes      *volumes
	sparse       *sparseInput
	sparseKernel *sparseKernel

	a, b, c, d []float32 // buffers, in the order of the kernel's arguments
	e          []float32
	window     backend.Window
	cells      []int // of a window, for each worker
	overlap    bool  // cells lie in so many windows that they are added up in float64
	response   backend.LocalResponse
	move       backend.Move
	epilogue   epilogue
	epsilon    float64
	rows, cols int // where the outputs are rows
	f          backend.Activation
	alpha      float32
	rate       float64
	key        uint64
	sgd        backend.SGD
	rmsprop    backend.RMSprop
	adam       backend.Adam
	nadam      backend.Nadam
	adagrad    backend.Adagrad
	adadelta   backend.Adadelta
	loss       backend.Loss
	l1, l2     float32
	partial    []float64 // of a reduction, a number for each part
	means      []float64 // of the columns, or with the deviations of the rows
	blockRows  int       // of sums over rows: how many are a block
	sums       int       // and how many sums there are of a column
}

// span is the outputs lo ≤ i < hi of a job, computed by one worker.
type span struct{ worker, lo, hi int }

// of returns the numbers of x in the span.
func (s span) of(x []float32) []float32 { return x[s.lo:s.hi] }

// pool is the goroutines that compute: the caller of a kernel and workers − 1
// helpers, which live as long as the backend. To wake a thread that sleeps can
// take longer than a kernel does, and the next kernel is mostly near: so who waits
// stays awake for some hundred microseconds, longer than a part mostly takes another,
// before it sleeps.
type pool struct {
	mu      sync.Mutex // held by the kernel that runs
	job     job
	workers int

	helpers  sync.WaitGroup
	left     atomic.Int64 // parts nobody has taken
	open     atomic.Int64 // parts that are not finished
	asleep   atomic.Int64 // helpers that sleep, or are about to
	waits    atomic.Bool  // the caller sleeps, or is about to
	wake     chan struct{}
	finished chan struct{}
	patience time.Duration // how long one looks before one sleeps
}

func newPool(workers int) *pool {
	p := &pool{workers: workers, wake: make(chan struct{}, workers), finished: make(chan struct{}, 1)}
	if workers <= min(runtime.GOMAXPROCS(0), runtime.NumCPU()) { // else one would keep another from its core
		p.patience = 200 * time.Microsecond
	}
	for w := 1; w < workers; w++ {
		p.helpers.Go(func() { p.help(w) })
	}
	return p
}

func (p *pool) close() { close(p.wake) }

// run computes a job. The caller holds the lock.
func (p *pool) run(j job) {
	p.job = j
	parts := ceil(j.n, j.grain)
	if parts == 1 || p.workers == 1 {
		for i := range parts {
			p.compute(0, i)
		}
	} else {
		p.share(parts)
	}
	p.job = job{} // lets go of the buffers
}

// share computes the parts together with the helpers. A helper that wakes late
// finds nothing left, and nobody waits for it.
func (p *pool) share(parts int) {
	p.open.Store(int64(parts))
	p.left.Store(int64(parts)) // what the helpers look at
	for range min(int(p.asleep.Load()), parts-1) {
		select {
		case p.wake <- struct{}{}:
		default: // enough helpers have been called and not yet come
		}
	}
	if p.drain(0) {
		return
	}
	if p.watch(func() bool { return p.open.Load() == 0 }) {
		return
	}
	for done := false; !done; {
		p.waits.Store(true)
		if done = p.open.Load() == 0; done && p.waits.CompareAndSwap(true, false) {
			return
		}
		<-p.finished // it may be late, from a helper that finished the job before
		done = p.open.Load() == 0
	}
}

// drain computes parts until nobody has one left. It reports whether it
// finished the last one of all that were open.
func (p *pool) drain(worker int) (last bool) {
	for {
		i := p.left.Add(-1)
		if i < 0 {
			return last
		}
		p.compute(worker, int(i))
		last = p.open.Add(-1) == 0
	}
}

func (p *pool) compute(worker, part int) {
	j := &p.job
	lo := part * j.grain
	j.part(j, span{worker, lo, min(j.n, lo+j.grain)})
}

// help is the life of a helper.
func (p *pool) help(worker int) {
	for p.await() {
		if p.drain(worker) && p.waits.CompareAndSwap(true, false) {
			p.finished <- struct{}{}
		}
	}
}

// watch waits until something has happened, as long as patience lasts, and reports
// whether it has. It does so without the instruction PAUSE, at which a virtual
// machine may be taken off its core.
func (p *pool) watch(happened func() bool) bool {
	const looks = 1 << 10 // between two at the clock
	for begin := time.Now(); ; {
		for range looks {
			if happened() {
				return true
			}
		}
		if time.Since(begin) >= p.patience {
			return false
		}
	}
}

// await returns when there may be parts to compute, with false when there never
// will be again.
func (p *pool) await() bool {
	if p.watch(func() bool { return p.left.Load() > 0 }) {
		return true
	}
	p.asleep.Add(1)
	defer p.asleep.Add(-1)
	// Whoever made parts before that does not know that this helper sleeps.
	if p.left.Load() > 0 {
		return true
	}
	_, open := <-p.wake
	return open
}

// Outputs in a part: small enough to share, large enough to be worth waking a
// helper.
const (
	moveGrain  = 32 << 10 // none
	lightGrain = 16 << 10 // a few operations each
	heavyGrain = 2 << 10  // an exponential each
)

// rowGrain is how many rows of cols numbers make a part of about grain numbers.
func rowGrain(grain, cols int) int { return max(1, grain/cols) }
