package check

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// Report is what a notebook was graded with.
type Report struct {
	Notebook string   `json:"notebook"` // the file
	Name     string   `json:"name"`     // a short name
	Points   float64  `json:"points"`
	Max      float64  `json:"max"`
	Problem  string   `json:"problem,omitempty"` // of the notebook as a whole
	Notes    []string `json:"notes,omitempty"`   // what the teacher should read
	Checks   []Result `json:"checks"`

	sheet *Sheet
}

// Result is what a check gave.
type Result struct {
	Name    string   `json:"name"`
	Cell    string   `json:"cell,omitempty"`
	Points  float64  `json:"points"`
	Max     float64  `json:"max"`
	Reasons []string `json:"reasons"` // why points are missing
	// Forgeable tells that a notebook could have made the points without doing the
	// task: see docs/check.md.
	Forgeable bool `json:"forgeable"`
}

// blank is the report of a notebook of which nothing has been run.
func (s *Sheet) blank(notebook, name string) *Report {
	r := &Report{Notebook: notebook, Name: name, sheet: s}
	for _, c := range s.Checks {
		r.Max += *c.Points
		r.Checks = append(r.Checks, Result{Name: c.Name, Cell: c.Cell, Max: *c.Points, Reasons: []string{notDone}})
	}
	return r
}

// notDone is why points are missing before anything has been run.
const notDone = "não foi avaliado"

// unfinished is the report of a notebook of which no more can be run: what has been
// evaluated counts, and the other rows say why they were not. An interrupt and a mistake of
// the teacher's end all notebooks.
func (r *Report) unfinished(err error) (*Report, error) {
	if errors.Is(err, execute.ErrInterrupted) || errors.Is(err, ErrTeacher) {
		return nil, err
	}
	for i := range r.Checks {
		if reasons := r.Checks[i].Reasons; len(reasons) == 1 && reasons[0] == notDone {
			r.Checks[i].Reasons = []string{notDone + ": " + clean(err.Error())}
		}
	}
	return r, nil
}

// forgeable writes down whether a notebook could have forged what a check gave.
func (r *Report) forgeable(c *Check, so bool) {
	for i := range r.Checks {
		if r.sheet.Checks[i] == c {
			r.Checks[i].Forgeable = so
		}
	}
}

// set writes down what a check gave: all points, or none and why.
func (r *Report) set(c *Check, reasons ...string) {
	for i := range r.Checks {
		if r.sheet.Checks[i] == c {
			r.Checks[i].Reasons = append([]string{}, reasons...)
			if len(reasons) == 0 {
				r.Checks[i].Points = *c.Points
				r.Points += *c.Points
			}
		}
	}
}

// Full tells whether the notebook has all points.
func (r *Report) Full() bool {
	return r.Problem == "" && !slices.ContainsFunc(r.Checks, func(c Result) bool { return len(c.Reasons) > 0 })
}

// String is the notebook's total.
func (r *Report) String() string { return fraction(r.Points, r.Max) + "  " + r.percent() }

// WriteTable writes a notebook's checks, a line each, with the reasons.
func (r *Report) WriteTable(w io.Writer) error {
	fmt.Fprintf(w, "\n%s\n", clean(r.Name))
	if r.Problem != "" {
		fmt.Fprintf(w, "  atenção: %s\n", r.Problem)
	}
	for _, note := range r.Notes {
		fmt.Fprintf(w, "  atenção: %s\n", note)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	doubtful := 0.0
	for _, c := range r.Checks {
		why := "certo"
		if len(c.Reasons) > 0 {
			why = strings.Join(c.Reasons, "; ")
		}
		mark := ""
		if c.Forgeable && c.Points > 0 {
			mark, doubtful = " *", doubtful+c.Points
		}
		fmt.Fprintf(table, "  %s\t%s%s\t%s\n", clean(c.Name), fraction(c.Points, c.Max), mark, why)
	}
	fmt.Fprintf(table, "  total\t%s\t%s\n", fraction(r.Points, r.Max), r.percent())
	if err := table.Flush(); err != nil || doubtful == 0 {
		return err
	}
	_, err := fmt.Fprintf(w, "  * %s de %s pontos vêm de testes que um caderno pode enganar (docs/check.md)\n", decimal(doubtful), decimal(r.Points))
	return err
}

// WriteClass writes the points of several notebooks, a line each, with what is wrong with one
// as a whole.
func WriteClass(w io.Writer, reports []*Report) error {
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "caderno")
	for _, c := range reports[0].Checks {
		fmt.Fprintf(table, "\t%s", short(c.Name))
	}
	fmt.Fprint(table, "\ttotal\t\n")
	for _, r := range reports {
		fmt.Fprint(table, clean(r.Name))
		for _, c := range r.Checks {
			fmt.Fprintf(table, "\t%s", decimal(c.Points))
		}
		fmt.Fprintf(table, "\t%s\t%s", fraction(r.Points, r.Max), r.percent())
		if r.Problem != "" {
			fmt.Fprintf(table, "\t%s", plain.Short(r.Problem, 2*longest))
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

func (r *Report) percent() string {
	if r.Max == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", 100*r.Points/r.Max)
}

func fraction(points, most float64) string { return decimal(points) + " / " + decimal(most) }

// short is a name as the head of a narrow column.
func short(name string) string {
	if r := []rune(clean(name)); len(r) > 14 {
		return string(r[:13]) + "…"
	}
	return clean(name)
}

// WriteJSON writes the reports for another program.
func WriteJSON(path, title string, reports []*Report) error {
	data, err := json.MarshalIndent(map[string]any{"title": title, "notebooks": reports}, "", "  ")
	if err != nil {
		return err
	}
	return ipynb.WriteFile(path, append(data, '\n'))
}
