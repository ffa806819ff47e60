package nn

import "fmt"

// earlyStopping ends a training that gets no better (slide "Épocas (early
// stopping)").
type earlyStopping struct {
	builtIn
	monitor     monitor
	patience    int
	restoreBest bool

	waited  int
	weights [][]float32 // of the best epoch
}

// EarlyStoppingOption is what [EarlyStopping] can be told besides its patience:
// [Monitor], [ModeMin] or [ModeMax], [MinDelta], [RestoreBest].
type EarlyStoppingOption interface{ applyEarlyStopping(*earlyStopping) }

// EarlyStopping ends training when the watched quantity has not become better
// for patience epochs in a row.
func EarlyStopping(patience int, options ...EarlyStoppingOption) FitOption {
	if err := checkOptions("EarlyStopping", options); err != nil {
		return refused{err}
	}
	if patience < 0 {
		return refused{&Error{Where: "EarlyStopping", Expected: "a patience of 0 or more", Got: fmt.Sprint(patience), Mend: "write nn.EarlyStopping(3)"}}
	}
	s := &earlyStopping{patience: patience}
	for _, o := range options {
		o.applyEarlyStopping(s)
	}
	return Callbacks(s)
}

type restoreBest struct{}

// RestoreBest puts the weights of the best epoch back when training ends, early
// or not. Keras's default is not to.
func RestoreBest() EarlyStoppingOption { return restoreBest{} }

func (restoreBest) applyEarlyStopping(s *earlyStopping) { s.restoreBest = true }

func (s *earlyStopping) On(e *Event) {
	switch e.Phase {
	case FitBegin:
		s.waited, s.weights = 0, nil
		s.monitor.begin(e)
	case EpochEnd:
		if s.monitor.better(e) {
			s.waited = 0
			s.remember(e.Model)
		} else if s.waited++; s.waited >= s.patience {
			e.Stop(fmt.Sprintf("early stopping: no better for %d epochs", s.waited))
		}
	case FitEnd:
		if s.weights != nil && e.Err == nil {
			for i, p := range e.Model.graph.params {
				p.Value.Set(s.weights[i])
			}
		}
	}
}

func (s *earlyStopping) remember(m *Model) {
	if !s.restoreBest {
		return
	}
	if s.weights == nil {
		for _, p := range m.graph.params {
			s.weights = append(s.weights, make([]float32, p.Value.Size()))
		}
	}
	for i, p := range m.graph.params {
		m.backend.Download(s.weights[i], p.Value.Buffer)
	}
}
