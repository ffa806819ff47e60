// Package execute runs notebooks from their first cell to their last without a
// front end.
package execute

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// Run says what to run and where the results go.
type Run struct {
	Setting    gonb.Setting
	Notebook   string // the file
	Name       string // a short name
	Out        string // the executed notebook
	Parameters []ipynb.Parameter
	Timeout    time.Duration // of a cell; 0: as long as it takes
	Progress   *Progress
	Timings    []Timing // of the cells that were run
}

// Execute runs the notebook and returns it with its outputs, which are also in
// Run.Out after each cell.
func (r *Run) Execute(ctx context.Context) (nb ipynb.Notebook, err error) {
	if nb, err = ipynb.Read(r.Notebook); err != nil {
		return nil, err
	}
	if language := nb.Foreign(); language != "" {
		return nil, fmt.Errorf("%s é um caderno de %s, e este kernel só roda Go; o JupyterLab o abre com o kernel dele", r.Notebook, language)
	}
	if err := nb.Inject(r.Parameters); err != nil {
		return nil, err
	}
	nb.SetKernel("nnlab", "nnlab (Go)")
	r.Progress.say("nnlab: iniciando o kernel …")
	s, err := Open(ctx, r.Setting, nil)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return nb, r.cells(ctx, s, nb)
}

// cells runs the code cells one after the other, but those that are to be
// skipped, which keep what they show. One that is there to fail may.
func (r *Run) cells(ctx context.Context, s *Session, nb ipynb.Notebook) error {
	code := nb.ClearCode(ipynb.Cell.Skipped)
	var collected *ipynb.Collector
	for i, c := range code {
		if strings.TrimSpace(c.Source()) == "" || c.Skipped() {
			continue
		}
		r.Progress.cell(i+1, len(code), c.Source())
		told := r.Progress.tellWaiting(i+1, r.Timeout > 0)
		collected = ipynb.NewCollector(collected)
		o, err := s.Run(ctx, Code{Source: c.Source(), Limit: r.Timeout, To: collected, Heard: r.Progress.output})
		told()
		if o.Late {
			collected.AddError("tempo esgotado", o.LateText(r.Timeout))
		}
		c.SetOutputs(collected.Outputs, o.Count)
		r.Progress.cellEnd()
		r.Timings = append(r.Timings, Timing{r.Name, i + 1, FirstLine(c.Source()), o.Took})
		if werr := nb.Write(r.Out); werr != nil {
			return werr
		}
		switch {
		case err != nil:
			return err
		case o.Status == "error" && c.Raises() && !o.Late: // it is there to show the error
		case o.Failed():
			return &Failure{i + 1, o.Count, c.Source(), ErrorText(collected.Outputs, o.Reply)}
		}
	}
	return nb.Write(r.Out)
}

// FirstLine is the line by which a cell is known, fit to be shown: its first that says
// something.
func FirstLine(source string) string {
	first := ""
	for line := range strings.Lines(source) {
		if first = strings.TrimSpace(line); first != "" && !strings.HasPrefix(first, "%%") {
			break
		}
	}
	return plain.Line(first)
}
