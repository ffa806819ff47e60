package nn

// History is what Fit measured, a value an epoch, under the names that Keras
// gives them: "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate".
type History struct {
	Series  []Series  // in the order of the progress line: training first
	Seconds []float64 // how long each epoch took
	// Stopped says why training ended before the last epoch: "" (it did not),
	// "interrupted", or the word of a callback or of EarlyStopping.
	Stopped string
}

// Series is one quantity, an element an epoch.
type Series struct {
	Name   string
	Values []float64
}

// Epochs is the number of complete epochs.
func (h *History) Epochs() int { return len(h.Seconds) }

// Get returns the values of a quantity, or nil when it was not measured.
func (h *History) Get(name string) []float64 {
	for _, s := range h.Series {
		if s.Name == name {
			return s.Values
		}
	}
	return nil
}

// Last returns the newest value of a quantity and whether there is one.
func (h *History) Last(name string) (float64, bool) {
	if v := h.Get(name); len(v) > 0 {
		return v[len(v)-1], true
	}
	return 0, false
}

func (h *History) add(logs []Log, seconds float64) {
	h.Seconds = append(h.Seconds, seconds)
	for _, l := range logs {
		i := 0
		for i < len(h.Series) && h.Series[i].Name != l.Name {
			i++
		}
		if i == len(h.Series) {
			h.Series = append(h.Series, Series{Name: l.Name})
		}
		h.Series[i].Values = append(h.Series[i].Values, l.Value)
	}
}
