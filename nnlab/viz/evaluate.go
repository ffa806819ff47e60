package viz

import (
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// Evaluate evaluates the model on d and, in a notebook, shows the numbers; the
// accuracy, or the loss where there is none, counts as a result of the notebook.
func Evaluate(m *nn.Model, d nn.Data, options ...Option) (nn.Logs, error) {
	w := newSettings(options).words
	logs, err := m.Evaluate(d)
	if err != nil || !notebook.Available() {
		return logs, err
	}
	var parts []string
	for _, l := range logs {
		parts = append(parts, w.name(l.Name)+" "+w.score+": "+w.value(l.Name, l.Value))
	}
	main := logs[len(logs)-1]
	text := strings.Join(parts, " · ")
	return logs, notebook.Report(m.Name()+"/"+main.Name, main.Value, m.Name()+": "+text)
}
