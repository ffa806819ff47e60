package nn

// StepOption is what [Model.Step] can be told: [Observe].
type StepOption interface{ applyStep(*stepping) }

type stepping struct{ observers []observer }

func (o observer) applyStep(s *stepping) { s.observers = append(s.observers, o) }

// Step is one step of a training, on the examples of d with the given indices: forwards,
// loss, backwards, update (slide "Processo de aprendizado"). It returns the loss and the
// metrics of the batch before the update. The step is that of Fit for the same batch, to
// the bit; no epoch is counted and no history kept.
func (m *Model) Step(d Data, examples []int, options ...StepOption) (logs Logs, err error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	logs, err = m.stepOn(d, examples, options)
	return logs, show(err)
}

func (m *Model) stepOn(d Data, examples []int, options []StepOption) (logs Logs, err error) {
	defer catch("Step", &err)
	if err := checkOptions("Step", options); err != nil {
		return nil, err
	}
	var s stepping
	for _, o := range options {
		o.applyStep(&s)
	}
	if err := checkExamples("Step", d, examples); err != nil {
		return nil, err
	}
	f := &fit{caller: "Step", model: m, train: d, batchSize: len(examples), order: examples, observers: s.observers, epochs: 1}
	if f.batch, err = m.newBatchFor("Step", d, len(examples), forTraining, pass{training: true, watched: len(s.observers) > 0}); err != nil {
		return nil, err
	}
	if err := m.graph.normalizesAlone(f.batch.rows); err != nil {
		return nil, err
	}
	f.start()
	if err := f.take(request{f.key(m.step), examples}); err != nil {
		return nil, err
	}
	if err := f.batch.load(); err != nil {
		return nil, at("Step", err)
	}
	if err := f.trainStep(); err != nil {
		return nil, err
	}
	if err := f.report(); err != nil {
		return nil, err
	}
	if err := f.overflowed(); err != nil {
		return nil, err
	}
	return f.event.Logs, m.backend.Sync()
}
