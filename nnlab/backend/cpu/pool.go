package cpu

import (
	"sync"
	"sync/atomic"
)

// job is work in parts that do not depend on each other: each writes its own
// piece of the output, so it does not matter who does which part when.
// part gets the number of the thread that does it, for scratch memory.
type job interface{ part(i, thread int) }

// pool is a fixed set of threads that share the parts of one job after another.
// Its goroutines are started once and wait between jobs.
type pool struct {
	busy  sync.Mutex
	wake  []chan struct{} // one for each thread besides the caller's
	done  sync.WaitGroup
	job   job
	parts int64
	next  atomic.Int64
}

var (
	poolsMutex sync.Mutex
	pools      = map[int]*pool{}
)

// poolOf returns the process's pool of n threads, the caller's included.
func poolOf(n int) *pool {
	poolsMutex.Lock()
	defer poolsMutex.Unlock()
	p := pools[n]
	if p == nil {
		p = &pool{}
		for thread := 1; thread < n; thread++ {
			wake := make(chan struct{})
			p.wake = append(p.wake, wake)
			go func() {
				for range wake {
					p.work(thread)
					p.done.Done()
				}
			}()
		}
		pools[n] = p
	}
	return p
}

// threads is how many threads share a job.
func (p *pool) threads() int { return len(p.wake) + 1 }

// run does all parts of a job and returns when the last has ended. While
// another goroutine has the threads, the caller does its parts alone.
func (p *pool) run(j job, parts int) {
	if parts < 2 || len(p.wake) == 0 || !p.busy.TryLock() {
		for i := range parts {
			j.part(i, 0)
		}
		return
	}
	defer p.busy.Unlock()
	p.job, p.parts = j, int64(parts)
	p.next.Store(0)
	helpers := p.wake[:min(len(p.wake), parts-1)]
	p.done.Add(len(helpers))
	for _, w := range helpers {
		w <- struct{}{}
	}
	p.work(0)
	p.done.Wait()
	p.job = nil
}

func (p *pool) work(thread int) {
	for i := p.next.Add(1) - 1; i < p.parts; i = p.next.Add(1) - 1 {
		p.job.part(int(i), thread)
	}
}
