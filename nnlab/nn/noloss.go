package nn

// NoLoss is for a network that learns by rules of its own, see [Observe], and not by the
// gradient of a loss: Fit and Step compute its outputs, layer by layer, tell the
// observers, and change nothing themselves. The targets of the data do not matter, and
// there are no metrics.
//
//	model.Compile(nn.NoLoss, nn.SGD(1))
//	model.Fit(train, nn.Observe(func(o *nn.Observation) { … }))
var NoLoss = Loss{name: "NoLoss", none: true}

// lossless tells whether the model learns without a loss.
func (m *Model) lossless() bool { return m.losses == nil && m.loss.none }

// needsLoss says that the caller cannot do without a loss.
func needsLoss(caller string) *Error {
	return &Error{Where: caller, Expected: "a model with a loss", Got: NoLoss.name, Mend: "compile with nn.CategoricalCrossentropy, or look at the outputs by Predict or Activations"}
}

// checkLossless refuses what needs a loss.
func (m *Model) checkLossless() error {
	for _, l := range m.losses {
		if l.none {
			return &Error{Where: "Compile: Losses", Expected: "a loss for each output", Got: l.name, Mend: "give an output that is not to count the weight 0 by nn.LossWeights"}
		}
	}
	if m.lossless() && len(m.metrics) > 0 {
		return &Error{Where: "Compile", Expected: "a loss beside metrics", Got: NoLoss.name, Mend: "leave the metrics out, or compile with nn.CategoricalCrossentropy"}
	}
	return nil
}
