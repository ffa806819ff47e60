package nn

import (
	"os"
	"os/signal"
	"sync/atomic"

	"github.com/nnlab-go/lab/nnlab/internal/interrupt"
)

// interruption notes an interrupt (SIGINT, the stop button of a notebook) while
// a model is training, so that training can end between two steps.
type interruption struct {
	signals chan os.Signal
	noted   bool
	done    func()
}

// cellInterrupted is set when a notebook's cell has been interrupted: what the
// cell would train next must not start, or the kernel would kill it.
var cellInterrupted atomic.Bool

func watchInterrupt() *interruption {
	i := &interruption{signals: make(chan os.Signal, 1), noted: cellInterrupted.Load(), done: interrupt.Await()}
	signal.Notify(i.signals, os.Interrupt)
	return i
}

// requested tells whether an interrupt has come.
func (i *interruption) requested() bool {
	select {
	case <-i.signals:
		i.noted = true
		cellInterrupted.Store(stateFolder() != "")
	default:
	}
	return i.noted
}

// close gives interrupts back their usual effect.
func (i *interruption) close() {
	signal.Stop(i.signals)
	i.done()
}
