// Package peak measures how many multiply-adds of float32 the processor can do:
// the ceiling under which every product and convolution stays.
//
// A loop in assembly keeps all multiply-add units busy from registers alone, on
// as many threads as Go may use at once, and the best of the instruction sets
// that the processor has counts.
package peak

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"time"
)

//go:generate go run -C _asm . -out ../fma_amd64.s -stubs ../fma_amd64.go -pkg peak

// Result is what one loop reached.
type Result struct {
	GFLOPS float64 `json:"gflops"` // multiplications and additions a second, in 10⁹
	Loop   string  `json:"loop"`   // "AVX2", "AVX-512" or "Go"
	// Ceiling says that the loop is in assembly, so that no program does more.
	// The loop in Go of other processors leaves their vector units idle.
	Ceiling bool `json:"ceiling"`
}

// loop is a function that does n times a number of operations.
type loop struct {
	name  string
	flops int // of one time
	run   func(n int, x, y float32)
}

// Measure runs each loop that the processor can run for a quarter of a second.
func Measure() []Result {
	loops := native()
	ceiling := len(loops) > 0
	if !ceiling {
		loops = []loop{{"Go", 2 * sums, fmaGo}}
	}
	var results []Result
	for _, l := range loops {
		results = append(results, Result{GFLOPS: l.measure(250 * time.Millisecond), Loop: l.name, Ceiling: ceiling})
	}
	return results
}

// Best returns the better of two results for each loop, the best loop first.
func Best(a, b []Result) []Result {
	best := slices.Clone(a)
	for i := range best {
		best[i].GFLOPS = max(a[i].GFLOPS, b[i].GFLOPS)
	}
	slices.SortStableFunc(best, func(x, y Result) int { return cmp.Compare(y.GFLOPS, x.GFLOPS) })
	return best
}

// measure repeats runs of five milliseconds and returns the fastest one's
// rate: whatever else the machine does can only lower it.
func (l *loop) measure(budget time.Duration) float64 {
	n, best := 1000, 0.0
	for l.all(n) < 5*time.Millisecond {
		n *= 2
	}
	for end := time.Now().Add(budget); time.Now().Before(end); {
		rate := float64(l.flops) * float64(n) * float64(runtime.GOMAXPROCS(0)) / l.all(n).Seconds() / 1e9
		best = max(best, rate)
	}
	return best
}

// all runs the loop on all threads at once and returns how long the last took.
func (l *loop) all(n int) time.Duration {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for range runtime.GOMAXPROCS(0) {
		ready.Add(1)
		done.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			ready.Done()
			<-start
			l.run(n, 0.999, 0.001)
		})
	}
	ready.Wait()
	began := time.Now()
	close(start)
	done.Wait()
	return time.Since(began)
}

// sums is how many independent sums [fmaGo] has.
const sums = 8

// sink keeps the compiler from dropping the loop in Go.
var sink sync.Map

// fmaGo is the loop for processors without one in assembly.
func fmaGo(n int, x, y float32) {
	a, b, c, d, e, f, g, h := y, y, y, y, y, y, y, y
	for range n {
		a, b, c, d = a*x+y, b*x+y, c*x+y, d*x+y
		e, f, g, h = e*x+y, f*x+y, g*x+y, h*x+y
	}
	sink.Store(n, a+b+c+d+e+f+g+h)
}
