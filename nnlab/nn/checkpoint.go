package nn

// checkpoint saves the model at the end of epochs.
type checkpoint struct {
	monitor      monitor
	path         string
	saveBestOnly bool
}

// CheckpointOption is what [Checkpoint] can be told besides its file:
// [Monitor], [MinDelta], [SaveBestOnly].
type CheckpointOption interface{ applyCheckpoint(*checkpoint) }

// Checkpoint saves the model to a file at the end of each epoch, as
// [Model.Save] does. A file that cannot be written ends the training with its
// error.
func Checkpoint(path string, options ...CheckpointOption) FitOption {
	c := &checkpoint{path: path}
	for _, o := range options {
		o.applyCheckpoint(c)
	}
	return Callbacks(c)
}

type saveBestOnly struct{}

// SaveBestOnly saves only when the watched quantity is better than ever before
// in this training.
func SaveBestOnly() CheckpointOption { return saveBestOnly{} }

func (saveBestOnly) applyCheckpoint(c *checkpoint) { c.saveBestOnly = true }

func (c *checkpoint) On(e *Event) {
	switch e.Phase {
	case FitBegin:
		c.monitor.reset()
	case EpochEnd:
		if c.saveBestOnly {
			better, err := c.monitor.better(e)
			if err != nil {
				e.Fail(err)
			}
			if !better {
				return
			}
		}
		if err := e.Model.Save(c.path); err != nil {
			e.Fail(err)
		}
	}
}
