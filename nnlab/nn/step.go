package nn

import (
	"fmt"
	"math"
)

// step is one step on the batch that the feed has loaded, of which it tells the
// callbacks.
func (f *fit) step() error {
	if err := f.trainStep(); err != nil {
		return err
	}
	f.event.Batch++
	f.event.Samples += f.batch.n
	f.event.Logs = f.means.current()
	f.event.ETA = f.eta()
	f.tell(BatchEnd)
	return nil
}

// trainStep is one step on the batch that the feed has loaded: its loss, the
// gradient, the update. Nothing has changed yet when the loss is not a number.
func (f *fit) trainStep() error {
	m := f.model
	f.context.step = uint64(m.step)
	m.graph.watch = newWatch(m, f.observers)
	defer m.graph.unwatch()
	loss := f.batch.loss(&f.context, true)
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return f.diverged(loss)
	}
	f.means.add(f.batch, loss)
	m.step++
	f.update.rate = f.event.LearningRate
	if !m.lossless() {
		f.update.backward(&f.context)
	}
	return nil
}

// diverged says where the loss stopped being a number.
func (f *fit) diverged(loss float64) error {
	m := f.model
	e := &Error{Where: fmt.Sprintf("Fit: epoch %d, batch %d", f.event.Epoch, f.event.Batch+1),
		Expected: "a finite loss", Got: fmt.Sprint(loss), Mend: "lower the learning rate"}
	if n := m.graph.firstNonFinite(); n != nil {
		if len(n.in) == 0 {
			e.Got += "; the examples themselves hold a NaN or an infinity"
			e.Mend = "clean the data"
			return e
		}
		e.Got += "; the first output that is not finite is that of " + n.where
		e.Layer = n.number
		return e
	}
	for _, t := range f.batch.goals {
		if m.backend.NonFinite(t.target.Size(), t.target.Buffer) > 0 {
			e.Got += "; the targets hold a NaN or an infinity"
			e.Mend = "clean the data"
		} else if math.IsNaN(t.mean) || math.IsInf(t.mean, 0) {
			e.Got += "; the output of " + t.where + " is too large for the loss"
			e.Layer = t.number
		}
	}
	return e
}
