package check

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/nnlab/grade"
)

// Grader runs notebooks and grades them by a sheet.
type Grader struct {
	Sheet   *Sheet
	Setting gonb.Setting

	teacher teacher
}

// most is how many bytes a cell of a student may write.
const most = 1 << 20

// run is one notebook being graded.
type run struct {
	*Grader
	tell    func(string)
	session *execute.Session
	cells   map[string][]ran
	report  *Report
}

// ran is a cell that was run.
type ran struct {
	output string // without what it wrote to standard error
	failed string // why it did not work, "" when it did
}

// Grade runs a notebook in a kernel, a state folder and a working folder of its
// own. What is wrong with the notebook stands in the report; the error is
// execute.ErrInterrupted or one of this machine. The executed notebook goes to
// out, unless that is ""; tell is told which cell runs.
func (g *Grader) Grade(ctx context.Context, notebook, name, out string, tell func(string)) (*Report, error) {
	report := g.Sheet.blank(notebook, name)
	nb, err := ipynb.Read(notebook)
	if err != nil {
		report.Problem = "o caderno não pode ser lido: " + clean(err.Error())
		return report, nil
	}
	if language := nb.Foreign(); language != "" {
		report.Problem = "o caderno é de " + clean(language) + ", e não de Go"
		return report, nil
	}
	if err := nb.Inject(g.Sheet.parameters()); err != nil {
		report.Problem = "o caderno foi executado com os seus próprios parâmetros: " + clean(err.Error())
	}
	code := nb.ClearCode(nil) // what the notebook says that it printed is not looked at
	report.Notes = remarkable(code)
	session, err := execute.Open(ctx, g.Setting, g.Sheet.copyFiles)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	r := &run{Grader: g, tell: tell, session: session, cells: map[string][]ran{}, report: report}
	if err := r.all(ctx, code); err != nil {
		return nil, err
	}
	if out == "" {
		return report, nil
	}
	return report, nb.Write(out)
}

// all runs the cells, and after each cell the checks that wait for it.
func (r *run) all(ctx context.Context, code []ipynb.Cell) error {
	var collected *ipynb.Collector
	for i, c := range code {
		here := r.Sheet.of(c)
		var result ran
		if strings.TrimSpace(c.Source()) != "" {
			r.tell(fmt.Sprintf("[%d/%d] %s", i+1, len(code), clean(execute.FirstLine(c.Source()))))
			collected = ipynb.NewCollector(collected)
			var err error
			if result, err = r.cell(ctx, c, collected, r.Sheet.timeout(here...)); err != nil {
				return err
			}
		}
		for _, check := range here {
			r.cells[check.Cell] = append(r.cells[check.Cell], result)
			if !slices.ContainsFunc(code[i+1:], func(later ipynb.Cell) bool { return later.Called(check.Cell) }) {
				if err := r.check(ctx, check); err != nil {
					return err
				}
			}
		}
	}
	for _, check := range r.Sheet.Checks {
		switch {
		case check.Cell == "":
			if err := r.check(ctx, check); err != nil {
				return err
			}
		case r.cells[check.Cell] == nil:
			r.report.set(check, "o caderno não tem a célula «"+clean(check.Cell)+"»")
		}
	}
	return nil
}

// cell runs a cell and kills what it leaves running.
func (r *run) cell(ctx context.Context, c ipynb.Cell, to *ipynb.Collector, limit time.Duration) (ran, error) {
	o, why, err := r.run(ctx, c.Source(), to, limit)
	if err != nil {
		return ran{}, err
	}
	if why != "" {
		to.AddError("erro", why)
	}
	c.SetOutputs(to.Outputs, o.Count)
	if why == "" && o.Failed() {
		why = "a célula falhou: " + r.blame(o)
	}
	return ran{written(to.Outputs), why}, nil
}

// run runs a code. Why says what ended it from outside.
func (r *run) run(ctx context.Context, source string, to *ipynb.Collector, limit time.Duration) (o execute.Outcome, why string, err error) {
	if !r.session.Alive() {
		return o, "não foi executada, porque o kernel terminou antes", nil
	}
	o, err = r.session.Run(ctx, execute.Code{Source: source, Limit: limit, Most: most, To: to})
	r.session.KillCell()
	switch {
	case errors.Is(err, execute.ErrInterrupted):
		return o, "", err
	case err != nil:
		return o, "o kernel terminou enquanto a célula era executada", nil
	case o.Late:
		return o, o.LateText(limit), nil
	case o.Flood:
		return o, fmt.Sprintf("a célula escreveu mais de %d MiB e foi interrompida", most>>20), nil
	}
	return o, "", nil
}

// check decides about one check.
func (r *run) check(ctx context.Context, c *Check) error {
	var failed []string
	output := ""
	for _, cell := range r.cells[c.Cell] {
		output += cell.output
		if cell.failed != "" {
			failed = append(failed, cell.failed)
		}
	}
	r.report.forgeable(c, true)
	switch {
	case failed != nil:
		r.report.set(c, failed...)
	case c.Expr == "" && c.Model == "":
		r.report.set(c, c.ofOutput(output)...)
	default:
		reasons, forgeable, err := r.evaluate(ctx, c)
		if err != nil {
			return err
		}
		r.report.forgeable(c, forgeable || r.Setting.Jail == "")
		r.report.set(c, reasons...)
	}
	return nil
}

// evaluate runs the expression of a check, and tells whether the student's code could
// have forged what it gave: it runs in the same process, and whatever that may do to be
// believed, it can do too. What it cannot is to know a right value that is worked out
// elsewhere.
func (r *run) evaluate(ctx context.Context, c *Check) (reasons []string, forgeable bool, err error) {
	if c.Model != "" {
		return r.evaluateModel(ctx, c)
	}
	token, seeds := rand.Text(), newSeeds()
	q := c.question(r.Sheet.Imports, c.Expr, filepath.Join(r.session.Folder, token), token, seeds)
	answers, why, err := r.answers(ctx, c, q)
	switch {
	case err != nil:
		return nil, true, err
	case why != "":
		return []string{why}, true, nil
	case c.Right == "":
		return c.ofAnswer(answers[0]), true, nil
	}
	right, err := r.teacher.right(ctx, r.Grader, c, seeds)
	if err != nil {
		return nil, true, err
	}
	return c.ofReference(answers, right), c.Draw == "", nil
}

// answers runs a question in the student's kernel. Its answers come by a file whose
// name the student's cells cannot know before.
func (r *run) answers(ctx context.Context, c *Check, q question) (answers []grade.Answer, why string, err error) {
	o, why, err := r.run(ctx, q.source, ipynb.NewCollector(nil), r.Sheet.timeout(c))
	switch {
	case err != nil:
		return nil, "", err
	case why != "":
		return nil, "a avaliação falhou: " + why, nil
	case o.Failed():
		return nil, "a avaliação falhou: " + r.blame(o), nil
	}
	answers, err = q.to.Read(q.n)
	if errors.Is(err, os.ErrNotExist) {
		return nil, "a avaliação não chegou ao fim: o programa do caderno terminou antes", nil
	}
	if err != nil {
		return nil, "a avaliação não pode ser lida: " + clean(err.Error()), nil
	}
	return answers, "", nil
}

// evaluateModel judges a model where none of the student's code runs, if it can be told
// from a file; one that has Go functions of the student's in it cannot.
func (r *run) evaluateModel(ctx context.Context, c *Check) (reasons []string, forgeable bool, err error) {
	token := rand.Text()
	file := filepath.Join(r.session.Folder, token)
	if r.Setting.Jail != "" && c.Data == "mnist" {
		kept := file + ".safetensors"
		answers, why, err := r.answers(ctx, c, c.keep(r.Sheet.Imports, kept, file, token))
		defer os.Remove(kept)
		if err != nil || why != "" {
			return []string{why}, true, err
		}
		if answers[0].Err != "" {
			return []string{"erro: " + clean(answers[0].Err)}, true, nil
		}
		answer, told, err := r.teacher.measure(ctx, r.Grader, c, kept)
		if err != nil {
			return nil, true, err
		}
		if told {
			return c.ofAnswer(answer), false, nil
		}
	}
	answers, why, err := r.answers(ctx, c, c.measure(r.Sheet.Imports, c.Model, file, token))
	if err != nil || why != "" {
		return []string{why}, true, err
	}
	return c.ofAnswer(answers[0]), true, nil
}
