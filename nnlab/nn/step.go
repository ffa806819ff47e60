package nn

import "time"

// reportEvery is how long a training may go on before its numbers are read, where no
// callback looks at each step: ten times a second is as often as anybody can look.
const reportEvery = 100 * time.Millisecond

// step is one step on the batch that the feed has loaded, of which it tells the
// callbacks.
func (f *fit) step() error {
	if err := f.trainStep(); err != nil {
		return err
	}
	f.event.Batch++
	f.event.Samples += f.batch.n
	if f.looks || time.Since(f.reported) >= reportEvery {
		if err := f.report(); err != nil {
			return err
		}
	}
	f.event.ETA = f.eta()
	f.tell(BatchEnd)
	return nil
}

// trainStep is one step on the batch that the feed has loaded: its loss, the
// gradient, the update. It reads nothing from the backend: should the loss be no number,
// neither this step nor those behind it change anything, and the next report says so.
func (f *fit) trainStep() error {
	m, b := f.model, f.model.backend
	f.context.step = uint64(m.step)
	m.graph.watch = f.watch.at(m.step)
	defer m.graph.unwatch()
	f.batch.loss(&f.context, true)
	if !m.lossless() {
		b.Judge(f.batch.mean, f.update.control)
		if m.graph.watch != nil { // who sees every number need not see those behind
			if err := f.diverged(); err != nil {
				return err
			}
		}
	}
	f.means.add(f.batch)
	m.graph.settle(&f.context)
	m.step++
	if !m.lossless() {
		f.update.setRate(f.event.LearningRate)
		f.update.backward(&f.context)
	}
	b.Advance(f.update.control)
	return nil
}

// report reads what was measured in this epoch, and whether every step counted.
func (f *fit) report() error {
	if err := f.diverged(); err != nil {
		return err
	}
	f.event.Logs, f.reported = f.means.current(), time.Now()
	return nil
}
