package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// diverged says where the loss stopped being a number, if it did. Steps behind that one may
// have been computed, but changed nothing: the examples of the first that failed are
// taken once more, and give what they gave.
func (f *fit) diverged() (err error) {
	m := f.model
	m.backend.ReadScalars(f.control[:], f.update.control)
	if f.control[backend.ControlFailed] == 0 {
		return nil
	}
	f.event.Diverged = true
	m.graph.unwatch()
	if f.feed != nil {
		f.feed.close()
	}
	m.step = int(f.control[backend.ControlCount])
	done := min(max(0, m.step-f.first), f.event.Batch)
	f.event.Batch, f.event.Samples = done, min(done*f.batchSize, len(f.order))
	e := &Error{Where: f.place(fmt.Sprintf(", batch %d", done+1)), Expected: "a finite loss", Mend: "lower the learning rate"}
	left := f.order[f.event.Samples:]
	if err := f.take(request{f.key(m.step), left[:min(f.batchSize, len(left))]}); err != nil {
		return err
	}
	if err := f.batch.load(); err != nil {
		return at(f.caller, err)
	}
	f.context.step = uint64(m.step)
	f.batch.loss(&f.context, false)
	f.locate(e)
	return e
}

// place is where a training is, "Fit: epoch 3, batch 7", or "Step", which counts neither.
func (f *fit) place(batch string) string {
	if f.event.Epoch == 0 {
		return f.caller
	}
	return fmt.Sprintf("%s: epoch %d%s", f.caller, f.event.Epoch, batch)
}

// locate says what made the loss of the batch no number.
func (f *fit) locate(e *Error) {
	m := f.model
	means := make([]float64, f.batch.means.Len())
	m.backend.ReadScalars(means, f.batch.means)
	e.Got = fmt.Sprint(means[0])
	if finite(means[0]) { // somebody's own data, or layer, that is another each time
		e.Got = "a NaN or an infinity, but not when the same examples were taken again"
		return
	}
	if n := m.graph.firstNonFinite(&f.context); n != nil {
		if len(n.in) == 0 {
			e.Got += "; the examples themselves hold a NaN or an infinity"
			e.Mend = "clean the data"
			return
		}
		e.Got += "; the first output that is not finite is that of " + n.where
		e.Layer = n.number
		return
	}
	for i, t := range f.batch.goals {
		if m.backend.NonFinite(t.target.Size(), t.target.Buffer) > 0 {
			e.Got += "; the targets hold a NaN or an infinity"
			e.Mend = "clean the data"
		} else if !finite(means[1+i]) {
			e.Got += "; the output of " + t.where + " is too large for the loss"
			e.Layer = t.number
		}
	}
}
