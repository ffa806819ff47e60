package nn

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// History is what Fit measured, a value an epoch, under the names that Keras
// gives them: "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"; with
// [EvaluateTraining] also "train_loss", "train_accuracy".
type History struct {
	Series  []Series  // in the order of the progress line: training first
	Seconds []float64 // how long each epoch took
	// Stopped says why training ended before the last epoch: "" (it did not),
	// "interrupted", or the word of a callback or of EarlyStopping.
	Stopped string
}

// Series is one quantity, an element an epoch in which it was measured: a second Fit may
// measure what the first did not.
type Series struct {
	Name   string
	Epochs []int // of the Values, counted from 1
	Values Numbers
}

// Epoch is the epoch of value i, counted from 1.
func (s *Series) Epoch(i int) int {
	if i < len(s.Epochs) {
		return s.Epochs[i]
	}
	return i + 1 // of a series that somebody made without
}

// Numbers are any float64 numbers, NaN and infinities too: in JSON those are the texts
// "NaN", "+Inf" and "-Inf", since JSON has no numbers for them.
type Numbers []float64

// MarshalJSON is a list of numbers and texts.
func (n Numbers) MarshalJSON() ([]byte, error) {
	text := []byte{'['}
	for i, v := range n {
		if i > 0 {
			text = append(text, ',')
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			text = strconv.AppendQuote(text, strconv.FormatFloat(v, 'g', -1, 64))
		} else {
			text = strconv.AppendFloat(text, v, 'g', -1, 64)
		}
	}
	return append(text, ']'), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Numbers) UnmarshalJSON(text []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	*n = make(Numbers, len(list))
	for i, item := range list {
		s := string(item)
		if unquoted, err := strconv.Unquote(s); err == nil {
			s = unquoted
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return err
		}
		(*n)[i] = v
	}
	return nil
}

// clone is a copy that shares nothing.
func (h *History) clone() *History {
	c := &History{Series: slices.Clone(h.Series), Seconds: slices.Clone(h.Seconds), Stopped: h.Stopped}
	for i, s := range c.Series {
		c.Series[i].Epochs, c.Series[i].Values = slices.Clone(s.Epochs), slices.Clone(s.Values)
	}
	return c
}

// Epochs is the number of complete epochs.
func (h *History) Epochs() int { return len(h.Seconds) }

// Get returns the values of a quantity in the epochs in which it was measured, or nil
// when it was not; [History.EpochsOf] has the numbers of these epochs.
func (h *History) Get(name string) []float64 {
	for _, s := range h.Series {
		if s.Name == name {
			return s.Values
		}
	}
	return nil
}

// EpochsOf returns the epochs, counted from 1, of the values that Get returns.
func (h *History) EpochsOf(name string) []int {
	for _, s := range h.Series {
		if s.Name == name {
			return s.Epochs
		}
	}
	return nil
}

// shownEpochs is how many epochs String shows at both ends of a long history.
const shownEpochs = 10

// String is the history as a table, a row an epoch; of more than twenty the first and
// the last ten.
func (h *History) String() string {
	if h.Epochs() == 0 {
		return "no epochs yet"
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "epoch")
	for _, s := range h.Series {
		fmt.Fprint(w, "\t", s.Name)
	}
	fmt.Fprintln(w, "\t")
	for epoch := 1; epoch <= h.Epochs(); epoch++ {
		if last := h.Epochs() - shownEpochs; epoch > shownEpochs && epoch <= last {
			fmt.Fprintln(w, "…", strings.Repeat("\t", len(h.Series)))
			epoch = last
			continue
		}
		fmt.Fprint(w, epoch)
		for _, s := range h.Series {
			fmt.Fprint(w, "\t")
			for i, v := range s.Values {
				if s.Epoch(i) == epoch {
					fmt.Fprintf(w, "%.4g", v)
				}
			}
		}
		fmt.Fprintln(w, "\t")
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// UnmarshalJSON reads a history that was written as JSON. A series that does not know
// its epochs, of an older file, was measured in the first ones.
func (h *History) UnmarshalJSON(text []byte) error {
	type plain History
	if err := json.Unmarshal(text, (*plain)(h)); err != nil {
		return err
	}
	for i := range h.Series {
		s := &h.Series[i]
		for n := len(s.Epochs); n < len(s.Values); n++ {
			s.Epochs = append(s.Epochs, n+1)
		}
		s.Epochs = s.Epochs[:len(s.Values)]
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
		s := &h.Series[i]
		s.Epochs, s.Values = append(s.Epochs, len(h.Seconds)), append(s.Values, l.Value)
	}
}
