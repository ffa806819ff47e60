package nn

import (
	"fmt"
	"os"
	"path/filepath"
)

// checkpoint saves the model at the end of epochs.
type checkpoint struct {
	builtIn
	monitor      monitor
	path         string
	saveBestOnly bool
}

// CheckpointOption is what [Checkpoint] can be told besides its file:
// [SaveBestOnly], and with it [Monitor], [ModeMin] or [ModeMax], [MinDelta].
type CheckpointOption interface{ applyCheckpoint(*checkpoint) }

// Checkpoint saves the model to a file at the end of each epoch, as
// [Model.Save] does. Its folder is made before the first step. A file that cannot be
// written ends the training with its error.
func Checkpoint(path string, options ...CheckpointOption) FitOption {
	if err := checkOptions("Checkpoint", options); err != nil {
		return refused{err}
	}
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
		c.monitor.begin(e)
		if c.monitor != (monitor{}) && !c.saveBestOnly {
			e.Fail(&Error{Where: "Checkpoint", Expected: "SaveBestOnly beside what says what is best", Got: "a Checkpoint of each epoch",
				Mend: fmt.Sprintf("write nn.Checkpoint(%q, nn.SaveBestOnly(), …), or leave Monitor, ModeMin, ModeMax and MinDelta out", c.path)})
		} else if err := ofAFile("Checkpoint", "nn.Checkpoint", c.path); err != nil {
			e.Fail(err)
		} else if err := writable(filepath.Dir(c.path), 0o777); err != nil {
			e.Fail(&Error{Where: "Checkpoint " + c.path, Expected: "a folder that can be written to", Err: err, Mend: "choose another path"})
		}
	case EpochEnd:
		if c.saveBestOnly && !c.monitor.better(e) {
			return
		}
		if err := e.Model.Save(c.path); err != nil {
			e.Fail(err)
		}
	}
}

// writable makes a folder, unless it is there, and tells whether files can be made in it.
func writable(dir string, mode os.FileMode) error {
	if err := os.MkdirAll(dir, mode); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".nnlab-*")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}
